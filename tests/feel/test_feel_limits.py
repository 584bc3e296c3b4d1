"""Hostile expressions end in a clear refusal (or in null), never in a hang; the limits count work, so no clock is needed here."""

from __future__ import annotations

import inspect
import sys

import pytest

from engine.feel import LIMITS, FeelError, FeelLimitExceeded, compile

_DOUBLED = "{" + ", ".join(f"a{i + 1}: [a{i}, a{i}]" if i else "a1: [1]" for i in range(40))
_MANY = "{a: for i in 1..50000 return i, b: for x in 1..100000 return "


@pytest.mark.parametrize(
    "source, codes",
    [
        ("(" * 5000 + "1" + ")" * 5000, {"nested_too_deep"}),
        ("[" * 30000, {"nested_too_deep"}),
        ("{a:" * 5000, {"nested_too_deep"}),
        ("-" * 30000 + "1", {"too_many_signs"}),
        ("a" + ".a" * 15000, {"path_too_long"}),
        ("1" + "<1" * 10000, {"too_many_comparisons"}),
        ("x" * 40000, {"source_too_long"}),
        ("1" * 30000, {"number_too_large"}),
        ("for i in 1..10**30 return i", {"list_too_long"}),
        ("for a in 1..1000, b in 1..1000, c in 1..1000 return a", {"list_too_long", "too_slow"}),
        ("some a in 1..100000, b in 1..100000 satisfies a + b < 0", {"too_many_steps", "too_slow"}),
        ("{f: function(n) f(n + 1), r: f(1)}.r", {"calls_too_deep"}),
        ("{f: function(g) g(g), r: f(f)}.r", {"calls_too_deep"}),
        ("for i in 1..5000 return [partial]", {"too_many_steps"}),
        ("{" + ", ".join(f"a{i + 1}: a{i} + a{i}" if i else 'a1: "xxxxxxxxxx"' for i in range(60)) + "}", {"string_too_long"}),
        (_DOUBLED + ", s: string(a40)}", {"value_too_large"}),
        (_DOUBLED + ", s: flatten(a40)}", {"value_too_large"}),
        (_DOUBLED + "}", {"value_too_large"}),
        (_MANY + "sum(a)}", {"too_many_steps", "too_slow"}),
        (_MANY + "index of(a, x)}", {"too_many_steps", "too_slow"}),
        (_MANY + "x in a}", {"too_many_steps", "too_slow"}),
        (_MANY + "a.x}", {"too_many_steps", "too_slow"}),
        ('matches("' + "a" * 5000 + '!", "^(([a-z])+.)+[A-Z]([a-z])+$")', {"regex_too_slow"}),
        ('matches("a", "' + "a" * (LIMITS.pattern_characters + 1) + '")', {"pattern_too_long"}),
    ],
)
def test_refused(source, codes):
    with pytest.raises(FeelError) as caught:
        compile(source).evaluate({})
    assert caught.value.code in codes


@pytest.mark.parametrize(
    "source", ["10 ** 6000 * 10 ** 6000", 'duration("P1D") * 10 ** 6000', "exp(10 ** 6000)", 'date("2020-01-01") + duration("P1D") * 10 ** 12']
)
def test_too_large_values_are_null(source):
    value, notes = compile(source).evaluate_with_notes({})
    assert value is None
    assert notes


def test_a_deep_caller_gets_a_refusal_not_a_crash():
    def deeper(frames):
        return deeper(frames - 1) if frames else compile("(" * 55 + "2" + ")" * 55).evaluate({})

    with pytest.raises(FeelLimitExceeded) as caught:
        deeper(sys.getrecursionlimit() - len(inspect.stack()) - 60)
    assert caught.value.code == "calls_too_deep"


def test_powers_in_a_row_are_plain_decimal128():
    assert compile("9 ** 9 ** 9").evaluate({}) == compile("(9 ** 9) ** 9").evaluate({})


def test_long_flat_expressions_are_no_nesting():
    assert compile(" + ".join(["1"] * 3000)).evaluate({}) == 3000
    assert compile(" and ".join(["true"] * 3000)).evaluate({}) is True
    assert compile(" ".join(["if false then 1 else"] * 1000) + " 2").evaluate({}) == 2
