"""Types of expressions: known cases, operators and functions against the evaluator, and the promise that the type holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import FeelError, compile, compile_unary, nodes
from engine.feel.errors import NullResult
from engine.feel.functions.registry import FUNCTIONS
from engine.feel.inference import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NULL,
    NUMBER,
    STRING,
    TIME,
    YEARS_MONTHS,
    Names,
    choice_of,
    conforms,
    context_of,
    infer,
    infer_tree,
    kinds_of,
    list_of,
    of_value,
    range_of,
    union,
)
from engine.feel.inference.basics import RESULTS as OPERATOR_RESULTS
from engine.feel.inference.results import RESULTS as FUNCTION_RESULTS
from engine.feel.nearest import nearest
from engine.feel.operators import OPERATIONS
from engine.feel.printer import print_expression
from engine.feel.values import kind_of
from engine.model.values import Range, YearsMonths
from tests.feel.test_feel_properties import trees

NOW = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
ROW = context_of({"name": STRING, "amount": NUMBER})
NAMES = {
    "n": NUMBER,
    "s": STRING,
    "b": BOOLEAN,
    "d": DATE,
    "t": TIME,
    "dt": DATE_TIME,
    "span": DAYS_TIME,
    "months": YEARS_MONTHS,
    "rows": list_of(ROW),
    "row": ROW,
    "numbers": list_of(NUMBER),
    "kind": choice_of(["企业", "个人"]),
    "level": choice_of([Decimal(1), Decimal(2)]),
    "any": ANY,
    "ages": range_of(NUMBER),
    "mixed": kinds_of("number", "string"),
}
VALUES = {
    "n": [Decimal(3), Decimal("-0.5")],
    "s": ["a", ""],
    "b": [True, False],
    "d": [date(2026, 2, 28)],
    "t": [time(9, 30)],
    "dt": [NOW, datetime(2026, 1, 1)],
    "span": [timedelta(days=1, hours=2)],
    "months": [YearsMonths(14)],
    "rows": [[], [{"name": "x", "amount": Decimal(1)}, {"name": None, "amount": Decimal(2)}]],
    "row": [{"name": "x", "amount": Decimal(1)}, {"name": "y"}],
    "numbers": [[], [Decimal(1), Decimal(2)]],
    "kind": ["企业", "个人"],
    "level": [Decimal(1), Decimal(2)],
    "any": [None, "x", Decimal(1), [Decimal(1)], {"a": True}],
    "ages": [Range(Decimal(1), Decimal(3))],
    "mixed": [Decimal(1), "m"],
}


def codes(source, **names):
    return [problem.code for problem in infer(compile(source), {**NAMES, **names}).problems]


@pytest.mark.parametrize(
    "source, kind",
    [
        ("n + 1", NUMBER),
        ("n * -2 + level", NUMBER),
        ('s + "x"', STRING),
        ("d + span", DATE),
        ("dt + months", DATE_TIME),
        ("d - d", DAYS_TIME),
        ("span / span", NUMBER),
        ("n > 1 and b", BOOLEAN),
        ("if b then n else s", kinds_of("number", "string")),
        ("if b then 1 else null", of_value(Decimal(1))),
        ('if b then "A" else "B"', choice_of(["A", "B"])),
        ("rows.amount", list_of(NUMBER)),
        ("rows[amount > 1].name", list_of(STRING)),
        ("rows[1].name", STRING),
        ("rows[-1]", ROW),
        ("for r in rows return r.amount * 2", list_of(NUMBER)),
        ("for i in 1..3 return i", list_of(NUMBER)),
        ("some r in rows satisfies r.amount > 1", BOOLEAN),
        ("sum(rows.amount)", NUMBER),
        ("sum([span, span])", DAYS_TIME),
        ("max(d, d)", DATE),
        ("min(rows.name)", STRING),
        ("append(rows, row)", list_of(ROW)),
        ("concatenate([], rows)", list_of(ROW)),
        ("flatten([[n], [[n]]])", list_of(NUMBER)),
        ("{a: n, b: a + 1}.b", NUMBER),
        ("d.year", NUMBER),
        ('duration("P1D")', DAYS_TIME),
        ('duration("P1M")', YEARS_MONTHS),
        ("now() + duration(s)", DATE_TIME),
        ("ages.start", NUMBER),
        ("n instance of number", BOOLEAN),
        ("(function(x: number) x + 1)(2)", NUMBER),
        ('get or else(null, "x")', of_value("x")),
        ('get value(row, "amount")', NUMBER),
        ('context put(row, "extra", b).extra', BOOLEAN),
        ("n in [1..5]", BOOLEAN),
        ("sort(numbers, function(x, y) x > y)", list_of(NUMBER)),
        ("numbers[item > 1]", list_of(NUMBER)),
        ("null", NULL),
        ("any.x.y", ANY),
    ],
)
def test_type_without_problems(source, kind):
    found = infer(compile(source), NAMES)
    assert (found.problems, found.type) == ((), kind)


@pytest.mark.parametrize(
    "source, code, position",
    [
        ("amuont + 1", "unknown_name", 1),
        ("n + s", "wrong_operands", 3),
        ("-s", "wrong_operands", 1),
        ("d > n", "wrong_operands", 3),
        ("n between d and 3", "wrong_operands", 3),
        ('n = "1"', "never_equal", 3),
        ('kind = "企 业"', "never_value", 6),
        ("level = 3", "never_value", 7),
        ('kind in ("企业", "公司")', "never_value", 16),
        ("s in [1..2]", "wrong_operands", 6),
        ("if n then 1 else 2", "not_boolean", 4),
        ("b and s", "not_boolean", 7),
        ("rows[s]", "not_boolean", 6),
        ("every r in rows satisfies r.amount", "not_boolean", 28),
        ("row.amonut", "unknown_member", 4),
        ("n.year", "unknown_member", 2),
        ("upper case(n)", "wrong_argument", 11),
        ("substring(s)", "wrong_arguments", 10),
        ("countt(rows)", "unknown_function", 1),
        ("n(1)", "not_a_function", 2),
        ("for i in s..3 return i", "not_countable", 5),
        ('@"2026-13-01"', "bad_literal", 1),
        ("n instance of numbr", "unknown_type", 15),
        ("function(x: nmber) x", "unknown_type", 13),
    ],
)
def test_problem_with_its_place(source, code, position):
    found = [(problem.code, problem.position) for problem in infer(compile(source), NAMES).problems]
    assert found == [(code, position)]


def test_proposals_name_what_was_probably_meant():
    def proposal(source):
        return infer(compile(source), {**NAMES, "customer_level": STRING}).problems[0].values["proposal"]

    assert proposal("custmer_level = s") == "customer_level"
    assert proposal("strng(n)") == "string"
    assert proposal("row.amonut") == "amount"
    assert proposal('kind = "企业"+""') is None if infer(compile('kind = "企业"+""'), NAMES).problems else True
    assert proposal("entirely_different") is None
    assert nearest("金客", ["客金", "等级"]) == "客金"


def test_problems_in_branches_are_not_certain():
    assert [problem.certain for problem in infer(compile("if b then n + s else n - s"), NAMES).problems] == [False, False]
    assert [problem.certain for problem in infer(compile("n + s = 3 and d > n"), NAMES).problems] == [True, False]


def test_unknown_names_are_anything_in_an_open_scope():
    found = infer(compile("elsewhere + 1 > n"), NAMES, open=True)
    assert (found.problems, found.type) == ((), BOOLEAN)


def test_items_that_may_lack_a_member_leave_the_name_to_the_scope():
    found = infer(compile("[{s: 1}, {x: 2}][s = 1]"), {"s": NUMBER})
    assert found.problems == ()
    assert codes("[any][whatever > 1]") == []
    assert codes("rows[whatever > 1]") == ["unknown_name"]


def test_cells_test_the_value():
    cell = compile_unary('"A", < 5')
    assert [problem.code for problem in infer(cell, {"?": NUMBER}).problems] == ["never_equal"]
    assert infer(compile_unary("? > n and ? < 10"), {"?": NUMBER, "n": NUMBER}).problems == ()


def test_every_built_in_function_has_a_result():
    assert FUNCTION_RESULTS.keys() == FUNCTIONS.keys()


_SAMPLES = [True, Decimal(2), "x", date(2026, 1, 31), time(9), NOW, timedelta(hours=5), YearsMonths(3), [], {}, Range(Decimal(1), Decimal(2))]


@pytest.mark.parametrize("sign", sorted(OPERATOR_RESULTS))
def test_operators_give_what_the_table_says(sign):
    for left in _SAMPLES:
        for right in _SAMPLES:
            try:
                kind = kind_of(OPERATIONS[sign](left, right))
            except NullResult:
                kind = None
            assert OPERATOR_RESULTS[sign].get((kind_of(left), kind_of(right))) == kind, (sign, left, right)


_scalars = st.one_of(
    st.none(), st.booleans(), st.decimals(-99, 99, places=1), st.text(max_size=3), st.dates(), st.timedeltas(timedelta(-9), timedelta(9))
)
_values = st.recursive(_scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3), max_leaves=6)


@given(st.lists(_values, max_size=4))
def test_a_value_is_of_every_union_with_its_type(values):
    kind = union(*map(of_value, values))
    assert all(conforms(value, kind) for value in values)
    assert union(kind, ANY) == ANY or not kind.kinds
    assert all(conforms(value, union(NUMBER, of_value(value))) for value in values)


_words = st.sampled_from(sorted(NAMES))
_calls = st.sampled_from(sorted(FUNCTIONS))


_leaf = st.one_of(
    st.builds(nodes.Name, _words),
    st.builds(
        nodes.Literal,
        st.none() | st.booleans() | st.sampled_from(["企业", "x", "P1D", "amount"]) | st.sampled_from([Decimal(0), Decimal(1), Decimal(2)]),
    ),
    st.builds(nodes.AtLiteral, st.sampled_from(["2024-05-01", "P1D", "P1M", "09:00:00"])),
)


def _grown(inner):
    iterators = st.lists(st.builds(nodes.Iterator, st.sampled_from(["i", "j", "n"]), inner, st.none() | inner), min_size=1, max_size=2).map(tuple)
    few = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(
        st.builds(nodes.Chain, inner, st.tuples(st.tuples(st.sampled_from(["+", "-", "*", "/", "**"]), inner))),
        st.builds(nodes.Compare, st.sampled_from(["<", ">=", "=", "!="]), inner, inner),
        st.builds(nodes.Logic, st.sampled_from(["and", "or"]), st.tuples(inner, inner)),
        st.builds(
            nodes.In, inner, st.lists(inner | st.builds(nodes.UnaryTest, st.sampled_from(["<", ">="]), inner), min_size=1, max_size=2).map(tuple)
        ),
        st.builds(nodes.If, st.tuples(st.tuples(inner, inner)), inner),
        st.builds(nodes.For, iterators, inner),
        st.builds(nodes.Quantified, st.sampled_from(["some", "every"]), iterators, inner),
        st.builds(nodes.ListOf, few),
        st.builds(
            nodes.ContextOf,
            st.lists(st.tuples(st.sampled_from(["name", "amount", "n"]), inner), max_size=2).map(lambda entries: tuple(dict(entries).items())),
        ),
        st.builds(nodes.Call, st.builds(nodes.Name, _calls), few),
        st.builds(nodes.Path, inner, st.sampled_from(["name", "amount", "year", "days", "start", "months"])),
        st.builds(nodes.Filter, inner, inner),
        st.builds(nodes.Negate, inner),
        st.builds(nodes.RangeOf, inner, inner, st.booleans(), st.booleans()),
        st.builds(lambda body, argument: nodes.Call(nodes.FunctionOf((nodes.Parameter("n"),), body), (argument,)), inner, inner),
    )


def _or_null(values: list[object]) -> list[object]:
    return [*values, None]


@settings(max_examples=200, deadline=None)
@given(st.recursive(_leaf, _grown, max_leaves=7), st.fixed_dictionaries({name: st.sampled_from(_or_null(values)) for name, values in VALUES.items()}))
def test_an_expression_without_problems_gives_a_value_of_its_type(tree, scope):
    source = print_expression(tree)
    try:
        expression = compile(source)
    except FeelError:
        return
    found = infer(expression, NAMES)
    if found.problems:
        return
    try:
        value = expression.evaluate(scope, now=NOW)
    except FeelError:
        return
    assert conforms(value, found.type), (source, value, found.type)


@given(trees)
def test_every_tree_has_a_type(tree):
    found = infer_tree(tree, Names({}))
    assert found.type.kinds >= frozenset()
    assert all(problem.code and problem.values for problem in found.problems)
