"""An auditor moves through a case with keys, mouse, links and the list of events; every moment has its address."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from engine import DEMO_PASSWORD, SYSTEM, Actor, CaseFilter, FindCases, SaveUser
from tests.e2e.desk import Desk

AUDITOR = Actor("auditor", "审计员", is_auditor=True)


def at(page: Page, step: int) -> None:
    """Slider, words, list, address and data all say the same step."""
    expect(page.locator("#moment")).to_have_attribute("data-at", str(step))
    expect(page.locator("#moment-words")).to_contain_text(f"第 {step} 步")
    expect(page.locator("#slider")).to_have_value(str(step))
    expect(page.locator("#slider")).to_have_attribute("aria-valuetext", re.compile(rf"^{step} \S"))
    expect(page.locator("[data-events] [aria-current=step]")).to_have_attribute("data-step", str(step))
    expect(page).to_have_url(re.compile(rf"[?&]at={step}$"))


def test_slider_keys_links_and_permalink(desks: Desk):
    title = "回放测试客户"
    desks.engine.run(SaveUser("auditor", "审计员", DEMO_PASSWORD, is_auditor=True), SYSTEM)
    desks.start("application_refused", title)
    desks.walk_until(None, "application_refused", title)
    (row,) = desks.engine.read(FindCases(CaseFilter(search=title)), AUDITOR).rows
    page = desks.page("auditor")
    page.goto(f"{desks.address}/audit/{row.instance_id}")
    last = int(page.locator("#slider").get_attribute("max") or 0)
    assert last > 20
    expect(page.locator("#moment .diagram svg").first).to_be_visible()
    page.keyboard.press("ArrowLeft")
    at(page, last - 1)
    page.keyboard.press("Home")
    at(page, 1)
    for step in (2, 3, 4):
        page.keyboard.press("ArrowRight")
        at(page, step)
    _drag(page, 0.5)
    middle = int(page.locator("#slider").input_value())
    assert last // 3 < middle < last
    at(page, middle)
    page.locator("#moment a[rel=next]").click()
    at(page, middle + 1)
    expect(page.locator("#moment a[rel=next]")).to_be_focused()
    page.locator(f"[data-events] [data-step='{last // 3}']").click()
    at(page, last // 3)
    words = page.locator("#moment-words").inner_text()
    page.reload()
    at(page, last // 3)
    assert page.locator("#moment-words").inner_text() == words
    page.keyboard.press("End")
    at(page, last)
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    at(page, last - 20)
    _is_the_page_of(page, last - 20)


def _is_the_page_of(page: Page, step: int) -> None:
    """What keys led to is word for word what the address shows, the marks on the diagram included."""
    expect(page.locator("#moment .diagram-canvas svg").first).to_be_visible()
    shown, marks = page.locator("#moment").inner_text(), _marks(page)
    page.reload()
    at(page, step)
    expect(page.locator("#moment .diagram-canvas svg").first).to_be_visible()
    assert (page.locator("#moment").inner_text(), _marks(page)) == (shown, marks)


def _marks(page: Page) -> list[str]:
    """Markers of elements and badges, as the viewer draws them."""
    marked = "[...document.querySelectorAll('#moment .djs-element')].map((each) => `${each.dataset.elementId} ${each.getAttribute('class')}`)"
    badges = "[...document.querySelectorAll('#moment .diagram-badge')].map((each) => `${each.className} ${each.textContent}`)"
    return sorted([*page.evaluate(marked), *page.evaluate(badges)])


def _drag(page: Page, part: float) -> None:
    box = page.locator("#slider").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 12, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * part, middle, steps=12)
    page.mouse.up()
