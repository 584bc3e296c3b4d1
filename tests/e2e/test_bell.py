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


def test_the_number_comes_by_itself(desks: Desk):
    """Without a reload: at the bell, in the title, and said to screen readers; a tab that is hidden does not ask."""
    desks.size = DESKTOP
    page = desks.start(SCENARIO, "铃铛自来公司")
    desks.open_task(page, "collect_internal", "铃铛自来公司")
    case = re.findall(r"[0-9a-f]{32}", page.url)[0]
    wu = desks.page("wuhao")
    wu.clock.install()
    wu.goto(f"{desks.address}/help")
    title = wu.title()
    before = wu.locator(".bell-count").count()
    page.goto(f"{desks.address}/instances/{case}/copies")
    page.locator("input[name=user_id][value=wuhao]").check()
    page.get_by_role("button", name="抄送").click()
    hide = "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
    hide += " document.dispatchEvent(new Event('visibilitychange')); }"
    wu.evaluate(hide, True)
    wu.clock.run_for(60_000)
    assert wu.locator(".bell-count").count() == before
    wu.evaluate(hide, False)
    expect(wu.locator(".bell-count")).to_have_text("1")
    expect(wu.locator("a.bell")).to_have_attribute("aria-label", "通知，1 条未读")
    expect(wu.get_by_role("status").filter(has_text="有新的通知")).to_have_count(1)
    assert wu.title() == f"(1) {title}"
    page.goto(f"{desks.address}/instances/{case}/comments")
    page.get_by_label("写留言").fill("请看 @吴昊")
    page.get_by_role("button", name="写上留言").click()
    expect(page.get_by_text("留言已经写上")).to_be_visible()
    wu.clock.run_for(31_000)
    expect(wu.locator(".bell-count")).to_have_text("2")
    assert wu.title() == f"(2) {title}"
