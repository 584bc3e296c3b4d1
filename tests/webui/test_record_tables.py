"""Registers in the browser: lists, adding, archiving, what is alike, tables in and out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from lxml import html
from werkzeug.datastructures import FileStorage

from engine import ProcessEngine
from tests.webui.customers import FIELDS, customer
from tests.webui.website import Visitor, submitted
from webui.register import tables

Open = Callable[[str | None], Visitor]


@pytest.fixture(scope="module")
def known(engine: ProcessEngine) -> str:
    customer(
        engine,
        "B-2",
        "<b>=cmd</b>\u202e",
        customer_level="重要客户",
        registered_on=date(2026, 3, 1),
        contact_phone="13900000001",
        phone="13900000001",
    )
    return customer(engine, "B-1", "宁波海川有限公司", developed_by="王芳", registered_on=date(2026, 1, 2))


def titles(page: Any) -> list[str]:
    return [text.strip() for text in page.xpath("//a[@class='row-link']//text()") if text.strip()]


def test_lists_are_narrowed_down_sorted_and_shown_in_chosen_columns(known, visitor: Open):
    browser = visitor("wangfang")
    assert titles(browser.page("/records/customer?f.customer_level=重要客户")) == ["<b>=cmd</b>\u202e"]
    assert titles(browser.page("/records/customer?f.developed_by=@me")) == ["宁波海川有限公司"]
    assert titles(browser.page("/records/customer?from.registered_on=2026-02-01")) == ["<b>=cmd</b>\u202e"]
    assert titles(browser.page("/records/customer?sort=-registered_on"))[-1] == "宁波海川有限公司"
    page = browser.page("/records/customer?cols=customer_name&cols=email")
    assert len(page.xpath("//table//th")) == 3
    assert page.xpath("//input[@name='cols'][@checked]/@value") == ["customer_name", "email"]
    assert len(page.xpath("//th/a[@class='sorter']")) == 1
    wrong = browser.get("/records/customer?from.registered_on=gestern")
    assert wrong.status_code == 422
    assert "gestern" in wrong.text


def test_who_may_add_by_hand_is_asked_about_what_is_alike(engine, known, visitor: Open):
    manager = visitor("zhaomin")
    fields = {**FIELDS, "customer_code": "B-9", "customer_name": "宁波海川股份有限公司"}
    asked = manager.post("/records/customer/new", submitted(fields))
    assert asked.status_code == 422
    assert "可能已经登记过" in asked.text
    assert f'value="{known}"' in asked.text
    posted = submitted(fields)
    posted.setlist("_known", [known])
    saved = manager.post("/records/customer/new", posted)
    assert saved.status_code == 303, saved.text[-3000:]
    assert "可能是同一个" in manager.page(saved.location).text_content()
    assert manager.page("/records/customer/duplicates").xpath("count(//div[@class='pair-names'])") == 1
    again = manager.post("/records/customer/duplicates", {"first": known, "second": saved.location.rsplit("/", 1)[1]})
    assert again.status_code == 303
    assert manager.page("/records/customer/duplicates").xpath("count(//div[@class='pair-names'])") == 0
    assert visitor("wangfang").get("/records/customer/new").status_code == 403
    assert visitor("wuhao").get("/records/customer/new").status_code == 404


def test_a_record_is_archived_with_a_reason_and_restored(engine, visitor: Open):
    manager, record_id = visitor("zhaomin"), customer(engine, "C-1", "要停用的")
    address = f"/records/customer/{record_id}"
    assert manager.post(f"{address}/archive", {"_seen": "1", "reason": " "}).status_code == 422
    assert visitor("wangfang").post(f"{address}/archive", {"_seen": "1", "reason": "x"}).status_code == 403
    assert manager.post(f"{address}/archive", {"_seen": "1", "reason": "停业"}).status_code == 303
    assert "要停用的" not in titles(manager.page("/records/customer"))
    assert "要停用的" in titles(manager.page("/records/customer?archived=1"))
    assert manager.get(f"{address}/edit").status_code == 409
    assert manager.post(f"{address}/archive", {"_seen": "2", "reason": "又开业", "restore": "1"}).status_code == 303
    history = manager.page(f"{address}?part=history").text_content()
    assert "停业" in history
    assert "又开业" in history


def test_excel_holds_dates_as_dates_and_no_formula(known, visitor: Open):
    response = visitor("wangfang").get("/records/customer/export.xlsx?f.customer_level=重要客户&cols=customer_name&cols=registered_on")
    sheet = openpyxl.load_workbook(io.BytesIO(response.data)).active
    assert [cell.value for cell in sheet[1]] == ["客户名称", "录入日期", "更新"]
    name, day, _changed = sheet[2]
    assert (name.value, name.data_type) == ("<b>=cmd</b>\u202e", "s")
    assert day.value == datetime(2026, 3, 1)
    assert visitor("wuhao").get("/records/customer/export.xlsx").status_code == 404


def workbook(*rows: list[Any]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("客户")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return file.getvalue()


def upload(browser: Visitor, name: str, content: bytes) -> Any:
    return browser.post("/records/customer/import", {"step": "upload", "file": FileStorage(io.BytesIO(content), name)})


def test_a_table_is_uploaded_checked_and_imported(engine, visitor: Open):
    manager = visitor("zhaomin")
    heads = [label for label in manager_labels(manager)]
    row = {"客户识别码": "I-1", "客户名称": "导入甲", "客户类型": "个人", "客户类别": "一般客户", "联系电话": "13700137000"}
    row |= {"公司地址": "宁波", "客户联系人": "王五", "联系人电话": "13700137001"}
    titles_of = [head for head in heads if head in row]
    content = workbook(titles_of, [row[head] for head in titles_of], ["" if head == "客户名称" else row[head] + "x" for head in titles_of])
    first = upload(manager, "客户.xlsx", content)
    assert first.status_code == 200, first.text[-2000:]
    page = html_of(first)
    sent = {"file": page.xpath("//input[@name='file']/@value")[0], "step": "preview"}
    sent |= {select.get("name"): select.xpath("option[@selected]/@value")[0] for select in page.xpath("//select[option[@selected]]")}
    preview = manager.post("/records/customer/import", sent)
    assert "不能导入" in preview.text
    done = manager.post("/records/customer/import", {**sent, "step": "import"})
    assert done.status_code == 303, preview.text[-4000:]
    shown = manager.page(done.location).text_content()
    assert "没有导入的行" in shown
    result = openpyxl.load_workbook(io.BytesIO(manager.get(f"{done.location}/result.xlsx").data)).active
    assert [cell.value for cell in result["C"]][1:] == ["新建", "没有导入"], [cell.value for cell in result["D"]]
    assert "导入甲" in titles(manager.page("/records/customer?q=导入甲"))
    [address] = manager.page("/records/customer?q=导入甲").xpath("//a[@class='row-link']/@href")
    assert manager.page(f"{address}?part=history").xpath("//ol[@class='timeline']//a[contains(@href, '/imports/')]/@href") == [done.location]
    assert "/imports/" not in visitor("wangfang").get(f"{address}?part=history").text
    assert visitor("liqiang").get(done.location).status_code == 404
    assert visitor("wangfang").post("/records/customer/import", sent).status_code == 403
    assert visitor("liqiang").post("/records/customer/import", sent).status_code == 404


def html_of(response: Any) -> Any:
    return html.document_fromstring(response.text)


def manager_labels(browser: Visitor) -> list[str]:
    sheet = openpyxl.load_workbook(io.BytesIO(browser.get("/records/customer/import/template.xlsx").data)).active
    return [str(cell.value) for cell in sheet[1]]


def test_a_text_file_tells_how_it_was_read(visitor: Open):
    text = "客户识别码,客户名称\nG-1,国标\n"
    assert "GB18030" in upload(visitor("zhaomin"), "a.csv", text.encode("gb18030")).text
    assert "UTF-8" in upload(visitor("zhaomin"), "a.csv", text.encode("utf-8-sig")).text


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b" " * (tables.MOST_UNPACKED_BYTES + 1))
    return file.getvalue()


def typed() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("[Content_Types].xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>")
    return file.getvalue()


def titled() -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.merge_range("A1:C1", "二〇二六年客户名单")
    sheet.write_row(1, 0, ["客户识别码", "客户名称"])
    book.close()
    return file.getvalue()


def hostile() -> bytes:
    """A formula, an error, merged cells, a long number, a day as a number, the same code twice, a column of nothing known."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["客户识别码", "客户名称", "客户类型", "客户类别", "联系电话", "公司地址", "客户联系人", "联系人电话", "录入日期", "心情"])
    good = ["个人", "一般客户", "13700137000", "宁波", "王五", "13700137001"]
    names = (("H-1", "好的"), ("H-2", "公式"), ("H-3", "错误"), ("H-4", ""), (1234567890123456, "长"), ("H-6", "日"), ("H-1", "又"))
    for row, named in enumerate(names, 1):
        sheet.write_row(row, 0, [*named, *good])
    sheet.write(1, 9, "好")
    sheet.write_formula(2, 4, '=HYPERLINK("http://x")')
    sheet.write_formula(3, 4, "=1/0", None, "#DIV/0!")
    sheet.merge_range("B5:B6", "合并")
    sheet.write_number(6, 8, 45292)
    book.close()
    return file.getvalue()


def test_each_bad_cell_is_told_at_its_row_and_the_good_rows_are_taken(visitor: Open):
    manager = visitor("zhaomin")
    page = html_of(upload(manager, "坏.xlsx", hostile()))
    sent = {"file": page.xpath("//input[@name='file']/@value")[0], "step": "preview", **chosen_of(page)}
    preview = html_of(manager.post("/records/customer/import", sent))
    told = {row.xpath("string(td[2])"): row.xpath("string(td[3])") for row in preview.xpath("//tbody/tr")}
    words = {"3": "公式", "4": "公式", "6": "15 位", "7": "2024-01-01", "8": "第 2 行已有这个值"}
    assert all(word in told[number] for number, word in words.items()), told
    assert "合并着" in told["6"]
    assert "没有导入的列：心情" in preview.text_content()
    done = manager.post("/records/customer/import", {**sent, "step": "import"})
    shown = manager.page(done.location).text_content()
    assert "好的" in titles(manager.page("/records/customer?q=H-1"))
    assert titles(manager.page("/records/customer?q=H-2")) == [], shown


def test_an_empty_cell_takes_away_only_when_that_was_chosen(engine, visitor: Open):
    manager, record_id = visitor("zhaomin"), customer(engine, "E-1", "留电话", email="a@example.com")
    page = html_of(upload(manager, "空.xlsx", workbook(["客户识别码", "客户名称", "E-mail"], ["E-1", "留电话", ""])))
    sent = {"file": page.xpath("//input[@name='file']/@value")[0], "step": "preview", "update": "1", **chosen_of(page)}
    assert "email" in chosen_of(page).values()
    kept = manager.post("/records/customer/import", sent)
    assert "没有要写入的" in kept.text
    preview = html_of(manager.post("/records/customer/import", {**sent, "step": "preview_clear"}))
    assert "a@example.com → （清空）" in preview.text_content()
    fields = {field.get("name"): field.get("value") for field in preview.xpath("//main//form//input[@type='hidden']")}
    assert manager.post("/records/customer/import", {**fields, "step": "import"}).status_code == 303
    assert "a@example.com" not in manager.page(f"/records/customer/{record_id}").xpath("string(//main)")
    again = html_of(manager.post("/records/customer/import", {**sent, "step": "preview_clear"}))
    assert "没有要写入的" in again.text_content()


def chosen_of(page: Any) -> dict[str, str]:
    return {select.get("name"): select.xpath("option[@selected]/@value")[0] for select in page.xpath("//select[option[@selected]]")}


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.xlsx", titled(), "列名一行有合并的格子"),
        ("a.xlsx", bomb(), "太大"),
        ("a.xlsx", typed(), "打不开"),
        ("a.xlsx", b"PK\x03\x04broken", "打不开"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "另存为"),
        ("a.csv", b"", "空的"),
        ("a.csv", "名称\n".encode(), "空的"),
        ("a.csv", b"a\n\x00", "不是表格"),
        ("a.csv", b"a\n\xff\xff\xff", "编码"),
        ("a.csv", b"a\n" + b"x\n" * 2001, "行数太多"),
        ("a.csv", b"a," * 101 + b"b\nc\n", "列数太多"),
        ("a.csv", b"a\n" + b"x" * 20_001, "太长"),
    ],
)
def test_a_bad_file_is_refused_in_words(visitor: Open, name: str, content: bytes, told: str):
    response = upload(visitor("zhaomin"), name, content)
    assert response.status_code == 422
    assert told in response.text


def test_moments_and_numbers_of_a_workbook_become_plain_text():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["a", "b", "c"])
    sheet.write_number(1, 0, 13800138000)
    sheet.write_datetime(1, 1, datetime(2026, 1, 2, tzinfo=UTC).replace(tzinfo=None), book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_boolean(1, 2, True)
    book.close()
    assert tables.read_table("a.xlsx", file.getvalue()).rows == [(2, ["13800138000", "2026-01-02", "true"])]
