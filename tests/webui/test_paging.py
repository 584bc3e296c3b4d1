"""Long lists in pages: what is asked for, what is shown, where the neighbours are."""

from __future__ import annotations

import pytest
from flask import Flask

from webui.paging import LONGEST_SEARCH, asked_page, asked_search


@pytest.mark.parametrize(
    "query, total, first, last, before, after",
    [
        ("", 0, 0, 0, None, None),
        ("", 50, 1, 50, None, None),
        ("", 51, 1, 50, None, "/instances?page=2"),
        ("?page=2&q=海", 120, 51, 100, "/instances?q=%E6%B5%B7&page=1", "/instances?q=%E6%B5%B7&page=3"),
        ("?page=3", 120, 101, 120, "/instances?page=2", None),
        ("?page=-5", 120, 1, 50, None, "/instances?page=2"),
        ("?page=abc", 10, 1, 10, None, None),
    ],
)
def test_pager(app: Flask, query: str, total: int, first: int, last: int, before: str | None, after: str | None):
    with app.test_request_context(f"/instances{query}"):
        pager = asked_page().pager(total)
        assert (pager.first, pager.last, pager.before, pager.after) == (first, last, before, after)


def test_a_search_is_cut_and_cleaned(app: Flask):
    with app.test_request_context("/instances", query_string={"q": "  海\0川 " + "x" * 500}):
        assert asked_search() == ("海川 " + "x" * 500)[:LONGEST_SEARCH]
    with app.test_request_context("/instances"):
        assert asked_search() == ""
