"""Pages of errors: in both languages, each with what to do, a way on, and the number that stands in the log."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

import pytest
from flask import Flask, abort
from lxml import html

from engine import DatabaseUnavailable, ProcessEngine, Settings
from tests.webui.website import Visitor, forget_attempts
from webui import create_app
from webui.security import Access, allow

STATUSES = (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503)
UNUSUAL = (406, 410, 415, 418, 502)
CHINESE = re.compile("[\u4e00-\u9fff]")
Visit = Callable[[str | None], Visitor]


@pytest.fixture(scope="module")
def app(engine: ProcessEngine, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """With an address for every status."""
    app = create_app(engine, Settings.from_environment({"TUOKE_DATA_DIR": str(tmp_path_factory.mktemp("data"))}))

    def fail(status: int) -> str:
        if status == 500:
            raise ZeroDivisionError
        if status == 503:
            raise DatabaseUnavailable
        abort(status)

    app.add_url_rule("/fails/<int:status>", "fails", allow(Access.ANYONE)(fail))
    return app


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("status", STATUSES + UNUSUAL)
def test_every_status_says_what_to_do_in_both_languages(visitor: Visit, status: int, language: str):
    browser = visitor("wangfang")
    browser.client.set_cookie("tuoke_language", language)
    answer = browser.get(f"/fails/{status}", Referer="http://localhost/instances?q=1")
    page = html.document_fromstring(answer.text)
    assert answer.status_code == status
    assert page.get("lang") == {"zh": "zh-CN", "en": "en"}[language]
    title, advice = page.xpath("//h1")[0].text_content(), page.xpath("//section//p")[0].text_content()
    assert bool(CHINESE.search(title)) == bool(CHINESE.search(advice)) == (language == "zh")
    assert len(advice) > 8
    ways = page.xpath("//div[@class='lonely-actions']//a/@href")
    assert "/tasks" in ways
    assert "/help#trouble" in ways
    assert (f"/fails/{status}" if status >= 500 else "/instances?q=1") in ways


def test_a_visitor_is_led_to_signing_in(visitor: Visit):
    page = html.document_fromstring(visitor(None).get("/no/such/page").text)
    assert page.xpath("//div[@class='lonely-actions']//a/@href") == ["/sign-in"]


@pytest.mark.parametrize("status", [500, 503])
def test_the_number_on_the_page_is_that_in_the_log(visitor: Visit, caplog: pytest.LogCaptureFixture, status: int):
    browser = visitor("wangfang")
    with caplog.at_level(logging.INFO, "tuoke.web"):
        page = html.document_fromstring(browser.get(f"/fails/{status}").text)
    number = str(page.xpath("string(//*[contains(@class, 'reference')])"))
    assert re.fullmatch("[0-9a-f]{8}", number)
    [record] = caplog.records
    assert record.getMessage().startswith(f"{number}: GET /fails/{status}")
    assert record.exc_info
    notice = browser.get(f"/fails/{status}", **{"HX-Request": "true"}).text
    assert re.search("[0-9a-f]{8}", notice)


def test_what_the_visitor_did_is_not_in_the_log_and_has_no_number(visitor: Visit, caplog: pytest.LogCaptureFixture):
    answer = visitor("wangfang").get("/fails/403")
    assert "编号" not in html.document_fromstring(answer.text).xpath("//main")[0].text_content()
    assert caplog.records == []


def test_answers_carry_what_programs_need(visitor: Visit):
    browser = visitor("wangfang")
    assert "POST" in browser.get("/sign-out").headers["Allow"]
    assert (browser.get("/fails/429").headers["Retry-After"], browser.get("/fails/503").headers["Retry-After"]) == ("60", "5")


@pytest.mark.parametrize("referrer", ["https://elsewhere.example/tasks", "http://localhost//elsewhere.example", "javascript:alert(1)", "x" * 3000])
def test_the_way_back_leads_nowhere_else(visitor: Visit, referrer: str):
    page = html.document_fromstring(visitor("wangfang").get("/fails/404", Referer=referrer).text)
    assert page.xpath("//div[@class='lonely-actions']//a/@href") == ["/tasks", "/help#trouble"]


def test_when_the_frame_fails_too_a_plain_page_comes(app: Flask, visitor: Visit, caplog: pytest.LogCaptureFixture, monkeypatch):
    browser = visitor("wangfang")

    def fail() -> dict[str, object]:
        raise DatabaseUnavailable

    processors = app.template_context_processors[None]
    monkeypatch.setitem(app.template_context_processors, None, [*processors, fail])
    answer = browser.get("/fails/500")
    assert (answer.status_code, "系统出错了" in answer.text, '<html lang="zh-CN">' in answer.text) == (500, True, True)
    assert caplog.records[0].getMessage().partition(":")[0] in answer.text


MALFORMED = [
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=a", b'--a\r\nContent-Disposition: form-data; name="x"\r\n\r\n'),
    ("application/x-www-form-urlencoded; charset=utf-7", b"+ADw-"),
    ("application/json", b"{"),
]


@pytest.mark.parametrize("kind, body", MALFORMED, ids=range(len(MALFORMED)))
def test_malformed_requests_get_a_page_too(visitor: Visit, kind: str, body: bytes):
    answer = visitor("wangfang").client.post("/preferences", data=body, content_type=kind)
    assert answer.status_code in (400, 413, 415)
    assert "<h1" in answer.text


def test_wrong_passwords_end_in_a_page_that_says_when_to_try_again(app: Flask, engine: ProcessEngine, visitor: Visit):
    browser = visitor(None)
    answers = [browser.sign_in("sunlei", f"wrong-{number}") for number in range(12)]
    forget_attempts(engine)
    assert (answers[-1].status_code, "尝试的次数太多" in answers[-1].text) == (429, True)
