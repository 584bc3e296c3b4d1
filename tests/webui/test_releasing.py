"""The release page: what differs and what stands against it, then the button."""

from __future__ import annotations

from collections.abc import Callable

from engine import SYSTEM, Actor, DeployPack, KeepScenarioRun, OpenWorkingCopy, ProcessEngine, ReleaseView, SaveWorkingFile, WorkingFile
from tests.webui.packs_sent import FILES
from tests.webui.website import Visitor

KEY = "customer_development"
PAGE = f"/packs/{KEY}/edit/release"
ANALYST = Actor("analyst", "分析员", is_analyst=True)
CHANGES = {
    "carry_out_development.bpmn": ('name="制定初步接触计划"', 'name="制定接触计划（新）"'),
    "enterprise_customer_class.dmn": ("&gt;= 5000000", "&gt;= 6000000"),
    "contact_plan.form": ('"required": true', '"required": false'),
    "pack.toml": ('department = "市场营销部"\ndepartment_en = "Marketing department"\ncan_start', 'department = "营销部"\ncan_start'),
}


def test_it_is_released_from_the_page_that_shows_all_differences(visitor: Callable[[str | None], Visitor], engine: ProcessEngine):
    engine.run(DeployPack(FILES, "带场景"), SYSTEM)
    engine.run(OpenWorkingCopy(KEY), ANALYST)
    for name, (old, new) in CHANGES.items():
        file = engine.read(WorkingFile(KEY, name), ANALYST)
        engine.run(SaveWorkingFile(KEY, name, file.content.replace(old.encode(), new.encode(), 1), file.revision), ANALYST)
    browser = visitor("analyst")
    page = browser.page(PAGE)
    assert page.xpath("//button[@disabled and contains(., '发布')]"), "the scenarios have not run"
    assert page.xpath("count(//*[local-name()='g'][contains(@class, 'diff-changed')][@data-changed='plan_contact'])") == 2
    assert page.xpath("//td[contains(@class, 'cell-changed')]//ins[contains(., '6000000')]")
    assert page.xpath("//dl//ins[contains(., 'false')]")
    browser.post("/preferences", {"language": "en"})
    english = browser.page(PAGE)
    told = english.xpath("//ul[contains(@class, 'changed-elements')]/li[.//code='plan_contact']//strong/text()")
    assert told == ["Plan the first contact"]
    named = english.xpath("//ul[contains(@class, 'changed-elements')]/li//strong/text()")
    assert {"Planned date of contact", "Marketing specialist"} <= set(named)
    browser.post("/preferences", {"language": "zh"})
    sheet = engine.read(ReleaseView(KEY), ANALYST)
    form = {"revision": str(sheet.copy.revision), "base": sheet.copy.newest_deployment_id or "", "note": "调整标准"}
    refused = browser.post(PAGE, form)
    assert (refused.status_code, "场景还没有用现在的文件运行" in refused.text, "调整标准" in refused.text) == (409, True, True)
    engine.run(KeepScenarioRun(KEY, sheet.copy.revision, sheet.digest, True, [], []), ANALYST)
    assert not browser.page(PAGE).xpath("//button[@disabled and contains(., '发布')]")
    blank = browser.post(PAGE, form | {"note": " "})
    assert (blank.status_code, 'aria-describedby="note-problem"' in blank.text) == (422, True)
    done = browser.post(PAGE, form)
    assert done.status_code == 303
    shown = browser.page(done.headers["Location"])
    assert "已经发布" in shown.text_content()
    assert f"试过的就是部署的文件：{sheet.digest[:12]}" in shown.text_content()
    assert browser.get(PAGE).status_code == 404
    assert visitor("wangfang").get(PAGE).status_code in (403, 404)
