"""Declared types, wherever a model may declare one: values are converted to them or are null with the reason kept."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.dmn import DecisionResult, load

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="模型" namespace="urn:m">'
TYPES = """
<itemDefinition name="tLevel"><typeRef>string</typeRef><allowedValues><text>"A", "B"</text></allowedValues></itemDefinition>
<itemDefinition name="tLevels" isCollection="true"><typeRef>tLevel</typeRef>
<typeConstraint><text>count(?) &lt;= 2</text></typeConstraint></itemDefinition>
<itemDefinition name="tAges" isCollection="true"><typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues></itemDefinition>
<itemDefinition name="tAdult"><typeRef>tAge</typeRef><typeConstraint><text>&gt;= 18</text></typeConstraint></itemDefinition>
<itemDefinition name="tAge"><typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues></itemDefinition>
<itemDefinition name="tMoment"><typeRef>date and time</typeRef></itemDefinition>
<itemDefinition name="tPerson"><itemComponent name="name"><typeRef>string</typeRef></itemComponent>
  <itemComponent name="levels" isCollection="true"><typeRef>tLevel</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tRule"><functionItem outputTypeRef="number"><parameters name="x" typeRef="number"/></functionItem></itemDefinition>
"""


def literal(text: str, kind: str = "") -> str:
    return f"<literalExpression{kind}><text>{text.replace('<', '&lt;')}</text></literalExpression>"


def decision(name: str, logic: str, kind: str = "", before: str = "") -> str:
    declared = f' typeRef="{kind}"' if kind else ""
    return f'<decision id="{name}" name="{name}"><variable name="{name}"{declared}/>{before}{logic}</decision>'


def evaluate(body: str, asked: str = "d", scope: dict[str, Any] | None = None) -> DecisionResult:
    return load((HEAD + TYPES + body + "</definitions>").encode(), "f.dmn").evaluate(asked, scope or {})


def shown(result: DecisionResult) -> tuple[Any, list[str]]:
    return result.value, [note.code for note in result.notes]


@pytest.mark.parametrize(
    "kind, text, value, reasons",
    [
        ("tLevel", '"A"', "A", []),
        ("tLevel", '"C"', None, ["not_allowed"]),
        ("tLevel", "1", None, ["wrong_type"]),
        ("tLevel", '["A"]', "A", []),
        ("tLevel", '["A", "B"]', None, ["wrong_type"]),
        ("tLevel", "null", None, []),
        ("tLevels", '"A"', ["A"], []),
        ("tLevels", '["A", "B", "A"]', None, ["not_allowed"]),
        ("tLevels", '["A", "X"]', None, ["wrong_type"]),
        ("tAges", "[1, 200]", None, ["not_allowed"]),
        ("tAges", "[1, null]", [Decimal(1), None], []),
        ("tAdult", "17", None, ["not_allowed"]),
        ("tAdult", "18", Decimal(18), []),
        ("tAdult", "151", None, ["wrong_type"]),
        ("tMoment", '@"2026-01-02"', datetime.fromisoformat("2026-01-02T00:00:00+00:00"), []),
        ("date and time", '@"2026-01-02"', datetime.fromisoformat("2026-01-02T00:00:00+00:00"), []),
        ("date", '@"2026-01-02T00:00:00"', None, ["wrong_type"]),
        ("tPerson", '{name: "x", levels: ["A"]}', {"name": "x", "levels": ["A"]}, []),
        ("tPerson", '{name: 1, levels: ["A"]}', None, ["wrong_type"]),
        ("tPerson", '{name: "x", levels: ["C"]}', None, ["wrong_type"]),
        ("list&lt;number>", "1", [Decimal(1)], []),
        ("list&lt;tLevel>", '["C"]', None, ["wrong_type"]),
        ("Any", "1", Decimal(1), []),
    ],
)
def test_a_decision_and_its_expression_are_of_their_type(kind: str, text: str, value: Any, reasons: list[str]) -> None:
    assert shown(evaluate(decision("d", literal(text), kind))) == (value, reasons)
    assert shown(evaluate(decision("d", literal(text, f' typeRef="{kind}"')))) == (value, reasons)


def test_the_reason_names_the_place_and_the_value() -> None:
    [note] = evaluate(decision("d", literal('"C"'), "tLevel")).notes
    assert note.message == '“d”:值 "C" 不在类型 tLevel 的允许值之内'


def test_entries_of_a_context_and_columns_of_a_relation() -> None:
    context = (
        f'<context><contextEntry><variable name="a" typeRef="number"/>{literal("[5]")}</contextEntry>'
        f'<contextEntry><variable name="b" typeRef="number"/>{literal(chr(34) + "x" + chr(34))}</contextEntry>'
        f'<contextEntry><variable name="c"/>{literal("a + 1")}</contextEntry></context>'
    )
    assert shown(evaluate(decision("d", context))) == ({"a": Decimal(5), "b": None, "c": Decimal(6)}, ["wrong_type"])
    relation = f'<relation><column name="n" typeRef="number"/><row>{literal("[1]")}</row><row>{literal("true")}</row></relation>'
    assert shown(evaluate(decision("d", relation))) == ([{"n": Decimal(1)}, {"n": None}], ["wrong_type"])


def table(input_type: str, output_type: str, rows: list[tuple[str, str]], policy: str = "UNIQUE", default: str = "") -> str:
    rules = "".join(
        f"<rule><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>{output}</text></outputEntry></rule>" for cell, output in rows
    )
    given = f"<defaultOutputEntry><text>{default}</text></defaultOutputEntry>" if default else ""
    return (
        f'<decisionTable hitPolicy="{policy}"><input label="级"><inputExpression typeRef="{input_type}"><text>x</text></inputExpression></input>'
        f'<output name="o" typeRef="{output_type}">{given}</output>{rules}</decisionTable>'
    )


def test_inputs_and_outputs_of_a_table() -> None:
    rows = [('"A"', "[1]"), ('"B"', '"x"'), ("null", "0")]
    body = decision("d", table("tLevel", "number", rows))
    assert shown(evaluate(body, scope={"x": "A"})) == (Decimal(1), [])
    assert shown(evaluate(body, scope={"x": ["A"]})) == (Decimal(1), [])
    assert shown(evaluate(body, scope={"x": "B"})) == (None, ["wrong_type"])
    refused = evaluate(body, scope={"x": "C"})
    assert shown(refused) == (Decimal(0), ["not_allowed"])
    assert refused.evaluations[0].inputs == (("级", None),)
    assert refused.notes[0].message == '“级”:值 "C" 不在类型 tLevel 的允许值之内'


def test_collected_outputs_and_defaults_are_of_the_type_each() -> None:
    body = decision("d", table("Any", "number", [("-", "1"), ("-", "[2]"), ("-", "true")], "COLLECT"))
    assert shown(evaluate(body, scope={"x": Decimal(1)})) == ([Decimal(1), Decimal(2), None], ["wrong_type"])
    body = decision("d", table("Any", "date and time", [("1", "null")], default='@"2026-01-02"'.replace('"', "&quot;")))
    assert evaluate(body, scope={"x": Decimal(2)}).value == datetime.fromisoformat("2026-01-02T00:00:00+00:00")


KNOWLEDGE = """<businessKnowledgeModel id="f" name="f"><variable name="f" {result}/><encapsulatedLogic>
<formalParameter name="n" typeRef="{parameter}"/><literalExpression {inner}><text>{text}</text></literalExpression></encapsulatedLogic>
</businessKnowledgeModel>"""
NEEDS = '<knowledgeRequirement><requiredKnowledge href="#{}"/></knowledgeRequirement>'


@pytest.mark.parametrize("result", ['typeRef="number"', 'typeRef="tRule"', 'typeRef="function&lt;number>-&gt;number"'])
@pytest.mark.parametrize(
    "call, value, reasons",
    [("f(2)", Decimal(3), []), ("f([2])", Decimal(3), []), ('f("x")', None, ["wrong_type"]), ("f(n: 0)", None, ["wrong_type"])],
)
def test_parameters_and_results_of_knowledge(result: str, call: str, value: Any, reasons: list[str]) -> None:
    knowledge = KNOWLEDGE.format(result=result, parameter="number", inner="", text='if n = 0 then "zero" else [n + 1]')
    assert shown(evaluate(knowledge + decision("d", literal(call), before=NEEDS.format("f")))) == (value, reasons)


def test_a_function_is_known_to_be_of_its_type() -> None:
    knowledge = KNOWLEDGE.format(result='typeRef="tRule"', parameter="number", inner="", text="n + 1")
    assert evaluate(knowledge + decision("d", literal("f instance of tRule"), before=NEEDS.format("f"))).value is True
    assert evaluate(knowledge + decision("d", literal("(function(a: string, b: string) a) instance of tRule"))).value is False


def test_parameters_and_results_of_a_service() -> None:
    body = (
        '<inputData id="age" name="age"><variable name="age" typeRef="tAge"/></inputData>'
        + decision("next", literal("[age + 1]"), before='<informationRequirement><requiredInput href="#age"/></informationRequirement>')
        + '<decisionService id="s" name="s"><variable name="s" typeRef="tAge"/>'
        '<outputDecision href="#next"/><inputData href="#age"/></decisionService>'
    )
    for call, expected in (("s(1)", (Decimal(2), [])), ("s(200)", (None, ["not_allowed"])), ("s(150)", (None, ["wrong_type"]))):
        assert shown(evaluate(body + decision("d", literal(call), before=NEEDS.format("s")))) == expected
    assert shown(evaluate(body, "s", {"age": [Decimal(3)]})) == (Decimal(4), [])


def test_an_old_spelling_of_a_type_is_known() -> None:
    assert shown(evaluate(decision("d", literal('@"P1D"'), "yearMonthDuration"))) == (None, ["wrong_type"])
    assert evaluate(decision("d", literal("1"), "number")).value == Decimal(1)
    assert evaluate(decision("d", literal('date("2026-01-02")'), "date")).value == date(2026, 1, 2)


@pytest.mark.parametrize("reference", ["feel:number", "own:tAge", "number", "base:tSum", "基础.tSum"])
def test_a_type_may_be_named_with_the_prefix_of_its_namespace(reference: str) -> None:
    spaces = 'xmlns:feel="https://www.omg.org/spec/DMN/20230324/FEEL/" xmlns:own="urn:m" xmlns:base="urn:base"'
    base = HEAD.replace("urn:m", "urn:base") + '<itemDefinition name="tSum"><typeRef>number</typeRef></itemDefinition></definitions>'
    imported = '<import name="基础" namespace="urn:base" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
    body = imported + TYPES + decision("d", literal("[1]"), reference) + "</definitions>"
    model = load(HEAD.replace("<definitions", f"<definitions {spaces}").encode() + body.encode(), "f.dmn", {"base.dmn": base.encode()})
    assert model.evaluate("d", {}).value == Decimal(1)


def test_a_type_that_was_not_chosen_is_any() -> None:
    assert evaluate(decision("d", literal("[1]"), "&lt;Undefined&gt;")).value == [Decimal(1)]


_NAMES = ["for sale", "if only", "some day", "every one", "function of x", "amount in EUR", "date of birth", "a+b/c", "x instance of y"]


@pytest.mark.parametrize("name", _NAMES)
def test_names_that_hold_keywords_and_operators(name: str) -> None:
    body = f'<inputData id="i" name="{name}"><variable name="{name}" typeRef="number"/></inputData>'
    needs = '<informationRequirement><requiredInput href="#i"/></informationRequirement>'
    doubled = decision("d", literal(f"if {name} > 1 then {name} * 2 else 0"), before=needs)
    assert evaluate(body + doubled, scope={name: Decimal(3)}).value == Decimal(6)


@pytest.mark.parametrize("within", ["1..3", "[1..3]", "[1, 2, 3]", "1 .. count([1, 2, 3])"])
def test_a_boxed_loop_may_count(within: str) -> None:
    loop = f'<for iteratorVariable="i"><in>{literal(within)}</in><return>{literal("i * 2")}</return></for>'
    assert evaluate(decision("d", loop)).value == [Decimal(2), Decimal(4), Decimal(6)]
