"""Auditors compare the chains with ends that were kept elsewhere, on the page, too."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from werkzeug.datastructures import MultiDict

from engine.audit.ends import current_ends, ends_text
from tests.owner import tamper
from tests.webui.website import Visitor, start_of, submitted


@pytest.fixture(scope="module")
def cases(engine, visitor_of_module: Callable[[str | None], Visitor]) -> list[str]:
    """Two cases; which of them is which does not matter."""
    for scenario in ("individual_success", "core_enterprise_success"):
        assert visitor_of_module("wangfang").post("/start/customer_development", submitted(start_of(scenario))).status_code == 303
    return sorted(current_ends(engine.database, engine.now()).instances)


def compared(browser: Visitor, content: bytes):
    return browser.post("/audit/ends", MultiDict([("ends", (io.BytesIO(content), "ends.json"))]), page="/audit")


def test_what_was_rewritten_or_taken_away_is_named(engine, cases, visitor_of_module):
    auditor, kept = visitor_of_module("auditor"), ends_text(current_ends(engine.database, engine.now()))
    answer = compared(auditor, kept)
    assert (answer.status_code, "与保存的链尾一致" in answer.text, "2 个流程" in answer.text) == (200, True, True)
    tamper(
        engine,
        "UPDATE events SET hash = '\\x00' WHERE instance_id = :one AND sequence = (SELECT last_sequence FROM instances WHERE id = :one)",
        "DELETE FROM events WHERE instance_id = :other AND sequence > 2",
        one=cases[0],
        other=cases[1],
    )
    answer = compared(auditor, kept)
    assert "2 条链与保存的链尾不符" in answer.text
    assert "被整体改写过" in answer.text
    assert "末尾的被截去" in answer.text
    assert all(f'/audit/{case}"' in answer.text for case in cases)


@pytest.mark.parametrize("content", [b"", b"{}", b"\x00\xff", b'{"format": "tuoke-chain-ends-1", "instances": {'])
def test_half_a_file_is_refused(visitor_of_module, cases, content: bytes):
    answer = compared(visitor_of_module("auditor"), content)
    assert (answer.status_code, "没有比较" in answer.text, "与保存的链尾一致" in answer.text) == (422, True, False)


def test_only_auditors_compare(visitor_of_module, cases):
    browser = visitor_of_module("wangfang")
    answer = browser.post("/audit/ends", MultiDict([("ends", (io.BytesIO(b"{}"), "ends.json"))]))
    assert answer.status_code == 403
