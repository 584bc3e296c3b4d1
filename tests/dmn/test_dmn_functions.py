"""Functions are values inside an evaluation: history gets their text, callers get them as they are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.dmn import DecisionResult, load
from engine.feel import FeelFunction
from engine.model.values import to_json

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="urn:m">'


def evaluate(base: str, top: str = "base") -> DecisionResult:
    def decision(name: str, text: str, before: str = "") -> str:
        return f'<decision id="{name}" name="{name}">{before}<literalExpression><text>{text}</text></literalExpression></decision>'

    requirement = '<informationRequirement><requiredDecision href="#base"/></informationRequirement>'
    body = decision("base", base) + decision("d", top, requirement)
    return load(f"{HEAD}{body}</definitions>".encode(), "f.dmn").evaluate("d", {})


@pytest.mark.parametrize(
    "text, shown",
    [
        ("function(x) x", "function(x)"),
        ("[function(x) x, 1]", ["function(x)", 1]),
        ("{a: {f: function(x, y) x}, b: 1}", {"a": {"f": "function(x, y)"}, "b": 1}),
        ("for i in 1..3 return {f: function() i}", [{"f": "function()"}] * 3),
        ("sum", "function(list)"),
    ],
)
def test_what_history_keeps_of_values_that_hold_functions(text: str, shown: Any) -> None:
    result = evaluate(text)
    assert [to_json(one.output) for one in result.evaluations] == [shown, shown]
    assert all(to_json([value for _, value in one.inputs]) is not None for one in result.evaluations)


def test_the_value_itself_keeps_its_functions() -> None:
    result = evaluate("{f: function(x) x + 1}")
    assert isinstance(result.value["f"], FeelFunction)
    assert evaluate("{f: function(x) x + 1}", "base.f(2)").value == Decimal(3)


def test_shared_parts_are_looked_at_once() -> None:
    doubled = ", ".join(f"a{number + 1}: [a{number}, a{number}]" if number else "a1: [function() 1]" for number in range(17))
    result = evaluate("{" + doubled + "}", "base.a1[1]()")
    assert result.value == Decimal(1)
    assert result.evaluations[0].output["a1"] == ["function()"]
