"""Whatever people call themselves and their customers: no export holds a cell that a spreadsheet program runs, no page an element that they wrote."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest

from engine import SYSTEM, FindAccount, ImportRecords, ImportRow, ProcessEngine, SaveUser, StartInstance
from tests.webui.customers import customer
from tests.webui.website import Visitor

Open = Callable[[str | None], Visitor]
SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
TAG = "<img src=x onerror=alert(1)>"


def hostile(sign: str) -> str:
    return f"{sign}cmd|' /C calc'!A0{TAG}"


@pytest.fixture(scope="module")
def named(engine: ProcessEngine) -> dict[str, str]:
    """Customers, a person and a case with such names; what the addresses need."""
    for number, sign in enumerate(SIGNS):
        # Straight into the register: a form would cut white space at the beginning.
        customer(engine, f"{sign}H{number}", hostile(sign), remarks=hostile(sign), developed_by=hostile(sign))
    engine.run(SaveUser("hostile", hostile("="), groups=("marketing_specialist",)), SYSTEM)
    wang = engine.read(FindAccount("wangfang"), SYSTEM).actor
    start = {"customer_name": hostile("+"), "customer_kind": "企业", "channels": ["公司内部"]}
    instance_id = engine.run(StartInstance("customer_development", start), wang).instance_id
    rows = (ImportRow(2, {"customer_name": hostile("@"), "customer_code": hostile("=")}),)
    imported = engine.run(ImportRecords("customer", rows, f"{hostile('=')}.csv"), SYSTEM)
    assert imported.import_id
    return {"instance": instance_id, "import": imported.import_id}


def runs(cell: str) -> bool:
    return unicodedata.normalize("NFKC", cell[:1]).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def cells_of(response: Any) -> Iterator[str]:
    assert response.status_code == 200, response.request.path
    yield from (cell for row in csv.reader(io.StringIO(response.data.decode("utf-8-sig"), newline="")) for cell in row)


def test_no_csv_holds_a_formula(named, visitor: Open):
    register = "/records/customer/export.csv?cols=customer_name&cols=remarks&cols=developed_by&cols=customer_code"
    events = {"format": "csv"}
    # One after the other: a stream holds the context of its request until it has been read.
    exports: dict[str, Callable[[], Any]] = {
        "register": lambda: visitor("chenjing").get(register),
        "people": lambda: visitor("admin").get("/account-log/export.csv"),
        "events": lambda: visitor("auditor").post(f"/audit/{named['instance']}/events", events, page="/audit"),
    }
    for name, export in exports.items():
        with export() as response:
            cells = list(cells_of(response))
        assert any("cmd|" in cell for cell in cells), name
        assert [cell for cell in cells if runs(cell)] == [], name


def test_no_workbook_holds_a_formula(named, visitor: Open):
    admin = visitor("admin")
    workbooks = {
        "register": "/records/customer/export.xlsx?cols=customer_name&cols=remarks&cols=developed_by&cols=customer_code",
        "import": f"/records/customer/imports/{named['import']}/result.xlsx",
    }
    for name, address in workbooks.items():
        sheet = openpyxl.load_workbook(io.BytesIO(admin.get(address).data)).active
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert any("cmd|" in str(cell.value) for cell in cells), name
        assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == [], name


@pytest.mark.parametrize(
    ("user_id", "address"),
    [
        ("chenjing", "/records/customer"),
        ("zhaomin", "/records/customer/duplicates"),
        ("admin", "/records/customer/imports/{import}"),
        ("admin", "/people?q=hostile"),
        ("admin", "/people/hostile"),
        ("admin", "/account-log"),
        ("admin", "/roles"),
        ("wangfang", "/tasks?tab=mine"),
        ("wangfang", "/instances/{instance}"),
        ("auditor", "/audit"),
        ("auditor", "/audit/{instance}"),
    ],
)
def test_names_are_text_on_every_page(named, visitor: Open, user_id: str, address: str):
    page = visitor(user_id).page(address.format(**named))
    assert "onerror=alert(1)" in page.text_content()
    assert page.xpath("//img[@src='x'] | //*[@onerror]") == []
