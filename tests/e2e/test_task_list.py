"""The task list as people use it: by keyboard, several at once, while colleagues take tasks, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from engine import DEMO_PASSWORD, SYSTEM, ClaimTask, ProcessEngine, ShowFirstSteps, Worklist
from engine.model.identity import Actor
from tests.e2e.desk import PHONE, Desk
from tests.webui.website import PEOPLE, Visitor, offered

LI = Actor("liqiang", "李强", frozenset({PEOPLE["liqiang"][1]}))


@pytest.fixture(scope="module")
def offer(engine: ProcessEngine, app: Flask) -> Callable[..., list[str]]:
    """Tasks for the supervisors, one for each name, brought there without a browser: it is not what is tried here."""
    browsers: dict[str | None, Visitor] = {}

    def visitor(user_id: str | None) -> Visitor:
        if user_id not in browsers:
            browsers[user_id] = Visitor(app)
            assert browsers[user_id].sign_in(user_id or "", DEMO_PASSWORD).status_code == 303
        return browsers[user_id]

    return lambda *names: offered(engine, visitor, *names)


def test_keys_select_claim_and_leave(desks: Desk, offer: Callable[..., list[str]]):
    offer("键盘甲公司", "键盘乙公司")
    page = desks.page("liqiang")
    page.goto(f"{desks.address}/tasks?tab=groups&q=键盘")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-together-count]")).to_have_text("已选 2 项")
    expect(page.locator("[data-row]:focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".together-bar")).to_be_hidden()
    page.locator(".task-tick input").first.click()
    page.locator(".task-tick input").last.click(modifiers=["Shift"])
    expect(page.locator("[data-together-count]")).to_have_text("已选 2 项")
    page.get_by_role("button", name="认领选中的").click()
    expect(page.locator("main")).to_contain_text("2 项成功，0 项没有成功")


def test_new_and_taken_tasks_appear_without_reloading(desks: Desk, offer: Callable[..., list[str]]):
    offer("实时甲公司")
    page = desks.page("liqiang")
    page.goto(f"{desks.address}/tasks?tab=groups&q=实时")
    rows = page.locator(".task-row")
    expect(rows).to_have_count(1)
    mine = rows.filter(has_text="实时甲").locator("[data-row]")
    mine.focus()
    offer("实时乙公司")
    expect(rows).to_have_count(2)
    expect(mine).to_be_focused()
    taken = next(row for row in desks.engine.read(Worklist("groups", "实时乙"), LI).rows)
    desks.engine.run(ClaimTask(taken.task_id), SYSTEM)
    expect(rows).to_have_count(1)
    expect(mine).to_be_focused()
    # A row that goes while it has the focus stays, and says so, until the focus is elsewhere.
    (own,) = desks.engine.read(Worklist("groups", "实时甲"), LI).rows
    desks.engine.run(ClaimTask(own.task_id), SYSTEM)
    expect(page.locator(".task-row[data-gone]")).to_have_count(1)
    expect(mine).to_be_focused()


def test_filter_and_copy_on_a_phone(desks: Desk, offer: Callable[..., list[str]]):
    desks.size = PHONE
    offer("手机甲公司")
    page = desks.page("liqiang")
    page.goto(f"{desks.address}/tasks?tab=groups")
    page.get_by_role("link", name="筛选").click()
    page.locator("#filter-customer").fill("手机甲")
    page.get_by_role("button", name="应用").click()
    expect(page.locator(".list-chips li")).to_have_count(1)
    expect(page.locator(".task-row")).to_have_count(1)
    page.locator(".task-tick input").check()
    for button in page.locator(".together-bar .btn").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.locator("[data-row]").click()
    page.get_by_role("link", name="抄送给同事").click()
    page.get_by_label("吴昊").check()
    page.get_by_label("留言").fill("请知悉")
    page.get_by_role("button", name="抄送").click()
    reader = desks.page("wuhao")
    reader.goto(f"{desks.address}/tasks?tab=copies")
    expect(reader.locator("li.copy-unread")).to_contain_text("手机甲公司")
    reader.locator("[data-row]").click()
    expect(reader.locator("h1")).to_contain_text("手机甲公司")


def test_without_scripts_several_are_claimed(desks: Desk, offer: Callable[..., list[str]]):
    desks.scripts = False
    offer("无脚本批量公司")
    page = desks.page("liqiang")
    page.goto(f"{desks.address}/tasks?tab=groups&q=无脚本批量")
    page.locator(".task-tick input").check()
    page.get_by_role("button", name="认领选中的").click()
    expect(page.locator("main")).to_contain_text("1 项成功，0 项没有成功")


def somewhere(page: Page) -> bool:
    return bool(page.evaluate("document.activeElement !== document.body"))


def test_keys_search_move_and_select(desks: Desk, offer: Callable[..., list[str]]):
    offer("按键甲公司", "按键乙公司", "按键丙公司")
    page = desks.page("liqiang")
    page.goto(f"{desks.address}/tasks?tab=groups")
    rows = page.locator("[data-row]")
    # Searching brings the rows anew at every letter; whoever types goes on typing, also with the filter open.
    page.get_by_role("link", name="筛选").click()
    expect(page.locator("#filter-element")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-filter-form]")).to_have_count(0)
    expect(page.locator("[data-filter-open]").filter(has_text="筛选")).to_be_focused()
    page.get_by_role("link", name="筛选").click()
    expect(page.locator("#filter-element")).to_be_focused()
    page.locator("[data-search]").focus()
    page.keyboard.type("按键")
    expect(rows).to_have_count(3)
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(rows.first).to_be_focused()
    expect(page.locator("[data-search]")).to_have_value("按键")
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.first).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("[data-together-count]")).to_have_text("已选 1 项")
    page.keyboard.press("Escape")
    expect(page.locator("[data-together-count]")).to_have_text("")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    assert somewhere(page)


def test_keys_claim_and_go_on_where_the_task_was(desks: Desk, offer: Callable[..., list[str]]):
    offer("领取甲公司", "领取乙公司", "领取丙公司")
    desks.engine.run(ShowFirstSteps(False), LI)
    page = desks.page("liqiang")
    page.goto(f"{desks.address}/tasks?tab=groups")
    rows = page.locator("[data-row]")
    # The columns' form opens over the list and lets go of the focus where it was opened.
    columns = page.locator(".list-columns-open")
    columns.click()
    expect(page.locator("[name=column]").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(columns).to_be_focused()
    # c takes the row that has the focus; the list stays, and j goes on where it was.
    page.goto(f"{desks.address}/tasks?tab=groups&q=领取")
    page.keyboard.press("j")
    second = rows.nth(1).get_attribute("href")
    assert second
    page.keyboard.press("c")
    expect(page.locator("h1[data-focus]")).to_be_focused()
    expect(page.locator("[data-list] .task-row")).to_have_count(2)
    page.keyboard.press("j")
    expect(rows.first).to_be_focused()
    assert rows.first.get_attribute("href").partition("?")[0] == second.partition("?")[0]
    page.keyboard.press("Enter")
    expect(page.locator("#screen-form")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-row][aria-current]")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()


def test_one_answer_for_several_on_a_phone(desks: Desk, offer: Callable[..., list[str]]):
    desks.size = PHONE
    offer("合办甲公司", "合办乙公司", "合办丙公司")
    page = desks.page("liqiang")
    page.goto(f"{desks.address}/tasks?tab=groups&q=合办")
    for box in page.locator(".task-tick input").all():
        box.check()
    page.get_by_role("button", name="一起办理…").click()
    ticks = page.locator("[name=_task]")
    expect(ticks).to_have_count(3)
    page.get_by_role("button", name="提交选中的").click()
    expect(page.locator("[role=status]").first).to_contain_text("0 项成功，3 项没有成功")
    expect(page.locator("[data-form-problems]")).to_be_focused()
    ticks.last.uncheck()
    page.get_by_label("确认", exact=True).check()
    expect(ticks.last).not_to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    (task, other) = (box.get_attribute("value") for box in ticks.all()[:2])
    desks.engine.run(ClaimTask(other), Actor("tang", "唐云", LI.groups))
    page.get_by_role("button", name="提交选中的").click()
    expect(page.locator("[role=status]").first).to_contain_text("1 项成功，1 项没有成功")
    expect(page.locator("[role=status]").first).to_be_focused()
    expect(page.locator(".together-bad")).to_contain_text("认领")
    assert task in {row.task_id for row in desks.engine.read(Worklist("done"), LI).rows}
    page.get_by_role("link", name="回到待办").click()
    expect(page.locator("[data-search]")).to_have_value("合办")
