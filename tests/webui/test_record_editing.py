"""Records corrected by hand: with a reason, by whom the pack says, never over somebody else's change; and the register as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine import SYSTEM, ProcessEngine, RecordView
from tests.webui.customers import FIELDS as CUSTOMER
from tests.webui.customers import customer
from tests.webui.website import Visitor, submitted
from webui.spreadsheet import cell

FIELDS: dict[str, Any] = {**CUSTOMER, "developed_by": "王芳"}


def values(engine: ProcessEngine, record_id: str) -> dict[str, Any]:
    return dict(engine.read(RecordView("customer", record_id), SYSTEM).values)


@pytest.fixture(scope="module")
def first(engine: ProcessEngine) -> str:
    return customer(engine, "A-1", "张三", developed_by="王芳")


@pytest.fixture(scope="module")
def second(engine: ProcessEngine) -> str:
    return customer(engine, "A-2", "=cmd|calc", developed_by="王芳")


def change(browser: Visitor, record_id: str, seen: int | str, reason: str = "电话换了", **fields: Any) -> TestResponse:
    posted = submitted({**FIELDS, **fields})
    posted["_seen"], posted["_reason"] = str(seen), reason
    return browser.post(f"/records/customer/{record_id}/edit", posted)


Open = Callable[[str | None], Visitor]


def test_a_change_is_kept_with_reason_and_old_value(engine, first, visitor: Open):
    browser = visitor("wangfang")
    page = browser.page(f"/records/customer/{first}/edit")
    assert page.xpath("//input[@name='customer_name']/@value") == ["张三"]
    assert page.xpath("//textarea[@name='_reason']/@form") == ["screen-form"]
    response = change(browser, first, page.xpath("//input[@name='_seen']/@value")[0], customer_code="A-1", customer_name="张三", phone="13900139000")
    assert (response.status_code, response.location) == (303, f"/records/customer/{first}"), response.text[-3000:]
    shown = browser.page(f"/records/customer/{first}?part=history").text_content()
    assert "电话换了" in shown
    assert "13800138000" in shown
    assert values(engine, first)["phone"] == "13900139000"


def test_without_a_reason_nothing_is_saved(engine, first, visitor: Open):
    seen = engine.read(RecordView("customer", first), SYSTEM).revision
    response = change(visitor("wangfang"), first, seen, " ", customer_code="A-1", customer_name="李四")
    assert response.status_code == 422
    assert "请填写修改原因" in response.text
    assert 'value="李四"' in response.text
    assert values(engine, first)["customer_name"] == "张三"


def test_a_value_that_another_record_has_is_told_beside_the_field(engine, first, second, visitor: Open):
    seen = engine.read(RecordView("customer", first), SYSTEM).revision
    response = change(visitor("wangfang"), first, seen, customer_code="a-2", customer_name="张三")
    assert response.status_code == 409
    assert "台账里另一条记录已经用了这个值" in response.text
    assert values(engine, first)["customer_code"] == "A-1"


def test_a_wrong_value_is_told_and_what_was_typed_stays(engine, first, visitor: Open):
    seen = engine.read(RecordView("customer", first), SYSTEM).revision
    response = change(visitor("wangfang"), first, seen, customer_code="A-1", customer_name="张三", phone="12")
    assert response.status_code == 422
    assert "请填写 11 位手机号" in response.text
    assert 'value="12"' in response.text


def test_a_change_by_somebody_else_in_between_is_not_overwritten(engine, second, visitor: Open):
    browser = visitor("wangfang")
    assert change(browser, second, 1, customer_code="A-2", customer_name="=cmd|calc", phone="13700137000").status_code == 303
    response = change(visitor("sunlei"), second, 1, customer_code="A-2", customer_name="=cmd|calc", phone="13600136000")
    assert response.status_code == 409
    assert "王芳 刚刚修改过" in response.text
    assert "13700137000" in response.text
    assert 'value="13600136000"' in response.text
    assert values(engine, second)["phone"] == "13700137000"
    assert change(visitor("sunlei"), second, 2, customer_code="A-2", customer_name="=cmd|calc", phone="13600136000").status_code == 303


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40])
def test_a_forged_revision_changes_nothing(engine, first, visitor: Open, seen: str):
    assert change(visitor("wangfang"), first, seen, customer_code="A-1", customer_name="假").status_code == 400
    assert values(engine, first)["customer_name"] == "张三"


def test_only_roles_that_may_edit_can(engine, first, visitor: Open):
    director, outsider = visitor("chenjing"), visitor("wuhao")
    assert "/edit" not in director.get(f"/records/customer/{first}").text
    assert [browser.get(f"/records/customer/{first}/edit").status_code for browser in (director, outsider)] == [403, 404]
    assert [change(browser, first, 1, customer_code="A-1", customer_name="假").status_code for browser in (director, outsider)] == [403, 404]
    assert values(engine, first)["customer_name"] == "张三"


def test_the_export_holds_what_is_shown_and_no_formula(first, second, visitor: Open):
    response = visitor("chenjing").get("/records/customer/export.csv")
    assert response.data.startswith("\ufeff".encode())
    assert "attachment" in response.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert rows[0][0] == "客户名称"
    assert {row[0] for row in rows[1:]} == {"张三", "'=cmd|calc"}


def test_the_export_follows_the_search_and_the_rights(first, second, visitor: Open):
    rows = list(csv.reader(io.StringIO(visitor("wangfang").get("/records/customer/export.csv?q=张三").data.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["张三"]
    assert visitor("wuhao").get("/records/customer/export.csv").status_code == 404


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_begins_as_a_formula(sign: str):
    assert cell(f"{sign}1") == f"'{sign}1"
    assert cell(f"1{sign}") == f"1{sign}"


def test_a_wrong_credit_code_is_asked_about_once_and_taken_when_meant(engine, visitor: Open):
    fields = {**CUSTOMER, "customer_kind": "企业", "customer_code": "CC-1", "customer_name": "校验位有限公司"}
    record_id = customer(engine, "CC-1", "校验位有限公司", customer_kind="企业", credit_code="91350100M000100Y43")
    browser = visitor("wangfang")

    def save(code: str, **more: str) -> TestResponse:
        posted = submitted({**fields, "credit_code": code})
        seen = engine.read(RecordView("customer", record_id), SYSTEM).revision
        posted.update({"_seen": str(seen), "_reason": "补代码", **more})
        return browser.post(f"/records/customer/{record_id}/edit", posted)

    asked = save("91350100M000100Y44")
    assert (asked.status_code, "信用代码可能写错了" in asked.text) == (422, True)
    assert 'value="91350100M000100Y44"' in asked.text
    assert save("91350100M000100Y44", _code_meant="credit_code").status_code == 303
    assert values(engine, record_id)["credit_code"] == "91350100M000100Y44"
    # It stands there now: nobody is asked again when something else changes.
    fields["contact_name"] = "李经理"
    assert save("91350100M000100Y44").status_code == 303
    assert save("91350100M000100Y43").status_code == 303
