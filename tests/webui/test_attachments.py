"""Files of a case without scripts: added many at once, refused in words, removed with a reason, handed out harmlessly, looked at as text."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import quote

import pytest
from werkzeug.datastructures import MultiDict

from engine import SYSTEM, Actor, AttachmentLimits, FilesOfCase, FindAccount, KeepFile, StartInstance
from tests.webui.test_tasklist import Visit, text
from tests.webui.website import Visitor
from webui.staff import attachments

PDF = b"%PDF-1.7\nhello"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture(scope="module")
def browsers(visitor_of_module: Visit) -> dict[str, Visitor]:
    return {user_id: visitor_of_module(user_id) for user_id in ("wangfang", "zhenglan", "auditor")}


@pytest.fixture(scope="module")
def wang(browsers) -> Visitor:
    return browsers["wangfang"]


@pytest.fixture
def case(engine) -> str:
    """A case of Wang's own."""
    prospect = {"customer_name": "宁波海川机械有限公司", "customer_kind": "企业", "channels": ["公司内部"]}
    return engine.run(StartInstance("customer_development", prospect), of_wang(engine)).instance_id


def of_wang(engine) -> Actor:
    return engine.read(FindAccount("wangfang"), SYSTEM).actor


def lines(engine, case):
    return engine.read(FilesOfCase(case), of_wang(engine)).lines


def add(browser, case, *files, key="", **headers):
    data = MultiDict([("request_key", key), *(("files", (BytesIO(content), name)) for name, content in files)])
    return browser.post(f"/instances/{case}/files", data, **headers)


def test_several_at_once_are_listed_on_all_pages_of_the_case(engine, wang, case):
    answer = add(wang, case, ("合同.pdf", PDF), ("照片.png", PNG), ("说明.docx", b"PK\x03\x04word/[Content_Types].xml"))
    assert (answer.status_code, answer.location) == (303, f"/instances/{case}/files")
    shown = wang.page(answer.location)
    assert "已添加 3 个文件" in text(shown)
    assert "只能下载，不能在这里预览" in text(shown)
    task = wang.task_address("collect_internal")
    for address in (f"/instances/{case}", task, f"/audit/{case}"):
        found = wang.page(address).xpath("//*[@id='files']//*[@class='file-title']")
        assert [each.text_content() for each in found] == ["合同.pdf", "照片.png", "说明.docx"], address
    links = shown.xpath("//a[@class='file-title']/@href")
    assert [link.partition("?")[0].endswith("/preview") for link in links] == [True, True, False]


def test_who_was_signed_out_meanwhile_is_told_so(visitor):
    stranger = visitor(None)
    headers = {"X-CSRFToken": stranger.token("/sign-in"), "X-File-Name": "a.pdf", "HX-Request": "true"}
    answer = stranger.client.post("/files", data=PDF, headers=headers, content_type="application/octet-stream")
    assert answer.status_code == 401
    assert "需要重新登录" in answer.text
    assert "<html" not in answer.text


def test_what_cannot_be_kept_is_said_and_the_rest_is_added(engine, wang, case):
    answer = add(wang, case, ("好.pdf", PDF), ("假.pdf", b"MZ\x90\0"), ("空.txt", b""))
    assert answer.status_code == 422
    assert "已添加 1 个文件" in answer.text
    assert "假.pdf" in answer.text
    assert "空.txt" in answer.text
    assert [line.name for line in lines(engine, case)] == ["好.pdf"]
    for data in ([], [("空.txt", b"")]):
        assert add(wang, case, *data).status_code == 422
    many = add(wang, case, *((f"{number}.pdf", PDF) for number in range(21)))
    assert many.status_code == 422
    assert "一次最多添加 20 个文件" in many.text
    assert len(lines(engine, case)) == 1


def test_a_file_over_the_limit_of_the_installation(app, engine, wang, case, monkeypatch):
    monkeypatch.setitem(app.config, attachments.LIMITS, AttachmentLimits(file_bytes=1_000))
    large = PDF + b"x" * 1_000
    answer = add(wang, case, ("大.pdf", large))
    assert answer.status_code == 422
    assert "大.pdf" in answer.text
    kept = engine.run(KeepFile("先传.pdf", large), of_wang(engine))
    answer = wang.post(f"/instances/{case}/files", {"file_id": kept.id})
    assert answer.status_code == 422
    assert "“先传.pdf”太大" in answer.text
    assert lines(engine, case) == ()


def test_sent_twice_adds_once(engine, wang, case):
    for _ in range(2):
        assert add(wang, case, ("合同.pdf", PDF), key="same").status_code == 303
    assert len(lines(engine, case)) == 1


def test_removed_with_a_reason_by_who_added_it(engine, browsers, case):
    wang, zheng, _auditor = browsers.values()
    add(wang, case, ("草稿.pdf", PDF))
    (line,) = lines(engine, case)
    address = f"/instances/{case}/files/remove"
    refused = wang.post(address, {"number": "1", "reason": " "})
    assert refused.status_code == 422
    assert "请写明原因" in refused.text
    assert wang.post(address, {"number": "1", "reason": "长" * 501}).status_code == 422
    for number in ("2", "x", "-1", "9" * 30):
        assert wang.post(address, {"number": number, "reason": "不要"}).status_code in (404, 422), number
    answer = wang.post(address, {"number": "1", "reason": "传错了 <b>"}, **{"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<s class=\"file-title\"><bdi>草稿.pdf</bdi></s>" in answer.text
    assert "传错了 &lt;b&gt;" in answer.text
    assert line.digest in answer.text
    assert answer.text.count("<html") == 0
    for browser in (wang, zheng):
        assert browser.get(f"/files/{line.file_id}").status_code == 404
        assert browser.get(f"/files/{line.file_id}/preview").status_code == 404


def test_others_find_nothing_and_auditors_only_read(engine, browsers, case):
    wang, zheng, auditor = browsers.values()
    add(wang, case, ("合同.pdf", PDF))
    (line,) = lines(engine, case)
    page, preview, file = f"/instances/{case}/files", f"/files/{line.file_id}/preview", f"/files/{line.file_id}"
    for browser, refusal in ((zheng, 404), (auditor, 403)):
        assert [browser.get(preview).status_code, browser.get(file).status_code] == [404, 404]
        assert add(browser, case, ("x.pdf", PDF)).status_code == 404
        assert browser.post(f"{page}/remove", {"number": "1", "reason": "x"}).status_code == refusal
    assert zheng.get(page).status_code == 404
    shown = auditor.page(page)
    assert shown.xpath("//form[contains(@action, '/files')]") == []
    assert [auditor.get(preview).status_code, auditor.get(file).data] == [200, PDF]
    count = "SELECT count(*) FROM inspections WHERE actor = 'auditor' AND instance_id = %s"
    looked = engine.database.read(lambda connection: connection.exec_driver_sql(count, (case,)).scalar_one())
    assert looked == 1
    assert len(lines(engine, case)) == 1
    assert [zheng.get("/instances/x/files").status_code, auditor.get("/instances/x/files").status_code] == [404, 404]


def test_an_administrator_who_opens_a_file_leaves_one_record_of_the_look(engine, browsers, case, visitor):
    add(browsers["wangfang"], case, ("合同.pdf", PDF))
    (line,) = lines(engine, case)
    admin, address = visitor("admin"), f"/files/{line.file_id}"
    count = "SELECT count(*) FROM inspections WHERE actor = %s AND instance_id = %s"
    looked = lambda who: engine.database.read(lambda connection: connection.exec_driver_sql(count, (who, case)).scalar_one())  # noqa: E731
    assert [browsers["wangfang"].get(address).data, looked("wangfang")] == [PDF, 0]
    assert looked("admin") == 0
    assert [admin.get(address).data, looked("admin")] == [PDF, 1]
    assert [admin.get(f"{address}/preview").status_code, looked("admin")] == [200, 1]
    assert [admin.get(f"/files/{name}").status_code for name in ("x", "0" * 32, "%00", "a-b")] == [404, 404, 404, 404]


HOSTILE = [
    ("../../etc/passwd.txt", "passwd.txt"),
    ("C:\\windows\\合同.txt", "合同.txt"),
    ("annex\u202etxt.exe.txt", "annextxt.exe.txt"),
    ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie: x=1.txt"),
    ("\"'><img src=x onerror=alert(1)>.txt", "\"'><img src=x onerror=alert(1)>.txt"),
    ("=1+1.txt", "=1+1.txt"),
    ("长" * 300 + ".txt", "长" * 196 + ".txt"),
]


@pytest.mark.parametrize("given, kept", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_names(engine, wang, case, given, kept):
    wang.post(f"/instances/{case}/files", {"file_id": engine.run(KeepFile(given, b"hello"), of_wang(engine)).id})
    (line,) = lines(engine, case)
    assert line.name == kept
    answer = wang.get(f"/files/{line.file_id}")
    assert answer.data == b"hello"
    assert answer.headers["Content-Disposition"].endswith(f"filename*=UTF-8''{quote(kept, safe='')}")
    assert "Set-Cookie" not in answer.headers
    for address in (f"/instances/{case}/files", f"/files/{line.file_id}/preview", f"/instances/{case}"):
        page = wang.page(address)
        assert page.xpath("//img[@onerror]") == []
        assert kept in text(page)


@pytest.mark.parametrize(
    "name, content",
    [
        ("页面.html", b"<html><script>alert(1)</script></html>"),
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("图.xml", b"<?xml version='1.0'?><a/>"),
    ],
)
def test_pages_and_drawings_are_never_run(engine, wang, case, name, content):
    add(wang, case, (name, content))
    (line,) = lines(engine, case)
    for query in ("", "?inline=1"):
        answer = wang.get(f"/files/{line.file_id}{query}")
        assert (answer.data, answer.content_type) == (content, "application/octet-stream")
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    page = wang.page(f"/files/{line.file_id}/preview")
    assert page.xpath("string(//pre)") == content.decode()
    assert page.xpath("//pre/*") == []


@pytest.mark.parametrize(
    "content, encoding",
    [
        ("姓名,电话\r\n张三,138\r\n".encode("gb18030"), "gb18030"),
        ("合同已签".encode("gbk"), "gb18030"),
        ("姓名,电话".encode(), "utf-8"),
        ("姓名,电话".encode("utf-8-sig"), "utf-8"),
        ("姓名,电话".encode("utf-16"), "utf-16"),
        (b"plain", "utf-8"),
    ],
)
def test_texts_in_the_encodings_that_people_have(engine, wang, case, content, encoding):
    add(wang, case, ("名单.txt", content))
    (line,) = lines(engine, case)
    page = wang.page(f"/files/{line.file_id}/preview")
    assert page.xpath("string(//option[@selected]/@value)") == encoding
    shown = page.xpath("string(//pre)")
    assert shown.replace("\r", "") == content.decode("utf-8-sig" if encoding == "utf-8" else encoding).replace("\r", "")
    chosen = wang.page(f"/files/{line.file_id}/preview?encoding=cp1252")
    assert chosen.xpath("string(//option[@selected]/@value)") == "cp1252"
    assert wang.get(f"/files/{line.file_id}/preview?encoding=rot13").status_code == 200


def test_of_a_long_text_the_beginning_is_shown(engine, wang, case):
    add(wang, case, ("长.log", "字".encode() * 70_000))
    (line,) = lines(engine, case)
    page = wang.page(f"/files/{line.file_id}/preview")
    assert page.xpath("string(//pre)") == "字" * 66_666
    assert "只显示开头的部分" in text(page)


def test_pictures_are_shown_and_other_files_are_to_be_downloaded(engine, wang, case):
    add(wang, case, ("照片.png", PNG), ("报价.xlsx", b"PK\x03\x04xl/[Content_Types].xml"), ("合同.pdf", PDF))
    picture, office, pdf = (f"/files/{line.file_id}" for line in lines(engine, case))
    shown = wang.get(wang.page(f"{picture}/preview").xpath("string(//main//img/@src)"))
    assert (shown.data, shown.content_type, shown.headers["Content-Disposition"].partition(";")[0]) == (PNG, "image/png", "inline")
    assert "请下载后打开" in text(wang.page(f"{office}/preview"))
    page = wang.page(f"{pdf}/preview?next=https://evil.example/")
    assert page.xpath("string(//*[@data-pdf]/@data-pdf)") == pdf
    assert page.xpath("string(//nav[@class='crumbs']/a/@href)") == "/tasks"
