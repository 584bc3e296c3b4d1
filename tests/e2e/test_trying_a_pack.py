"""An analyst tries the process pack by hand: as several roles, with time moved on, undone, saved as a scenario, and all scenarios run."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from engine import DEMO_PASSWORD, SYSTEM, InstanceList, ProcessEngine, RecordList, SaveUser
from tests.e2e.desk import PHONE, Desk, fill, submit
from tests.webui.website import start_of, steps
from webui.sandbox.mount import EXTENSION

KEY = "customer_development"
SCENARIO = "progress_reports"


@pytest.fixture(scope="module", autouse=True)
def analyst(app: Flask, engine: ProcessEngine) -> Iterator[None]:
    engine.run(SaveUser("analyst", "分析员", DEMO_PASSWORD, is_analyst=True), SYSTEM)
    yield
    app.extensions[EXTENSION].close()
    app.extensions[EXTENSION].server.stop()


def act(page: Page, desk: str, step: dict[str, Any]) -> None:
    """From the desk to the page that staff see, fill in, submit, and back."""
    page.locator(f".sandbox-tasks [data-element={step['task']}] a[href*='/{step['as']}/']").click()
    expect(page.locator(".sandbox-bar")).to_contain_text("试运行")
    fill(page, step["data"])
    submit(page)
    expect(page.locator(".result h2"), step["task"]).to_contain_text("已提交")
    page.goto(desk)


def begin(desks: Desk, page: Page) -> str:
    page.goto(f"{desks.address}/packs/{KEY}")
    page.get_by_role("button", name="修改").click()
    page.get_by_role("button", name="试运行").click()
    page.wait_for_url("**/sandboxes/*")
    return page.url


def test_a_whole_trial(desks: Desk, engine: ProcessEngine):
    page = desks.page("analyst")
    desk = begin(desks, page)
    page.get_by_role("link", name="以营销专员发起").click()
    fill(page, start_of(SCENARIO))
    submit(page)
    expect(page.locator(".result")).to_contain_text("已发起")
    page.goto(desk)
    for step in takewhile(lambda step: "advance" not in step, steps(SCENARIO)):
        act(page, desk, step)

    before = page.locator(".status-line strong").inner_text()
    page.locator(".sandbox-tasks [data-element=progress_report_due] button").click()
    expect(page.locator(".status-line strong")).not_to_have_text(before)
    report = next(step for step in steps(SCENARIO) if step.get("task") == "write_progress_report")
    act(page, desk, report)
    done = page.locator(".sandbox-steps li")
    count = done.count()
    page.get_by_role("button", name="撤销最后一步").click()
    expect(done).to_have_count(count - 1)
    act(page, desk, report)
    expect(done).to_have_count(count)

    page.locator("#record summary").click()
    page.locator("#record [name=name]").fill("第一次进展汇报")
    page.locator("#record [name=file]").fill("first_report")
    page.locator("#record [value=customer_name]").check()
    page.get_by_role("button", name="试走一遍并存下").click()
    expect(page.locator(".alert-bar-good")).to_contain_text("scenarios/first_report.toml")

    page.get_by_role("link", name="运行场景").click()
    page.get_by_role("button", name="运行全部场景").click()
    expect(page.get_by_text("全部通过").first).to_be_visible(timeout=60_000)
    expect(page.locator("tr", has_text="第一次进展汇报")).to_contain_text("通过")
    missed = page.locator(".coverage-drawing .is-wrong[data-element=end_development_failed] circle").first
    assert missed.evaluate("one => getComputedStyle(one).strokeDasharray") not in ("", "none")
    expect(page.locator(".coverage-missing").first).to_be_visible()

    assert engine.read(InstanceList(), SYSTEM).total == 0
    assert engine.read(RecordList("customer"), SYSTEM).total == 0


def test_on_a_phone_without_scripts(desks: Desk):
    desks.size, desks.scripts = PHONE, False
    page = desks.page("analyst")
    desk = begin(desks, page)
    page.get_by_role("button", name="+ 1 天").click()
    expect(page.locator(".sandbox-steps li")).to_have_count(1)
    page.goto(desks.address + str(page.get_by_role("link", name="打开员工看到的待办").get_attribute("href")))
    page.locator(".sandbox-bar details summary").click()
    page.locator(".sandbox-bar .menu-body").get_by_role("link", name="营销部经理").click()
    expect(page.locator(".sandbox-role")).to_have_text("营销部经理")
    for address in (page.url, desk, f"{desks.address}/sandboxes", f"{desks.address}/packs/{KEY}/scenarios"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address
