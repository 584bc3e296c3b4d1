"""Names and types through whole packs: what is found, where, and what is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bpmn.lint import finding_text, proposal_text
from engine.bpmn.lint.dataflow import names_in_pack
from engine.bpmn.pack import load_pack
from engine.feel.inference import BOOLEAN, DATE, NUMBER, STRING, choice_of, list_of, union
from engine.feel.inference.kinds import DATE_TIME
from tests.bpmn.diagrams import END, diagram, extensions, findings, flows, load
from tests.bpmn.lint.flow_packs import FIELDS, MAPPING, branch, choice, flow_findings, form, line, number, output, script, start, task, text

REAL = Path(__file__).parents[3] / "processes" / "customer_development"


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
        ("urgent and lenght(title) > 1", "flow_unknown_function", "error", 12),
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


def test_an_unknown_function_is_refused_even_where_any_variable_may_come():
    """Variables hold no functions: what a message or a caller brings cannot be called."""
    found = flow_findings(branch("foo(anything_from_outside)"))
    assert "flow_unknown_function" in [one.code for one in found if one.severity == "error"]


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


def test_the_order_of_the_file_does_not_matter():
    parts = [script(f"a{number}", f"v{number - 1} + 1" if number else "amount", f"v{number}") for number in range(40)]
    chain = flows("s>" + ">".join(f"a{number}" for number in range(40)) + ">e")
    files = {"p.bpmn": diagram(start(), *reversed(parts), END, chain), "f.form": form(*FIELDS)}
    assert names_in_pack(load(files), "p", "a39")["v39"] == NUMBER


def test_locals_stay_inside():
    inner = task("u", "t", output("note", "remark"))
    files = line(inner, script("a", "note", "x"), chain="s>u>a>e", more={"t.form": form(text("note"), id="t")})
    assert [(one.code, one.element_id, one.values["elements"]) for one in flow_findings(files)] == [("flow_name_elsewhere", "a", "u")]
    assert flow_findings(line(inner, script("a", "remark", "x"), chain="s>u>a>e", more={"t.form": form(text("note"), id="t")})) == []


def test_a_task_reads_the_name_around_it_before_its_own_work_hides_it():
    due = '<zeebe:taskSchedule dueDate="=note"/>'
    more = {"t.form": form(text("note"), id="t")}
    files = line(script("a", "string(now())", "note"), task("u", "t", due + output("note", "remark")), chain="s>a>u>e", more=more)
    assert flow_findings(files) == []
    before = line(task("u", "t", due + output("note", "remark")), script("a", "string(now())", "note"), chain="s>u>a>e", more=more)
    assert [one.code for one in flow_findings(before)] == ["flow_not_yet_written"]


def test_conditions_behind_an_activity_see_what_is_its_own():
    narrow = MAPPING.format('<zeebe:input source="=amount + 1" target="more"/>')
    parts = (task("u", "t", narrow), script("w", "1", "x"), END)
    files = {"p.bpmn": diagram(start(), *parts, flows("s>u", "u>w:=more > 2", "u>e:=more &lt;= 2", "w>e")), "f.form": form(*FIELDS)}
    assert flow_findings({**files, "t.form": form(text("note"), id="t")}) == []


def test_sub_process_inputs_are_its_own():
    inputs = MAPPING.format('<zeebe:input source="=amount * 2" target="double"/>')
    sub = (
        f'<subProcess id="p1">{extensions(inputs)}'
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
    inner = f'<zeebe:calledElement processId="q" {attributes}/>{mapping}'
    return f'<callActivity id="c" name="调用">{extensions(inner)}</callActivity>'


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
