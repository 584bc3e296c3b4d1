"""Comments on the case's page: written, refused beside the field with the text kept, deleted; at a desk and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk import DESKTOP, PHONE, Desk

SCENARIO = "application_refused"
HOSTILE = "<img src=x onerror=alert(1)> " + "很长" * 120 + " https://example.org/" + "a" * 200


def no_sideways_scrolling(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_comment_is_written_refused_and_deleted(desks: Desk, size: dict[str, int]):
    desks.size = size
    title = f"留言{size['width']}公司"
    page = desks.start(SCENARIO, title)
    desks.open_task(page, "collect_internal", title)
    page.get_by_role("link", name="留言", exact=True).click()
    field = page.get_by_label("写留言")
    field.fill("请看 @吴昊 这一条")
    page.get_by_role("button", name="写上留言").click()
    expect(page.locator("#comment-problem")).to_contain_text("吴昊 看不到这个流程")
    expect(field).to_have_value("请看 @吴昊 这一条")
    expect(field).to_be_focused()
    field.fill(HOSTILE)
    # The form beside it is not touched by what happens here.
    page.locator("[name=internal_findings]").fill("还在写的")
    page.get_by_role("button", name="写上留言").click()
    expect(page.locator(".comment-told")).to_be_focused()
    expect(page.locator(".comment-text")).to_contain_text("<img src=x")
    assert page.locator(".comment-text img").count() == 0
    assert no_sideways_scrolling(page)
    change_and_delete(page)
    expect(page.locator("[name=internal_findings]")).to_have_value("还在写的")


def change_and_delete(page: Page) -> None:
    own = page.locator(".comment-own summary")
    own.filter(has_text="修改").click()
    page.get_by_label("改成").fill("改过的话")
    page.get_by_role("button", name="保存修改").click()
    expect(page.locator(".comment-text")).to_have_text("改过的话")
    expect(page.locator(".comment-head")).to_contain_text("已修改")
    own.filter(has_text="删除").click()
    page.get_by_role("button", name="删除这条留言").click()
    expect(page.locator(".comment-list")).to_contain_text("已由本人删除")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_whom_a_comment_mentions_is_offered_and_chosen_by_keys_or_finger(desks: Desk, size: dict[str, int]):
    desks.size = size
    title = f"提到{size['width']}公司"
    page = desks.start(SCENARIO, title)
    desks.open_task(page, "collect_internal", title)
    task = page.url
    page.goto(f"{desks.address}/instances/{re.findall('[0-9a-f]{32}', task)[0]}/copies")
    page.locator("input[name=user_id][value=wuhao]").check()
    page.get_by_role("button", name="抄送").click()
    page.goto(task)
    page.get_by_role("link", name="留言", exact=True).click()
    field, offers = page.get_by_label("写留言"), page.locator(".mention-list [role=option]")
    field.click()
    field.press_sequentially("请 @")
    expect(offers.first).to_be_visible()
    assert field.get_attribute("aria-activedescendant") == "mention-0"
    first = offers.first.locator("strong").inner_text()
    page.keyboard.press("Escape")
    expect(offers).to_have_count(0)
    assert first == "吴昊"
    field.press_sequentially(first[0])
    expect(offers.first).to_contain_text(first)
    assert no_sideways_scrolling(page)
    if size is PHONE:
        box = offers.first.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        offers.first.click()
    else:
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
    expect(field).to_have_value(f"请 @{first} ")
    expect(field).to_be_focused()
    field.press_sequentially("看，不是 a@example.com 也不是没有的人 @没有")
    expect(offers).to_have_count(0)
