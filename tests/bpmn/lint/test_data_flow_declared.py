"""Declared types of decision models against what the model gives, before anything runs."""

from __future__ import annotations

import pytest

from engine import finding_words
from engine.model.findings import Finding
from tests.bpmn.lint.flow_packs import flow_findings, line

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="n">'
TYPES = (
    '<itemDefinition name="tLevel"><typeRef>string</typeRef><allowedValues><text>"A","B"</text></allowedValues></itemDefinition>'
    '<itemDefinition name="tLevels" isCollection="true"><typeRef>tLevel</typeRef></itemDefinition>'
)


def literal(text: str, kind: str = "") -> str:
    return f'<literalExpression{f" typeRef={kind!r}" if kind else ""}><text>{text.replace("<", "&lt;")}</text></literalExpression>'


def decision(logic: str, kind: str = "") -> str:
    return f'<decision id="d" name="D"><variable name="D"{f" typeRef={kind!r}" if kind else ""}/>{logic}</decision>'


def table(cells: list[tuple[str, str]], output: str, kind: str = "number") -> str:
    rows = "".join(
        f'<rule id="r{number}"><inputEntry><text>{cell.replace("<", "&lt;")}</text></inputEntry><outputEntry><text>{made}</text></outputEntry></rule>'
        for number, (cell, made) in enumerate(cells, 1)
    )
    asked = f'<input><inputExpression typeRef="{kind}"><text>x</text></inputExpression></input>'
    return f'<decisionTable hitPolicy="FIRST">{asked}{output}{rows}</decisionTable>'


def found(body: str) -> list[Finding]:
    return [one for one in flow_findings(line(chain="s>e", more={"t.dmn": f"{HEAD}{TYPES}{body}</definitions>".encode()})) if one.file == "t.dmn"]


@pytest.mark.parametrize(
    "text, kind",
    [
        ('"x"', "number"),
        ("1 + 2", "string"),
        ('"C"', "tLevel"),
        ('if 1 < 2 then "C" else "D"', "tLevel"),
        ('@"2026-01-02T00:00:00"', "date"),
        ("{a: 1}", "number"),
        ("true", "date"),
    ],
)
def test_a_value_that_is_never_of_its_type(text: str, kind: str) -> None:
    context = f'<context><contextEntry><variable name="a" typeRef="{kind}"/>{literal(text)}</contextEntry></context>'
    for body in (decision(literal(text), kind), decision(literal(text, kind)), decision(context)):
        [one] = found(body)
        assert (one.code, one.severity, one.element_id) == ("flow_never_of_type", "warning", "d")


@pytest.mark.parametrize(
    "text, kind",
    [
        ("1", "number"),
        ("[1]", "number"),
        ("1", "list&lt;number>"),
        ('"A"', "tLevel"),
        ('"A"', "tLevels"),
        ('["A"]', "tLevels"),
        ('if 1 < 2 then "A" else 5', "tLevel"),
        ('@"2026-01-02"', "date and time"),
        ("unknown thing here".replace(" ", "_"), "number"),
        ("null", "number"),
        ('"x"', "Any"),
    ],
)
def test_a_value_that_may_be_of_its_type_is_no_finding(text: str, kind: str) -> None:
    assert found(decision(literal(text), kind)) == []


def test_outputs_of_a_table() -> None:
    cells = [("< 5", '"x"'), ("-", "2")]
    [one] = found(decision(table(cells, '<output name="o" typeRef="number"/>')))
    assert (one.code, one.element_id) == ("flow_never_of_type", "r1")
    assert finding_words(one, "zh") == ('“o”的值是文本("x"),不属于声明的类型(数字),结果总为空值', "改正该值,或改正声明的类型")
    assert finding_words(one, "en") == (
        'The value of “o” is text ("x"), which is not of the declared type (number): the result is always null',
        "Correct the value, or the declared type",
    )


def test_outputs_that_are_not_listed() -> None:
    listed = '<output name="o"><outputValues><text>"A","B"</text></outputValues></output>'
    [one] = found(decision(table([("< 5", '"a"'), ("-", '"B"')], listed)))
    assert (one.code, one.element_id, one.severity) == ("flow_output_not_listed", "r1", "warning")
    assert finding_words(one, "zh")[0] == '规则 1 的输出是文本("a"),不在允许的输出值("A", "B")之内'
    assert found(decision(table([("< 5", '"A"'), ("-", "x")], listed))) == []


@pytest.mark.parametrize("cells, gap", [([("true", "1")], "x = false"), ([("false", "1")], "x = true"), ([("true", "1"), ("false", "2")], None)])
def test_true_without_false_is_a_gap(cells: list[tuple[str, str]], gap: str | None) -> None:
    gaps = [one.values["witness"] for one in found(decision(table(cells, '<output name="o"/>', "boolean"))) if one.code == "flow_gap"]
    assert gaps == ([] if gap is None else [gap])


@pytest.mark.parametrize(
    "cell, kind, code",
    [
        ('"A"', "number", "flow_never_equal_perhaps"),
        ("5", "string", "flow_never_equal_perhaps"),
        ('contains(?, "a")', "number", "flow_wrong_argument_perhaps"),
        ("[5..3]", "number", "flow_rule_never_matches"),
        ("not(not(5))", "number", "flow_wrong_argument_perhaps"),
        ('? > @"2026-01-01"', "number", "flow_wrong_operands_perhaps"),
        ('contains(?, "a")', "string", None),
        ('not("A", "B")', "string", None),
        ("null", "number", None),
        ("not(null)", "number", None),
        ("? in [1, 2]", "number", None),
        ("count(?) > 2", "list&lt;number>", None),
        ('list contains(?, "A")', "list&lt;string>", None),
        ("< today()", "date", None),
        ("[1..5], 7, > 10", "number", None),
        ("every i in ? satisfies i > 1", "list&lt;number>", None),
    ],
)
def test_cells_of_every_kind(cell: str, kind: str, code: str | None) -> None:
    codes = [one.code for one in found(decision(table([(cell, "1"), ("-", "2")], '<output name="o"/>', kind)))]
    assert codes == ([] if code is None else [code])
