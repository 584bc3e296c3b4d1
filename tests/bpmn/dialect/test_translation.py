"""What the dialect makes of everything that it runs."""

from __future__ import annotations

import pytest

from engine import feel
from engine.bpmn.dialect import read_file
from engine.bpmn.dialect.expressions import quote
from engine.bpmn.elements import Assignment, Called, Element, EventDefinition, JobSettings, Loop, Mapped, ProcessModel
from tests.bpmn.diagrams import END, HEAD, START, diagram, extensions, flows, simple, user


def model(data: bytes) -> ProcessModel:
    (process,) = read_file(data, "p.bpmn").processes
    return process


def element(data: bytes, id: str = "u") -> Element:
    return model(data).elements[id]


def test_user_task() -> None:
    inner = (
        '<zeebe:userTask/><zeebe:formDefinition formId="f"/><zeebe:taskSchedule dueDate="=now()" followUpDate="2030-01-01"/>'
        '<zeebe:assignmentDefinition assignee="=starter" candidateGroups="a, b" candidateUsers="=[&quot;x&quot;]"/>'
        '<zeebe:priorityDefinition priority="70"/>'
        '<zeebe:properties><zeebe:property name="tuoke.name.en" value="Do"/><zeebe:property name="tuoke.documentation.en" value="Text"/>'
        '<zeebe:property name="tuoke.fields" value="a:read，b.c:hidden, *:write"/></zeebe:properties>'
    )
    task = element(simple(user(inner=inner, children="<documentation>说 明</documentation>")))
    assert (task.kind, task.name, task.name_en, task.documentation, task.documentation_en) == ("user_task", "办理 u", "Do", "说 明", "Text")
    assert task.assignment == Assignment(
        assignee="starter",
        groups='"a, b"',
        users='["x"]',
        due="now()",
        follow_up='"2030-01-01"',
        priority="70",
        form_id="f",
        field_rights={"a": "read", "b.c": "hidden", "*": "write"},
    )
    assert (task.incoming, task.outgoing) == (("s_u",), ("u_e",))


@pytest.mark.parametrize("text", ['a"b', "a\\b", "a\nb", "中文", "=x", "\\n"])
def test_plain_text_becomes_a_literal_that_means_the_same(text: str) -> None:
    assert feel.compile(quote(text)).evaluate({}) == text


def test_service_script_decision_call() -> None:
    headers = '<zeebe:taskHeaders><zeebe:header key="recordType" value="customer"/></zeebe:taskHeaders>'
    mapping = '<zeebe:ioMapping><zeebe:input source="=a" target="b.c"/><zeebe:output source="=record" target="客户"/></zeebe:ioMapping>'
    definition = '<zeebe:taskDefinition type="record.upsert" retries="5"/>'
    service = element(simple(f'<serviceTask id="u">{extensions(definition + headers + mapping)}</serviceTask>'))
    assert service.job == JobSettings("record.upsert", 5, {"recordType": "customer"})
    assert (service.inputs, service.outputs) == ((Mapped("a", "b.c"),), (Mapped("record", "客户"),))
    script = element(simple('<scriptTask id="u">' + extensions('<zeebe:script expression="=1 + 1" resultVariable="总数"/>') + "</scriptTask>"))
    assert (script.script, script.result_variable) == ("1 + 1", "总数")
    decision = '<zeebe:calledDecision decisionId="d" resultVariable="r"/>'
    rule = element(simple(f'<businessRuleTask id="u">{extensions(decision)}</businessRuleTask>'))
    assert (rule.decision_id, rule.result_variable) == ("d", "r")
    called = '<zeebe:calledElement processId="q" propagateAllChildVariables="false"/>'
    assert element(simple(f'<callActivity id="u">{extensions(called)}</callActivity>')).called == Called("q", True, False)


DEFINITIONS = (
    '<message id="m" name="回复">' + extensions('<zeebe:subscription correlationKey="=订单"/>') + "</message>"
    '<signal id="sg" name="停"/><error id="er" errorCode="E1"/>'
    '<timerEventDefinition id="shared"><timeDate>=d</timeDate></timerEventDefinition>'
)


@pytest.mark.parametrize(
    "kind, definition, expected",
    [
        ("intermediateCatchEvent", '<messageEventDefinition messageRef="m"/>', EventDefinition("message", name="回复", correlation_key="订单")),
        ("intermediateCatchEvent", '<signalEventDefinition signalRef="sg"/>', EventDefinition("signal", name="停")),
        (
            "intermediateCatchEvent",
            "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>",
            EventDefinition("timer", "duration", '"P1D"'),
        ),
        ("intermediateCatchEvent", "<eventDefinitionRef>shared</eventDefinitionRef>", EventDefinition("timer", "date", "d")),
        ("intermediateThrowEvent", "", EventDefinition("none")),
        ("endEvent", '<errorEventDefinition errorRef="er"/>', EventDefinition("error", error_code="E1")),
        ("endEvent", "<terminateEventDefinition/>", EventDefinition("terminate")),
        ("boundaryEvent", "<errorEventDefinition/>", EventDefinition("error")),
        ("boundaryEvent", '<errorEventDefinition errorRef="er"/>', EventDefinition("error", error_code="E1")),
    ],
)
def test_events(kind: str, definition: str, expected: EventDefinition) -> None:
    assert element(simple(f'<{kind} id="u">{definition}</{kind}>', definitions=DEFINITIONS)).event == expected


def test_messages_of_tasks() -> None:
    for kind in ("receiveTask", "sendTask"):
        task = element(simple(f'<{kind} id="u" messageRef="m"/>', definitions=DEFINITIONS))
        assert task.event == EventDefinition("message", name="回复", correlation_key="订单")
        assert task.job is None


def test_loops() -> None:
    settings = '<zeebe:loopCharacteristics inputCollection="=部门" inputElement="部" outputCollection="意见" outputElement="=建议"/>'
    inner = extensions(settings) + "<completionCondition>=numberOfCompletedInstances > 1</completionCondition>"
    task = element(simple(user(children=f'<multiInstanceLoopCharacteristics isSequential="true">{inner}</multiInstanceLoopCharacteristics>')))
    assert task.loop == Loop("sequential", "部门", "部", "意见", "建议", "numberOfCompletedInstances > 1")
    loop = '<standardLoopCharacteristics testBefore="true" loopMaximum="3"><loopCondition>=x</loopCondition></standardLoopCharacteristics>'
    assert element(simple(user(children=loop))).loop == Loop("standard", condition="x", test_before=True, maximum=3)


def test_boundary_sub_process_and_default() -> None:
    inner = '<startEvent id="is"/>' + user("v", attributes='default="v_ie"') + '<endEvent id="ie"/>' + flows("is>v>ie")
    boundary = '<boundaryEvent id="b" attachedToRef="u" cancelActivity="false"><errorEventDefinition/></boundaryEvent>'
    process = model(simple(f'<subProcess id="u">{inner}</subProcess>', more=boundary))
    assert [process.elements[id].parent for id in ("u", "is", "v", "ie", "b")] == [None, "u", "u", "u", None]
    assert process.elements["v"].default_flow == "v_ie"
    assert (process.elements["b"].attached_to, process.elements["b"].interrupting) == ("u", False)
    assert [start.id for start in process.starts("u")] == ["is"]


def test_lanes() -> None:
    lanes = (
        '<laneSet id="ls"><lane id="o" name="部门"><flowNodeRef>u</flowNodeRef><flowNodeRef>w</flowNodeRef>'
        '<childLaneSet id="cl"><lane id="i" name="专员"><flowNodeRef>u</flowNodeRef></lane></childLaneSet></lane></laneSet>'
    )
    sub = f'<subProcess id="u"><startEvent id="is"/>{user("v")}<endEvent id="ie"/>{flows("is>v>ie")}</subProcess>'
    boundary = '<boundaryEvent id="b" attachedToRef="u"><errorEventDefinition/></boundaryEvent>'
    process = model(diagram(lanes, START, sub, boundary, user("w"), END, flows("s>u>w>e", "b>e")))
    assert process.lanes == ("部门", "专员")
    assert {id: process.elements[id].lane for id in ("s", "u", "v", "b", "w")} == {"s": None, "u": "专员", "v": "专员", "b": "专员", "w": "部门"}


def test_process_head() -> None:
    head = extensions(
        '<zeebe:versionTag value="1.2"/><zeebe:properties><zeebe:property name="tuoke.title" value="=客户"/>'
        '<zeebe:property name="tuoke.start_form" value="f"/><zeebe:property name="tuoke.name.en" value="Process"/></zeebe:properties>'
    )
    process = model(diagram("<documentation>甲</documentation><documentation>乙</documentation>", head, START, user(), END, flows("s>u>e")))
    assert (process.key, process.name, process.name_en, process.version_tag, process.title) == ("p", "流程", "Process", "1.2", "客户")
    assert process.documentation == "甲\n\n乙"
    start = process.starts()[0]
    assert start.assignment is not None
    assert start.assignment.form_id == "f"


@pytest.mark.parametrize("written, kept", [("=理由", "=理由"), ("客户拒绝", '="客户拒绝"')])
def test_reason_of_an_end_is_feel(written: str, kept: str) -> None:
    reason = extensions(f'<zeebe:properties><zeebe:property name="tuoke.reason" value="{written}"/></zeebe:properties>')
    end = element(diagram(START, f'<endEvent id="e" name="完">{reason}</endEvent>', flows("s>e")), "e")
    assert end.properties["tuoke.reason"] == kept


def test_several_processes_and_participants() -> None:
    body = START + user() + END + flows("s>u>e")
    other = body.replace('"s"', '"s2"').replace('"u"', '"u2"').replace('"e"', '"e2"').replace("s_u", "f1").replace("u_e", "f2")
    file = (
        f'{HEAD}<collaboration id="c"><participant id="x" name="甲方" processRef="p"/></collaboration>'
        f'<process id="p" isExecutable="true">{body}</process><process id="q" isExecutable="true">{other}</process>'
        '<process id="r" name="他方"/></definitions>'
    )
    reading = read_file(file.encode(), "p.bpmn")
    assert [(process.key, process.name) for process in reading.processes] == [("p", "甲方"), ("q", "q")]
    assert [(found.code, found.element_id) for found in reading.findings] == [("bpmn_not_executable", "r")]
