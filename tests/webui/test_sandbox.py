"""Trying a pack: the pages of staff over a sandbox, its clock, undo, and that nothing of it reaches the work itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask

from engine import (
    SYSTEM,
    Actor,
    FindAccount,
    FindSandbox,
    History,
    OpenSandbox,
    ProcessEngine,
    RemoveWorkingFile,
    SaveWorkingFile,
    Settings,
    StaleRevision,
    WorkingFile,
)
from tests.webui.website import PACK_FOLDER, Visitor, start_of, steps, submitted
from webui import create_app
from webui.sandbox.mount import EXTENSION

Visit = Callable[[str | None], Visitor]
# What signing in and trying itself writes.
OWN_TABLES = {"sandboxes", "sessions", "sign_in_attempts", "working_presences"}


@pytest.fixture(autouse=True)
def dropped(app: Flask, engine: ProcessEngine) -> Iterator[None]:
    yield
    with engine.database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM sandboxes")
    app.extensions[EXTENSION].close()


@pytest.fixture(scope="module", autouse=True)
def stopped(app: Flask) -> Iterator[None]:
    yield
    app.extensions[EXTENSION].close()
    app.extensions[EXTENSION].server.stop()


def begin(browser: Visitor, released: bool = True) -> str:
    if not released:
        browser.post("/packs/customer_development/edit", {}, page="/packs/customer_development")
    response = browser.post("/packs/customer_development/try", {"released": "1"} if released else {}, page="/packs/customer_development")
    assert response.status_code == 303, response.text[-3000:]
    return str(response.location).rpartition("/")[2]


class Trial:
    """An analyst at the desk and in every role."""

    def __init__(self, browser: Visitor, sandbox_id: str) -> None:
        self.browser, self.sandbox_id = browser, sandbox_id
        self.desk = f"/sandboxes/{sandbox_id}"

    def inside(self, role: str, path: str) -> str:
        return f"/trial/{self.sandbox_id}/{role}{path}"

    def start(self, scenario: str = "general_enterprise_success", role: str = "marketing_specialist"):
        page = self.inside(role, "/start/customer_development")
        return self.browser.post(page, submitted(start_of(scenario)), page=page)

    def complete(self, element_name: str, data: dict[str, Any], role: str):
        found = self.browser.page(self.desk).xpath("//li[.//strong[text()=$name]]//a/@href", name=element_name)
        (address,) = [str(link) for link in found if f"/{role}/" in link]
        return self.browser.post(address, submitted(data), page=address)

    def do(self, action: str, **data: str):
        page = self.browser.page(self.desk)
        revision = next(iter(page.xpath("//input[@name='revision']/@value")), "0")
        return self.browser.post(f"{self.desk}/{action}", {"revision": revision, **data}, page=self.desk)

    def opened(self, analyst: Actor) -> AbstractContextManager[OpenSandbox]:
        return self.browser.client.application.extensions[EXTENSION].open(self.sandbox_id, analyst)

    def text(self) -> str:
        return re.sub(r"\s+", " ", self.browser.page(self.desk).text_content())


@pytest.fixture(scope="module")
def analyst(engine: ProcessEngine) -> Actor:
    return engine.read(FindAccount("analyst"), SYSTEM).actor


@pytest.fixture
def trial(visitor: Visit) -> Trial:
    browser = visitor("analyst")
    return Trial(browser, begin(browser))


def everything(engine: ProcessEngine) -> dict[str, str]:
    """A digest of every row of every table but those that signing in and trying itself write."""
    with engine.database.engine.connect() as connection:
        tables = [row[0] for row in connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        text = "SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {} t"
        return {name: connection.exec_driver_sql(text.format(name)).scalar_one() for name in tables if name not in OWN_TABLES}


def test_a_whole_trial_changes_nothing_of_the_work_itself(engine, analyst: Actor, trial: Trial):
    before = everything(engine)
    assert len(before) > 40
    assert trial.start().status_code == 303
    for step in steps("general_enterprise_success"):
        with trial.opened(analyst) as opened:
            name = opened.names(step["task"])[0]
        response = trial.complete(name, step["data"], step["as"])
        assert response.status_code == 303, (step["task"], response.text[-3000:])
    assert "开发成功" in trial.text()
    page = trial.browser.page(trial.inside("marketing_manager", "/records/customer"))
    assert "宁波海川机械有限公司" in page.text_content()
    assert everything(engine) == before
    assert engine.next_due_at() is None


def test_who_plays_a_role_is_called_as_it_is_in_english(trial: Trial):
    assert trial.start().status_code == 303
    trial.browser.client.set_cookie("tuoke_language", "en")
    page = trial.browser.page(trial.inside("marketing_specialist", "/instances"))
    [case] = page.xpath("//main//a[contains(@href, '/instances/')]/@href")[:1]
    for place in (page.xpath("string(//main//table)"), trial.browser.page(case).xpath("string(//ul[@class='waiting'])")):
        assert "Marketing specialist" in place
        assert "营销专员" not in place


def test_time_undo_and_starting_over(trial: Trial):
    began = trial.text()
    assert trial.start().status_code == 303
    assert "2026-11-26 09:00 到期" in trial.text()
    assert trial.do("step", kind="advance", text="P1D").status_code == 303
    assert "试运行里的时间 2026-11-24 09:00" in trial.text()
    assert trial.do("step", kind="until", at="2026-11-27T08:00").status_code == 303
    assert "试运行里的时间 2026-11-27 08:00" in trial.text()
    back = trial.do("step", kind="until", at="2026-11-25T08:00")
    assert (back.status_code, "时间只能向前" in back.text) == (422, True)
    assert trial.do("cut", keep="2").status_code == 303
    assert "试运行里的时间 2026-11-24 09:00" in trial.text()
    assert trial.do("cut", keep="0").status_code == 303
    assert trial.text() == began


def test_a_form_that_is_refused_is_no_step(trial: Trial):
    page = trial.inside("marketing_specialist", "/start/customer_development")
    response = trial.browser.post(page, submitted({"customer_kind": "企业"}), page=page)
    assert response.status_code == 422
    assert "试运行" in response.text
    assert "还没有走一步" in trial.text()


def test_another_process_has_the_same_state(app, engine, analyst: Actor, trial: Trial, tmp_path):
    trial.start()
    trial.complete("公司内部渠道收集信息", next(steps("general_enterprise_success"))["data"], "marketing_specialist")
    here = trial.text()
    other = create_app(engine, Settings.from_environment({"TUOKE_DATA_DIR": str(app.extensions[EXTENSION].server.folder.parent)}))
    browser = Visitor(other)
    browser.sign_in("analyst")
    there = Trial(browser, trial.sandbox_id)
    assert there.text() == here
    there.complete("客户方面渠道收集信息", list(steps("general_enterprise_success"))[1]["data"], "marketing_specialist")
    assert trial.text() == there.text() != here
    with trial.opened(analyst) as one, other.extensions[EXTENSION].open(trial.sandbox_id, analyst) as two:
        digests = [[event.hash for event in opened.read(History(opened.instance_id), SYSTEM)] for opened in (one, two)]
    assert digests[0] == digests[1]
    other.extensions[EXTENSION].close()


def test_what_is_typed_is_there_after_the_process_ended(app, trial: Trial):
    trial.start()
    (address,) = [link for link in trial.browser.page(trial.desk).xpath("//*[@data-element='collect_internal']//a/@href")]
    assert trial.browser.post(address, {"internal_findings": "前年询过价", "_op": "save"}, page=address).status_code == 200
    app.extensions[EXTENSION].close()
    assert "前年询过价" in trial.browser.page(address).text_content()
    data = next(steps("general_enterprise_success"))["data"]
    trial.browser.post(address, submitted(data), page=address)
    trial.do("cut", keep="1")
    assert "前年询过价" not in trial.browser.page(address).text_content()


def test_nobody_else_is_in_it(trial: Trial, visitor: Visit):
    trial.start()
    for user_id, desk, inside in (("admin", 404, 303), ("wangfang", 403, 303), ("auditor", 403, 303), (None, 302, 302)):
        browser = visitor(user_id)
        assert browser.get(trial.desk).status_code == desk, user_id
        response = browser.get(trial.inside("marketing_specialist", "/tasks"))
        assert response.status_code == inside, user_id
    signed_out = visitor(None).get(trial.inside("marketing_specialist", "/tasks"), **{"Accept": "text/html"})
    assert "/sign-in" in signed_out.location


def test_what_is_not_staffs_work_is_not_in_it(trial: Trial):
    for path in ("/packs", "/people", "/audit", "/incidents", "/help"):
        response = trial.browser.get(trial.inside("marketing_specialist", path))
        assert (response.status_code, "试运行里没有这个功能" in response.text) in {(404, True), (403, False)}, path
    assert trial.browser.get(trial.inside("no_such_role", "/tasks")).status_code == 303
    assert trial.browser.post("/files", {}, page=trial.desk).status_code != 404


def test_two_windows(trial: Trial, engine, analyst: Actor):
    trial.start()
    with trial.opened(analyst) as opened:
        stale = opened.detail
        opened.do({"kind": "advance", "text": "PT1H"})
        opened.detail = stale
        with pytest.raises(StaleRevision):
            opened.do({"kind": "advance", "text": "PT1H"})
    assert len(engine.read(FindSandbox(trial.sandbox_id), analyst).steps) == 2
    assert trial.text().count("时间前进 1 小时") == 1
    assert trial.do("cut", keep="0", revision="1").status_code == 409


def test_a_renewed_working_copy_walks_the_steps_again(trial: Trial, engine, analyst: Actor, visitor: Visit):
    mine = Trial(trial.browser, begin(trial.browser, released=False))
    mine.start()
    file = engine.read(WorkingFile("customer_development", "collect_customer_information.bpmn"), analyst)
    renamed = file.content.replace("公司内部渠道收集信息".encode(), "内部收集（新）".encode())
    engine.run(SaveWorkingFile("customer_development", file.name, renamed, file.revision), analyst)
    assert "工作副本在这之后有改动" in mine.text()
    assert mine.do("renew").status_code == 303
    assert "内部收集（新）" in mine.text()
    assert "营销专员 发起“客户开发”" in mine.text()


def test_too_many_and_ending(trial: Trial):
    ids = [trial.sandbox_id]
    while True:
        response = trial.browser.post("/packs/customer_development/try", {"released": "1"}, page="/packs/customer_development")
        if response.status_code != 303:
            break
        ids.append(str(response.location).rpartition("/")[2])
    assert (response.status_code, "一个人最多同时有 10 个试运行" in response.text) == (409, True)
    for sandbox_id in ids:
        assert trial.browser.post(f"/sandboxes/{sandbox_id}/end", {}, page="/sandboxes").status_code == 303
    assert trial.browser.get(trial.desk).status_code == 404


def walk(trial: Trial, analyst: Actor, scenario: str) -> None:
    """Along a scenario of the pack, time included."""
    assert trial.start(scenario).status_code == 303
    for step in steps(scenario):
        if "advance" in step:
            assert trial.do("step", kind="advance", text=step["advance"]).status_code == 303
            continue
        with trial.opened(analyst) as opened:
            name = opened.names(step["task"])[0]
        response = trial.complete(name, step["data"], step["as"])
        assert response.status_code == 303, (step["task"], response.text[-3000:])


@pytest.mark.parametrize("scenario", ["progress_reports", "application_withdrawn"])
def test_a_run_becomes_a_scenario_that_expects_the_same(trial: Trial, engine, analyst: Actor, scenario: str):
    walk(trial, analyst, scenario)
    given = {"name": "录下的", "file": "recorded", "description": "两行\n说明", "variables": "customer_name"}
    assert trial.do("record", **given).status_code == 303
    file = engine.read(WorkingFile("customer_development", "scenarios/recorded.toml"), analyst)
    text = file.content.decode()
    assert text.startswith("# 两行\n# 说明\n")
    written, original = tomllib.loads(text), tomllib.loads((PACK_FOLDER / "scenarios" / f"{scenario}.toml").read_text())
    assert written["expect"]["path"] == original["expect"]["path"]
    assert written["expect"]["variables"] == {"customer_name": original["start"]["customer_name"]}
    for key in ("end", "outcome", "reason"):
        assert original["expect"].get(key) in (None, written["expect"].get(key))
    again = trial.do("record", **given | {"name": "另一个"})
    assert (again.status_code, "已经有这个文件" in again.text, "两行" in again.text) == (409, True, True)
    engine.run(RemoveWorkingFile("customer_development", file.name, file.revision), analyst)


def test_nothing_to_record(trial: Trial):
    assert "先走几步" in trial.do("record", name="空", file="empty").text
    trial.start()
    refused = trial.do("record", name="错", file="../错")
    assert (refused.status_code, "文件名不能这样写" in refused.text) == (422, True)
