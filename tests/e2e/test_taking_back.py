"""Taking a completion back with a click, and a task's buttons that all have room, at a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk import DESKTOP, PHONE, Desk, fill, submit

SCENARIO = "application_refused"
FINDINGS = {"internal_sources": ["销售记录"], "internal_findings": "前年询过价。"}
# Buttons whose text does not fit, or that stand out of the page and cannot be pushed into sight.
CRAMPED = """() => [...document.querySelectorAll('.task-head .head-actions .btn')]
  .filter(one => (one.scrollIntoView({inline: 'nearest', block: 'nearest'}), one.scrollWidth > one.clientWidth
    || one.getBoundingClientRect().right > document.documentElement.clientWidth))
  .map(one => one.textContent.trim())"""


def cramped(page: Page) -> list[str]:
    found: list[str] = page.evaluate(CRAMPED)
    return found


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_what_was_submitted_comes_back(desks: Desk, size: dict[str, int]):
    desks.size = size
    title = f"撤回{size['width']}公司"
    page = desks.start(SCENARIO, title)
    desks.open_task(page, "collect_internal", title)
    fill(page, FINDINGS)
    submit(page)
    page.locator(".result-undo button").click()
    expect(page.locator("[name=internal_findings]")).to_have_value("前年询过价。")
    assert cramped(page) == []
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.locator(".task-head .head-actions .btn").count() > 2
    assert cramped(page) == []
    page.get_by_role("button", name="中文").click()  # the account remembers it
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
