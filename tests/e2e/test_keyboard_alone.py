"""With the keyboard alone: everything can be reached, what has the focus is seen and nothing lies over it, menus and dialogs let go of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from engine import DEMO_PASSWORD, ProcessEngine, ShowFirstSteps, StartInstance, Worklist
from tests.e2e.desk import PHONE, Desk
from tests.e2e.visits import deploy_visits
from tests.e2e.world import actor_of

# What is wrong with where the focus stands; empty when it can be seen.
SEEN = """async () => {
  // The browser scrolls with the next picture.
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const one = document.activeElement;
  if (one === document.body) return '';
  const name = `${one.tagName}#${one.id}.${one.className} ${(one.textContent || one.value || '').trim().slice(0, 30)}`;
  const shows = (element, style = getComputedStyle(element)) =>
    (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== 'none';
  const around = one.closest('label') ?? one.parentElement;
  const ring = shows(one) || shows(around) || shows(one, getComputedStyle(one, '::after'));
  if (!one.matches('main, [data-focus], [data-form-problems]') && !ring) return `${name}: no ring`;
  const box = one.getBoundingClientRect();
  if (!box.width && !box.height) return `${name}: no size`;
  const inside = (x, y) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
  const spots = [.1, .3, .5, .7, .9].flatMap((x) => [.1, .5, .9].map((y) => [box.left + box.width * x, box.top + box.height * y]));
  const hit = (x, y) => { const top = document.elementFromPoint(x, y); return top && (one.contains(top) || top.contains(one)); };
  return spots.some(([x, y]) => inside(x, y) && hit(x, y)) ? '' : `${name}: hidden at ${Math.round(box.top)} of ${innerHeight}`;
}"""
MOST_STOPS = 90


class Keyboard:
    """Hands that have no mouse; every stop on the way is looked at."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def to(self, selector: str, *, back: bool = False) -> None:
        """Tab until the focus is there."""
        for _ in range(MOST_STOPS):
            if self.page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                return
            self.press("Shift+Tab" if back else "Tab")
            assert self.page.evaluate(SEEN) == ""
        raise AssertionError(f"no way to {selector}")

    def through(self) -> int:
        """Once around the page; how many stops there are."""
        for stops in range(MOST_STOPS * 3):
            self.press("Tab")
            assert self.page.evaluate(SEEN) == ""
            if self.page.evaluate("document.activeElement === document.body || document.activeElement.matches('.skip-link')") and stops:
                return stops
        raise AssertionError("the focus never comes around")


@pytest.fixture(scope="module", autouse=True)
def visits(engine: ProcessEngine) -> None:
    deploy_visits(engine)
    for user_id in ("wangfang", "liqiang"):
        engine.run(ShowFirstSteps(False), actor_of(engine, user_id))


def signed_in(desks: Desk, browser_page: Page) -> Keyboard:
    keyboard = Keyboard(browser_page)
    browser_page.goto(f"{desks.address}/sign-in")
    keyboard.to("#user_id")
    keyboard.type("wangfang")
    keyboard.to("#password")
    keyboard.type(DEMO_PASSWORD)
    keyboard.press("Enter")
    expect(browser_page.locator(".mainnav")).to_be_visible()
    return keyboard


@pytest.fixture
def page(desks: Desk) -> Page:
    page = desks.visitor()
    # Smooth scrolling would be looked at on its way.
    page.emulate_media(reduced_motion="reduce")
    return page


def fill_in(keyboard: Keyboard, page: Page) -> None:
    keyboard.to("[name=topic]")
    keyboard.type("谈了价格")
    keyboard.to("[name=day]")
    # The parts of a date stand in another order in each country.
    keyboard.press("ArrowUp", "ArrowRight", "ArrowUp", "ArrowRight", "ArrowUp")
    expect(page.locator("[name=day]")).to_have_value(re.compile(r"20\d\d-\d\d-\d\d"))
    keyboard.to("[name=city]")
    keyboard.press("ArrowDown")
    keyboard.type("27")
    keyboard.press("Enter")
    expect(page.locator("[name=city]")).to_have_value("c27")
    expect(page.locator("[name=city]")).to_be_focused()
    keyboard.to("[name=wanted]")
    keyboard.press("Space", "ArrowDown", "ArrowUp")
    expect(page.locator("[name=wanted][value=yes]")).to_be_checked()
    keyboard.to("[name=amount]")
    keyboard.type("1200.5")
    keyboard.to("[name=again][type=checkbox]")
    keyboard.press("Space")
    keyboard.to("[type=file]")
    with page.expect_file_chooser() as chosen:
        keyboard.press("Enter")
    chosen.value.set_files([{"name": "会议.txt", "mimeType": "text/plain", "buffer": b"minutes"}])
    expect(page.locator("#screen-form")).to_contain_text("会议.txt")
    keyboard.to("button[value='add:people']")
    keyboard.press("Enter")
    expect(page.locator("[name='people-0-name']")).to_be_focused()
    keyboard.type("张经理")
    keyboard.to("[name=words]")
    keyboard.type("一切都好")


def test_a_task_is_found_claimed_filled_in_and_left(desks: Desk, page: Page, engine: ProcessEngine):
    wang = actor_of(engine, "wangfang")
    engine.run(StartInstance("visits", {"customer": "键盘公司"}), wang)
    keyboard = signed_in(desks, page)
    keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    keyboard.to(".tabs a[href*='tab=groups']")
    keyboard.press("Enter")
    page.wait_for_url("**tab=groups")
    keyboard.to("#search")
    keyboard.type("键盘公司")
    expect(page.locator(".task-row")).to_have_count(1)
    keyboard.to(".task-claim button")
    keyboard.press("Enter")
    expect(page.locator("#screen-form")).to_be_visible()
    fill_in(keyboard, page)
    keyboard.to("button[name=_op][value=submit]")
    keyboard.press("Enter")
    expect(page.locator(".result")).to_contain_text("已提交")
    [row] = engine.read(Worklist("done", "键盘公司"), wang).rows
    assert row.element_id == "report"
    page.go_back()
    expect(page.locator("main")).to_contain_text("写走访报告")


def test_problems_lead_to_their_fields(desks: Desk, page: Page, engine: ProcessEngine):
    engine.run(StartInstance("visits", {"customer": "必填公司"}), actor_of(engine, "wangfang"))
    keyboard = signed_in(desks, page)
    page.goto(f"{desks.address}/tasks?tab=groups&q=必填公司")
    keyboard.to("[data-row]")
    keyboard.press("Enter")
    expect(page.locator("#screen-form")).to_be_visible()
    keyboard.to("button[name=_op][value=submit]")
    keyboard.press("Enter")
    expect(page.locator("[data-form-problems]")).to_be_focused()
    keyboard.to("[data-form-problems] a")
    keyboard.press("Enter")
    expect(page.locator("[name=topic]")).to_be_focused()
    expect(page.locator("[name=topic]")).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_menus_and_dialogs_let_go_of_the_focus(desks: Desk, page: Page, size: str):
    if size == "phone":
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    keyboard = signed_in(desks, page)
    keyboard.to("summary.person")
    keyboard.press("Enter")
    keyboard.to(".menu-body a")
    keyboard.press("Escape")
    expect(page.locator("summary.person")).to_be_focused()
    assert page.locator("details[data-menu][open]").count() == 0
    if size == "phone":
        keyboard.to(".nav-more > summary", back=True)
        keyboard.press("Space")
        keyboard.to(".nav-sheet a")
        keyboard.press("Escape")
        expect(page.locator(".nav-more > summary")).to_be_focused()
    keyboard.press("?")
    dialog = page.locator("dialog#shortcuts")
    expect(dialog).to_be_visible()
    for _ in range(6):
        keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.evaluate("document.activeElement.matches('summary')")


def test_a_menu_closes_when_the_focus_leaves_it(desks: Desk, page: Page):
    keyboard = signed_in(desks, page)
    keyboard.to("summary.person")
    keyboard.press("Enter", "Shift+Tab", "Shift+Tab")
    assert page.locator("details[data-menu][open]").count() == 0


def test_single_keys_can_be_switched_off(desks: Desk, page: Page, engine: ProcessEngine):
    engine.run(StartInstance("visits", {"customer": "单键公司"}), actor_of(engine, "wangfang"))
    keyboard = signed_in(desks, page)
    page.goto(f"{desks.address}/help")
    keyboard.to("main [data-single-keys]")
    keyboard.press("Space")
    page.goto(f"{desks.address}/tasks?tab=groups&q=单键公司")
    keyboard.press("j", "?")
    assert page.evaluate("document.activeElement === document.body")
    expect(page.locator("dialog#shortcuts")).to_be_hidden()
    page.goto(f"{desks.address}/help")
    expect(page.locator("main [data-single-keys]")).not_to_be_checked()
    keyboard.to("main [data-single-keys]")
    keyboard.press("Space")
    page.goto(f"{desks.address}/tasks?tab=groups&q=单键公司")
    keyboard.press("j")
    expect(page.locator("[data-row]:focus")).to_have_count(1)


PAGES = [
    "/tasks?tab=groups",
    "/start/visits",
    "/start/customer_development",
    "/instances",
    "/records/customer",
    "/account",
    "/account/substitutes",
    "/help",
]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_focus_goes_around_every_page_and_is_never_hidden(desks: Desk, page: Page, size: str):
    if size == "phone":
        page.set_viewport_size({"width": PHONE["width"], "height": 640})
    keyboard = signed_in(desks, page)
    for address in PAGES:
        page.goto(desks.address + address)
        assert keyboard.through() > 8, address
        assert re.search(r"\S", page.title())
