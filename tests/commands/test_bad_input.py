"""Forged ids, wrong types, sizes, and text that cannot be kept: refused with the field, nothing changed, never a crash."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import (
    AssignTask,
    ClaimTask,
    CompleteTask,
    InputRejected,
    NotFoundError,
    RetryIncident,
    SaveDraft,
    StartInstance,
    TerminateInstance,
    UnclaimTask,
)
from engine.commands.input import checked_values
from engine.model.values import from_json, to_json
from tests.commands.people import ADMIN, WANG

FORGED = ["", "x", "1.1", None, 7, "0" * 32, f"{'0' * 32}.0", f"{'0' * 32}.1", f"{'0' * 32}.99999999999", "' OR 1=1 --", "a\x00b", "\ud800", "é" * 9]


def deep(levels):
    value: object = "x"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("forged", FORGED)
def test_forged_ids(engine, forged):
    commands = [ClaimTask(forged), UnclaimTask(forged), AssignTask(forged, "a"), SaveDraft(forged, {}), CompleteTask(forged, {})]
    for command in [*commands, TerminateInstance(forged, "x"), RetryIncident(forged, 1)]:
        with pytest.raises(NotFoundError):
            engine.run(command, ADMIN)
    with pytest.raises((NotFoundError, InputRejected)):
        engine.run(StartInstance(forged), ADMIN)


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"a": "x\x00"}, "bad_text", "variables.a"),
        ({"a": {"b": ["ok", "\ud800"]}}, "bad_text", "variables.a.b.1"),
        ({"a": {"k\x00": 1}}, "bad_text", "variables.a"),
        ({"a": object()}, "wrong_type", "variables.a"),
        ({"a": b"bytes"}, "wrong_type", "variables.a"),
        ({"a": {1: 2}}, "wrong_type", "variables.a"),
        ({"": 1}, "empty_name", "variables"),
        ([1, 2], "wrong_type", "variables"),
        ("text", "wrong_type", "variables"),
        (None, "wrong_type", "variables"),
        ({"a": math.nan}, "number_out_of_range", "variables.a"),
        ({"a": math.inf}, "number_out_of_range", "variables.a"),
        ({"a": Decimal("1E+999999")}, "number_out_of_range", "variables.a"),
        ({"a": 10**10_000}, "number_out_of_range", "variables.a"),
        ({"a": deep(100)}, "too_deep", None),
        ({"a": deep(100_000)}, "too_deep", None),
        ({"a": "字" * 400_000}, "too_large", "variables"),
    ],
)
def test_values_that_cannot_be_kept(engine, rows, values, code, field):
    before = rows("SELECT count(*) FROM instances")[0][0]
    with pytest.raises(InputRejected) as refusal:
        engine.run(StartInstance("plain", values), WANG)
    assert refusal.value.code == code
    assert field is None or refusal.value.details["field"] == field
    assert rows("SELECT count(*) FROM instances")[0][0] == before


def test_a_bad_business_key(engine):
    for key, code in [("x" * 201, "too_long"), ("a\x00", "bad_text"), (7, "wrong_type")]:
        with pytest.raises(InputRejected) as refusal:
            engine.run(StartInstance("plain", {}, key), WANG)
        assert refusal.value.code == code


NUMBERS = st.integers() | st.floats() | st.decimals()
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(st.characters()) | st.binary() | st.datetimes() | st.timedeltas(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(), max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(st.characters(), max_size=8), ANYTHING, max_size=4))
def test_what_passes_the_gate_survives_json(values):
    try:
        kept = checked_values(values)
    except InputRejected:
        return
    assert from_json(to_json(kept)) == kept


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.dictionaries(st.text(st.characters(), max_size=8), ANYTHING, max_size=4))
def test_whatever_is_sent_the_engine_answers(engine, rows, values):
    before = rows("SELECT count(*) FROM instances")[0][0]
    try:
        engine.run(StartInstance("plain", values), WANG)
        more = 1
    except InputRejected:
        more = 0
    assert rows("SELECT count(*) FROM instances")[0][0] == before + more
