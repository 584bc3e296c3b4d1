"""The language, form by form: expression, scope, value."""

from __future__ import annotations

import doctest
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

import engine.feel
from engine.feel import FeelError, FeelEvaluationError, FeelFunction, FeelSyntaxError, compile, compile_unary, strip_marker
from engine.model.values import Range, YearsMonths

D = Decimal
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)

CASES = [
    ("1 + 2 * 3 ** 2", {}, D(19)),
    ("-2 ** 2", {}, D(4)),
    ("0.1 + 0.2", {}, D("0.3")),
    ("1 / 3", {}, D("0.3333333333333333333333333333333333")),
    ('金额 > 1000 and 等级 in ("A", "B")', {"金额": D(2000), "等级": "B"}, True),
    ("客户（企业）", {"客户（企业）": D(1)}, None),
    ("ｎａｍｅ + 1", {"ｎａｍｅ": D(1)}, D(2)),
    ('if x > 5 then "大" else if x > 2 then "中" else "小"', {"x": D(3)}, "中"),
    ("for x in 1..3, y in [x, 10] return x * y", {}, [D(1), D(10), D(4), D(20), D(9), D(30)]),
    ("some x in l satisfies x > 2", {"l": [D(1), D(3)]}, True),
    ("every x in l satisfies x > 2", {"l": [D(1), D(3)]}, False),
    ("l[item > 1][-1]", {"l": [D(1), D(2), D(3)]}, D(3)),
    ("p[price > limit].name", {"p": [{"name": "a", "price": D(5)}, {"name": "b", "price": D(1)}], "limit": D(2)}, ["a"]),
    ("l[count(l)]", {"l": [D(7), D(8)]}, D(8)),
    ("{a: 1, b: a + 1}.b", {}, D(2)),
    ('{"full name": "x"}.full name', {}, "x"),
    ("{add: function(x: number, y: number) x + y, r: add(y: 1, x: 2)}.r", {}, D(3)),
    ("(function(n) function(m) n + m)(1)(2)", {}, D(3)),
    ("{fact: function(n) if n <= 1 then 1 else n * fact(n - 1), r: fact(20)}.r", {}, D(2432902008176640000)),
    ("sort([3, 1, 2], function(a, b) a > b)", {}, [D(3), D(2), D(1)]),
    ("sort(list: [3, 1], precedes: function(a, b) a < b)", {}, [D(1), D(3)]),
    ('date("2024-02-29") + duration("P1Y")', {}, date(2025, 2, 28)),
    ('@"2024-03-31" - @"2024-03-01"', {}, timedelta(days=30)),
    ('@"2024-05-01T10:00:00@Asia/Shanghai" = @"2024-05-01T02:00:00Z"', {}, True),
    ('@"2024-05-01T10:00:00+08:00" - @"2024-05-01T00:00:00Z"', {}, timedelta(hours=2)),
    ('@"P1Y" / @"P1M"', {}, D(12)),
    ('@"P1D" * 1.5', {}, timedelta(hours=36)),
    ('@"10:00:00" + @"PT15H"', {}, time(1)),
    ('date and time(@"2024-05-01", @"10:00:00").hour', {}, D(10)),
    ('@"P1Y2M".months', {}, D(2)),
    ('years and months duration(@"2020-01-31", @"2021-03-01")', {}, YearsMonths(13)),
    ('now() + @"PT1H"', {}, NOW + timedelta(hours=1)),
    ("today()", {}, date(2026, 3, 4)),
    ("[1..5]", {}, Range(D(1), D(5))),
    ("]1..5[.start included", {}, False),
    ("(< 5).end", {}, D(5)),
    ("5 in (1..5]", {}, True),
    ("5 in [1..5[", {}, False),
    ("x between 1 and 5", {"x": D(5)}, True),
    ("x in (< 1, > 4, [2..3])", {"x": D(2)}, True),
    ("overlaps before([1..5], [3..8])", {}, True),
    ("overlaps before([1..5], [1..8])", {}, False),
    ("meets([1..5], [5..8])", {}, True),
    ("during(4, [1..5])", {}, True),
    ("before(1, (1..5])", {}, True),
    ("null = null", {}, True),
    ('1 = "1"', {}, None),
    ("false and x", {}, False),
    ("true and x", {}, None),
    ("not(1 = 2)", {}, True),
    ("[1, 2] instance of list<number>", {}, True),
    ('[1, "a"] instance of list<number>', {}, False),
    ("{a: 1} instance of context<a: number>", {}, True),
    ('@"P1D" instance of days and time duration', {}, True),
    ("null instance of Any", {}, False),
    ('matches("客户A1", "^\\p{L}+\\d$")', {}, True),
    ('matches("abc", "[a-z-[aeiou]]c")', {}, True),
    ('matches("xx", "(.)\\1")', {}, True),
    ('replace("2024-05-01", "(\\d+)-(\\d+)-(\\d+)", "$3/$2/$1")', {}, "01/05/2024"),
    ('split("a;b;;c", ";")', {}, ["a", "b", "", "c"]),
    ('extract("a1b22", "[0-9]+")', {}, ["1", "22"]),
    ('substring("客户开发", 3)', {}, "开发"),
    ('substring("\\U01F600x", 2)', {}, "x"),
    ('string length("\\uD83D\\uDE00")', {}, D(1)),
    ('string([1, "a", {b: null}])', {}, '[1, "a", {b: null}]'),
    ('number("1 234,5", " ", ",")', {}, D("1234.5")),
    ("list replace([1, 2, 3], function(item, newItem) item > 1, 0)", {}, [D(1), D(0), D(0)]),
    ('context put({a: {b: 1}}, ["a", "c"], 2)', {}, {"a": {"b": D(1), "c": D(2)}}),
    ('get value({a: 1}, "a")', {}, D(1)),
    ("partition([1, 2, 3], 2)", {}, [[D(1), D(2)], [D(3)]]),
    ("round half up(2.5, 0)", {}, D(3)),
    ("decimal(2.5, 0)", {}, D(2)),
    ('week of year(@"2020-12-31")', {}, D(53)),
    ("`带 空格` + 1", {"带 空格": D(1)}, D(2)),
]


@pytest.mark.parametrize("source, scope, expected", CASES[:5] + CASES[6:])
def test_value(source, scope, expected):
    value = compile(source).evaluate(scope, now=NOW)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    "source, names, scope, expected",
    [
        ("Monthly Income * 2", ["Monthly Income"], {"Monthly Income": D(3)}, D(6)),
        ("a-b - 1", ["a-b"], {"a-b": D(3)}, D(2)),
        ("a-b - 1", [], {"a": D(3), "b": D(1)}, D(1)),
        ("Person's age + 1", ["Person's age"], {"Person's age": D(3)}, D(4)),
        ("客户（企业） = 1", ["客户（企业）"], {"客户（企业）": D(1)}, True),
        ("date + 1", ["date"], {"date": D(3)}, D(4)),
        ("Person.age", ["Person.age"], {"Person": {"age": D(3)}}, D(3)),
    ],
)
def test_declared_names_win(source, names, scope, expected):
    assert compile(source, names=names).evaluate(scope) == expected


@pytest.mark.parametrize(
    "cell, value, scope, expected",
    [
        ("-", None, {}, True),
        ("< 5", D(3), {}, True),
        ('"A", "B"', "B", {}, True),
        ('not("A", "B")', "B", {}, False),
        ("not([18..65))", D(65), {}, True),
        ("not(x) and ? > 1", D(2), {"x": False}, True),
        ("? > 1 and ? < 5", D(3), {}, True),
        ("[1..limit)", D(3), {"limit": D(4)}, True),
        ("allowed", "a", {"allowed": ["a", "b"]}, True),
        ("> 5", "text", {}, None),
        ("null", None, {}, True),
        ('contains(?, "x")', "axb", {}, True),
        ('date("2024-01-01")', date(2024, 1, 1), {}, True),
    ],
)
def test_unary_tests(cell, value, scope, expected):
    assert compile_unary(cell).test(value, scope) is expected


@pytest.mark.parametrize(
    "source, code, line, column",
    [
        ("", "empty", 1, 1),
        ("1 +", "expression_expected", 1, 4),
        ("金额 == 1", "expression_expected", 1, 5),
        ("金额 =< 1", "expression_expected", 1, 5),
        ("金额 >> 1", "expression_expected", 1, 5),
        ("(1", "expected", 1, 3),
        ('"abc', "string_not_closed", 1, 1),
        ("1 +\n 2 ^ 3", "unknown_character", 2, 4),
        ("金额＞1000", "full_width_sign", 1, 3),
        ("金额 ＞ 1000", "full_width_sign", 1, 4),
        ("sum(1 ， 2)", "full_width_sign", 1, 7),
        ("sum（1，2）", "full_width_sign", 1, 4),
        ("“A”", "unknown_character", 1, 1),
        ("x y", "unexpected", 1, 3),
        ("if a then b", "expected", 1, 12),
        ("f(1, a: 2)", "mixed_arguments", 1, 9),
        ("function() external {}", "external_function", 1, 12),
        ("for x in l x", "expected", 1, 12),
        ("{a 1}", "name_expected", 1, 2),
    ],
)
def test_refusals_have_a_place_and_a_chinese_message(source, code, line, column):
    with pytest.raises(FeelSyntaxError) as caught:
        compile(source)
    assert (caught.value.code, caught.value.line, caught.value.column) == (code, line, column)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in caught.value.message)


@pytest.mark.parametrize(
    "source, scope, code, position",
    [
        ("1 + missing", {}, "unknown_name", 5),
        ("date(2024, 13, 1)", {}, "not_a_date", 5),
        ("1 / 0", {}, "division_by_zero", 3),
        ("a.b", {"a": {}}, "no_such_member", 2),
        ('"x" + 1', {}, "wrong_operands", 5),
        ("[1, 2][5]", {}, "index_out_of_range", 7),
        ('sum([1, "a"])', {}, "not_a_number", 4),
        ('matches("a", "(")', {}, "bad_pattern", 8),
        ("10 ** 9999", {}, "power_not_defined", 4),
        ('number("abc")', {}, "not_a_number", 7),
        ("sqrt(4, 4)", {}, "wrong_arguments", 5),
        ('replace("a", "x*", "")', {}, "matches_empty", 8),
        ('@"2024-99-01"', {}, "not_a_date", 1),
        ("1 instance of nothing", {}, "unknown_type", 15),
    ],
)
def test_null_keeps_its_reason(source, scope, code, position):
    value, notes = compile(source).evaluate_with_notes(scope)
    assert value is None
    assert (code, position) in [(note.code, note.position) for note in notes]


def test_calls_that_cannot_work_are_known_before_running():
    assert [note.code for note in compile("sqrt(n: 4)").problems] == ["wrong_arguments"]
    assert compile("sqrt(4)").problems == ()


def test_variables_are_those_read_from_the_scope():
    expression = compile("a + sum(for x in l return x * f) + p[price > limit].name + {b: 1, c: b}.c")
    assert expression.variables == {"a", "l", "f", "p"}
    assert expression.possible_variables == {"price", "limit"}


def test_the_clock_must_be_given():
    with pytest.raises(FeelEvaluationError) as caught:
        compile("now()").evaluate({})
    assert caught.value.code == "no_clock"


def test_functions_are_values():
    value = compile("function(a) a + b").evaluate({"b": D(1)})
    assert isinstance(value, FeelFunction)
    assert compile("f(2)").evaluate({"f": value}) == D(3)


def test_plain_python_numbers_are_taken():
    assert compile("a + b.c").evaluate({"a": 1, "b": {"c": 2}}) == D(3)


def test_scope_is_read_lazily_and_never_changed():
    class Scope(dict):
        asked: list[str] = []

        def __missing__(self, key):
            self.asked.append(key)
            return D(5)

    scope = Scope()
    assert compile("for x in [1] return x + y").evaluate(scope) == [D(6)]
    assert scope == {}
    assert scope.asked == ["y"]


def test_marker_is_stripped():
    assert strip_marker("=a+b") == "a+b"
    assert strip_marker(" = a") == "a"
    assert strip_marker("a = b") is None


def test_compiled_expressions_are_shared():
    assert compile("a + 1") is compile("a + 1")


def test_documented_examples_run():
    assert doctest.testmod(engine.feel).failed == 0
    assert doctest.testmod(engine.feel).attempted >= 3


def test_unknown_full_width_name_is_refused_not_null():
    source, scope, _ = CASES[5]
    with pytest.raises(FeelError) as caught:
        compile(source).evaluate(scope)
    assert caught.value.code == "full_width_sign"
