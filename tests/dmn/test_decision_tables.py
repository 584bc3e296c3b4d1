"""Decision tables: hit policies, outputs, the index against a plain evaluation of every cell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dmn import DecisionEvaluation, DmnEvaluationError, load
from engine.feel import compile_unary

D = Decimal
MODEL = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def table(rules, *, policy="UNIQUE", inputs=("x",), outputs=("",), values=(), defaults=(), aggregation=None, extra=""):
    """A model with one decision `d`; each rule is (cells, results)."""
    head = "".join(f'<input id="i{n}"><inputExpression id="e{n}"><text>{name}</text></inputExpression></input>' for n, name in enumerate(inputs))
    for n, name in enumerate(outputs):
        parts = f"<outputValues><text>{escape(values[n])}</text></outputValues>" if n < len(values) and values[n] else ""
        parts += f"<defaultOutputEntry><text>{escape(defaults[n])}</text></defaultOutputEntry>" if n < len(defaults) else ""
        head += f'<output id="o{n}" name="{name}">{parts}</output>' if name else f'<output id="o{n}">{parts}</output>'
    for row, (cells, results) in enumerate(rules, 1):
        entries = "".join(f'<inputEntry id="c{row}_{n}"><text>{escape(cell)}</text></inputEntry>' for n, cell in enumerate(cells))
        entries += "".join(f'<outputEntry id="r{row}_{n}"><text>{escape(cell)}</text></outputEntry>' for n, cell in enumerate(results))
        head += f'<rule id="rule{row}">{entries}</rule>'
    kind = f'hitPolicy="{policy}"' + (f' aggregation="{aggregation}"' if aggregation else "")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="{MODEL}" id="m" name="m" namespace="urn:m">\n'
        f'<decision id="d" name="决策">\n<variable id="v" name="d"/>\n'
        f'<decisionTable id="t" {kind}>{head}</decisionTable></decision>{extra}</definitions>'
    ).encode()


STEPS = [(("< 10",), ("1",)), (("[5..20]",), ("2",)), (("> 15",), ("3",))]


def value_of(data, **scope):
    return load(data, "t.dmn").evaluate("d", scope).value


@pytest.mark.parametrize(
    "policy, x, expected",
    [("FIRST", 7, D(1)), ("RULE ORDER", 7, [D(1), D(2)]), ("COLLECT", 17, [D(2), D(3)]), ("COLLECT", 25, [D(3)]), ("FIRST", 25, D(3))],
)
def test_policies_over_the_same_rows(policy, x, expected):
    assert value_of(table(STEPS, policy=policy), x=D(x)) == expected


@pytest.mark.parametrize("aggregation, expected", [("SUM", D(3)), ("MIN", D(1)), ("MAX", D(2)), ("COUNT", D(2))])
def test_aggregations(aggregation, expected):
    assert value_of(table(STEPS, policy="COLLECT", aggregation=aggregation), x=D(7)) == expected


def test_nothing_matched():
    rows = [(("1",), ('"a"',))]
    assert value_of(table(rows), x=D(2)) is None
    assert value_of(table(rows, defaults=('"z"',)), x=D(2)) == "z"
    assert value_of(table(rows, policy="COLLECT"), x=D(2)) == []
    assert value_of(table([(("1",), ("1",))], policy="COLLECT", aggregation="COUNT"), x=D(2)) == 0
    assert load(table(rows), "t").evaluate("d", {"x": D(2)}).notes[-1].code == "no_rule_matched"


def test_any_needs_agreement():
    rows = [(("> 1",), ('"a"',)), (("> 2",), ('"a"',)), (("> 3",), ('"b"',))]
    data = table(rows, policy="ANY")
    assert value_of(data, x=D(3)) == "a"
    with pytest.raises(DmnEvaluationError) as caught:
        value_of(data, x=D(4))
    assert (caught.value.code, caught.value.decision_id) == ("any_violated", "d")


def test_unique_is_checked_where_it_cannot_be_seen_before():
    data = table([(("> limit",), ("1",)), (("> 2",), ("2",))])
    assert value_of(data, x=D(3), limit=D(5)) == 2
    with pytest.raises(DmnEvaluationError) as caught:
        value_of(data, x=D(6), limit=D(5))
    assert caught.value.code == "unique_violated"
    assert "1、2" in caught.value.message


@pytest.mark.parametrize("policy, expected", [("PRIORITY", "高"), ("OUTPUT ORDER", ["高", "中", "低"])])
def test_priorities_come_from_the_output_values(policy, expected):
    rows = [(("> 1",), ('"低"',)), (("> 2",), ('"高"',)), (("> 3",), ('"中"',))]
    assert value_of(table(rows, policy=policy, values=('"高","中","低"',)), x=D(9)) == expected


def test_several_outputs_are_a_context():
    data = table([(("-",), ('"a"', "1 + 1"))], outputs=("名称", "数量"))
    assert value_of(data, x=None) == {"名称": "a", "数量": D(2)}


def test_an_empty_input_cell_holds_for_everything():
    assert value_of(table([(("", "true"), ("1",))], inputs=("x", "y")), x=None, y=True) == 1


def test_the_evaluation_tells_what_it_saw():
    result = load(table([(("1", "-"), ('"a"',)), (("2", '"b"'), ('"c"',))], inputs=("x", 'y + ""')), "t.dmn").evaluate("决策", {"x": D(2), "y": "b"})
    assert result.value == "c"
    assert result.evaluations == (DecisionEvaluation("d", "决策", "UNIQUE", (("x", D(2)), ('y + ""', "b")), (2,), "c"),)


def test_dates_and_negated_cells():
    rows = [(('< date("2024-05-01")', 'not("A", "B")'), ("1",)), (('>= @"2024-05-01"', "-"), ("2",))]
    data = table(rows, inputs=("day", "level"))
    assert value_of(data, day=date(2024, 4, 30), level="C") == 1
    assert value_of(data, day=date(2024, 4, 30), level="A") is None
    assert value_of(data, day=date(2024, 5, 1), level="A") == 2


_cells = st.sampled_from(
    ["-", "1", "2, 4", "< 3", "<= 3", "> 2", "[1..4]", "(1..4)", "not(2)", "not([2..4))", '"a"', '"a", "b"', 'not("a")', "true", "null",
     "x + 1 > 3", "? > 2", "1, \"a\"",
     "[3..1]", "= 2", "< limit"]
)  # fmt: skip
_inputs = st.sampled_from([None, True, False, "a", "b", "", D(0), D(1), D("1.5"), D(2), D(3), D(4), D(5)])


@given(st.lists(st.tuples(_cells, _cells), min_size=1, max_size=6), _inputs, _inputs)
def test_the_index_finds_what_testing_every_cell_finds(rows, x, y):
    scope = {"x": x, "y": y, "limit": D(3)}
    data = table([(cells, (str(number),)) for number, cells in enumerate(rows)], policy="RULE ORDER", inputs=("x", "y"))
    plain = [
        D(number)
        for number, cells in enumerate(rows)
        if all(compile_unary(cell).test(value, scope) is True for cell, value in zip(cells, (x, y), strict=True))
    ]
    assert load(data, "t.dmn").evaluate("d", scope).value == plain


def test_an_input_value_that_is_not_allowed_gives_null_and_a_reason():
    data = table([(("-",), ("1",))]).replace(b"</inputExpression>", b'</inputExpression><inputValues><text>"A","B"</text></inputValues>')
    result = load(data, "t.dmn").evaluate("d", {"x": "C"})
    assert result.value is None
    assert [note.code for note in result.notes] == ["not_allowed"]
