"""Hostile expressions end in a clear refusal (or in null), never in a hang; the limits count work, so no clock is needed here."""

from __future__ import annotations

import inspect
import sys

import pytest

from engine.feel import LIMITS, FeelError, FeelLimitExceeded, Note, compile
from engine.feel.limits import Run

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
        ("for a in 1..1000, b in 1..1000 return [][item > a]", {"list_too_long", "too_many_steps", "too_slow"}),
        ("for i in 1..100000 return 1.5 ** 0.3333", {"too_many_steps", "too_slow"}),
        ("for i in 1..100000 return exp(i / 1000)", {"too_many_steps", "too_slow"}),
        ("sort(for i in 1..50000 return i, function(a, b) a > b)", {"too_many_steps", "too_slow"}),
        ('replace(string join(for i in 1..99999 return "xxxxx"), "x", string join(for i in 1..99999 return "xxxxx"))', {"string_too_long"}),
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


@pytest.mark.parametrize("inside, after", [("1", ")+1"), ("1", "..2)"), ("1", ")[1]"), ("1, 2", ")"), ("> 1", ")")])
def test_tests_in_parentheses_are_not_read_again_and_again(inside, after):
    """Forty levels would take years if every level read the one inside it twice."""
    assert compile("x in (" * 40 + inside + after * 40).variables == {"x"}


def test_long_flat_expressions_are_no_nesting():
    assert compile(" + ".join(["1"] * 3000)).evaluate({}) == 3000
    assert compile(" and ".join(["true"] * 3000)).evaluate({}) is True
    assert compile(" ".join(["if false then 1 else"] * 1000) + " 2").evaluate({}) == 2


@pytest.mark.parametrize(
    "source, count",
    [
        ("for i in 1..100000 return i * 2 + 1", 100_000),
        ("(for i in 1..100000 return i * 2)[item > 100000]", 50_000),
        ("(for i in 1..50000 return {a: i, b: 1})[a > b]", 49_999),
        ("for i in 1..20000 return if i = 1 then 1 else partial[-1] + 1", 20_000),
        ("sort(for i in 1..100000 return -i)", 100_000),
        ("for i in 1..100000 return string(i)", 100_000),
    ],
)
def test_work_of_an_ordinary_size_is_within_the_steps(source, count):
    """Far enough for a machine twice as slow: only two thirds of the steps are taken, whatever the clock says."""
    notes: list[Note] = []
    run = Run(None, notes)
    run.deadline = float("inf")
    value = compile(source).run({}, run)
    assert len(value) == count
    assert run.budget > LIMITS.steps // 3
    assert notes == []


def test_the_same_work_takes_the_same_steps():
    expression, left = compile("sum((for i in 1..500 return {a: i, b: [i]})[a > 3].a)"), set()
    for _ in range(3):
        run = Run()
        expression.run({}, run)
        left.add(run.budget)
    assert len(left) == 1


@pytest.mark.parametrize(
    "source, expected",
    [
        ("for f in (for i in 1..3 return function() i) return f()", [1, 2, 3]),
        ("for f in (for i in 1..2, j in [i, 10] return function(x) x + i * j) return f(0)", [1, 10, 4, 20]),
        ("for f in [1, 2][count(for g in [function() item] return g()) > 0] return f", [1, 2]),
        ("[{a: 1}, {b: 2}, {a: 3}][a != null].a", [1, 3]),
        ("{a: 7, r: [{a: 1}, {b: 2}, {a: 3}][a > 2]}.r", [{"b": 2}, {"a": 3}]),
        ("{a: 7, r: [{a: 1}, 5, {a: 3}][a > 2]}.r", [5, {"a": 3}]),
        ("[{item: 1}, 4, {item: 3}][item > 2]", [4, {"item": 3}]),
        ("for i in 1..3 return partial", [[], [[]], [[], [[]]]]),
        ("for i in 1..3 return append(partial, i)", [[1], [[1], 2], [[1], [[1], 2], 3]]),
        ("for i in 1..4 return if i < 3 then 1 else partial[-1] + partial[-2]", [1, 1, 2, 3]),
        ("for i in 1..3 return count(partial)", [0, 1, 2]),
        ("for f in (for i in 1..3 return function() count(partial)) return f()", [0, 1, 2]),
        ("for f in (for i in 1..3 return function() partial[1]) return f() = null", [True, False, False]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for x in [1, 2], x in [x + 1] return x", [2, 3]),
    ],
)
def test_passes_of_a_loop_do_not_see_each_other(source, expected):
    assert compile(source).evaluate({}) == expected
