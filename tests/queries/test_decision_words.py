"""What a completed step decided: the choice that the flows behind it ask for, or the one that the analyst names; and what an incident says."""

from __future__ import annotations

import json

import pytest

from engine.bpmn.svg import draw
from engine.queries.cases.decision_words import Deciding
from engine.queries.incident_details import details_in_words
from engine.queries.task_page.conditions import condition_words
from tests.bpmn.diagrams import END, START, diagram, extensions, flows, load, user

FORM_TASK = '<zeebe:formDefinition formId="f"/><zeebe:assignmentDefinition candidateGroups="staff"/>'
NAMED = '<zeebe:properties><zeebe:property name="tuoke.outcome" value="fit"/></zeebe:properties>'
GATE, NO = '<exclusiveGateway id="g" default="g_no"/>', '<endEvent id="no" name="不行"/>'


def choice(key: str, style: str, **english: str) -> dict[str, object]:
    values = [{"label": label, "value": label, "label_en": label_en} for label, label_en in english.items()]
    return {"type": style, "key": key, "label": key, "values": values}


FORM = {
    "f.form": json.dumps(
        {
            "type": "default",
            "id": "f",
            "components": [choice("fit", "radio", 高="High", 低="Low"), choice("verdict", "select", 同意="Approve", 退回="Return")],
        }
    ).encode()
}
GIVEN = {"fit": "高", "verdict": "同意"}


def outcome(*parts: str, more: dict[str, bytes] | None = None, given: dict[str, str] = GIVEN, process: str = "p") -> tuple[str, str]:
    pack = load({"p.bpmn": diagram(START, *parts), **FORM, **(more or {})})
    return Deciding(pack).outcome(process, "u", pack.forms["f"], given)


def test_the_choice_that_the_next_gateway_asks_for_is_the_decision():
    ways = flows("s>u>g", 'g>e:=verdict = "同意"', "g>no")
    assert outcome(user(inner=FORM_TASK), GATE, END, NO, ways) == ("同意", "Approve")
    assert outcome(user(inner=FORM_TASK), GATE, END, NO, ways, given={"fit": "高"}) == ("", "")


def test_a_choice_that_no_flow_asks_for_decides_nothing():
    assert outcome(user(inner=FORM_TASK), END, flows("s>u>e")) == ("", "")


def test_what_is_asked_behind_the_next_task_is_not_decided_here():
    ways = flows("s>u>v>g", 'g>e:=verdict = "同意"', "g>no")
    assert outcome(user(inner=FORM_TASK), user("v"), GATE, END, NO, ways) == ("", "")


def test_the_analyst_may_name_the_decision():
    ways = flows("s>u>g", 'g>e:=verdict = "同意"', "g>no")
    assert outcome(user(inner=FORM_TASK + NAMED), GATE, END, NO, ways) == ("高", "High")


def test_behind_a_sub_process_and_behind_the_caller():
    inner = f'<startEvent id="ss"/>{user(inner=FORM_TASK)}<endEvent id="se" name="里"/>{flows("ss>u>se")}'
    ways = flows("s>sub>g", 'g>e:=verdict = "同意"', "g>no")
    assert outcome(f'<subProcess id="sub" name="子">{inner}</subProcess>', GATE, END, NO, ways) == ("同意", "Approve")
    element = extensions('<zeebe:calledElement processId="q"/>')
    call = f'<callActivity id="call" name="调用">{element}</callActivity>'
    called = {"q.bpmn": diagram(START, user(inner=FORM_TASK), END, flows("s>u>e"), key="q")}
    told = outcome(call, GATE, END, NO, flows("s>call>g", 'g>e:=verdict = "同意"', "g>no"), more=called, process="q")
    assert told == ("同意", "Approve")


def test_two_choices_that_decide_are_no_single_outcome():
    ways = flows("s>u>g", 'g>e:=verdict = "同意" and fit = "高"', "g>no")
    assert outcome(user(inner=FORM_TASK), GATE, END, NO, ways) == ("", "")


def test_flows_and_pools_have_english_names():
    named = extensions('<zeebe:properties><zeebe:property name="tuoke.name.en" value="Large"/></zeebe:properties>')
    condition = "<conditionExpression>=amount &gt; 5</conditionExpression>"
    flow = f'<sequenceFlow id="g_e" name="大额" sourceRef="g" targetRef="e">{named}{condition}</sequenceFlow>'
    pack = load(diagram(START, user(), GATE, END, NO, flows("s>u>g>no"), flow))
    model = pack.processes["p"]
    told = condition_words(pack, model.elements["g"], model.flows["g_e"])
    assert (told.zh, told.en) == ("大额", "Large")


def test_a_pool_is_called_as_its_process():
    space = 'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    pool = '<collaboration id="c"><participant id="pool" name="流程" processRef="p"/></collaboration>'
    shape = '<di:BPMNShape id="pool_di" bpmnElement="pool"><dc:Bounds x="0" y="0" width="600" height="200"/></di:BPMNShape>'
    drawing = f'<di:BPMNDiagram id="d1" {space}><di:BPMNPlane id="plane" bpmnElement="c">{shape}</di:BPMNPlane></di:BPMNDiagram>'
    named = extensions('<zeebe:properties><zeebe:property name="tuoke.name.en" value="Sales"/></zeebe:properties>')
    xml = diagram(named, START, END, flows("s>e"), definitions=pool).replace(b"</definitions>", drawing.encode() + b"</definitions>")
    assert "流程" not in draw(xml, "p", language="en")
    assert "Sales</" in draw(xml, "p", language="en")


@pytest.mark.parametrize(
    ("recorded", "zh", "en"),
    [
        ("element: choose；name: 选择", "", ""),
        ("value: 空值；message: 没有名为“a”的变量", "得到：空值；原因：没有名为“a”的变量", "result: null; reason: there is no variable named “a”"),
        ("expression: x；reason: 空值；空值", "表达式：x；原因：空值；空值", "expression: x; reason: null; null"),
        ("connection refused", "connection refused", "connection refused"),
        ("", "", ""),
    ],
)
def test_what_an_incident_recorded_is_said_in_both_languages(recorded, zh, en):
    assert details_in_words(recorded) == (zh, en)
