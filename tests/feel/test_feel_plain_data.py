"""Whoever uses the package alone hands in plain Python data: numbers, tuples, lists and dicts of them mean what they say."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.dmn import load
from engine.feel import compile, compile_unary
from engine.model.values import normalize

SCOPE: dict[str, Any] = {
    "a": 1, "f": 0.1, "l": [3, 1, 2], "t": (1, 2), "b": True, "s": "x", "d": date(2026, 1, 2), "u": timedelta(days=1),
    "p": {"x": 1, "ys": [{"n": 1}, {"n": 2}]}, "deep": [[1, 2], [3]],
}  # fmt: skip
SOURCES = [
    "a + 1", "f * 3", "f = 0.1", "sum(l)", "l[item > 1]", "l[1] + l[2]", "p.x = 1", "p.ys[n > 1].n", "max(p.ys.n)", "count(t)", "t[1] + 1", "d + u",
    "for i in l return i * 2", "a in (1, 2)", "a in l", "l = [3, 1, 2]", "p = {x: 1, ys: [{n: 1}, {n: 2}]}", "some i in l satisfies i = 2",
    "string(l)", "a between 0 and 2", "list contains(l, 2)", "sort(l)", "sort(l, function(x, y) x > y)", "-a", "{q: a}.q + 1", "[a][1] + 1",
    "if b then a else f", "a instance of number", "distinct values(l)", 'context put(p, "x", 2)', 'get value(p, "x") + 1', "mean(l)",
    "index of(l, 2)",
    "deep[1][2] + 1", "flatten(deep)[3] + 1", "count(deep[item = [1, 2]])", "min(a, 2)", "a > 0 and f < 2", "concatenate(l, t)",
    "append(l, 4)[4] + 1", "sum(append(l, 4))", "reverse(l) = [2, 1, 3]", "for i in reverse(l) return i + 1", "sublist(l, 2)[1] + 1",
    "[a..5].start + 1", "a in [0..2]", "modulo(a, 2)", "t[item = 2]", "p.ys[item.n = 2][1].n",
]  # fmt: skip


@pytest.mark.parametrize("source", SOURCES)
def test_plain_data_give_what_feel_values_give(source: str) -> None:
    expected, notes = compile(source).evaluate_with_notes(normalize(SCOPE))
    assert (expected is not None, notes) == (True, ())
    assert normalize(compile(source).evaluate(SCOPE)) == expected
    assert compile(source).evaluate_with_notes(SCOPE)[1] == ()


def test_cells_and_decisions_take_them_too() -> None:
    assert compile_unary("> 1").test(2, {}) is True
    assert compile_unary("[1..3]").test(2.5, {}) is True
    head = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="urn:m">'
    body = (
        '<itemDefinition name="tRow"><itemComponent name="n"><typeRef>number</typeRef></itemComponent></itemDefinition>'
        '<itemDefinition name="tRows" isCollection="true"><typeRef>tRow</typeRef></itemDefinition>'
        '<inputData id="r" name="rows"><variable name="rows" typeRef="tRows"/></inputData>'
        '<decision id="d" name="d"><variable name="d" typeRef="number"/><informationRequirement><requiredInput href="#r"/></informationRequirement>'
        "<literalExpression><text>sum(rows.n)</text></literalExpression></decision></definitions>"
    )
    result = load((head + body).encode(), "f.dmn").evaluate("d", {"rows": [{"n": 1}, {"n": 2.5}]})
    assert (result.value, result.notes) == (Decimal("3.5"), ())
