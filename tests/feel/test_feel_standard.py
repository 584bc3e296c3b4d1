"""Corners of the standard that the given part of the compatibility kit does not touch, and expressions made to hang an engine."""

from __future__ import annotations

import pytest

from engine.feel import FeelLimitExceeded, compile
from engine.feel.values import equal

_SHARED = "{l: for i in 1..300 return i, a: for i in 1..300 return l, b: for i in 1..300 return a, c: for i in 1..300 return b}"


@pytest.mark.parametrize(
    "source, expected",
    [
        ('matches("a b", "a[ ] b", "x")', "true"),
        ('matches("helloworld", "hello[ ]world", "x")', "false"),
        (r'matches("hello world", "hello\\ sworld", "x")', "true"),
        (r'matches("p", "\\p{Lu}", "i")', "false"),
        ('matches("a", "(((a{1000}){1000}){1000})")', "null"),
        ('substring("foobar", 3.8)', '"obar"'),
        ("0 ** -1", "null"),
        ("0 ** -0.5", "null"),
        ('number("1,000.5", ",", ".")', "1000.5"),
        ('number("1,000", ",")', "null"),
        ('number(from: "1 000,5", grouping separator: " ", decimal separator: ",")', "1000.5"),
        ("before(range: [2..3], point: 4)", "true"),
        ("before(point: 4, range: [2..3])", "false"),
        ('(function() "a") instance of function<> -> number', "false"),
        ("(function() 1) instance of function<> -> Any", "true"),
        ("(function(a: Any) a) instance of function<number> -> Any", "true"),
        ("(function(a: number) a) instance of function<Any> -> Any", "false"),
        ("(function(a: context<x: number>) a) instance of function<context<x: number, y: string>> -> Any", "true"),
    ],
)
def test_corners_of_the_standard(source: str, expected: str) -> None:
    assert equal(compile(source).evaluate({}), compile(expected).evaluate({})) is True


@pytest.mark.parametrize(
    "source, told",
    [
        ('time("11:22:33.123456789")', True),
        ('@"11:22:33.123456789"', True),
        ('date and time("2026-01-02T11:22:33.1234567Z")', True),
        ('duration("PT0.1234567S")', True),
        ("time(1, 2, 3.1234567)", True),
        ('time("11:22:33.123456000")', False),
        ('duration("PT0.123456S")', False),
        ("time(1, 2, 3.123456)", False),
    ],
)
def test_a_fraction_that_is_cut_is_told(source: str, told: bool) -> None:
    value, notes = compile(source).evaluate_with_notes({})
    assert value is not None
    assert [note.code for note in notes] == (["fraction_cut"] if told else [])


@pytest.mark.parametrize(
    "source",
    [
        _SHARED + ".c instance of list<list<list<list<number>>>>",
        _SHARED + ".b = " + _SHARED + ".b",
        f"string({_SHARED}.b)",
        "(function(x: list<list<list<list<number>>>>) 1)(" + _SHARED + ".c)",
    ],
)
def test_values_that_share_parts_are_not_walked_for_ever(source: str) -> None:
    with pytest.raises(FeelLimitExceeded):
        compile(source).evaluate({})
