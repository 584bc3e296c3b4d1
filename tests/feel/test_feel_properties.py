"""Properties: Python's decimal and datetime as oracles, the printer against the parser, no crash on any text."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, localcontext

from hypothesis import given
from hypothesis import strategies as st

from engine.feel import FeelError, compile, compile_unary, nodes, print_expression, text
from engine.feel.numbers import DECIMAL128
from engine.feel.parser import parse, parse_unary_tests
from engine.model.values import YearsMonths

numbers = st.decimals(min_value=-(10**12), max_value=10**12, places=4, allow_nan=False)
days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
spans = st.timedeltas(timedelta(days=-20000), timedelta(days=20000))
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=8) | days,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(numbers, numbers)
def test_arithmetic_is_that_of_decimal128(a, b):
    scope = {"a": a, "b": b}
    with localcontext(DECIMAL128):
        assert compile("a + b").evaluate(scope) == a + b
        assert compile("a - b").evaluate(scope) == a - b
        assert compile("a * b").evaluate(scope) == a * b
        assert compile("a / b").evaluate(scope) == (a / b if b else None)
        assert compile("a < b").evaluate(scope) is (a < b)


@given(numbers, numbers)
def test_modulo_has_the_sign_of_the_divisor(a, b):
    result = compile("modulo(a, b)").evaluate({"a": a, "b": b})
    if b:
        assert result == 0 or (result < 0) == (b < 0)
        assert abs(result) < abs(b)
    else:
        assert result is None


@given(days, spans)
def test_days_are_added_as_datetime_adds_them(day, span):
    scope = {"day": day, "span": span}
    expected = (datetime.combine(day, datetime.min.time()) + span).date()
    assert compile("day + span").evaluate(scope) == expected
    assert compile("day - (day - span)").evaluate(scope) == day - compile("day - span").evaluate(scope)


@given(moments, spans)
def test_moments_add_and_subtract(moment, span):
    assert compile("(moment + span) - moment").evaluate({"moment": moment, "span": span}) == span


@given(days, st.integers(-2000, 2000))
def test_months_keep_the_day_or_the_months_last(day, months):
    result = compile("day + months").evaluate({"day": day, "months": YearsMonths(months)})
    assert (result.year * 12 + result.month) - (day.year * 12 + day.month) == months
    assert result.day == day.day or (result.day < day.day and (result + timedelta(days=1)).day == 1)


@given(days, days)
def test_whole_months_between_two_days(start, end):
    months = compile("years and months duration(a, b)").evaluate({"a": start, "b": end}).months
    low, high = min(start, end), max(start, end)
    assert (months >= 0) == (start <= end) or months == 0
    assert abs(months) == (high.year - low.year) * 12 + high.month - low.month - (low.day > high.day)


@given(st.one_of(days, moments, spans, st.builds(YearsMonths, st.integers(-(10**6), 10**6))))
def test_calendar_values_survive_their_text(value):
    maker = {date: "date", datetime: "date and time"}.get(type(value), "duration")
    assert compile(f"{maker}(string(v))").evaluate({"v": value}) == value


@given(st.lists(numbers, min_size=1, max_size=8))
def test_list_functions_agree_with_python(items):
    scope = {"l": items}
    assert compile("sort(l)").evaluate(scope) == sorted(items)
    assert compile("min(l)").evaluate(scope) == min(items)
    assert compile("count(distinct values(l))").evaluate(scope) == len(set(items))
    assert compile("reverse(reverse(l)) = l").evaluate(scope) is True
    assert compile("l[item > 0]").evaluate(scope) == [item for item in items if item > 0]


@given(values)
def test_a_value_equals_itself_and_its_text_parses(value):
    assert compile("v = v").evaluate({"v": value}) is True
    assert isinstance(text(value), str)


@given(st.sampled_from([True, False, None]), st.sampled_from([True, False, None]))
def test_three_valued_logic_obeys_de_morgan(a, b):
    scope = {"a": a, "b": b}
    assert compile("not(a and b)").evaluate(scope) is compile("not(a) or not(b)").evaluate(scope)
    assert compile("a or b").evaluate(scope) is compile("b or a").evaluate(scope)


def _extend(inner):
    pair = st.tuples(inner, inner)
    chain = lambda signs: st.builds(nodes.Chain, inner, st.lists(st.tuples(st.sampled_from(signs), inner), min_size=1, max_size=2).map(tuple))  # noqa: E731
    iterators = st.lists(st.builds(nodes.Iterator, names, inner, st.none() | inner), min_size=1, max_size=2).map(tuple)
    return st.one_of(
        chain(["+", "-"]),
        chain(["*", "/"]),
        chain(["**"]),
        st.builds(nodes.Logic, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(nodes.Compare, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), inner, inner),
        st.builds(nodes.Between, inner, inner, inner),
        st.builds(
            nodes.In, inner, st.lists(inner | st.builds(nodes.UnaryTest, st.sampled_from(["<", ">="]), inner), min_size=1, max_size=2).map(tuple)
        ),
        st.builds(nodes.If, st.lists(pair, min_size=1, max_size=2).map(tuple), inner),
        st.builds(nodes.For, iterators, inner),
        st.builds(nodes.Quantified, st.sampled_from(["some", "every"]), iterators, inner),
        st.builds(nodes.ListOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(nodes.ContextOf, st.lists(st.tuples(names, inner), max_size=2).map(tuple)),
        st.builds(nodes.RangeOf, inner, inner, st.booleans(), st.booleans()),
        st.builds(nodes.FunctionOf, st.lists(st.builds(nodes.Parameter, names), max_size=2).map(tuple), inner),
        st.builds(nodes.Call, st.builds(nodes.Name, names), st.lists(inner, max_size=2).map(tuple)),
        st.builds(nodes.Path, inner, names),
        st.builds(nodes.Filter, inner, inner),
        st.builds(nodes.Negate, inner),
        st.builds(nodes.InstanceOf, inner, st.builds(nodes.TypeNode, st.sampled_from(["number", "date and time", "list", "Any"]))),
    )


names = st.sampled_from(["a", "b2", "金额", "客户等级", "two words", "ｆｕｌｌ"])
leaves = st.one_of(
    st.builds(
        nodes.Literal,
        st.none() | st.booleans() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5) | st.decimals(0, 10**9, places=3),
    ),
    st.builds(nodes.AtLiteral, st.sampled_from(["2024-05-01", "P1D"])),
    st.builds(nodes.Name, names),
)
trees = st.recursive(leaves, _extend, max_leaves=6)


@given(trees)
def test_what_is_printed_parses_to_the_same_tree(tree):
    assert parse(print_expression(tree)) == tree


@given(st.lists(trees, min_size=1, max_size=3), st.booleans())
def test_printed_cells_parse_to_the_same_tests(tests, negated):
    cell = nodes.UnaryTests(tuple(tests), negated)
    assert parse_unary_tests(print_expression(cell)) == cell


def _refusal(attempt):
    try:
        attempt()
    except FeelError as error:
        return error
    return None


_PIECES = st.sampled_from(
    ["(", ")", "[", "]", "{", "}", ",", ".", "..", "-", "+", "*", "**", "/", "<", ">=", "=", "!=", "a", "金额", "1", "2.5", '"x"', '@"P1D"', "if",
     "then", "else",
     "for", "in", "return", "some", "satisfies", "and", "or", "not", "between", "instance of", "function", "null", "true", "?", "item",
     "date", "sum", ":", "`"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=30), st.lists(_PIECES, max_size=12).map(" ".join), st.lists(_PIECES, max_size=12).map("".join)))
def test_any_text_gives_a_value_or_a_feel_error(source):
    for attempt in (lambda: compile(source).evaluate({"a": Decimal(1)}), lambda: compile_unary(source).test(Decimal(1), {"a": [Decimal(1)]})):
        assert _refusal(attempt) is None or _refusal(attempt).message
