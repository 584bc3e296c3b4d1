"""The task list as people use it: by keyboard, several at once, while colleagues take tasks, at a desk and on a phone."""

from __future__ import annotations

from playwright.sync_api import expect

from engine import SYSTEM, ClaimTask, Worklist
from engine.model.identity import Actor
from tests.e2e.desk import PHONE, Desk
from tests.webui.website import PEOPLE

SCENARIO = "application_refused"
LI = Actor("liqiang", "李强", frozenset({PEOPLE["liqiang"][1]}))


def offer(desks: Desk, *names: str) -> None:
    for name in names:
        desks.start(SCENARIO, name)
        desks.walk_until("confirm_target", SCENARIO, name)


def test_keys_select_claim_and_leave(desks: Desk):
    offer(desks, "键盘甲公司", "键盘乙公司")
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


def test_new_and_taken_tasks_appear_without_reloading(desks: Desk):
    offer(desks, "实时甲公司")
    page = desks.page("liqiang")
    page.goto(f"{desks.address}/tasks?tab=groups&q=实时")
    rows = page.locator(".task-row")
    expect(rows).to_have_count(1)
    mine = rows.filter(has_text="实时甲").locator("[data-row]")
    mine.focus()
    offer(desks, "实时乙公司")
    expect(rows).to_have_count(2)
    expect(mine).to_be_focused()
    taken = next(row for row in desks.engine.read(Worklist("groups", "实时乙"), LI).rows)
    desks.engine.run(ClaimTask(taken.task_id), SYSTEM)
    expect(rows).to_have_count(1)
    expect(mine).to_be_focused()


def test_filter_and_copy_on_a_phone(desks: Desk):
    desks.size = PHONE
    offer(desks, "手机甲公司")
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


def test_without_scripts_several_are_claimed(desks: Desk):
    desks.scripts = False
    offer(desks, "无脚本批量公司")
    page = desks.page("liqiang")
    page.goto(f"{desks.address}/tasks?tab=groups&q=无脚本批量")
    page.locator(".task-tick input").check()
    page.get_by_role("button", name="认领选中的").click()
    expect(page.locator("main")).to_contain_text("1 项成功，0 项没有成功")
