"""All scenarios of a working copy at the press of a button: told one by one, kept when all ran, what they pass through."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from lxml import html

from engine import SYSTEM, Actor, DeployPack, FindAccount, LastScenarioRun, OpenWorkingCopy, ProcessEngine, SaveUser, SaveWorkingFile, WorkingFile
from engine.bpmn.svg import draw_coverage
from tests.commands.packs import PACK
from tests.webui.website import PACK_FOLDER, PASSWORD, Visitor
from webui.sandbox.mount import EXTENSION

Visit = Callable[[str | None], Visitor]
HEAD = 'name = "{name}"\nprocess = "visit"\nas = "sales"\nclock = 2026-11-23T09:00:00+08:00\nstart = {{ customer = "甲" }}\n'
PLAN = '[[step]]\ntask = "plan"\nas = "sales"\ndata = { aim = "见面" }\n'
GREEN = HEAD.format(name="走到审核") + PLAN + '[expect]\nopen = ["review"]\n'
RED = HEAD.format(name="走到结束") + PLAN + '[expect]\nend = "end"\n'
STUCK = HEAD.format(name="走不动") + PLAN + PLAN + '[expect]\nend = "end"\n'


@pytest.fixture(scope="module")
def engine(database_url: str) -> Iterator[ProcessEngine]:
    engine = ProcessEngine.open(database_url)
    engine.run(SaveUser("analyst", "分析员", PASSWORD, is_analyst=True), SYSTEM)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def analyst(engine: ProcessEngine) -> Actor:
    return engine.read(FindAccount("analyst"), SYSTEM).actor


@pytest.fixture(scope="module", autouse=True)
def pack(app: Flask, engine: ProcessEngine, analyst: Actor) -> Iterator[str]:
    deployed = engine.run(DeployPack(PACK), SYSTEM)
    engine.run(OpenWorkingCopy(deployed.pack_key), analyst)
    yield deployed.pack_key
    app.extensions[EXTENSION].close()
    app.extensions[EXTENSION].server.stop()


def save(engine: ProcessEngine, analyst: Actor, pack: str, **files: str) -> None:
    for name, text in files.items():
        path = f"scenarios/{name}.toml"
        try:
            revision = engine.read(WorkingFile(pack, path), analyst).revision
        except Exception:
            revision = None
        engine.run(SaveWorkingFile(pack, path, text.encode(), revision), analyst)


def run_all(browser: Visitor, page: str) -> str:
    """What the browser got until the last scenario had run."""
    response = browser.post(page, {}, page=page)
    try:
        assert response.status_code == 200, response.text[-2000:]
        return response.text
    finally:
        response.close()


def test_told_one_by_one_and_kept(engine, analyst: Actor, pack: str, visitor: Visit):
    browser = visitor("analyst")
    page = f"/packs/{pack}/scenarios"
    assert "还没有场景" in browser.page(page).text_content()
    save(engine, analyst, pack, a_green=GREEN, b_red=RED)
    told = run_all(browser, page)
    assert told.index("走到审核") < told.index("2/2") < told.index("结束事件应为 end") < told.index("data-follow")
    run = engine.read(LastScenarioRun(pack), analyst)
    assert ([one.passed for one in run.results], run.passed, run.failed) == ([True, False], False, 1)
    shown = browser.page(page)
    text = shown.text_content()
    assert "1 个没有通过" in text
    assert "结束事件应为 end" in text
    (coverage,) = [one for one in run.coverage if one.process_key == "visit"]
    assert {"start", "plan", "review"} <= coverage.elements
    assert "end" in dict(coverage.missing_elements)
    assert "工作副本在这之后有改动" not in text
    save(engine, analyst, pack, b_red=GREEN)
    assert "工作副本在这之后有改动" in browser.page(page).text_content()


def test_green_says_of_which_files(engine, analyst: Actor, pack: str, visitor: Visit):
    save(engine, analyst, pack, a_green=GREEN, b_red=GREEN)
    browser, page = visitor("analyst"), f"/packs/{pack}/scenarios"
    assert "data-follow" in run_all(browser, page)
    run = engine.read(LastScenarioRun(pack), analyst)
    assert (run.passed, len(run.results), len(run.digest)) == (True, 2, 64)
    assert "全部通过" in browser.page(page).text_content()


def test_who_leaves_stops_the_run_and_keeps_nothing(app: Flask, engine, analyst: Actor, pack: str, visitor: Visit):
    before = engine.read(LastScenarioRun(pack), analyst)
    browser, page = visitor("analyst"), f"/packs/{pack}/scenarios"
    token = browser.token(page)
    for _ in range(3):
        with browser.client.post(page, data={"csrf_token": token}, buffered=False) as response:
            got = ""
            while "1/2" not in got:
                got += next(response.iter_encoded()).decode()
    assert engine.read(LastScenarioRun(pack), analyst) == before
    with engine.database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM scenario_runs").scalar_one() == 2


def test_a_scenario_that_does_not_go_on_is_looked_at_where_it_stands(engine, analyst: Actor, pack: str, visitor: Visit):
    save(engine, analyst, pack, c_stuck=STUCK)
    browser, page = visitor("analyst"), f"/packs/{pack}/scenarios"
    desk = browser.post(f"{page}/look", {"file": "scenarios/c_stuck.toml"}, page=page).location
    text = browser.page(desk).text_content()
    assert "第 3 步不能重走：这一步要办的待办现在没有" in text
    assert "2026-11-23 09:00" in text


def test_files_that_cannot_be_run(engine, analyst: Actor, pack: str, visitor: Visit):
    browser, page = visitor("analyst"), f"/packs/{pack}/scenarios"
    save(engine, analyst, pack, d_broken="name = ")
    assert "data-follow" in run_all(browser, page)
    assert "有场景文件不能读" in browser.page(page).text_content()
    assert engine.read(LastScenarioRun(pack), analyst).passed is False
    form = engine.read(WorkingFile(pack, "visit.bpmn"), analyst)
    engine.run(SaveWorkingFile(pack, "visit.bpmn", form.content.replace(b'targetRef="review"', b'targetRef="nowhere"'), form.revision), analyst)
    refused = browser.post(page, {}, page=page)
    assert (refused.status_code, "检查有错误，场景没有运行" in refused.text) == (422, True)


def test_the_drawing_tells_what_was_passed_in_words_too():
    xml = (PACK_FOLDER / "customer_development_application.bpmn").read_bytes()
    for language, passed, missing in (("zh", "走过", "没有走过"), ("en", "passed", "not passed")):
        drawing = draw_coverage(xml, "customer_development_application", ["fill_application"], [], ["review_application"], language)
        drawn = html.fragment_fromstring(drawing)
        states = {node.get("data-element"): node.findtext("title") for node in drawn.iter("g") if "is-" in (node.get("class") or "")}
        assert states["fill_application"].endswith(f" · {passed}")
        assert states["review_application"].endswith(f" · {missing}")

