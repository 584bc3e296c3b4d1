"""What is pressed, typed or chosen while a form's request is on its way: everything happens, in its order, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from engine import ProcessEngine, StartInstance, Worklist
from tests.e2e.desk import Desk
from tests.e2e.visits import deploy_visits
from tests.e2e.world import actor_of

ADD = "button[value='add:people']"
SUBMIT = "#screen-form button[name=_op][value=submit]"
STATE = "[data-draft-state]"
FILE = "#screen-form [type=file]"
MINUTES = {"name": "会议.txt", "mimeType": "text/plain", "buffer": b"minutes"}


class Held:
    """Requests that are kept back until they are let go."""

    def __init__(self, page: Page, pattern: str) -> None:
        self._page = page
        self._routes: list[Route] = []
        self._is_holding = True
        page.route(pattern, self._take)

    def _take(self, route: Route) -> None:
        if self._is_holding and route.request.method == "POST":
            self._routes.append(route)
        else:
            route.fallback()

    def after(self, act: Callable[[], object]) -> None:
        """Act, and wait until a request is kept back."""
        act()
        while not self._routes:
            self._page.wait_for_timeout(10)

    def let_go(self) -> None:
        self._is_holding = False
        for route in self._routes:
            route.fallback()


@pytest.fixture(scope="module", autouse=True)
def visits(engine: ProcessEngine) -> None:
    deploy_visits(engine)


def opened(desks: Desk, engine: ProcessEngine, customer: str) -> Page:
    engine.run(StartInstance("visits", {"customer": customer}), actor_of(engine, "wangfang"))
    page = desks.page("wangfang")
    desks.open_task(page, "report", customer)
    return page


def held_saving(page: Page) -> Held:
    """An automatic saving is on its way."""
    held = Held(page, "**/tasks/*")
    page.locator("[name=topic]").fill("谈了价格")
    held.after(lambda: page.locator("[name=topic]").blur())
    return held


def fill_the_rest(page: Page) -> None:
    page.locator("[name=day]").fill("2026-11-20")
    page.locator("[name=city]").select_option("c3")
    page.locator("[name=wanted][value=yes]").check()


def test_a_row_is_added_while_a_saving_is_on_its_way(desks: Desk, engine: ProcessEngine):
    page = opened(desks, engine, "存时加行公司")
    held = held_saving(page)
    page.locator(ADD).click()
    # What changes afterwards wants to be saved too: the press must not give way to it.
    page.locator("[name=again][type=checkbox]").check()
    page.locator(ADD).focus()
    held.let_go()
    expect(page.locator("[name='people-0-name']")).to_be_focused()
    expect(page.locator("[name=again][type=checkbox]")).to_be_checked()
    expect(page.locator(STATE)).to_contain_text("草稿已存")
    page.reload()
    expect(page.locator("[name='people-0-name']")).to_be_visible()
    expect(page.locator("[name=again][type=checkbox]")).to_be_checked()


def test_each_press_adds_a_row_and_a_double_click_takes_one_away(desks: Desk, engine: ProcessEngine):
    page = opened(desks, engine, "连按公司")
    held = held_saving(page)
    for _ in range(3):
        page.locator(ADD).click()
    held.let_go()
    expect(page.locator("[name^='people-'][name$='-name']")).to_have_count(3)
    for number in range(3):
        page.locator(f"[name='people-{number}-name']").fill(f"第{number}人")
    page.locator("[name='people-2-name']").blur()
    expect(page.locator(STATE)).to_contain_text("草稿已存")
    held = Held(page, "**/tasks/*")
    held.after(lambda: page.locator("button[value='del:people:0']").dblclick())
    # Another row, pressed where it still stands.
    page.locator("button[value='del:people:2']").click()
    page.locator("[name='people-1-name']").fill("中间的人")
    held.let_go()
    expect(page.locator("[name^='people-'][name$='-name']")).to_have_count(1)
    expect(page.locator("[name='people-0-name']")).to_have_value("中间的人")


def test_a_row_is_added_while_a_file_is_uploaded(desks: Desk, engine: ProcessEngine):
    page = opened(desks, engine, "传时加行公司")
    held = Held(page, "**/files*")
    held.after(lambda: page.locator(FILE).set_input_files(MINUTES))
    page.locator(ADD).click()
    expect(page.locator("[name='people-0-name']")).to_be_focused()
    page.keyboard.type("张经理")
    expect(page.locator("[data-upload-state]")).to_contain_text("会议.txt")
    saving = Held(page, "**/tasks/*")
    saving.after(lambda: page.locator(ADD).click())
    saved = page.locator("#screen-form .fm-files a")
    held.let_go()
    expect(page.locator(FILE)).to_be_enabled()
    saving.let_go()
    expect(saved).to_have_text("会议.txt")
    expect(page.locator("[name='people-1-name']")).to_be_visible()
    expect(page.locator("[name='people-0-name']")).to_have_value("张经理")


def test_a_submission_waits_for_the_saving_and_the_file_before_it(desks: Desk, engine: ProcessEngine):
    customer = "存时提交公司"
    page = opened(desks, engine, customer)
    fill_the_rest(page)
    uploading = Held(page, "**/files*")
    uploading.after(lambda: page.locator(FILE).set_input_files(MINUTES))
    saving = held_saving(page)
    page.locator(SUBMIT).dblclick()
    saving.let_go()
    expect(page.locator("[data-form-waiting]")).to_contain_text("文件")
    page.locator("[name=words]").fill("等的时候写的")
    uploading.let_go()
    expect(page.locator(".result")).to_contain_text("已提交")
    [row] = engine.read(Worklist("done", customer), actor_of(engine, "wangfang")).rows
    page.goto(f"{desks.address}/tasks/{row.task_id}")
    expect(page.locator(".formpanel")).to_contain_text("等的时候写的")
    expect(page.locator(".formpanel .fm-files")).to_contain_text("会议.txt")
    expect(page.locator(".formpanel")).to_contain_text("谈了价格")


def test_nothing_is_submitted_without_the_file_that_could_not_be_uploaded(desks: Desk, engine: ProcessEngine):
    page = opened(desks, engine, "传不上公司")
    fill_the_rest(page)
    page.locator("[name=topic]").fill("谈了价格")
    held = Held(page, "**/files*")
    held.after(lambda: page.locator(FILE).set_input_files(MINUTES | {"name": "坏.pdf", "mimeType": "application/pdf"}))
    page.locator(SUBMIT).click()
    held.let_go()
    expect(page.locator("[data-upload-state]")).to_contain_text("坏.pdf")
    expect(page.locator("[data-form-waiting]")).to_contain_text("没有提交")
    page.locator(SUBMIT).click()
    expect(page.locator(".result")).to_contain_text("已提交")


def test_what_is_typed_while_an_answer_arrives_stays(desks: Desk, engine: ProcessEngine):
    page = opened(desks, engine, "边填边存公司")
    page.locator("[name=words]").fill("先写的")
    page.locator("[name=words]").blur()
    expect(page.locator(STATE)).to_contain_text("草稿已存")
    held = held_saving(page)
    page.locator(ADD).click()
    page.locator("[name=words]").click()
    page.keyboard.press("End")
    page.keyboard.type("，后写的")
    page.locator("[name=wanted][value=no]").check()
    page.locator("[name=topic]").click()
    page.keyboard.press("End")
    page.keyboard.type("和数量")
    held.let_go()
    expect(page.locator("[name='people-0-name']")).to_be_visible()
    expect(page.locator("[name=topic]")).to_be_focused()
    page.keyboard.type("！")
    expect(page.locator("[name=topic]")).to_have_value("谈了价格和数量！")
    expect(page.locator("[name=words]")).to_have_value("先写的，后写的")
    expect(page.locator("[name=wanted][value=no]")).to_be_checked()
    page.locator("[name=topic]").blur()
    expect(page.locator(STATE)).to_contain_text("草稿已存")
    page.reload()
    expect(page.locator("[name=topic]")).to_have_value("谈了价格和数量！")
    expect(page.locator("[name=words]")).to_have_value("先写的，后写的")
