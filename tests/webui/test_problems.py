"""Errors become answers that say what happened and what to do, as pages and as notices."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from engine import (
    ConflictError,
    DatabaseUnavailable,
    EngineError,
    FormRejected,
    InputRejected,
    InstanceNotActive,
    LostRace,
    NotAllowedError,
    NotFoundError,
    ScriptError,
    TaskAlreadyClaimed,
    TaskNotOpen,
)
from tests.webui.website import Visitor
from webui.messages import BY_CODE
from webui.security import status_of
from webui.staff import tasklist

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    "error, status",
    [
        (NotFoundError(), 404),
        (NotAllowedError(), 403),
        (ConflictError(), 409),
        (TaskNotOpen(), 409),
        (FormRejected({}), 422),
        (InputRejected(), 422),
        (DatabaseUnavailable(), 503),
        (LostRace(), 503),
        (ScriptError(), 500),
        (EngineError(), 500),
    ],
)
def test_the_kind_of_error_decides_the_status(error: EngineError, status: int):
    assert status_of(error) == status


@pytest.fixture
def failing(app: Flask, monkeypatch: pytest.MonkeyPatch, visitor: Callable[[str | None], Visitor]):
    """failing(error): a signed-in browser for which the task list raises that error."""

    def prepare(error: Exception) -> Visitor:
        browser = visitor("wangfang")

        def fail(query: object) -> object:
            raise error

        monkeypatch.setattr(tasklist, "read", fail)
        return browser

    return prepare


@pytest.mark.parametrize(
    "error, status, words",
    [
        (NotFoundError(), 404, "没有找到"),
        (NotAllowedError("may_not_start"), 403, "你不能发起这个流程"),
        (TaskNotOpen(by_name="李强", at="2026-11-23T01:32:00+00:00", state="completed"), 409, "李强 已经办理了这项待办"),
        (TaskNotOpen(at="2026-11-23T01:32:00+00:00", state="cancelled"), 409, "这项待办已经取消"),
        (TaskAlreadyClaimed(assignee="liqiang", assignee_name="李强", at="2026-11-23T01:32:00+00:00"), 409, "李强 已经认领了这项待办"),
        (InstanceNotActive(), 409, "这个流程已经结束"),
        (InputRejected("too_long", field="name"), 422, "请检查“name”"),
        (DatabaseUnavailable(), 503, "数据库暂时连接不上"),
        (ZeroDivisionError(), 500, "系统出错了"),
    ],
)
def test_every_error_says_what_happened(failing, error: Exception, status: int, words: str):
    browser = failing(error)
    page = browser.get("/tasks")
    assert (page.status_code, words in page.text) == (status, True)
    assert "<!doctype html>" in page.text
    assert "Traceback" not in page.text
    notice = browser.get("/tasks", **HTMX)
    assert (notice.status_code, words in notice.text) == (status, True)
    assert "<!doctype html>" not in notice.text
    assert (notice.headers["HX-Retarget"], notice.headers["HX-Reswap"]) == ("#notice", "innerHTML")


def test_details_of_errors_are_escaped(failing):
    browser = failing(TaskNotOpen(by_name="<script>alert(1)</script>", state="completed"))
    assert "<script>alert" not in browser.get("/tasks").text


def test_every_message_can_be_said_with_and_without_details(app: Flask):
    with app.test_request_context("/"):
        for code, texts in BY_CODE.items():
            title, text = texts({})
            assert title, code
            assert text, code


def test_unknown_addresses_and_methods(visitor: Callable[[str | None], Visitor]):
    browser = visitor("wangfang")
    missing = browser.get("/no/such/page")
    assert (missing.status_code, "没有找到" in missing.text) == (404, True)
    wrong = browser.get("/sign-out")
    assert (wrong.status_code, "不能这样打开" in wrong.text) == (405, True)
    assert visitor(None).get("/no/such/page").status_code == 404


def test_a_wrong_token_brings_a_fresh_one(visitor: Callable[[str | None], Visitor]):
    browser = visitor("wangfang")
    refused = browser.client.post("/preferences", data={"theme": "dark", "csrf_token": "forged"}, headers=HTMX)
    assert (refused.status_code, "请再提交一次" in refused.text) == (400, True)
    fresh = refused.headers["X-CSRF-Token"]
    assert browser.client.post("/preferences", data={"theme": "dark"}, headers=HTMX | {"X-CSRFToken": fresh}).status_code == 303


def test_an_expired_session_says_so_in_place(visitor: Callable[[str | None], Visitor]):
    answer = visitor(None).client.post("/tasks/" + "0" * 32 + ".1", data={"_op": "save"}, headers=HTMX)
    assert (answer.status_code, "需要重新登录" in answer.text) == (401, True)
    assert answer.headers["HX-Retarget"] == "#notice"


def test_too_much_at_once(visitor: Callable[[str | None], Visitor]):
    browser = visitor("wangfang")
    answer = browser.post("/preferences", {"theme": "x" * (5 * 1024 * 1024)})
    assert (answer.status_code, "提交的内容太大" in answer.text) == (413, True)


def test_when_the_database_is_away_the_page_still_comes(app: Flask, visitor: Callable[[str | None], Visitor], monkeypatch: pytest.MonkeyPatch):
    from webui import accounts

    browser = visitor("wangfang")

    class Away:
        def read(self, query: object, actor: object) -> object:
            raise DatabaseUnavailable

    monkeypatch.setattr(accounts, "home", Away)
    page = browser.get("/tasks")
    assert (page.status_code, "数据库暂时连接不上" in page.text) == (503, True)
