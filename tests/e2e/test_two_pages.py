"""One task open in two pages: the second to save is told and chooses; nothing typed is lost."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.desk import DESKTOP, PHONE, Desk

FIELD = "[name=internal_findings]"


def type_into(page: Page, text: str) -> None:
    page.locator(FIELD).fill(text)
    page.locator(FIELD).blur()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_second_to_save_chooses(desks: Desk, size: dict[str, int]):
    desks.size = size
    title = f"两页{size['width']}公司"
    first = desks.start("application_refused", title)
    desks.open_task(first, "collect_internal", title)
    second = first.context.new_page()
    second.goto(first.url)
    type_into(first, "第一页写的")
    expect(first.locator("[data-draft-state]")).to_contain_text("草稿已存")
    type_into(second, "<b>第二页</b>写的")
    warning = second.locator("#screen-form [role=alert]")
    expect(warning).to_contain_text("在另一个页面里也填了")
    expect(second.locator(FIELD)).to_have_value("<b>第二页</b>写的")
    with second.context.expect_page() as opened:
        warning.get_by_role("link").click()
    expect(opened.value.locator(FIELD)).to_have_value("第一页写的")
    second.bring_to_front()
    warning.get_by_role("button", name="用我这份").click()
    expect(second.locator("[data-draft-state]")).to_contain_text("草稿已存")
    expect(second.locator("#screen-form [role=alert]")).to_have_count(0)
    first.reload()
    expect(first.locator(FIELD)).to_have_value("<b>第二页</b>写的")


def slowly(route: Route) -> None:
    if route.request.method == "POST":
        time.sleep(0.15)
    route.continue_()


def test_a_page_that_saves_in_quick_succession_is_not_taken_for_two(desks: Desk):
    """Fields that show and hide others are changed while earlier answers are on the way, on a server that is slow to answer."""
    page = desks.page("wangfang")
    page.route("**/tasks/*", slowly)
    title = "连填公司"
    desks.start("application_refused", title)
    desks.open_task(page, "collect_internal", title)
    boxes = page.locator("[name=internal_sources]:not([type=hidden])")
    answers: list[int] = []
    page.on("response", lambda response: answers.append(response.status) if response.request.method == "POST" else None)
    for number in range(4):
        boxes.nth(number % boxes.count()).click()
        page.locator(FIELD).press_sequentially(f"{number}字", delay=15)
        page.keyboard.press("Shift+Tab")
    expect(page.locator(FIELD)).to_have_value("0字1字2字3字")
    expect(page.locator("[data-draft-state]")).to_contain_text("草稿已存")
    assert 409 not in answers
    expect(page.locator("#screen-form [role=alert]")).to_have_count(0)
    page.reload()
    expect(page.locator(FIELD)).to_have_value("0字1字2字3字")
