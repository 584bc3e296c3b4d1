"""Rules of tables before anything runs: known cases, and every statement against the evaluation of random tables."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.dmn import DmnEvaluationError, DmnRejected, load
from engine.dmn.analysis import read_shape
from engine.dmn.analysis_rules import conflicts, dead_rules, gaps
from engine.feel.inference import NUMBER, STRING, choice_of, context_of, list_of

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="n">'


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def table_xml(inputs, rules, policy="UNIQUE", *, default=None, outputs=1, aggregation=""):
    """`inputs` are (name, typeRef, allowed values); `rules` lists of cells, the last `outputs` of them outputs."""
    columns = "".join(
        f'<input id="i{number}" label="{name}"><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression>'
        + (f"<inputValues><text>{escaped(values)}</text></inputValues>" if values else "")
        + "</input>"
        for number, (name, kind, values) in enumerate(inputs)
    )
    last = f"<defaultOutputEntry><text>{escaped(default)}</text></defaultOutputEntry>" if default else ""
    columns += "".join(f'<output name="o{number}">{last}</output>' for number in range(outputs))
    tags = ["inputEntry"] * len(inputs) + ["outputEntry"] * outputs
    rows = "".join(
        f'<rule id="r{number}">' + "".join(f"<{tag}><text>{escaped(cell)}</text></{tag}>" for tag, cell in zip(tags, cells, strict=True)) + "</rule>"
        for number, cells in enumerate(rules, 1)
    )
    return f'<decisionTable hitPolicy="{policy}"{aggregation}>{columns}{rows}</decisionTable>'


def model_xml(logic, more=""):
    return f'{HEAD}<decision id="d" name="D">{more}{logic}</decision></definitions>'.encode()


def table_of(*arguments, **options):
    return read_shape(model_xml(table_xml(*arguments, **options)), "t.dmn").decisions["d"].tables[0]


N, L = ("n", "number", ""), ("l", "string", '"A","B"')


def test_a_gap_has_a_witness():
    table = table_of([N, L], [["< 5", '"A"', "1"], [">= 5", "-", "2"]])
    assert list(gaps(table)) == [{0: Decimal(4), 1: "B"}]
    assert list(gaps(table_of([N, L], [["< 5", '"A"', "1"], [">= 5", "-", "2"], ["< 5", '"B"', "3"]]))) == []
    assert list(gaps(table_of([N], [["< 5", "1"]], default="0"))) == []
    assert list(gaps(table_of([N], [["< 5", "1"]], "COLLECT"))) == []
    assert list(gaps(table_of([N], [["< limit", "1"]]))) == []


def test_gaps_are_narrowed_by_what_is_supplied():
    table = table_of([("l", "string", "")], [['"A"', "1"], ['"B"', "2"]])
    assert [witness[0] for witness in gaps(table)] == ["其他"]
    assert list(gaps(table, {0: choice_of(["A", "B"])})) == []
    assert list(gaps(table, {0: choice_of(["A", "C"])})) == [{0: "C"}]


def test_rules_that_never_match():
    table = table_of([N, L], [["[5..1]", "-", "1"], ["-", '"C"', "2"], ["-", "-", "3"]], "FIRST")
    assert [(dead.row.number, dead.column) for dead in dead_rules(table)] == [(1, 0), (2, 1)]


def test_rules_that_earlier_ones_cover():
    table = table_of([N], [["< 5", "1"], [">= 5", "2"], ["7", "3"], ["-", "4"]], "FIRST")
    assert [(dead.row.number, dead.covered_by) for dead in dead_rules(table)] == [(3, (2,))], "the last rule is for null"
    assert [dead.row.number for dead in dead_rules(table_of([N], [["-", "1"], ["7", "2"]], "FIRST"))] == [2]
    assert dead_rules(table_of([N], [["-", "1"], ["7", "2"]], "RULE ORDER")) == []


def test_rules_that_more_important_ones_cover():
    rules = [["> 5", '"low"'], ["> 1", '"high"']]
    xml = table_xml([N], rules, "PRIORITY").replace('<output name="o0">', '<output name="o0"><outputValues><text>"high","low"</text></outputValues>')
    table = read_shape(model_xml(xml), "t.dmn").decisions["d"].tables[0]
    assert [dead.row.number for dead in dead_rules(table)] == [1]


def test_conflicts_under_any_need_different_outputs():
    assert conflicts(table_of([N], [["< 5", "1"], ["< 3", "1"]], "ANY")) == []
    found = conflicts(table_of([N, L], [["< 5", '"A"', "1"], ["[3..9]", "-", "2"]], "ANY"))
    assert [(one.earlier.number, one.later.number, one.witness) for one in found] == [(1, 2, {0: Decimal(3), 1: "A"})]


@pytest.mark.parametrize(
    "policy, options, kind",
    [
        ("UNIQUE", {}, choice_of([Decimal(1), Decimal(2)])),
        ("COLLECT", {}, list_of(choice_of([Decimal(1), Decimal(2)]))),
        ("COLLECT", {"aggregation": ' aggregation="SUM"'}, NUMBER),
        ("COLLECT", {"aggregation": ' aggregation="COUNT"'}, NUMBER),
        ("COLLECT", {"aggregation": ' aggregation="MAX"'}, choice_of([Decimal(1), Decimal(2)])),
        ("UNIQUE", {"default": '"x"'}, choice_of([Decimal(1), Decimal(2), "x"])),
    ],
)
def test_type_of_a_tables_value(policy, options, kind):
    model = read_shape(model_xml(table_xml([N], [["< 5", "1"], [">= 5", "2"]], policy, **options)), "t.dmn")
    assert model.result("d", {}) == kind


def test_several_outputs_are_a_context():
    model = read_shape(model_xml(table_xml([N], [["-", "1", "name"]], outputs=2)), "t.dmn")
    assert model.result("d", {"name": STRING}) == context_of({"o0": choice_of([Decimal(1)]), "o1": STRING})
    assert model.needs("d") == {"n", "name"}


def test_required_decisions_and_boxed_names():
    data = (
        f'{HEAD}<inputData id="x" name="amount"><variable name="amount" typeRef="number"/></inputData>'
        '<decision id="a" name="A"><variable name="A"/><informationRequirement><requiredInput href="#x"/></informationRequirement>'
        "<literalExpression><text>amount + 1</text></literalExpression></decision>"
        '<decision id="b" name="B"><informationRequirement><requiredDecision href="#a"/></informationRequirement>'
        '<context><contextEntry><variable name="local"/><literalExpression><text>A * factor</text></literalExpression></contextEntry>'
        "<contextEntry><literalExpression><text>local + A</text></literalExpression></contextEntry></context></decision></definitions>"
    ).encode()
    model = read_shape(data, "t.dmn")
    assert model.needs("b") == {"amount", "factor"}
    assert model.result("b", {"amount": NUMBER, "factor": NUMBER}) == NUMBER
    assert [text.source for text in model.decisions["b"].texts] == ["A * factor", "local + A"]


_cells = st.sampled_from(["-", "1", "2", "< 2", ">= 2", "[1..3)", "not(2)", "(2..4]", "1, 4", "[3..1]", "limit"])
_letters = st.sampled_from(["-", '"A"', '"B"', 'not("A")', '"A","B"'])
_rules = st.lists(st.tuples(_cells, _letters, st.sampled_from(["1", "2"])).map(list), min_size=1, max_size=4)
_NUMBERS = [Decimal(text) for text in ("0", "1", "1.5", "2", "2.5", "3", "3.5", "4", "5")] + [None]


def _matching(rules, value, letter):
    """Numbers of the rules that match, by evaluation."""
    result = load(model_xml(table_xml([N, L], rules, "RULE ORDER")), "t.dmn").evaluate("d", {"n": value, "l": letter, "limit": Decimal(2)})
    return set(result.evaluations[-1].matched_rules)


@settings(max_examples=40, deadline=None)
@given(_rules, st.sampled_from(["FIRST", "ANY"]))
def test_what_is_said_of_rules_is_true(rules, policy):
    table = table_of([N, L], rules, policy)
    matched = {(value, letter): _matching(rules, value, letter) for value, letter in product(_NUMBERS, ["A", "B", None])}
    for witness in gaps(table):
        assert not _matching(rules, witness.get(0, Decimal(1)), witness.get(1, "A"))
    if next(gaps(table), None) is None and not any("limit" in row for row in rules):
        assert all(found for (value, letter), found in matched.items() if value is not None and letter is not None)
    dead = {one.row.number for one in dead_rules(table)}
    for found in matched.values():
        first = {min(found)} if policy == "FIRST" and found else found
        assert not first & dead
    for one in conflicts(table):
        try:
            load(model_xml(table_xml([N, L], rules, policy)), "t.dmn").evaluate(
                "d", {"n": one.witness.get(0, Decimal(1)), "l": one.witness.get(1, "A")}
            )
        except (DmnEvaluationError, DmnRejected):
            continue
        raise AssertionError(f"{one} is no conflict")


def test_rules_that_overlap_are_refused_with_a_witness():
    with pytest.raises(DmnRejected) as refusal:
        load(model_xml(table_xml([N, L], [["< 5", '"A"', "1"], ["[3..9]", "-", "2"]])), "t.dmn")
    assert '第 1 列为 3、第 2 列为 "A"' in refusal.value.findings[0].message
