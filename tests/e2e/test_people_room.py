"""An administrator looks after people in a browser; a person ends a session elsewhere; the keyboard is enough."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from engine import DEMO_PASSWORD, SYSTEM, FindAccountDetail, ProcessEngine, SaveUser
from tests.e2e.desk import PHONE, Desk


@pytest.fixture(scope="module", autouse=True)
def administrator(engine: ProcessEngine) -> None:
    engine.run(SaveUser("admin", "管理员", DEMO_PASSWORD, is_administrator=True), SYSTEM)


def sign_in_for_the_first_time(page: Page, address: str, login: str, once: str) -> None:
    page.goto(address + "/tasks")
    page.get_by_label("账号", exact=True).fill(login)
    page.get_by_label("密码").fill(once)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name="换成自己的密码")).to_be_visible()
    page.get_by_label("一次性密码").fill(once)
    for label in ("新密码（至少 8 个字符）", "再输入一次新密码"):
        page.get_by_label(label).fill("three green teapots")
    page.get_by_role("button", name="修改密码").click()
    expect(page.locator(".session-list")).to_contain_text("这里")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_person_is_made_signs_in_and_is_closed(desks: Desk, browser, engine: ProcessEngine, size: str):
    if size == "phone":
        desks.size = PHONE
    login = f"new-{size}"
    page = desks.page("admin")
    page.goto(desks.address + "/new-person")
    page.get_by_label("姓名").fill("新来的")
    page.get_by_label("账号", exact=True).fill("王 芳")
    page.get_by_label("直属上级").fill("赵敏 (zhaomin)")
    page.get_by_label("营销专员").check()
    page.get_by_role("button", name="建立账号").click()
    expect(page.locator("#user_id-problem")).to_contain_text("账号只能用小写字母")
    expect(page.get_by_label("账号", exact=True)).to_be_focused()
    expect(page.get_by_label("营销专员")).to_be_checked()
    page.get_by_label("账号", exact=True).fill(login)
    page.get_by_role("button", name="建立账号").click()
    once = page.locator(".one-time").inner_text()

    context = browser.new_context(viewport=desks.size, locale="zh-CN")
    theirs = context.new_page()
    sign_in_for_the_first_time(theirs, desks.address, login, once)

    page.get_by_role("link", name="记下了").click()
    page.get_by_role("link", name="停用账号").click()
    page.get_by_role("button", name="停用账号").click()
    expect(page.locator("[role=status]").first).to_contain_text("已经停用")
    assert not engine.read(FindAccountDetail(login), SYSTEM).active
    theirs.goto(desks.address + "/tasks")
    expect(theirs.get_by_role("heading", name="登录拓客")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()


def test_roles_by_keyboard(desks: Desk):
    page = desks.page("admin")
    page.goto(desks.address + "/roles")
    row = page.locator("#general_manager")
    row.get_by_label("加到").focus()
    page.keyboard.type("孙磊 (sunlei)")
    page.keyboard.press("Enter")
    expect(row.get_by_role("link", name="孙磊")).to_be_visible()
    row.get_by_role("button", name="把 孙磊 移出").press("Enter")
    expect(row.get_by_role("link", name="孙磊")).to_have_count(0)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_people_come_from_a_table_and_one_of_them_signs_in(desks: Desk, browser, engine: ProcessEngine, size: str):
    if size == "phone":
        desks.size = PHONE
    page = desks.page("admin")
    page.goto(desks.address + "/people")
    page.get_by_role("link", name="导入").click()
    login = f"table-{size}"
    text = f"账号,姓名,岗位,直属上级\n{login},表里的,营销专员,赵敏\nbad one,坏,没有的岗位,\n"
    page.get_by_label("Excel（.xlsx）或 CSV 文件").set_input_files({"name": "人员.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.get_by_role("button", name="上传").click()
    page.get_by_role("button", name="检查").click()
    expect(page.get_by_role("heading", name="检查结果")).to_be_visible()
    expect(page.locator("tbody tr").first).to_contain_text("没有这个岗位")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="导入 1 行").click()
    once = page.locator("tbody code").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载 CSV").click()
    assert once in download.value.path().read_text(encoding="utf-8-sig")
    context = browser.new_context(viewport=desks.size, locale="zh-CN")
    sign_in_for_the_first_time(context.new_page(), desks.address, login, once)
    context.close()
