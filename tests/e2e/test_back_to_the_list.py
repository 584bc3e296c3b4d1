"""What opens after completing, in a browser: the next task, or the list with the focus where one was."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.desk import Desk

SCENARIO = "application_refused"


def test_with_the_next_switched_off_one_is_back_in_the_list_where_one_was(desks: Desk):
    for name in ("接着甲公司", "接着乙公司"):
        desks.start(SCENARIO, name)
    page = desks.page("wangfang")
    page.goto(f"{desks.address}/tasks?tab=mine&q=接着&sort=oldest&element=collect_customer_information/collect_internal")
    switch = page.get_by_role("button", name="办完打开下一项")
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    page.locator("[data-row]").first.click()
    expect(page.locator("#task h1")).to_be_visible()
    page.get_by_label("现有客户档案").check()
    page.locator("[name=internal_findings]").fill("未发现相关信息")
    page.locator("#task").get_by_role("button", name="提交", exact=True).click()
    expect(page.locator(".listpane .result")).to_contain_text("已提交")
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator("[data-row]")).to_be_focused()
    # The ring goes around the whole row.
    assert page.evaluate("getComputedStyle(document.querySelector('[data-row]'), '::after').outlineStyle") == "solid"
    expect(page.get_by_role("searchbox")).to_have_value("接着")
    expect(page.locator(".list-chips li")).to_have_count(1)
