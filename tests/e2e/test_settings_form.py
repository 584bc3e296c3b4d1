"""pack.toml through its form, by mouse and keyboard: what is chosen is in the file, its comments stay, and a mistake in the text is told."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from engine import DEMO_PASSWORD, SYSTEM, DiscardWorkingCopy, OpenWorkingCopy, ProcessEngine, SaveUser, WorkingCopyView, WorkingFile
from tests.e2e.desk import PHONE, Desk

KEY = "customer_development"
SAVED = re.compile("已保存")


@pytest.fixture(autouse=True)
def copy(engine: ProcessEngine) -> Iterator[None]:
    engine.run(SaveUser("liqiang", "李强", DEMO_PASSWORD, groups=("marketing_supervisor",), is_analyst=True), SYSTEM)
    engine.run(OpenWorkingCopy(KEY), SYSTEM)
    yield
    engine.run(DiscardWorkingCopy(KEY, engine.read(WorkingCopyView(KEY), SYSTEM).revision), SYSTEM)


def stored(engine: ProcessEngine) -> str:
    return engine.read(WorkingFile(KEY, "pack.toml"), SYSTEM).content.decode()


def opened(desks: Desk, page: Page, entry: str | None = None) -> None:
    page.goto(f"{desks.address}/packs/{KEY}/edit/file?name=pack.toml")
    expect(page.locator("#editor-state")).to_have_text("没有改动")
    if entry:
        page.locator(f"[data-entry='{entry}'] > summary").press("Enter")


def test_names_duties_and_start_rights_are_chosen(desks: Desk, engine: ProcessEngine):
    page = desks.page("liqiang")
    before = stored(engine)
    opened(desks, page, "role:marketing_manager")
    page.locator("section", has=page.get_by_role("heading", name="流程包")).get_by_label("英文名称").fill("Winning customers")
    page.get_by_label("修改日期").fill("2027-02-03")
    role = page.locator("[data-entry='role:marketing_manager']")
    role.get_by_role("group", name="可以发起的流程").get_by_label("客户开发", exact=True).check()
    role.get_by_label("潜在客户登记").first.press("Space")
    expect(page.locator("#editor-state")).to_have_text(SAVED)
    text = stored(engine)
    made = tomllib.loads(text)
    assert made["pack"]["name_en"] == "Winning customers"
    assert made["document"]["revised_on"].isoformat() == "2027-02-03"
    assert made["role"][2]["can_start"] == [KEY]
    assert "prospect_registered" in made["role"][2]["duties"]
    assert re.findall("#.*", text) == re.findall("#.*", before)
    page.get_by_role("button", name="撤销").click()
    expect(role.get_by_label("潜在客户登记").first).not_to_be_checked()
    expect(role.get_by_role("group", name="可以发起的流程").get_by_label("客户开发", exact=True)).to_be_checked()


def test_a_register_gets_columns_rights_and_a_rule_against_twins(desks: Desk, engine: ProcessEngine):
    page = desks.page("liqiang")
    opened(desks, page, "record:customer")
    record = page.locator("[data-entry='record:customer']")
    record.get_by_label("公司地址：列表的列").check()
    record.get_by_label("E-mail：疑似重复").select_option("text")
    record.get_by_text("列的次序").click()
    record.get_by_role("button", name="公司地址：上移").press("Enter")
    expect(record.get_by_role("button", name="公司地址：上移")).to_be_focused()
    record.get_by_label("限制一个字段").select_option("credit_code")
    record.get_by_label("统一社会信用代码：营销总监").select_option("read")
    expect(page.locator("#editor-state")).to_have_text(SAVED)
    made = tomllib.loads(stored(engine))["record"][0]
    assert made["list"][-2:] == ["company_address", "next_follow_up_on"]
    assert made["duplicates"]["text"] == ["email"]
    assert made["rights"]["credit_code"] == {"write": made["edit"], "read": ["marketing_director"]}


def test_a_role_is_added_and_the_text_shows_it(desks: Desk, engine: ProcessEngine):
    page = desks.page("liqiang")
    opened(desks, page)
    adder = page.locator("details", has=page.get_by_text("增加岗位")).last
    adder.locator("summary").click()
    adder.get_by_label("标识").fill("Lawyer 1")
    adder.get_by_role("button", name="增加").click()
    expect(adder.get_by_role("alert")).to_contain_text("小写字母")
    adder.get_by_label("标识").fill("lawyer")
    adder.get_by_label("名称", exact=True).fill("法务")
    adder.get_by_label("名称", exact=True).press("Enter")
    expect(page.locator("[data-entry='role:lawyer']")).to_contain_text("法务")
    expect(page.locator("#editor-state")).to_have_text(SAVED)
    page.get_by_role("button", name="文本").click()
    field = page.locator("textarea")
    expect(field).to_have_value(re.compile('key = "lawyer"\nname = "法务"\n\n# 台账'))
    field.fill(field.input_value() + "\n[[record\n")
    page.get_by_role("button", name="设置").click()
    expect(page.locator("#editor-notices")).to_contain_text("先在这里改好")
    expect(field).to_be_visible()
    expect(page.locator("#editor-findings")).to_have_attribute("data-state", "bad")


def test_settings_are_changed_on_a_phone(desks: Desk, engine: ProcessEngine):
    desks.size = PHONE
    page = desks.page("liqiang")
    opened(desks, page)
    page.get_by_label("编号").fill("SC-KH-002")
    expect(page.locator("#editor-state")).to_have_text(SAVED)
    assert 'number = "SC-KH-002"                          # 编号' in stored(engine)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
