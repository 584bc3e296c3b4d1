"""Times as words, in both languages and in the zone of the company."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask

from webui import words
from webui.language import COOKIE

NOW = datetime(2026, 11, 23, 6, 5, tzinfo=UTC)


@pytest.fixture
def at_noon(app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(words, "engine", lambda: SimpleNamespace(now=lambda: NOW))

    def under(language: str):
        return app.test_request_context("/", headers={"Cookie": f"{COOKIE}={language}"})

    return under


@pytest.mark.parametrize(
    "at, chinese, english",
    [
        (NOW, "今天 14:05", "today 14:05"),
        (NOW + timedelta(hours=10), "明天 00:05", "tomorrow 00:05"),
        (NOW - timedelta(hours=15), "昨天 23:05", "yesterday 23:05"),
        (NOW + timedelta(days=9), "12-02 14:05", "12-02 14:05"),
        (NOW - timedelta(days=400), "2025-10-19", "2025-10-19"),
        (None, "", ""),
    ],
)
def test_moment(at_noon, at, chinese: str, english: str):
    with at_noon("zh"):
        assert words.moment(at) == chinese
    with at_noon("en"):
        assert words.moment(at) == english


@pytest.mark.parametrize(
    "left, tone, chinese, english",
    [
        (timedelta(days=-3), "late", "超期 3 天", "3 days overdue"),
        (timedelta(hours=-2), "late", "超期 2 小时", "2 hours overdue"),
        (timedelta(seconds=-1), "late", "超期 1 分钟", "1 minute overdue"),
        (timedelta(hours=4), "soon", "今天 18:05", "today 18:05"),
        (timedelta(days=3), "later", "11-26 14:05", "11-26 14:05"),
    ],
)
def test_due(at_noon, left: timedelta, tone: str, chinese: str, english: str):
    with at_noon("zh"):
        due = words.due(NOW + left)
        assert due is not None
        assert (due.tone, due.text) == (tone, chinese)
    with at_noon("en"):
        due = words.due(NOW + left)
        assert due is not None
        assert due.text == english


def test_nothing_is_due_without_a_date(at_noon):
    with at_noon("zh"):
        assert words.due(None) is None


@pytest.mark.parametrize("name, letter", [("王芳", "王"), ("li qiang", "L"), ("", "?"), (None, "?")])
def test_initial(name, letter: str):
    assert words.initial(name) == letter
