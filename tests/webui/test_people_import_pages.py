"""People from a table in the browser: columns, what would happen, who was faster, passwords shown once, nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from lxml import html
from werkzeug.datastructures import FileStorage, MultiDict

from engine import SYSTEM, FindAccount, ProcessEngine, SaveUser
from tests.webui.website import Visitor

Open = Callable[[str | None], Visitor]
HEAD = "账号,姓名,部门,岗位,直属上级\n"


def upload(browser: Visitor, text: str) -> Any:
    file = FileStorage(io.BytesIO(text.encode("utf-8-sig")), "人员.csv")
    return browser.post("/import-people", {"step": "upload", "file": file}, page="/people")


def checked(browser: Visitor, text: str, **options: str) -> tuple[dict[str, str], Any]:
    """(what the page of the check would send, the page)"""
    page: Any = html.document_fromstring(upload(browser, text).text)
    sent = {"file": page.xpath("//input[@name='file']/@value")[0], "step": "preview", **options}
    sent |= {select.get("name"): select.xpath("option[@selected]/@value")[0] for select in page.xpath("//select[option[@selected]]")}
    response = browser.post("/import-people", sent, page="/people")
    assert response.status_code == 200, response.text[-2000:]
    shown: Any = html.document_fromstring(response.text)
    fields = {field.get("name"): field.get("value") for field in shown.xpath("//main//form//input[@type='hidden']")}
    return {**fields, "step": "import"}, shown


def name_of(engine: ProcessEngine, user_id: str) -> str:
    return engine.read(FindAccount(user_id), SYSTEM).actor.name


def test_people_are_imported_and_their_passwords_shown_once(engine, visitor: Open):
    admin = visitor("admin")
    text = HEAD + "i.one,=cmd|calc,,营销专员,i.two\ni.two,<b>二</b>,,营销主管、营销部经理,\nbad one,坏,,,\n"
    sent, page = checked(admin, text, one_time_passwords="1")
    told = page.text_content()
    assert "账号不能用" in told
    assert "<b>二</b>" in told
    done = admin.post("/import-people", sent, page="/people")
    assert done.status_code == 200
    result = html.document_fromstring(done.text)
    passwords = result.xpath("//input[@name='password']/@value")
    assert len(passwords) == 2
    assert visitor(None).sign_in("i.one", passwords[0]).status_code == 303
    fields = MultiDict((field.get("name"), field.get("value")) for field in result.xpath("//form[contains(@action, 'passwords')]//input"))
    table = admin.post("/import-people/passwords.csv", fields, page="/people")
    rows = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert rows == [["账号", "姓名", "一次性密码"], ["i.one", "'=cmd|calc", passwords[0]], ["i.two", "<b>二</b>", passwords[1]]]
    again = html.document_fromstring(admin.post("/import-people", sent, page="/people").text)
    assert again.xpath("//input[@name='password']") == []
    assert name_of(engine, "i.one") == "=cmd|calc"


def test_what_somebody_changed_after_the_check_is_told_and_kept(engine, visitor: Open):
    engine.run(SaveUser("i.three", "三"), SYSTEM)
    admin = visitor("admin")
    sent, page = checked(admin, HEAD + "i.three,三改,,,\n", update="1")
    assert "三 → 三改" in " ".join(page.text_content().split())
    engine.run(SaveUser("i.three", "手工改的"), SYSTEM)
    done = admin.post("/import-people", sent, page="/people")
    assert "系统 刚刚修改过" in done.text
    assert name_of(engine, "i.three") == "手工改的"


def test_a_table_without_accounts_or_of_another_kind_is_refused_in_words(visitor: Open):
    admin = visitor("admin")
    file = html.document_fromstring(upload(admin, "名,岗位\n甲,营销专员\n").text).xpath("//input[@name='file']/@value")[0]
    response = admin.post("/import-people", {"step": "preview", "file": file}, page="/people")
    assert (response.status_code, "还没有选账号一列" in response.text) == (422, True)
    assert upload(admin, "").status_code == 422
    forged = admin.post("/import-people", {"step": "import", "file": "x" * 32, "column.0": "user_id"}, page="/people")
    assert forged.status_code == 404


@pytest.mark.parametrize("user_id", ["wangfang", "auditor", "analyst"])
def test_only_administrators_import(visitor: Open, user_id: str):
    browser = visitor(user_id)
    assert browser.get("/import-people").status_code == 403
    assert upload(browser, HEAD + "x,x,,,\n").status_code == 403


def test_the_last_administrator_stays_one(engine, visitor: Open):
    admin = visitor("admin")
    sent, _page = checked(admin, HEAD + "admin,管理员改名,,营销专员,\n", update="1")
    assert admin.post("/import-people", sent, page="/people").status_code == 200
    assert (engine.read(FindAccount("admin"), SYSTEM).actor.is_administrator, name_of(engine, "admin")) == (True, "管理员改名")
