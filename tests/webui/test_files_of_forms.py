"""Files of forms in the browser's hands: uploaded at once or with the form, shown, downloaded, refused; registers searched; forms on paper."""

from __future__ import annotations

import io
from urllib.parse import quote

import pytest
from lxml import html
from werkzeug.datastructures import MultiDict

from engine import SYSTEM, Actor, DeployPack, KeepFile, ProcessEngine, SaveRecord
from tests.commands.test_file_commands import PACK, PDF
from tests.forms.test_forms_files import png
from tests.webui.website import HandClock, Visitor

WANG = Actor("wangfang", "王芳", frozenset({"sales"}))
NAME = "合同 一（终稿）.pdf"


@pytest.fixture(scope="module")
def engine(database_url: str, clock: HandClock):
    from engine import SaveUser
    from tests.webui.website import PASSWORD

    engine = ProcessEngine.open(database_url, clock)
    engine.run(DeployPack(PACK), SYSTEM)
    for user_id, name, groups in (("wangfang", "王芳", ("sales",)), ("sunlei", "孙磊", ("sales",)), ("liqiang", "李强", ("manager",))):
        engine.run(SaveUser(user_id, name, PASSWORD, groups=groups), SYSTEM)
    yield engine
    engine.close()


def upload(browser: Visitor, content: bytes, name: str = NAME, accept: str = ""):
    headers = {"X-CSRFToken": browser.token("/tasks"), "X-File-Name": quote(name), "Content-Type": "application/octet-stream"}
    return browser.client.post(f"/files?accept={accept}", data=content, headers=headers)


def test_uploaded_at_once_and_downloaded_safely(visitor):
    browser = visitor("wangfang")
    answer = upload(browser, PDF)
    assert (answer.status_code, answer.json["name"], answer.json["type"], answer.json["size"]) == (201, NAME, "application/pdf", len(PDF))
    response = browser.get(f"/files/{answer.json['id']}")
    assert (response.status_code, response.data, response.content_type) == (200, PDF, "application/pdf")
    assert response.headers["Content-Disposition"] == f"attachment; filename=\"__ _____.pdf\"; filename*=UTF-8''{quote(NAME, safe='')}"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].endswith("sandbox")
    assert "attachment" in browser.get(f"/files/{answer.json['id']}?inline=1").headers["Content-Disposition"]
    assert visitor("sunlei").get(f"/files/{answer.json['id']}").status_code == 404


@pytest.mark.parametrize("name, content", [("页.html", b"<script>alert(1)</script>"), ("图.svg", b"<svg onload='alert(1)'/>"), ("注.txt", b"plain")])
def test_what_a_browser_might_run_is_mere_bytes(visitor, name: str, content: bytes):
    browser = visitor("wangfang")
    response = browser.get(f"/files/{upload(browser, content, name).json['id']}?inline=1")
    assert response.content_type == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment;")


def test_a_large_file_goes_through(visitor):
    browser = visitor("wangfang")
    content = b"%PDF-" + b"x" * 9_000_000
    answer = upload(browser, content, "大图.pdf")
    assert answer.status_code == 201
    assert browser.get(f"/files/{answer.json['id']}").data == content


def test_images_are_shown_in_place(visitor):
    browser = visitor("wangfang")
    response = browser.get(f"/files/{upload(browser, png(), '照片.png').json['id']}?inline=1")
    assert (response.content_type, response.headers["Content-Disposition"].partition(";")[0]) == ("image/png", "inline")


def test_uploads_that_are_refused_say_why(visitor):
    browser = visitor("wangfang")
    assert upload(browser, b"").json["text"] == f"“{NAME}”是空文件"
    assert upload(browser, b"MZ\x90\x00").json == {"code": "file_content", "text": f"“{NAME}”的内容与扩展名不符"}
    assert upload(browser, PDF, accept=".txt").status_code == 422
    big = upload(browser, b"\x00" * 50_000_001, "大.bin")
    assert (big.status_code, big.json["text"]) == (413, "“大.bin”超过 50 MB")
    assert browser.client.post("/files", data=PDF).status_code == 400


def test_a_name_cannot_break_out_of_its_header(visitor):
    browser = visitor("wangfang")
    answer = upload(browser, PDF, 'a"\r\nSet-Cookie: x=1; b.pdf')
    header = browser.get(f"/files/{answer.json['id']}").headers["Content-Disposition"]
    assert "\n" not in header
    assert header.count('"') == 2


def posted(**values) -> MultiDict[str, object]:
    data: MultiDict[str, object] = MultiDict()
    for key, value in values.items():
        data.setlist(key, value if isinstance(value, list) else [value])
    return data


def file_ids(page: html.HtmlElement) -> list[str]:
    return [value for value in page.xpath("//input[@type='hidden'][@name='files']/@value") if value]


def test_without_scripts_files_come_with_the_form_and_survive_problems(visitor, engine):
    browser = visitor("wangfang")
    first = browser.post("/start/paper", posted(code="c1", _op="refresh", **{"_file.files": [(io.BytesIO(PDF), NAME), (io.BytesIO(b"x"), "注.txt")]}))
    page = html.document_fromstring(first.text)
    assert [link.text for link in page.xpath("//ul[@class='fm-files']//a")] == [NAME, "注.txt"]
    ids = file_ids(page)
    refused = browser.post("/start/paper", posted(code="c1", files=ids, _op="submit", **{"_file.files": [(io.BytesIO(b"MZ\x90"), "坏.pdf")]}))
    assert refused.status_code == 422
    page = html.document_fromstring(refused.text)
    assert "“坏.pdf”的内容与扩展名不符" in page.xpath("string(//*[@data-form-problems])")
    assert file_ids(page) == ids
    removed = browser.post("/start/paper", posted(code="c1", files=ids, _op=["refresh", f"remove:files:{ids[1]}"]))
    assert file_ids(html.document_fromstring(removed.text)) == ids[:1]
    assert browser.post("/start/paper", posted(code="c1", files=ids[:1], _op="submit")).status_code == 303
    manager = visitor("liqiang")
    task = manager.task_address("check")
    assert manager.get(f"/files/{ids[0]}").data == PDF
    assert visitor("sunlei").get(f"/files/{ids[0]}").status_code == 404
    paper = manager.page(f"{task}/print")
    assert paper.xpath("//h1")
    assert not paper.xpath("//main//input[not(@type='hidden')] | //main//button")
    assert paper.xpath("//button/@hidden"), "printing needs JavaScript; without it there is no button that does nothing"


def test_drafts_keep_files(visitor, engine):
    browser, manager = visitor("wangfang"), visitor("liqiang")
    browser.post("/start/paper", posted(code="draft", _op="submit"))
    task = manager.task_address("check")
    own = upload(manager, PDF, "意见.pdf").json["id"]
    assert manager.post(task, posted(files=["", own], _op=["refresh", "save"])).status_code == 200
    page = manager.page(task)
    assert own in file_ids(page)
    foreign = engine.run(KeepFile("秘.pdf", PDF), WANG)
    refused = manager.post(task, posted(files=[foreign.id], _op=["refresh", "submit"]))
    assert refused.status_code == 422
    assert "附件不存在" in refused.text
    assert "秘.pdf" not in refused.text


def test_registers_are_searched_by_those_who_may_see_them(visitor, engine):
    saved = engine.run(SaveRecord("partner", None, {"code": "苏州精工"}), Actor("liqiang", "李强", frozenset({"manager"})))
    found = visitor("liqiang").get("/options/partner?q=精工").json
    assert found == {"options": [{"value": saved.record_id, "label": "苏州精工"}], "more": False}
    assert visitor("wangfang").get("/options/partner?q=精工").status_code == 404


def test_without_scripts_a_register_is_searched_by_the_refresh_button(visitor, engine):
    browser, manager = visitor("wangfang"), visitor("liqiang")
    browser.post("/start/paper", posted(code="search", _op="submit"))
    for code in ("无锡机电", "常州轴承"):
        engine.run(SaveRecord("partner", None, {"code": code}), Actor("liqiang", "李强", frozenset({"manager"})))
    answer = manager.post(manager.task_address("check"), posted(_op="refresh", **{"_q.customer": "无锡"}))
    page = html.document_fromstring(answer.text)
    assert [option.text for option in page.xpath("//select[@name='customer']/option")][1:] == ["无锡机电"]
    assert page.xpath("//input[@name='_q.customer']/@value") == ["无锡"]


def test_a_record_on_paper(visitor, engine):
    saved = engine.run(SaveRecord("partner", None, {"code": "纸上"}), Actor("liqiang", "李强", frozenset({"manager"})))
    page = visitor("liqiang").page(f"/records/partner/{saved.record_id}/print")
    assert "纸上" in page.text_content()
    assert visitor("sunlei").get(f"/records/partner/{saved.record_id}/print").status_code == 404


def test_what_is_printed_is_within_reach_and_comes_as_a_pdf_too(visitor, engine):
    saved = engine.run(SaveRecord("partner", None, {"code": "够得着"}), Actor("liqiang", "李强", frozenset({"manager"})))
    browser, manager = visitor("wangfang"), visitor("liqiang")
    browser.post("/start/paper", posted(code="print", _op="submit"))
    task = manager.task_address("check")
    record = f"/records/partner/{saved.record_id}"
    for reader, page in ((browser, "/start/paper"), (manager, task), (manager, record)):
        assert reader.page(page).xpath("//a[@href=$address]", address=f"{page}/print")
        shown = reader.page(f"{page}/print")
        assert shown.xpath("//a[@href=$address]", address=page)
        (pdf,) = shown.xpath("//a[contains(@href, '.pdf')]/@href")
        answer = reader.get(pdf)
        assert (answer.status_code, answer.content_type, answer.data[:5]) == (200, "application/pdf", b"%PDF-")
        assert "attachment" in answer.headers["Content-Disposition"]
        assert visitor("sunlei" if reader is manager else "liqiang").get(pdf).status_code == (404 if reader is manager else 403)
    assert browser.get("/start/nothing/print").status_code == 404
    page = manager.page(task)
    draft = {name: str(page.xpath("string(//form[@id='screen-form']//input[@name=$name]/@value)", name=name)) for name in ("_page", "_revision")}
    assert manager.post(task, posted(_op="submit", **draft)).status_code == 303
    done = manager.page(f"{task}/print")
    assert done.xpath("string(//dt[.='办理人']/following-sibling::dd)") == "李强"
