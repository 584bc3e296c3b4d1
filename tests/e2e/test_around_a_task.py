"""What stands around a task's form, as several roles see it at a desk; hostile names stay text and break nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk import DESKTOP, PHONE, Desk

SCENARIO = "application_refused"
SUPERVISOR = "liqiang"
EVIL = '<b>粗</b>=1+1"x" ' + "abcdefghij" * 5 + " مرحبا"


def wide(page: Page) -> int:
    found: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return found


def opened(page: Page, name: str) -> None:
    panel = page.locator(f"details[data-remember={name}]")
    if panel.get_attribute("open") is None:
        panel.locator("summary").first.click()
    expect(panel).to_have_attribute("open", "")


@pytest.mark.parametrize("size", [DESKTOP], ids=["desktop"])
def test_who_decides_sees_the_case_what_was_said_and_what_comes_next(desks: Desk, size: dict[str, int]):
    desks.size = size
    title = f"概况{size['width']}机械"
    desks.start(SCENARIO, title)
    desks.walk_until("review_application", SCENARIO, title)
    page = desks.page(SUPERVISOR)
    desks.open_task(page, "review_application", title)
    form = page.locator(".formpanel").bounding_box()
    glance = page.locator("details[data-remember=glance]").bounding_box()
    assert form
    assert glance
    assert glance["x"] >= form["x"] + form["width"]
    for name in ("glance", "past", "ahead", "diagram"):
        opened(page, name)
    expect(page.locator("details[data-remember=glance]")).to_contain_text("王芳")
    expect(page.locator("details[data-remember=glance]")).to_contain_text("第 1 版")
    expect(page.locator(".said-list > ol > li").first).to_contain_text("申请开发理由")
    ahead = page.locator(".ahead")
    expect(ahead).to_contain_text("审核结论：退回修改")
    expect(ahead).to_contain_text("发起人 王芳")
    page.locator(".said-more summary").first.click()
    expect(page.locator(".said-more .reading").first).to_contain_text("预计首次交易额")
    page.locator("details[data-remember=diagram]").scroll_into_view_if_needed()
    expect(page.locator(".course-slot .diagram-canvas svg").first).to_be_visible()
    page.locator(".course-steps summary").click()
    expect(page.locator(".course-steps .timeline")).to_contain_text("王芳 发起了“客户开发”")
    page.locator(".step-guide summary").click()
    expect(page.locator(".guide-text")).to_be_visible()
    assert wide(page) <= 0


def test_a_phone_shows_the_form_first_and_the_rest_folded(desks: Desk):
    desks.size = PHONE
    page = desks.start(SCENARIO, "折叠机械")
    desks.open_task(page, "collect_internal", "折叠机械")
    tops = page.locator(".formpanel, details[data-remember]").evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().top)")
    assert tops[0] == min(tops)
    for name, told in (("glance", "王芳"), ("ahead", "其他并行的部分也办完之后"), ("diagram", "")):
        panel = page.locator(f"details[data-remember={name}]")
        expect(panel).not_to_have_attribute("open", "")
        panel.locator("summary").first.press("Enter")
        expect(panel).to_contain_text(told)
        expect(panel.locator(":scope > :not(summary)").first).to_be_visible()
        assert wide(page) <= 0


@pytest.mark.parametrize("size", [DESKTOP], ids=["desktop"])
def test_names_that_mean_harm_are_text_and_break_nothing(desks: Desk, size: dict[str, int]):
    desks.size = size
    page = desks.start(SCENARIO, f"{EVIL}{size['width']}")
    desks.open_task(page, "collect_internal", f"مرحبا{size['width']}")
    for name in ("glance", "ahead", "diagram"):
        opened(page, name)
    expect(page.locator("details[data-remember=glance]")).to_contain_text("<b>粗</b>=1+1")
    assert page.locator(".task-inner b").count() == 0
    expect(page.locator(".ahead")).to_contain_text("其他并行的部分也办完之后")
    expect(page.locator("details[data-remember=glance]")).to_contain_text("客户方面渠道收集信息")
    assert wide(page) <= 0
