"""The register at a desk and on a phone: find, add in spite of a likeness, archive, take a table in."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
import xlsxwriter
from playwright.sync_api import Browser, expect

from engine import ProcessEngine
from tests.e2e.desk import DESKTOP, PHONE, Desk
from tests.webui.customers import customer

HOSTILE = "<img src=x onerror=alert(1)>=cmd\u202e反" + "长" * 60


@pytest.fixture(scope="module")
def customers(engine: ProcessEngine) -> ProcessEngine:
    for number, name in enumerate(("宁波海川机械有限公司", "杭州精工电子股份有限公司", HOSTILE, "李四")):
        phone = f"1380013800{number}"
        customer(engine, f"K-{number}", name, phone=phone, contact_phone=phone, developed_by="王芳")
    return engine


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def sized(request: pytest.FixtureRequest, browser: Browser, address: str, customers: ProcessEngine) -> Iterator[Desk]:
    desk = Desk(browser, address, customers)
    desk.size = request.param
    yield desk
    desk.close()


def fits(page: Any) -> bool:
    """Nothing sticks out to the side."""
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_the_list_is_searched_and_narrowed_down(sized: Desk):
    page = sized.page("wangfang")
    page.goto(f"{sized.address}/records/customer")
    expect(page.get_by_role("link", name=HOSTILE)).to_be_visible()
    assert fits(page)
    level = page.get_by_role("combobox", name="客户类别")
    if not level.is_visible():
        page.locator("summary", has_text="筛选与列").click()
    level.select_option("重要客户")
    page.get_by_role("button", name="应用").click()
    expect(page.get_by_text("没有符合条件的记录")).to_be_visible()
    page.get_by_role("link", name="清除搜索").click()
    page.get_by_label("搜索台账").fill("精工")
    page.keyboard.press("Enter")
    expect(page.locator(".row-link")).to_have_count(1)
    page.locator(".row-link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("杭州精工电子股份有限公司")
    page.get_by_role("link", name="经过").click()
    expect(page.locator(".timeline")).to_contain_text("登记")
    assert fits(page)


def test_a_table_is_taken_in_and_a_record_archived(sized: Desk):
    width = sized.size["width"]
    page = sized.page("zhaomin")
    page.goto(f"{sized.address}/records/customer/import")
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    row = {"客户识别码": f"T-{width}", "客户名称": f"表格{width}号", "客户类型": "个人", "客户类别": "一般客户", "联系电话": f"139{width:08}"}
    row |= {"公司地址": "宁波", "客户联系人": "王五", "联系人电话": f"137{width:08}"}
    sheet.write_row(0, 0, list(row))
    sheet.write_row(1, 0, list(row.values()))
    sheet.write_row(2, 0, ["X", *list(row.values())[1:2]])
    book.close()
    page.get_by_label("Excel（.xlsx）或 CSV 文件").set_input_files({"name": "客户.xlsx", "mimeType": "application/zip", "buffer": file.getvalue()})
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_role("heading", name="哪一列是哪个字段")).to_be_visible()
    assert fits(page)
    page.get_by_role("button", name="检查").click()
    expect(page.get_by_text("不能导入").first).to_be_visible()
    assert fits(page)
    page.get_by_role("button", name="导入 1 行").click()
    expect(page.get_by_role("heading", name="没有导入的行")).to_be_visible()
    page.goto(f"{sized.address}/records/customer?q=表格{width}号")
    page.locator(".row-link").click()
    page.locator("summary", has_text="停用").press("Enter")
    page.get_by_label("原因（必填）").fill("登记错了")
    page.get_by_role("button", name="停用").click()
    expect(page.get_by_text("已停用：列表和表单里不再出现")).to_be_visible()
    page.goto(f"{sized.address}/records/customer?q=表格{width}号")
    expect(page.locator(".row-link")).to_have_count(0)


def test_adding_shows_what_is_alike_while_typing(sized: Desk):
    page = sized.page("zhaomin")
    page.goto(f"{sized.address}/records/customer/new")
    page.get_by_label("客户名称").fill("宁波海川机械（有限责任公司）")
    page.get_by_label("客户识别码").focus()
    expect(page.get_by_role("heading", name="可能是同一个")).to_be_visible()
    expect(page.locator(".similar")).to_contain_text("宁波海川机械有限公司")
    assert fits(page)
    expect(page.get_by_label("客户名称")).to_have_value("宁波海川机械（有限责任公司）")


def test_two_records_are_merged_by_keyboard_and_pointer(sized: Desk):
    width = sized.size["width"]
    name, phone = f"重复{width}有限公司", f"136{width:08}"
    stays = customer(sized.engine, f"D1-{width}", name, phone=phone, contact_phone=phone)
    goes = customer(sized.engine, f"D2-{width}", f"重复{width}", phone=phone, contact_phone=phone, email="b@example.com")
    page = sized.page("zhaomin")
    page.goto(f"{sized.address}/records/customer/duplicates")
    page.locator(".pair", has_text=name).get_by_role("link", name="合并…").click()
    expect(page.get_by_role("heading", name="合并两条记录")).to_be_visible()
    assert fits(page)
    page.get_by_role("group", name="客户识别码").get_by_role("radio").first.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_label("为什么是同一个").fill("同一家公司")
    page.get_by_role("button", name="看合并的结果").click()
    expect(page.get_by_role("heading", name="合并的结果")).to_be_visible()
    assert fits(page)
    page.get_by_role("button", name="合并，不能撤销").click()
    expect(page.get_by_role("status")).to_contain_text("已合并")
    remains = page.url.rsplit("/", 1)[1]
    page.goto(f"{sized.address}/records/customer/{goes if remains == stays else stays}")
    expect(page.get_by_role("status")).to_contain_text("已经并入这条记录")
    assert fits(page)
    page.goto(f"{sized.address}/records/customer/{remains}?part=history")
    expect(page.locator(".timeline")).to_contain_text("同一家公司")
    expect(page.locator(".timeline")).to_contain_text("并入了")
    assert fits(page)
