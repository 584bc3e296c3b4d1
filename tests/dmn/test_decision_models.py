"""Whole models: requirements, knowledge, services, boxed expressions, types; and every finding that refuses a file."""

from __future__ import annotations

import doctest
from decimal import Decimal

import pytest

import engine.dmn
from engine.dmn import DmnEvaluationError, DmnRejected, load

D = Decimal
HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="模型" namespace="urn:m">\n'


def model(body: str) -> bytes:
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + HEAD + body + "\n</definitions>").encode()


def literal(text: str) -> str:
    return f"<literalExpression><text>{text}</text></literalExpression>"


def decision(identifier: str, logic: str, name: str | None = None, kind: str = "") -> str:
    return f'<decision id="{identifier}" name="{name or identifier}"><variable name="{name or identifier}"{kind}/>{logic}</decision>\n'


def requires(*identifiers: str, kind: str = "Decision") -> str:
    return "".join(f'<informationRequirement><required{kind} href="#{one}"/></informationRequirement>' for one in identifiers)


def findings(data: bytes):
    with pytest.raises(DmnRejected) as caught:
        load(data, "f.dmn")
    return caught.value.findings


def test_required_decisions_and_inputs():
    data = model(
        '<inputData id="age" name="年龄"><variable name="年龄" typeRef="number"/></inputData>\n'
        + decision("base", requires("age", kind="Input") + literal("年龄 * 2"), "基数 值")
        + decision("top", requires("base") + literal("基数 值 + 1"))
    )
    result = load(data, "f.dmn").evaluate("top", {"年龄": D(20)})
    assert result.value == D(41)
    assert [(one.decision_id, one.inputs, one.output) for one in result.evaluations] == [
        ("base", (("年龄", D(20)),), D(40)),
        ("top", (("基数 值", D(40)),), D(41)),
    ]


def test_a_value_of_the_wrong_type_is_null_with_a_reason():
    data = model(
        '<inputData id="a" name="a"><variable name="a" typeRef="number"/></inputData>' + decision("d", requires("a", kind="Input") + literal("a"))
    )
    result = load(data, "f.dmn").evaluate("d", {"a": "x"})
    assert result.value is None
    assert result.notes[0].code == "wrong_type"


def test_business_knowledge_and_services():
    data = model(
        '<businessKnowledgeModel id="bkm" name="加倍"><variable name="加倍"/><encapsulatedLogic><formalParameter name="n" typeRef="number"/>'
        + literal("n * 2")
        + "</encapsulatedLogic></businessKnowledgeModel>"
        + decision("inner", literal('"own"'))
        + decision("out", requires("inner") + literal('inner + "!"'))
        + '<decisionService id="service" name="service"><variable name="service"/><outputDecision href="#out"/>'
        '<inputDecision href="#inner"/></decisionService>'
        + decision("d", '<knowledgeRequirement><requiredKnowledge href="#bkm"/></knowledgeRequirement>'
                   '<knowledgeRequirement><requiredKnowledge href="#service"/></knowledgeRequirement>' + literal('[加倍(4), service("given")]'))
    )  # fmt: skip
    loaded = load(data, "f.dmn")
    assert loaded.evaluate("d", {}).value == [D(8), "given!"]
    assert loaded.evaluate("service", {"inner": "x"}).value == "x!"
    assert loaded.evaluate("out", {}).value == "own!"


@pytest.mark.parametrize(
    "logic, expected",
    [
        ("<list>" + literal("1") + literal('"a"') + "</list>", [D(1), "a"]),
        (f'<context><contextEntry><variable name="a"/>{literal("1")}</contextEntry><contextEntry>{literal("a + 1")}</contextEntry></context>', D(2)),
        (f'<context><contextEntry><variable name="a"/>{literal("1")}</contextEntry></context>', {"a": D(1)}),
        (f'<relation><column name="x"/><column name="y"/><row>{literal("1")}{literal("2")}</row></relation>', [{"x": D(1), "y": D(2)}]),
        (f"<conditional><if>{literal('1 &lt; 2')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>", D(1)),
        (f"<filter><in>{literal('[1,2,3]')}</in><match>{literal('item &gt; 1')}</match></filter>", [D(2), D(3)]),
        (f'<for iteratorVariable="i"><in>{literal("[1,2]")}</in><return>{literal("i * 2")}</return></for>', [D(2), D(4)]),
        (f'<every iteratorVariable="i"><in>{literal("[1,2]")}</in><satisfies>{literal("i &gt; 0")}</satisfies></every>', True),
        (f'<some iteratorVariable="i"><in>{literal("[1,2]")}</in><satisfies>{literal("i &gt; 2")}</satisfies></some>', False),
        (
            f'<invocation>{literal("f")}<binding><parameter name="n"/>{literal("3")}</binding></invocation>',
            D(9),
        ),
    ],
)
def test_boxed_expressions(logic, expected):
    scope = {}
    if "<invocation>" in logic:
        scope = {
            "f": load(model(decision("f", f'<functionDefinition><formalParameter name="n"/>{literal("n * n")}</functionDefinition>')), "f")
            .evaluate("f", {})
            .value
        }
    assert load(model(decision("d", logic)), "f.dmn").evaluate("d", scope).value == expected


def test_item_definitions_check_and_convert():
    data = model(
        '<itemDefinition name="等级"><typeRef>string</typeRef><allowedValues><text>"A","B"</text></allowedValues></itemDefinition>'
        '<itemDefinition name="清单" isCollection="true"><typeRef>等级</typeRef></itemDefinition>'
        + decision("ok", literal('"A"'), kind=' typeRef="等级"')
        + decision("bad", literal('"C"'), kind=' typeRef="等级"')
        + decision("single", literal('"A"'), kind=' typeRef="清单"')
        + decision("asked", literal('["A"] instance of 清单'))
    )
    loaded = load(data, "f.dmn")
    assert [loaded.evaluate(one, {}).value for one in ("ok", "bad", "single", "asked")] == ["A", None, ["A"], True]


def test_names_by_id_and_decisions():
    loaded = load(model(decision("d1", literal("1"), "决策一")), "f.dmn")
    assert loaded.name == "模型"
    assert loaded.names_by_id == {"d1": "决策一"}
    assert loaded.decisions["d1"].hit_policy is None
    with pytest.raises(DmnEvaluationError) as caught:
        loaded.evaluate("nothing", {})
    assert caught.value.code == "unknown_decision"


def test_limits_are_an_evaluation_error():
    loaded = load(model(decision("d", literal("for i in 1..10**9 return i"))), "f.dmn")
    with pytest.raises(DmnEvaluationError) as caught:
        loaded.evaluate("d", {})
    assert (caught.value.code, caught.value.decision_id) == ("list_too_long", "d")


def rule(identifier: str, cells: str, result: str = '"a"') -> str:
    entries = "".join(f'<inputEntry id="{identifier}_{n}"><text>{cell}</text></inputEntry>' for n, cell in enumerate(cells.split("|")))
    return f'<rule id="{identifier}">\n{entries}\n<outputEntry id="{identifier}_out"><text>{result}</text></outputEntry></rule>\n'


def table(rules: str, attributes: str = 'hitPolicy="UNIQUE"', output: str = '<output id="o"/>') -> str:
    clause = '<input id="i"><inputExpression id="e"><text>x</text></inputExpression></input>'
    return f'<decisionTable id="t" {attributes}>\n{clause}{output}\n{rules}</decisionTable>'


@pytest.mark.parametrize(
    "body, code, element",
    [
        (decision("d", table(rule("r", "1"), 'hitPolicy="BEST"')), "unknown_hit_policy", "t"),
        (decision("d", table(rule("r", "1"), 'hitPolicy="FIRST" aggregation="SUM"')), "bad_aggregation", "t"),
        (decision("d", table(rule("r", "&lt; "))), "feel_expression_expected", "r_0"),
        (decision("d", table(rule("r", "1", "客户 等级"))), "feel_unexpected", "r_out"),
        (decision("d", table(rule("r", "1|2"))), "wrong_cell_count", "r"),
        (decision("d", table(rule("a", "&lt; 10") + rule("b", "[9..20]"))), "rules_overlap", "b"),
        (decision("d", table(rule("a", "-") + rule("b", "5"))), "rules_overlap", "b"),
        (decision("d", table(rule("a", "&gt; y") + rule("b", "&gt; y"))), "rules_overlap", "b"),
        (decision("d", table(rule("r", "1"), 'hitPolicy="PRIORITY"')), "no_priorities", "t"),
        (decision("d", table(rule("r", "1"), output="")), "no_output", "t"),
        (decision("d", requires("nothing") + literal("1")), "unknown_reference", "d"),
        (decision("d", literal("1")) + decision("d", literal("2")), "id_twice", "d"),
        (decision("a", requires("b") + literal("b")) + decision("b", requires("a") + literal("a")), "requirement_cycle", "b"),
        (decision("d", literal("")), "logic_missing", "d"),
        (decision("d", literal("1 +")), "feel_expression_expected", "d"),
        (decision("d", literal("1"), kind=' typeRef="没有"'), "unknown_type", "d"),
        ('<import name="x" namespace="urn:x" importType="t"/>', "import_kind", "m"),
        ('<import name="x" namespace="urn:x"/>', "import_missing", "m"),
        ('<businessKnowledgeModel id="k" name="k"><encapsulatedLogic kind="Java"/></businessKnowledgeModel>', "external_function", "k"),
        ('<decision name="x">' + literal("1") + "</decision>", "id_missing", "m"),
        (decision("d", '<literalExpression expressionLanguage="urn:python"><text>1</text></literalExpression>'), "not_feel", "d"),
    ],
)
def test_findings_tell_file_line_element_and_proposal(body, code, element):
    found = [one for one in findings(model(body)) if one.code == code]
    assert found
    assert found[0].file == "f.dmn"
    assert found[0].element_id == element
    assert found[0].line is not None
    assert found[0].proposal
    assert any("\u4e00" <= sign <= "\u9fff" for sign in found[0].message)


def test_the_line_is_that_of_the_cell():
    found = findings(model(decision("d", table(rule("r1", "1") + rule("r2", "&lt;")))))
    assert [(one.element_id, one.line) for one in found] == [("r2_0", 9)]


def test_every_error_at_once():
    codes = {
        one.code
        for one in findings(model(decision("d", table(rule("a", "1|2") + rule("b", ")"), 'hitPolicy="X"')) + decision("second", literal("1 +"))))
    }
    assert codes == {"wrong_cell_count", "feel_expression_expected", "unknown_hit_policy"}


@pytest.mark.parametrize(
    "rows",
    [
        rule("a", "&lt; 10") + rule("b", "&gt;= 10"),
        rule("a", '"A"') + rule("b", '"B", "C"') + rule("c", 'not("A","B","C")'),
        rule("a", "&gt; y") + rule("b", "&lt;= y"),
        rule("a", "true") + rule("b", "false"),
        rule("a", '[date("2024-01-01")..date("2024-01-31")]') + rule("b", '[date("2024-02-01")..date("2024-02-28")]'),
    ],
)
def test_rows_that_exclude_each_other_are_no_finding(rows):
    assert load(model(decision("d", table(rows))), "f.dmn").findings == ()


def test_warnings_do_not_refuse():
    loaded = load(model(decision("d", table(rule("a", "1", ""))) + decision("second", literal("sqrt(1, 2)"))), "f.dmn")
    assert [(one.code, one.severity) for one in loaded.findings] == [("output_empty", "warning"), ("feel_wrong_arguments", "warning")]


@pytest.mark.parametrize(
    "data, code",
    [
        (b"", "broken_xml"),
        (b"<definitions", "broken_xml"),
        (b"\xff\xfe\x00", "broken_xml"),
        (b'<?xml version="1.0" encoding="nothing"?><a/>', "broken_xml"),
        (b"<html/>", "not_dmn"),
        (b'<definitions xmlns="http://www.omg.org/spec/DMN/20151101/dmn.xsd"/>', "not_dmn"),
        (b'<!DOCTYPE definitions [<!ENTITY a "b">]>' + HEAD.encode() + b"&a;</definitions>", "doctype"),
        (b'<!DOCTYPE definitions SYSTEM "http://example.invalid/x.dtd">' + HEAD.encode() + b"</definitions>", "doctype"),
        (b" " * 5_000_001, "file_too_large"),
        (HEAD.encode() + b"<x>" * 200 + b"</x>" * 200 + b"</definitions>", "nested_too_deep"),
    ],
)
def test_bytes_that_are_no_model(data, code):
    assert [one.code for one in findings(data)] == [code]


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "GB18030"])
def test_any_declared_encoding(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?>' + HEAD + decision("d", literal('"客户"')) + "</definitions>"
    assert load(text.encode(encoding), "f.dmn").evaluate("d", {}).value == "客户"


def test_documented_examples_run():
    outcome = doctest.testmod(engine.dmn)
    assert outcome.attempted >= 4
    assert outcome.failed == 0


def test_a_required_decision_is_known_by_its_id_too():
    data = model(decision("base_id", literal("20"), "基数") + decision("top", requires("base_id") + literal("base_id + 基数")))
    assert load(data, "f.dmn").evaluate("top", {}).value == D(40)
