"""Every built-in function with every form of arguments: none, too many, null, of every kind, by place and by name. Every null has a reason."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from engine.feel import FeelLimitExceeded, compile
from engine.feel.functions.registry import FUNCTIONS, Signature
from engine.feel.values import equal, text

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
VALUES = (
    "null", "true", "0", "-2.5", '""', '"abc"', '"2026-01-02"', '"P1D"', '@"2026-01-02"', '@"10:00:00"', '@"2026-01-02T10:00:00Z"', '@"P1DT1H"',
    '@"P1Y2M"', "[]", "[1, 2]", '["a", null]', "{}", '{key: "a", value: 1}', "[1..3]", "function(x, y) x < y", "sum",
)  # fmt: skip
FEW = ("null", "2", '"abc"', '@"2026-01-02"', "[1, 2]", "{a: 1}", "[1..3]", "function(a, b) a < b")
# Functions that may give null where nothing is wrong: they hand on what they were given, or ask about null.
HANDS_ON = {"get value", "get or else", "min", "max", "is", "is defined"}


def evaluate(source: str) -> tuple[Any, tuple[Any, ...]]:
    return compile(source).evaluate_with_notes({}, NOW)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_numbers_of_arguments(name: str) -> None:
    for count in range(9):
        expression = compile(f"{name}({', '.join(['null'] * count)})")
        possible = any(signature.takes(count, None) for signature in FUNCTIONS[name])
        assert [problem.code for problem in expression.problems] == ([] if possible else ["wrong_arguments"])
        value, notes = expression.evaluate_with_notes({}, NOW)
        assert value is not None or notes or name in HANDS_ON, (name, count)
    assert compile(f"{name}(nosuchname: 1)").problems[0].code == "wrong_arguments"


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_kind_of_one_argument(name: str) -> None:
    for value in VALUES:
        result, notes = evaluate(f"{name}({value})")
        assert result is not None or notes or name in HANDS_ON, (name, value)


def _combinations(signature: Signature) -> list[tuple[str, ...]]:
    count = len(signature.params)
    if signature.variadic or not 1 < count <= 4:
        return []
    return list(product(FEW, repeat=count)) if count < 4 else [combination for combination in product(FEW[:4], repeat=count)]


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_positional_and_named_arguments_mean_the_same(name: str) -> None:
    for signature in FUNCTIONS[name]:
        for values in _combinations(signature):
            named = ", ".join(f"{param.name}: {value}" for param, value in zip(signature.params, values, strict=True))
            try:
                by_name, notes = evaluate(f"{name}({named})")
            except FeelLimitExceeded:
                continue
            assert by_name is not None or notes or name in HANDS_ON, (name, named)
            if by_name is not None:
                by_place = evaluate(f"{name}({', '.join(values)})")[0]
                assert equal(by_name, by_place) is True or text(by_name) == text(by_place), (name, named)
