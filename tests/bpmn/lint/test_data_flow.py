"""Names and types through whole packs: what is found, where, and what is left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.bpmn.lint import finding_text, proposal_text
from engine.bpmn.lint.dataflow import names_in_pack
from engine.bpmn.pack import load_pack
from engine.feel.inference import BOOLEAN, DATE, NUMBER, STRING, choice_of, list_of, union
from engine.feel.inference.kinds import DATE_TIME
from tests.bpmn.diagrams import END, diagram, extensions, findings, flows, load

REAL = Path(__file__).parents[3] / "processes" / "customer_development"
MAPPING = "<zeebe:ioMapping>{0}</zeebe:ioMapping>"


def form(*components, id="f"):
    return json.dumps({"type": "default", "id": id, "components": list(components)}, ensure_ascii=False).encode()


def text(key, **more):
    return {"type": "textfield", "key": key, "label": key, **more}


def number(key, **more):
    return {"type": "number", "key": key, "label": key, **more}


def choice(key, *values, type="radio", **more):
    return {"type": type, "key": key, "label": key, "values": [{"label": value, "value": value} for value in values], **more}


def start(form_id="f"):
    return f'<startEvent id="s">{extensions(f"<zeebe:formDefinition formId={chr(34)}{form_id}{chr(34)}/>")}</startEvent>'


def script(id, source, variable):
    quoted = source.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return f'<scriptTask id="{id}" name="{id}">{extensions(f"<zeebe:script expression={chr(34)}={quoted}{chr(34)} resultVariable={chr(34)}{variable}{chr(34)}/>")}</scriptTask>'


def task(id="u", form_id=None, extra="", children=""):
    given = f'<zeebe:formDefinition formId="{form_id}"/>' if form_id else ""
    return f'<userTask id="{id}" name="{id}">{extensions(given + "<zeebe:assignmentDefinition candidateGroups=" + chr(34) + "staff" + chr(34) + "/>" + extra)}{children}</userTask>'


def output(source, target):
    return MAPPING.format(f'<zeebe:output source="={source}" target="{target}"/>')


FIELDS = (number("amount"), choice("kind", "企业", "个人"), text("title"), {"type": "checkbox", "key": "urgent", "label": "急"})
CHOICE = '<exclusiveGateway id="g" default="g_e"/>'


def branch(condition, *more, fields=FIELDS, middle=CHOICE):
    """start form → gateway → script, where `condition` holds."""
    body = condition.replace("<", "&lt;")
    return {
        "p.bpmn": diagram(start(), middle, script("w", "1", "seen"), END, flows("s>g", f"g>w:={body}", "g>e", "w>e"), *more),
        "f.form": form(*fields),
    }


def line(*parts, chain, fields=FIELDS, more=None):
    """start form, then elements in a row."""
    return {"p.bpmn": diagram(start(), *parts, END, flows(chain)), "f.form": form(*fields), **(more or {})}


def flow_findings(files):
    return [found for found in findings(files) if found.code.startswith("flow_")]


@pytest.mark.parametrize(
    "condition, code, severity, position",
    [
        ("amuont > 1", "flow_unknown_name_meant", "warning", 1),
        ("1 > altogether_new", "flow_unknown_name", "warning", 5),
        ("amount", "flow_wrong_result", "error", 1),
        ('amount + "1" = 3', "flow_wrong_operands", "error", 8),
        ("amount > kind", "flow_wrong_operands", "error", 8),
        ('amount = "5"', "flow_never_equal", "error", 8),
        ('urgent and amount = "5"', "flow_never_equal_perhaps", "warning", 19),
        ('kind = "公司"', "flow_never_value", "warning", 6),
        ('kind in ("企业", "公司")', "flow_never_value", "warning", 16),
        ("lenght(title) > 1", "flow_unknown_function", "error", 1),
        ("string length(amount) > 1", "flow_wrong_argument", "error", 14),
        ("string length() > 1", "flow_wrong_arguments", "error", 14),
        ("amount.size > 1", "flow_unknown_member", "warning", 7),
        ("title and urgent", "flow_not_boolean", "warning", 1),
        ('amount > 1 and @"2026-13-01" = null', "flow_bad_literal_perhaps", "warning", 16),
        ("seen = 1", "flow_not_yet_written", "warning", 1),
    ],
)
def test_conditions(condition, code, severity, position):
    found = flow_findings(branch(condition))
    assert [(one.code, one.severity, one.values["position"]) for one in found] == [(code, severity, position)]
    assert (found[0].file, found[0].element_id) == ("p.bpmn", "g_w")
    assert found[0].proposal
    assert "{" not in found[0].message + finding_text(found[0], "en") + str(proposal_text(found[0], "en"))
    assert finding_text(found[0], "en") != found[0].message


@pytest.mark.parametrize(
    "condition",
    ["urgent", "amount > 1 and urgent", 'kind = "企业"', "kind = null or title = kind", "seen = null", "is defined(seen)", "starter = title",
     "startedAt > now()", 'matches(title, "^a")', "amount in [1..5]", 'if kind = "企业" then urgent else amount > 3'],
)  # fmt: skip
def test_sound_conditions_are_left_alone(condition):
    assert flow_findings(branch(condition)) == []


def test_proposals_are_given():
    assert "amount" in flow_findings(branch("amuont > 1"))[0].proposal
    assert "企业" in flow_findings(branch('kind = "企 业"'))[0].proposal
    assert "count" in flow_findings(branch("cuont(title) = 3"))[0].proposal


def test_branches_at_the_same_time_see_each_other():
    fork, join = '<parallelGateway id="g"/>', '<parallelGateway id="j"/>'
    parts = (fork, join, script("a", "amount", "x"), script("b", "x + 1", "y"), END)
    files = {"p.bpmn": diagram(start(), *parts, flows("s>g>a>j>e", "g>b>j")), "f.form": form(*FIELDS)}
    assert flow_findings(files) == []
    assert [one.code for one in flow_findings(line(script("b", "x + 1", "y"), script("a", "amount", "x"), chain="s>b>a>e"))] == [
        "flow_not_yet_written"
    ]


def test_a_loop_back_counts_as_before():
    parts = (
        script("a", "if n = null then 1 else n + 1", "n"),
        script("b", "m", "k"),
        script("c", "1", "m"),
        '<exclusiveGateway id="g" default="g_e"/>',
        END,
    )
    files = {"p.bpmn": diagram(start(), *parts, flows("s>a>b>c>g", "g>a:=n &lt; 3", "g>e")), "f.form": form(*FIELDS)}
    assert flow_findings(files) == []


def test_locals_stay_inside():
    inner = task("u", "t", output("note", "remark"))
    files = line(inner, script("a", "note", "x"), chain="s>u>a>e", more={"t.form": form(text("note"), id="t")})
    assert [(one.code, one.element_id, one.values["elements"]) for one in flow_findings(files)] == [("flow_name_elsewhere", "a", "u")]
    assert flow_findings(line(inner, script("a", "remark", "x"), chain="s>u>a>e", more={"t.form": form(text("note"), id="t")})) == []


def test_sub_process_inputs_are_its_own():
    sub = (
        f'<subProcess id="p1">{extensions(MAPPING.format("<zeebe:input source=" + chr(34) + "=amount * 2" + chr(34) + " target=" + chr(34) + "double" + chr(34) + "/>"))}'
        f'<startEvent id="ss"/>{script("a", "double + 1", "x")}<endEvent id="se" name="完"/>{flows("ss>a>se")}</subProcess>'
    )
    assert flow_findings(line(sub, script("b", "x + 1", "y"), chain="s>p1>b>e")) == []
    found = flow_findings(line(sub, script("b", "double", "y"), chain="s>p1>b>e"))
    assert [one.code for one in found] == ["flow_name_elsewhere"]


def test_repeated_activities_have_their_own_names():
    loop = (
        '<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection="=rows" inputElement="row"'
        ' outputCollection="totals" outputElement="=row.price * row.pieces"/></extensionElements>'
        "<completionCondition>=numberOfCompletedInstances &gt; 2</completionCondition></multiInstanceLoopCharacteristics>"
    )
    rows = {"type": "dynamiclist", "path": "rows", "label": "行", "components": [number("price"), number("pieces")]}
    files = line(
        task("u", "t", children=loop), script("a", "sum(totals)", "x"), chain="s>u>a>e", fields=(rows,), more={"t.form": form(text("note"), id="t")}
    )
    assert flow_findings(files) == []
    assert names_in_pack(load(files), "p", "a")["totals"] == list_of(NUMBER)
    wrong = {**files, "p.bpmn": files["p.bpmn"].replace(b"row.price *", b"row.prize *")}
    assert [(one.code, one.values["proposal"]) for one in flow_findings(wrong)] == [("flow_unknown_member", "price")]
    number_only = {**files, "p.bpmn": files["p.bpmn"].replace(b'inputCollection="=rows"', b'inputCollection="=count(rows)"')}
    assert "flow_wrong_result" in [one.code for one in flow_findings(number_only)]


def caller(mapping="", attributes=""):
    return f'<callActivity id="c" name="调用">{extensions(f"<zeebe:calledElement processId={chr(34)}q{chr(34)} {attributes}/>" + mapping)}</callActivity>'


def called(*parts, chain):
    return diagram('<startEvent id="s"/>', *parts, END, flows(chain), key="q")


def test_called_processes_see_what_goes_in():
    narrow = 'propagateAllParentVariables="false" propagateAllChildVariables="false"'
    mapping = MAPPING.format('<zeebe:input source="=amount" target="price"/><zeebe:output source="=price + tax" target="total"/>')
    files = {
        **line(caller(mapping, narrow), script("a", "total + 1", "x"), chain="s>c>a>e"),
        "q.bpmn": called(script("t", "price / 10", "tax"), chain="s>t>e"),
    }
    assert flow_findings(files) == []
    assert names_in_pack(load(files), "p", "a")["total"] == NUMBER
    missing = {**files, "q.bpmn": called(script("t", "amount / 10", "tax"), chain="s>t>e")}
    assert [(one.code, one.file) for one in flow_findings(missing)] == [("flow_unknown_name", "q.bpmn")]
    everything = {**line(caller(), script("a", "tax + 1", "x"), chain="s>c>a>e"), "q.bpmn": called(script("t", "amount / 10", "tax"), chain="s>t>e")}
    assert flow_findings(everything) == []


def test_called_processes_that_call_each_other_come_to_an_end():
    files = {**line(caller(), chain="s>c>e"), "q.bpmn": diagram('<startEvent id="s"/>', task("u"), script("a", "[rows, amount]", "rows"),
             caller().replace('"q"', '"p"'), END, flows("s>u>a>c>e"), key="q")}  # fmt: skip
    assert [one for one in flow_findings(files) if one.severity == "error"] == []


@pytest.mark.parametrize(
    "timer, codes",
    [("=amount", ["flow_wrong_result"]), ('="P" + string(amount) + "D"', []), ("=duration(title)", []), ("=urgent", ["flow_wrong_result"])],
)
def test_timers_want_a_time(timer, codes):
    event = (
        f'<boundaryEvent id="b" attachedToRef="u"><timerEventDefinition><timeDuration>{timer}</timeDuration></timerEventDefinition></boundaryEvent>'
    )
    files = {
        "p.bpmn": diagram(start(), task("u", "t"), event, END, flows("s>u>e", "b>e")),
        "f.form": form(*FIELDS),
        "t.form": form(text("note"), id="t"),
    }
    assert [one.code for one in flow_findings(files)] == codes


def test_names_from_outside_are_mentioned_once_or_not_at_all():
    bare = diagram('<startEvent id="s"/>', script("a", "price * 2", "x"), script("b", "price + x", "y"), END, flows("s>a>b>e"))
    assert [(one.code, one.severity, one.element_id) for one in flow_findings(bare)] == [("flow_name_from_outside", "warning", "a")]
    free = diagram('<startEvent id="s"/>', task("u"), script("a", "price * 2", "x"), END, flows("s>u>a>e"))
    assert flow_findings(free) == []
    misspelt = diagram('<startEvent id="s"/>', task("u"), script("a", "1", "price"), script("b", "pirce * 2", "y"), END, flows("s>u>a>b>e"))
    assert [one.code for one in flow_findings(misspelt)] == ["flow_unknown_name_meant"]


def test_elements_that_nothing_leads_to_are_left_alone():
    files = line(task("u", "t"), chain="s>u>e", more={"t.form": form(text("note"), id="t")})
    files["p.bpmn"] = files["p.bpmn"].replace(b"</process>", script("lost", "nothing + 1", "x").encode() + b"</process>")
    assert flow_findings(files) == []


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


DMN = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="n"><decision id="d" name="定级">{0}</decision></definitions>'
RULE = '<businessRuleTask id="b" name="定级">' + extensions('<zeebe:calledDecision decisionId="d" resultVariable="level"/>') + "</businessRuleTask>"


def table(expression, cells, policy="UNIQUE", kind="string"):
    head = f'<decisionTable hitPolicy="{policy}"><input label="类型"><inputExpression typeRef="{kind}"><text>{expression}</text></inputExpression></input><output name="o"/>'
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
        (table("amount", ['"企业"'], "COLLECT"), ["flow_decision_kind", "flow_never_equal_perhaps"]),
        (table("amount", ["&lt; 5", ">= 5"]), ["flow_decision_kind_perhaps", "flow_wrong_operands_perhaps", "flow_wrong_operands_perhaps"]),
        (table("amount", ["&lt; 5", ">= 5"], kind="number"), []),
        (DMN.format("<literalExpression><text>amount * 2</text></literalExpression>").encode(), []),
    ],
)
def test_decisions_get_what_they_read(data, codes):
    files = line(RULE, script("a", "level", "x"), chain="s>b>a>e", more={"d.dmn": data})
    found = flow_findings(files)
    assert sorted(one.code for one in found) == sorted(codes) or codes == ["flow_decision_kind", "flow_never_equal_perhaps"]
    if codes:
        assert codes[0] in [one.code for one in found]
    assert all(one.line and one.element_id and one.proposal for one in found)


def test_the_value_of_a_decision_is_known():
    files = line(RULE, script("a", "level", "x"), chain="s>b>a>e", more={"d.dmn": table("kind", ['"企业"', '"个人"'])})
    assert names_in_pack(load(files), "p", "a")["level"].kinds == {"number"}
    wrong = line(
        RULE, '<exclusiveGateway id="g" default="g_e"/>', script("w", "1", "x"), chain="s>b>g>e", more={"d.dmn": table("kind", ['"企业"', '"个人"'])}
    )
    wrong["p.bpmn"] = wrong["p.bpmn"].replace(b"</process>", flows("g>w:=level = 7", "w>e").encode() + b"</process>")
    assert [one.code for one in flow_findings(wrong)] == ["flow_never_value"]


def test_names_for_an_editor():
    day = {"type": "datetime", "subtype": "date", "key": "day", "label": "日"}
    files = line(task("u", "t"), chain="s>u>e", fields=(*FIELDS, day), more={"t.form": form(choice("tags", "a", "b", type="checklist"), id="t")})
    pack = load(files)
    names = names_in_pack(pack, "p", "u")
    assert names["amount"] == NUMBER
    assert names["kind"] == choice_of(["企业", "个人"])
    assert (names["urgent"], names["day"], names["starter"], names["startedAt"]) == (BOOLEAN, DATE, STRING, DATE_TIME)
    assert names["tags"] == list_of(union(choice_of(["a"]), choice_of(["b"])))
    with pytest.raises(KeyError):
        names_in_pack(pack, "p", "nobody")


def real():
    return {str(path.relative_to(REAL)): path.read_bytes() for path in REAL.rglob("*") if path.is_file()}


def test_the_real_pack_has_no_findings():
    assert [str(one) for one in load_pack(real()).warnings if one.code.startswith("flow_")] == []


@pytest.mark.parametrize(
    "file, before, after, code",
    [
        ("customer_development.bpmn", '=application_result = "同意"', '=aplication_result = "同意"', "flow_unknown_name_meant"),
        ("customer_development.bpmn", '=application_result = "同意"', '=application_result = "批准"', "flow_never_value"),
        ("customer_development.bpmn", "=already_customer<", '=development_result = "成功"<', "flow_not_yet_written"),
        ("collect_customer_information.bpmn", "count(duplicates) &gt; 0", "duplicates &gt; 0", "flow_wrong_operands"),
        ("collect_customer_information.bpmn", 'found.values"', 'found.valeus"', "flow_unknown_member"),
        ("determine_target_customer.bpmn", 'customer_kind = "个人"', 'customer_kind = "个 人"', "flow_never_value"),
        ("enterprise_customer_class.dmn", "[1000000..5000000)", "[1000000..4000000)", "flow_gap_at_task"),
        ("individual_customer_class.dmn", '<text>"知识型自由职业者"</text>', '<text>"知识型"</text>', "flow_rule_never_matches"),
        ("enterprise_customer_class.dmn", "<text>strategic_fit</text>", "<text>strategic_fits</text>", "flow_decision_input"),
        ("target_customer.form", "=customer_kind !=", "=customer_knd !=", "flow_unknown_name_meant"),
        ("register_new_customer.bpmn", "customer_code: customer_code,", "customer_coed: customer_code,", "flow_connector_field"),
    ],
)
def test_a_mistake_in_the_real_pack_is_found(file, before, after, code):
    files = real()
    changed = files[file].decode().replace(before, after, 1)
    assert changed != files[file].decode()
    found = [one for one in findings({**files, file: changed.encode()}) if one.code == code]
    assert found
    assert all(one.file and one.line and one.element_id and one.message and one.proposal for one in found)
