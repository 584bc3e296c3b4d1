"""Every page that somebody can open: usable by everyone (WCAG 2.2 AA by axe), in both languages, light and dark, on a screen and on a phone.

The pages are those of the application's own map, so a new one is looked at as soon as it is registered; without a sample for it the test fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from engine import ProcessEngine, Settings
from tests.e2e.conftest import MORNING
from tests.e2e.desk import is_complaint
from tests.e2e.world import KEY, ROLES, World, furnish_world, typed
from tests.webui.website import PASSWORD
from webui import create_app
from webui.sandbox.mount import EXTENSION
from webui.security import Access, access_of

AXE = Path(__file__).resolve().parents[2] / "webui" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Of what axe calls good practice: what people with a screen reader find their way by.
PRACTICE = ["page-has-heading-one", "landmark-one-main", "landmark-unique", "heading-order", "region", "empty-heading", "skip-link"]
ASK_AXE = """async ({tags, rules}) => {
  const on = Object.fromEntries(rules.map((name) => [name, {enabled: true}]));
  const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}, rules: on, resultTypes: ['violations']});
  const why = (node) => node.any.concat(node.all, node.none).map((check) => check.message).join('; ').slice(0, 300);
  return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')} — ${why(node)}`));
}"""
# Whatever sticks out of the page; what scrolls by itself may be wider inside.
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth, right = (one) => Math.round(one.getBoundingClientRect().right);
  if (document.documentElement.scrollWidth <= width) return [];
  const scrolls = (one) => one && one !== document.body && (getComputedStyle(one).overflowX !== 'visible' || scrolls(one.parentElement));
  const sticking = [...document.body.querySelectorAll('*')].filter((one) => right(one) > width + 1 && !scrolls(one.parentElement));
  return sticking.slice(0, 3).map((one) => `${one.tagName}.${one.getAttribute('class')} to ${right(one)} of ${width}`);
}"""

# Controls that a finger of 44 px does not hit; links in running text may be smaller, and what a library draws is its own.
TOO_SMALL = """() => [...document.querySelectorAll('button, select, input:not([type=hidden]), textarea, summary, .btn, nav a')].filter((one) => {
  if (!one.checkVisibility({visibilityProperty: true, opacityProperty: true})) return false;
  if (one.closest('.visually-hidden, .crumbs, .djs-container')) return false;
  const box = one.getBoundingClientRect(), label = (one.closest('label') ?? one).getBoundingClientRect();
  return box.width > 1 && Math.max(box.height, label.height) < 43.5;
}).map((one) => `${one.outerHTML.slice(0, 120)} is ${Math.round(one.getBoundingClientRect().height)} px high`)"""

# Controls whose edge is not seen by itself, 3:1 against what they stand on (WCAG 1.4.11); what a library draws is its own.
FAINT = """() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number), style = (one) => getComputedStyle(one);
  const linear = (one) => one <= .04045 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4;
  const light = (colour) => channels(colour).slice(0, 3).reduce((sum, one, at) => sum + linear(one / 255) * [.2126, .7152, .0722][at], .05);
  const clear = (colour) => channels(colour)[3] === 0;
  const ground = (one) => !one ? 'rgb(255, 255, 255)' : clear(style(one).backgroundColor) ? ground(one.parentElement) : style(one).backgroundColor;
  const ratio = (one, two) => Math.max(light(one) / light(two), light(two) / light(one));
  const foreign = '.visually-hidden, .djs-container, .fjs-container, .dmn-js-parent, .bio-properties-panel, .cm-editor';
  return [...document.querySelectorAll('input:not([type=hidden], [type=range], [type=file]), select, textarea')].filter((one) => {
    if (one.disabled || one.checked || one.closest(foreign) || one.getBoundingClientRect().width < 2) return false;
    if (!one.checkVisibility({visibilityProperty: true, opacityProperty: true})) return false;
    const edge = style(one).borderTopColor;
    return !clear(edge) && ratio(edge, ground(one.parentElement)) < 2.95;
  }).map((one) => `${one.outerHTML.slice(0, 120)} has an edge that is not seen`);
}"""

# Chinese that an English page shows or reads out, but for what people of this world have typed.
CHINESE = """(typed) => {
  const chinese = /[\\u3000-\\u303f\\u3400-\\u9fff\\uff00-\\uffef]/;
  const found = new Set(), tell = (text, one) => {
    const rest = typed.reduce((left, word) => left.replaceAll(word, ''), text ?? '');
    if (chinese.test(rest) && !one.closest('[lang|=zh], .avatar-letter')) found.add(text.trim().slice(0, 150));
  };
  tell(document.title, document.body);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const around = texts.currentNode.parentElement;
    if (!around.closest('script, style, template, noscript, textarea')) tell(texts.currentNode.data, around);
  }
  const said = ['title', 'aria-label', 'placeholder', 'alt', 'data-label', 'data-confirm'];
  document.body.querySelectorAll('*').forEach((one) => said.forEach((name) => tell(one.getAttribute(name), one)));
  return [...found];
}"""


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at."""

    language: str
    theme: str
    width: int
    height: int


DESK = Look("zh", "light", 1400, 900)
PHONE = Look("en", "dark", 390, 844)
# The least that WCAG 1.4.10 asks for: 1280 px at four times the size.
NARROWEST = 320
BY_ACCESS = {
    Access.ANYONE: [None],
    Access.SIGNED_IN: ["wangfang"],
    Access.ADMINISTRATORS: ["admin"],
    Access.ANALYSTS: ["analyst"],
    Access.AUDITORS: ["auditor"],
    Access.PACK_READERS: ["analyst", "auditor"],
    Access.PEOPLE_READERS: ["admin", "auditor"],
}
# Whose page it is when it is not that of the first who may.
WHOSE = {
    "records.duplicates": ["zhaomin"],
    "merging.show": ["zhaomin"],
    "imports.begin": ["zhaomin"],
    "imports.show": ["zhaomin"],
    "imports.template": ["zhaomin"],
    "imports.result": ["zhaomin"],
    "record.add": ["zhaomin"],
    "task.offered": ["liqiang"],
}
# What an address does not say by itself.
ASKED = {
    "editor.open": "?name=carry_out_development.bpmn",
    "editor.content": "?name=contact_plan.form",
    "working.file": "?name=contact_plan.form",
    "packs.file": "?name=contact_plan.form",
    "replay.moment": "?at=3",
    "replay.steps": "?at=3",
    "files.options": "?form=contact_plan&field=none",
}
# Pages with more than one face: endpoint -> what else is asked for.
FACES = {
    "tasklist.show": ["?tab=groups", "?tab=done", "?tab=started", "?tab=copies", "?tab=mine&q=nothing-like-this"],
    "packs.open": [f"?part={part}" for part in ("decisions", "forms", "records", "roles", "files", "scenarios", "releases")],
    "record.show": ["?part=history"],
    "editor.open": ["?name=enterprise_customer_class.dmn", "?name=contact_plan.form", "?name=pack.toml"],
    "replay.show": ["?at=1"],
}
DRAWN_LATER = "[data-diagram-xml], body.editor-page"
# The single sign-on is not set up here: its pages are those of the provider.
ELSEWHERE = {"static", "oidc.begin", "oidc.finish", "oidc.leave", "pages.home"}


@pytest.fixture(scope="module")
def engine(database_url: str) -> Iterator[ProcessEngine]:
    engine = ProcessEngine.open(database_url, lambda: MORNING)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def app(engine: ProcessEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(engine, Settings.from_environment({"TUOKE_DATA_DIR": str(tmp_path_factory.mktemp("data")), "TUOKE_DEMO": "0"}))
    yield app
    app.extensions[EXTENSION].close()
    app.extensions[EXTENSION].server.stop()


@pytest.fixture(scope="module")
def world(engine: ProcessEngine, app: Flask) -> World:
    return furnish_world(engine, app)


def pages_of(app: Flask, world: World) -> list[tuple[str, str, Access]]:
    """(endpoint, address, who may) of everything that is read."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in ELSEWHERE:
            continue
        missing = rule.arguments - world.objects.keys()
        assert not missing, f"{rule.rule}: no sample of {missing} in tests/e2e/world.py"
        access = access_of(app.view_functions[rule.endpoint])
        assert access, rule.rule
        with app.test_request_context():
            address = str(app.url_map.bind("localhost").build(rule.endpoint, {name: world.objects[name] for name in rule.arguments}))
        found += [(rule.endpoint, address + query, access) for query in [ASKED.get(rule.endpoint, ""), *FACES.get(rule.endpoint, [])]]
    found += [("instances.open", f"/instances/{world.finished_id}", Access.SIGNED_IN), ("task.offered", world.offered, Access.SIGNED_IN)]
    inside = f"/trial/{world.objects['sandbox_id']}/marketing_specialist"
    places = ("/tasks", "/start", f"/start/{KEY}", "/instances", "/records")
    return [*found, *(("sandbox.inside", inside + path, Access.ANALYSTS) for path in places)]


@dataclass
class Walk:
    """One look at pages, by whoever may open them."""

    browser: Browser
    address: str
    look: Look
    problems: list[str] = field(default_factory=list)
    pages: dict[str | None, tuple[BrowserContext, Page]] = field(default_factory=dict)
    where: str = ""

    def page(self, user_id: str | None) -> Page:
        if user_id not in self.pages:
            size: Any = {"width": self.look.width, "height": self.look.height}
            context = self.browser.new_context(viewport=size, locale="zh-CN", has_touch=self.look is PHONE, reduced_motion="reduce")
            context.add_init_script(path=AXE)
            names: Mapping[str, str] = {"tuoke_language": self.look.language, "tuoke_theme": self.look.theme}
            context.add_cookies([{"name": name, "value": value, "url": self.address} for name, value in names.items()])
            page = context.new_page()
            page.set_default_timeout(20_000)
            page.on("pageerror", lambda error: self.complain(f"script: {error}"))
            page.on("response", lambda response: self.complain(f"{response.status} of {response.url}") if response.status >= 400 else None)
            page.on("console", lambda message: self.complain(f"console: {message.text}") if is_complaint(message.type, message.text) else None)
            if user_id:
                page.goto(f"{self.address}/sign-in")
                page.locator("#user_id").fill(user_id)
                page.locator("#password").fill(PASSWORD)
                page.locator("form button.btn-primary").first.click()
                page.locator(".mainnav").wait_for()
            self.pages[user_id] = context, page
        return self.pages[user_id][1]

    def complain(self, what: str) -> None:
        self.problems.append(f"{self.where} [{self.look.language} {self.look.theme} {self.look.width}] {what}")

    def visit(self, user_id: str | None, address: str) -> None:
        """Opens a page and says what is wrong with it."""
        page, self.where = self.page(user_id), f"{address} ({user_id})"
        got = page.request.get(self.address + address)
        if got.status != 200:
            return self.complain(f"answered {got.status}")
        if not got.headers["content-type"].startswith("text/html"):
            return None
        page.goto(self.address + address)
        if page.locator("html[lang], main, h1").count() == 0:
            # A part of a page, which is looked at where it belongs.
            return None
        self.look_at(page)
        self.look_at_other_size(page)
        return None

    def look_at(self, page: Page) -> None:
        # What is drawn by scripts after the page has come.
        if page.locator(DRAWN_LATER).count():
            page.wait_for_load_state("networkidle")
        if page.locator("html").get_attribute("lang") != {"zh": "zh-CN", "en": "en"}[self.look.language]:
            self.complain("wrong lang")
        if "<built-in method" in page.content() or " object at 0x" in page.content():
            self.complain("shows what only programs read")
        if self.look.language == "en":
            # Whoever tries a process acts under the name of a role.
            roles = ROLES if "/trial/" in page.url or "/sandboxes/" in page.url else []
            for found in page.evaluate(CHINESE, [*typed(), *roles]):
                self.complain(f"not English: {found}")
        self.ask_axe(page)
        for found in page.evaluate(FAINT):
            self.complain(found)
        self.measure(page)

    def ask_axe(self, page: Page, at: str = "") -> None:
        for found in page.evaluate(ASK_AXE, {"tags": STANDARD, "rules": PRACTICE}):
            self.complain(f"{at}{found}")

    def look_at_other_size(self, page: Page) -> None:
        """The same page as a window of the other size shows it, in the same colours: loading it again would show nothing more."""
        other = DESK if self.look is PHONE else PHONE
        page.set_viewport_size({"width": other.width, "height": other.height})
        self.ask_axe(page, f"at {other.width}: ")
        for found in page.evaluate(TOO_WIDE):
            self.complain(f"wider than {other.width}: {found}")
        page.set_viewport_size({"width": self.look.width, "height": self.look.height})

    def measure(self, page: Page) -> None:
        if self.look is not PHONE:
            return
        if not page.locator("body.editor-page").count():
            for found in page.evaluate(TOO_SMALL):
                self.complain(f"a finger misses: {found}")
        for width in (PHONE.width, NARROWEST):
            page.set_viewport_size({"width": width, "height": PHONE.height})
            for found in page.evaluate(TOO_WIDE):
                self.complain(f"wider than {width}: {found}")
        page.set_viewport_size({"width": PHONE.width, "height": PHONE.height})

    def close(self) -> None:
        for context, _ in self.pages.values():
            context.close()


def walk_all(browser: Browser, address: str, look: Look, visits: list[tuple[str | None, str]]) -> list[str]:
    walk = Walk(browser, address, look)
    try:
        for user_id, page_address in visits:
            walk.visit(user_id, page_address)
    finally:
        walk.close()
    return walk.problems


@pytest.mark.parametrize("look", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_is_for_everyone(app: Flask, world: World, address: str, browser: Browser, look: Look):
    visits = []
    for endpoint, page_address, access in pages_of(app, world):
        whose = WHOSE.get(endpoint) or BY_ACCESS[access]
        # Where two kinds of people may, one looks at the desk and the other on the phone.
        visits.append((whose[-1] if look is DESK else whose[0], page_address))
    assert len(visits) > 60
    problems = walk_all(browser, address, look, visits)
    assert problems == [], "\n".join(problems)


SPOILT = """() => {
  document.querySelector('h1').remove();
  document.querySelector('label').remove();
  document.documentElement.lang = '';
  document.querySelector('main').insertAdjacentHTML('beforeend', '<p style="color:#345">pale</p><div style="width:900px">wide</div>');
}"""


def test_what_is_wrong_with_a_page_is_found(address: str, browser: Browser, world: World):
    walk = Walk(browser, address, PHONE)
    page = walk.page(None)
    page.goto(f"{address}/sign-in")
    page.evaluate(SPOILT)
    walk.look_at(page)
    walk.close()
    for wrong in ("page-has-heading-one", "label:", "html-has-lang", "color-contrast", "wider than 390", "wrong lang"):
        assert [one for one in walk.problems if wrong in one], wrong
