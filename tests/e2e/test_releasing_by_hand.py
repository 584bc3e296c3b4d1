"""From a change of a diagram to the new version: drawn by mouse and by keys, findings, scenarios, note; who is under way stays on the old version."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from engine import (
    DEMO_PASSWORD,
    SYSTEM,
    Actor,
    DiscardWorkingCopy,
    InstanceView,
    NotFoundError,
    OpenWorkingCopy,
    ProcessEngine,
    SaveUser,
    SaveWorkingFile,
    StartInstance,
    WorkingCopyView,
    Worklist,
)
from tests.e2e.desk import Desk
from webui.sandbox.mount import EXTENSION

KEY, DIAGRAM, TASK = "customer_development", "collect_customer_information.bpmn", "collect_internal"
COPY = f"/packs/{KEY}/edit"
OLD, NEW = "公司内部渠道收集信息", "向公司内部了解客户"
WANG = Actor("wangfang", "王芳", groups=frozenset({"marketing_specialist"}))
CUSTOMER = {"customer_name": "宁波海川机械有限公司", "customer_kind": "企业", "channels": ["公司内部"]}
SCENARIO = f"""name = "登记以后"
process = "{KEY}"
as = "marketing_specialist"
clock = 2026-11-23T09:00:00+08:00
[start]
customer_name = "宁波海川机械有限公司"
customer_kind = "企业"
channels = ["公司内部"]
[expect]
open = ["{TASK}"]
"""


@pytest.fixture(autouse=True)
def copy(app: Flask, engine: ProcessEngine) -> Iterator[None]:
    engine.run(SaveUser("analyst", "分析员", DEMO_PASSWORD, is_analyst=True), SYSTEM)
    engine.run(OpenWorkingCopy(KEY), SYSTEM)
    yield
    try:
        engine.run(DiscardWorkingCopy(KEY, engine.read(WorkingCopyView(KEY), SYSTEM).revision), SYSTEM)
    except NotFoundError:
        pass
    app.extensions[EXTENSION].server.stop()


def started(engine: ProcessEngine) -> str:
    instance_id = engine.run(StartInstance(KEY, CUSTOMER), WANG).instance_id
    engine.run_due_jobs()
    return instance_id


def open_of(engine: ProcessEngine, instance_id: str) -> list[str]:
    return [row.element_name for row in engine.read(Worklist("mine"), WANG).rows if row.instance_id == instance_id]


def opened(desks: Desk, page: Page, name: str) -> None:
    page.goto(f"{desks.address}{COPY}/file?name={name}")
    expect(page.locator("#editor-findings")).to_have_attribute("data-state", re.compile("good|warn"))


def test_a_diagram_is_changed_tried_and_released(desks: Desk, engine: ProcessEngine):
    under_way = started(engine)
    engine.run(SaveWorkingFile(KEY, "scenarios/first.toml", SCENARIO.encode(), None), SYSTEM)
    page = desks.page("analyst")
    opened(desks, page, DIAGRAM)
    task = page.locator(f".editor-canvas g[data-element-id={TASK}]").first
    task.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type(NEW)
    page.keyboard.press("Enter")
    expect(task).to_contain_text(NEW[:4])
    findings = page.locator("#editor-findings")
    page.locator(".editor-canvas g[data-element-id=start_collecting]").first.click()
    page.keyboard.press("Delete")
    expect(findings).to_have_attribute("data-state", "bad")
    expect(page.locator(".djs-overlay-finding .finding-mark.is-error").first).to_be_visible()
    page.keyboard.press("Control+z")
    expect(findings).to_have_attribute("data-state", re.compile("good|warn"))
    expect(page.locator("#editor-state")).to_have_text(re.compile("已保存"))

    page.goto(f"{desks.address}{COPY}/release")
    expect(page.locator(f"g.diff-changed[data-changed={TASK}]")).to_have_count(2)
    expect(page.locator(".changed-elements ins").first).to_contain_text(NEW)
    button = page.get_by_role("button", name="发布", exact=True)
    expect(button).to_be_disabled()
    page.get_by_role("button", name="运行全部场景").click()
    page.wait_for_url("**/edit/release", timeout=60_000)
    expect(page.locator(".release-checks")).to_contain_text("1 个场景全部通过")
    page.get_by_label("这次改了什么").fill("内部渠道的任务换了名称")
    button.click()
    page.wait_for_url("**?part=releases")
    expect(page.locator(".releases > li").first).to_contain_text("内部渠道的任务换了名称")
    expect(page.locator(".releases > li").nth(1)).to_contain_text("1 个流程在进行")

    after = started(engine)
    assert (engine.read(InstanceView(under_way), WANG).head.version, open_of(engine, under_way)) == (1, [OLD])
    assert (engine.read(InstanceView(after), WANG).head.version, open_of(engine, after)) == (2, [NEW])


def test_a_form_in_use_is_not_deleted(desks: Desk):
    page = desks.page("analyst")
    page.goto(desks.address + COPY)
    row = page.locator("tr", has_text="contact_plan.form")
    row.locator("summary").click()
    row.get_by_role("button", name="删除").click()
    refusal = page.locator(".alert-bar-bad")
    expect(refusal).to_contain_text("还有地方用着它")
    expect(refusal).to_contain_text("carry_out_development.bpmn：制定初步接触计划")
    expect(page.locator("tr", has_text="contact_plan.form")).to_be_visible()
