"""The bell in a browser: a mention is counted, opened at the comment itself, and not counted any more; at a desk and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.desk import DESKTOP, PHONE, Desk
from tests.e2e.test_commenting import SCENARIO, no_sideways_scrolling


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_mention_is_counted_and_leads_to_the_comment(desks: Desk, size: dict[str, int]):
    desks.size = size
    title = f"铃铛{size['width']}公司"
    page = desks.start(SCENARIO, title)
    desks.open_task(page, "collect_internal", title)
    case = re.findall(r"[0-9a-f]{32}", page.url)[0]
    page.goto(f"{desks.address}/instances/{case}/copies")
    page.locator("input[name=user_id][value=wuhao]").check()
    page.get_by_role("button", name="抄送").click()
    page.goto(f"{desks.address}/instances/{case}/comments")
    page.get_by_label("写留言").fill("请看 @吴昊 这一条")
    page.get_by_role("button", name="写上留言").click()
    wu = desks.page("wuhao")
    bell = wu.locator("a.bell")
    expect(bell.locator(".bell-count")).to_have_text("2")
    if size is PHONE:
        box = bell.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    bell.click()
    expect(wu.locator(".is-unread")).to_have_count(2)
    assert no_sideways_scrolling(wu)
    wu.locator(".told-list a").first.click()
    expect(wu).to_have_url(re.compile("#comment-1$"))
    expect(wu.locator("#comment-1")).to_be_in_viewport()
    expect(wu.locator(".bell-count")).to_have_text("1")
    wu.locator("a.bell").click()
    wu.get_by_role("button", name="全部标为已读").click()
    expect(wu.locator(".bell-count")).to_have_count(0)
    expect(wu.locator(".is-unread")).to_have_count(0)
