"""People at their browsers, doing what a scenario of the process pack says by clicking and typing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from engine import ProcessEngine
from tests.webui.website import PERSON_OF, start_of, steps

DESKTOP = {"width": 1400, "height": 900}
PHONE = {"width": 390, "height": 844}


class Desk:
    """One browser context for each person; `size` may be changed before somebody comes."""

    def __init__(self, browser: Browser, address: str, engine: ProcessEngine) -> None:
        self.address = address
        self.engine = engine
        self.size = DESKTOP
        self.scripts = True
        self.complaints: list[str] = []
        self._browser = browser
        self._pages: dict[str, tuple[BrowserContext, Page]] = {}

    def visitor(self, name: str = "") -> Page:
        """A browser in which nobody has signed in."""
        context = self._browser.new_context(viewport=self.size, java_script_enabled=self.scripts, locale="zh-CN", has_touch=self.size is PHONE)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text) if is_complaint(message.type, message.text) else None)
        self._pages[name] = context, page
        return page

    def page(self, user_id: str) -> Page:
        """Signed in with one click on the sign-in page."""
        if user_id not in self._pages:
            page = self.visitor(user_id)
            page.goto(f"{self.address}/sign-in")
            page.locator(f"button[name=user_id][value={user_id}]").click()
            expect(page.locator("[data-list], .empty").first).to_be_visible()
        return self._pages[user_id][1]

    def close(self) -> None:
        for context, _ in self._pages.values():
            context.close()
        assert self.complaints == [], self.complaints

    def start(self, scenario: str, title: str) -> Page:
        page = self.page(PERSON_OF["marketing_specialist"])
        page.goto(f"{self.address}/start")
        page.get_by_role("link", name=re.compile("客户开发")).click()
        fill(page, start_of(scenario) | {"customer_name": title})
        submit(page)
        expect(page.locator(".result")).to_contain_text("已发起")
        self.engine.run_due_jobs()
        return page

    def walk(self, scenario: str, title: str) -> Page:
        """All steps, each by the person of its role; answers the page after the last one."""
        return self.walk_until(None, scenario, title)

    def walk_until(self, element_id: str | None, scenario: str, title: str) -> Page:
        """The steps before that of an element."""
        page = None
        for step in steps(scenario):
            if step["task"] == element_id:
                break
            page = self.page(PERSON_OF[step["as"]])
            self.open_task(page, step["task"], title)
            fill(page, _of_its_own(step["data"], title))
            submit(page)
            expect(page.locator(".result h2"), step["task"]).to_contain_text("已提交")
            self.engine.run_due_jobs()
        assert page
        return page

    def open_task(self, page: Page, element_id: str, title: str) -> None:
        """Through the list: one's own tasks first, then those of one's groups."""
        for tab in ("mine", "groups"):
            page.goto(f"{self.address}/tasks?tab={tab}&q={title}")
            row = page.locator(f"[data-element={element_id}] a[data-row]")
            if row.count():
                row.first.click()
                expect(page.locator("#screen-form")).to_be_visible()
                return
        raise AssertionError(f"no task of {element_id} in the lists")


def _of_its_own(data: Mapping[str, Any], title: str) -> dict[str, Any]:
    """Two customers must not have one credit code, or the second is taken for the first."""
    return {key: f"9133{sum(map(ord, title)):014}" if key == "credit_code" else value for key, value in data.items()}


def fill(page: Page, data: Mapping[str, Any], before: str = "") -> None:
    form = page.locator("#screen-form")
    for key, value in data.items():
        name = before + key
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for number, row in enumerate(value):
                if not form.locator(f"[name^='{name}-{number}-']").count():
                    form.locator(f"button[value='add:{name}']").click()
                    expect(form.locator(f"[name^='{name}-{number}-']:visible").first).to_be_visible()
                fill(page, row, f"{name}-{number}-")
        else:
            _fill_one(form, name, value)


def _fill_one(form: Locator, name: str, value: Any) -> None:
    fields = form.locator(f"[name='{name}']:not([type=hidden])")
    expect(fields.first, name).to_be_visible()
    kind = fields.first.evaluate("element => element.type")
    if kind in ("radio", "checkbox"):
        for one in value if isinstance(value, list) else [value]:
            form.locator(f"[name='{name}'][value='{one}']").check()
    elif kind == "select-one":
        fields.select_option(str(value))
    else:
        fields.fill(value.isoformat() if isinstance(value, date) else str(value))


def submit(page: Page) -> None:
    page.locator("#screen-form button[name=_op][value=submit]").click()


def is_complaint(kind: str, text: str) -> bool:
    """Refused content and failing scripts; the browser's own note on an answer of 4xx is none."""
    return kind == "error" and "Failed to load resource" not in text
