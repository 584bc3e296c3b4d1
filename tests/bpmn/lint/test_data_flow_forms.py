"""Forms, registers and decisions against what the process around them knows."""

from __future__ import annotations

import pytest

from engine.bpmn.lint.dataflow import names_in_pack
from tests.bpmn.diagrams import extensions, flows, load
from tests.bpmn.lint.flow_packs import MAPPING, flow_findings, form, line, number, script, task, text


@pytest.mark.parametrize(
    "component, code",
    [
        (text("note", conditional={"hide": "=amuont = null"}), "flow_unknown_name_meant"),
        (text("note", conditional={"hide": "=entirely_new = null"}), "flow_form_unknown_name"),
        (text("note", readonly="=amount"), "flow_form_not_boolean"),
        (text("note", conditional={"hide": '=kind = "公司"'}), "flow_never_value"),
        ({"type": "text", "text": "共 {{amount + title}} 元"}, "flow_wrong_operands_perhaps"),
        (
            {
                "type": "dynamiclist",
                "path": "rows",
                "label": "行",
                "components": [number("a"), number("b", conditional={"hide": "=this.c = 1 or a > i"})],
            },
            None,
        ),
        ({"type": "expression", "key": "total", "label": "合计", "expression": "=amount * 2"}, None),
    ],
)
def test_expressions_of_forms(component, code):
    found = flow_findings(line(task("u", "t"), chain="s>u>e", more={"t.form": form(component, id="t")}))
    assert [one.code for one in found] == ([code] if code else [])
    assert all(one.file == "t.form" and one.line and one.element_id for one in found)


def test_what_a_form_only_shows_is_not_written():
    rights = '<zeebe:properties><zeebe:property name="tuoke.fields" value="note:read"/></zeebe:properties>'
    files = line(task("u", "t", rights), script("a", "note", "x"), chain="s>u>a>e", more={"t.form": form(text("note"), text("other"), id="t")})
    assert [one.code for one in flow_findings(files)] == ["flow_unknown_name"]


def record_task(inputs, type="record.upsert"):
    head = f'<zeebe:taskDefinition type="{type}"/><zeebe:taskHeaders><zeebe:header key="recordType" value="customer"/></zeebe:taskHeaders>'
    return f'<serviceTask id="r">{extensions(head + MAPPING.format(inputs))}</serviceTask>'


@pytest.mark.parametrize(
    "inputs, codes",
    [
        ('<zeebe:input source="={name: title}" target="values"/>', []),
        ('<zeebe:input source="={nmae: title}" target="values"/>', ["flow_connector_field"]),
        ('<zeebe:input source="=title" target="values"/>', ["flow_connector_input_kind"]),
        ('<zeebe:input source="={name: title}" target="values"/><zeebe:input source="=title" target="key"/>', ["flow_connector_input_kind"]),
    ],
)
def test_connectors_get_what_they_need(inputs, codes):
    toml = '[pack]\nkey = "p"\nname = "包"\n[[role]]\nkey = "staff"\nname = "职员"\n[[record]]\nkey = "customer"\nname = "客户"\nform = "r"\n'
    more = {"pack.toml": toml.encode(), "r.form": form(text("name"), id="r")}
    files = line(record_task(inputs), script("a", "record.values.name", "x"), chain="s>r>a>e", more=more)
    assert [one.code for one in flow_findings(files)] == codes


HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="n">'
DMN = HEAD + '<decision id="d" name="定级">{0}</decision></definitions>'
RULE = '<businessRuleTask id="b" name="定级">' + extensions('<zeebe:calledDecision decisionId="d" resultVariable="level"/>') + "</businessRuleTask>"


def table(expression, cells, policy="UNIQUE", kind="string"):
    column = f'<input label="类型"><inputExpression typeRef="{kind}"><text>{expression}</text></inputExpression></input>'
    head = f'<decisionTable hitPolicy="{policy}">{column}<output name="o"/>'
    rows = "".join(
        f'<rule id="r{n}"><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>{n}</text></outputEntry></rule>'
        for n, cell in enumerate(cells, 1)
    )
    return DMN.format(head + rows + "</decisionTable>").encode()


@pytest.mark.parametrize(
    "data, codes",
    [
        (table("kind", ['"企业"', '"个人"']), []),
        (table("kind", ['"企业"']), ["flow_gap_at_task"]),
        (table("kind", ['"企业"', '"个人"', '"政府"']), ["flow_rule_never_matches"]),
        (table("kind", ["-", '"个人"'], "FIRST"), ["flow_rule_covered"]),
        (table("kind", ['"企业"', "-"], "ANY"), ["flow_rules_contradict"]),
        (table("knid", ['"企业"', "-"], "FIRST"), ["flow_decision_input"]),
        (table("amount", ['"企业"'], "COLLECT"), ["flow_decision_kind"]),
        (table("amount", ["&lt; 5", ">= 5"]), ["flow_decision_kind_perhaps", "flow_wrong_operands_perhaps", "flow_wrong_operands_perhaps"]),
        (table("amount", ["&lt; 5", ">= 5"], kind="number"), []),
        (DMN.format("<literalExpression><text>amount * 2</text></literalExpression>").encode(), []),
    ],
)
def test_decisions_get_what_they_read(data, codes):
    files = line(RULE, script("a", "level", "x"), chain="s>b>a>e", more={"d.dmn": data})
    found = flow_findings(files)
    assert sorted(one.code for one in found) == sorted(codes)
    assert all(one.line and one.element_id and one.proposal for one in found)


def test_the_value_of_a_decision_is_known():
    files = line(RULE, script("a", "level", "x"), chain="s>b>a>e", more={"d.dmn": table("kind", ['"企业"', '"个人"'])})
    assert names_in_pack(load(files), "p", "a")["level"].kinds == {"number"}
    wrong = line(
        RULE, '<exclusiveGateway id="g" default="g_e"/>', script("w", "1", "x"), chain="s>b>g>e", more={"d.dmn": table("kind", ['"企业"', '"个人"'])}
    )
    wrong["p.bpmn"] = wrong["p.bpmn"].replace(b"</process>", flows("g>w:=level = 7", "w>e").encode() + b"</process>")
    assert [one.code for one in flow_findings(wrong)] == ["flow_never_value"]
