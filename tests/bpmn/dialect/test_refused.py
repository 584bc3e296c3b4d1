"""Whatever we do not run is refused, each with its own code, its place, and a way out."""

from __future__ import annotations

import pytest

from tests.bpmn.diagrams import END, START, codes, diagram, extensions, findings, flows, simple, user


def task(kind: str, attributes: str = "", children: str = "") -> bytes:
    return simple(f'<{kind} id="u" name="办" {attributes}>{children}</{kind}>')


def zeebe(inner: str, kind: str = "task") -> bytes:
    return task(kind, children=extensions(inner))


def caught(definition: str) -> bytes:
    return simple(f'<intermediateCatchEvent id="u">{definition}</intermediateCatchEvent>')


def multi(inner: str, attributes: str = "") -> bytes:
    return simple(user(children=f"<multiInstanceLoopCharacteristics {attributes}>{inner}</multiInstanceLoopCharacteristics>"))


LANE = '<lane id="{0}" name="{1}"><flowNodeRef>u</flowNodeRef></lane>'
ITEMS = extensions('<zeebe:loopCharacteristics inputCollection="=l"/>')
TIMER = "<timerEventDefinition>{0}</timerEventDefinition>"
PROPERTY = '<zeebe:properties><zeebe:property name="{0}" value="{1}"/></zeebe:properties>'

REFUSED: list[tuple[bytes, str]] = [
    (task("complexGateway"), "bpmn_unsupported_complex_gateway"),
    (task("transaction"), "bpmn_unsupported_transaction"),
    (task("adHocSubProcess"), "bpmn_unsupported_ad_hoc"),
    (task("subProcess", 'triggeredByEvent="true"'), "bpmn_unsupported_event_sub_process"),
    (task("task", 'isForCompensation="true"'), "bpmn_unsupported_compensation"),
    (task("task", 'startQuantity="2"'), "bpmn_unsupported_quantity"),
    (task("task", 'completionQuantity="2"'), "bpmn_unsupported_quantity"),
    (task("task", 'madeUp="x"'), "bpmn_unsupported_attribute"),
    (task("receiveTask", 'instantiate="true"'), "bpmn_unsupported_instantiate"),
    (task("eventBasedGateway", 'instantiate="1"'), "bpmn_unsupported_instantiate"),
    (task("eventBasedGateway", 'eventGatewayType="Parallel"'), "bpmn_unsupported_parallel_event_gateway"),
    (task("intermediateCatchEvent", 'parallelMultiple="true"'), "bpmn_unsupported_parallel_multiple"),
    (caught("<escalationEventDefinition/>"), "bpmn_unsupported_escalation"),
    (caught("<conditionalEventDefinition><condition>=x</condition></conditionalEventDefinition>"), "bpmn_unsupported_conditional"),
    (caught('<linkEventDefinition name="x"/>'), "bpmn_unsupported_link"),
    (caught("<cancelEventDefinition/>"), "bpmn_unsupported_cancel"),
    (caught("<compensateEventDefinition/>"), "bpmn_unsupported_compensation"),
    (caught("<terminateEventDefinition/><terminateEventDefinition/>"), "bpmn_unsupported_multiple"),
    (caught("<madeUpEventDefinition/>"), "bpmn_unsupported_element"),
    (caught("<eventDefinitionRef>nothing</eventDefinitionRef>"), "bpmn_unknown_reference"),
    (caught("<messageEventDefinition/>"), "bpmn_missing_reference"),
    (caught('<messageEventDefinition messageRef="nothing"/>'), "bpmn_unknown_reference"),
    (caught('<signalEventDefinition signalRef="nothing"/>'), "bpmn_unknown_reference"),
    (caught(TIMER.format("")), "bpmn_timer_kind"),
    (caught(TIMER.format("<timeDate>2030-01-01</timeDate><timeDuration>P1D</timeDuration>")), "bpmn_timer_kind"),
    (caught(TIMER.format("<timeDuration></timeDuration>")), "bpmn_empty_expression"),
    (caught(TIMER.format("<timeDuration>${x}</timeDuration>")), "bpmn_foreign_expression"),
    (diagram(START, '<endEvent id="e" name="错"><errorEventDefinition/></endEvent>', flows("s>e")), "bpmn_missing_reference"),
    (
        diagram(START, '<endEvent id="e" name="错"><errorEventDefinition errorRef="x"/></endEvent>', flows("s>e"), definitions='<error id="x"/>'),
        "bpmn_missing_error_code",
    ),
    (simple('<receiveTask id="u" messageRef="m"/>', definitions='<message id="m"/>'), "bpmn_missing_event_name"),
    (simple('<receiveTask id="u" messageRef="m"/>', definitions='<message id="m" name="=x"/>'), "bpmn_expression_not_static"),
    (task("userTask", children="<dataInputAssociation/>"), "bpmn_unsupported_data_association"),
    (task("userTask", children="<ioSpecification/>"), "bpmn_unsupported_data_association"),
    (task("userTask", children="<potentialOwner/>"), "bpmn_unsupported_resource_role"),
    (task("userTask", children="<madeUp/>"), "bpmn_unsupported_element"),
    (task("scriptTask", 'scriptFormat="groovy"', "<script>1</script>"), "bpmn_script_language"),
    (task("scriptTask"), "bpmn_missing_extension"),
    (task("serviceTask"), "bpmn_missing_extension"),
    (task("sendTask"), "bpmn_missing_extension"),
    (task("businessRuleTask"), "bpmn_missing_extension"),
    (task("callActivity"), "bpmn_missing_extension"),
    (task("userTask", 'camunda:assignee="x"'), "bpmn_engine_extension"),
    (
        simple(user()).replace(
            b'targetRef="e"></sequenceFlow>', b'targetRef="e"><conditionExpression camunda:resource="x">=y</conditionExpression></sequenceFlow>'
        ),
        "bpmn_engine_extension",
    ),
    (task("userTask", children=extensions("<camunda:taskListener/>")), "bpmn_engine_extension"),
    (task("userTask", 'zeebe:madeUp="x"'), "bpmn_unsupported_zeebe"),
    (zeebe("<zeebe:executionListeners/>"), "bpmn_unsupported_zeebe"),
    (zeebe("<zeebe:taskListeners/>", "userTask"), "bpmn_unsupported_zeebe"),
    (zeebe("<zeebe:linkedResources/>", "serviceTask"), "bpmn_unsupported_zeebe"),
    (zeebe("<zeebe:userTaskForm/>"), "bpmn_unsupported_zeebe"),
    (zeebe("<zeebe:ioMapping><zeebe:madeUp/></zeebe:ioMapping>"), "bpmn_unsupported_zeebe"),
    (zeebe('<zeebe:taskDefinition type="x"/>', "userTask"), "bpmn_misplaced_zeebe"),
    (zeebe('<zeebe:formDefinition formId="x"/>', "manualTask"), "bpmn_misplaced_zeebe"),
    (zeebe("<zeebe:ioMapping/>", "exclusiveGateway"), "bpmn_misplaced_zeebe"),
    (zeebe("<zeebe:userTask/><zeebe:userTask/>", "userTask"), "bpmn_repeated_zeebe"),
    (zeebe('<zeebe:formDefinition formKey="x"/>', "userTask"), "bpmn_zeebe_attribute"),
    (zeebe('<zeebe:formDefinition formId="x" bindingType="versionTag"/>', "userTask"), "bpmn_zeebe_attribute"),
    (zeebe("<zeebe:formDefinition/>", "userTask"), "bpmn_zeebe_missing"),
    (
        diagram(
            '<startEvent id="s">' + extensions('<zeebe:formDefinition formId="x"/>') + '<signalEventDefinition signalRef="g"/></startEvent>',
            END,
            flows("s>e"),
            definitions='<signal id="g" name="n"/>',
        ),
        "bpmn_misplaced_zeebe",
    ),
    (zeebe("<zeebe:script/>", "scriptTask"), "bpmn_zeebe_missing"),
    (zeebe('<zeebe:script expression="1 + 1" resultVariable="x"/>', "scriptTask"), "bpmn_expression_needs_feel"),
    (zeebe('<zeebe:script expression="=" resultVariable="x"/>', "scriptTask"), "bpmn_empty_expression"),
    (zeebe('<zeebe:script expression="=1" resultVariable="a b"/>', "scriptTask"), "bpmn_bad_variable"),
    (zeebe('<zeebe:ioMapping><zeebe:input source="=1" target="1x"/></zeebe:ioMapping>'), "bpmn_bad_variable"),
    (zeebe('<zeebe:ioMapping><zeebe:input target="x"/></zeebe:ioMapping>'), "bpmn_zeebe_missing"),
    (zeebe('<zeebe:calledDecision decisionId="=x" resultVariable="y"/>', "businessRuleTask"), "bpmn_expression_not_static"),
    (zeebe('<zeebe:calledElement processId="=x"/>', "callActivity"), "bpmn_expression_not_static"),
    (zeebe('<zeebe:calledElement processId="q" propagateAllChildVariables="yes"/>', "callActivity"), "bpmn_bad_boolean"),
    (zeebe('<zeebe:taskDefinition type="record.find" retries="many"/>', "serviceTask"), "bpmn_bad_number"),
    (zeebe('<zeebe:assignmentDefinition assignee="${starter}"/>', "userTask"), "bpmn_foreign_expression"),
    (zeebe(PROPERTY.format("tuoke.titel", "x")), "bpmn_unknown_property"),
    (zeebe(PROPERTY.format("tuoke.fields", "a:read")), "bpmn_misplaced_property"),
    (zeebe(PROPERTY.format("tuoke.fields", "a:look"), "userTask"), "bpmn_bad_field_rights"),
    (multi("<loopCardinality>3</loopCardinality>" + ITEMS), "bpmn_loop_cardinality"),
    (multi("<loopDataInputRef>l</loopDataInputRef>" + ITEMS), "bpmn_loop_cardinality"),
    (multi(""), "bpmn_missing_extension"),
    (multi(ITEMS, 'behavior="None"'), "bpmn_unsupported_attribute"),
    (multi(extensions('<zeebe:loopCharacteristics inputCollection="l"/>')), "bpmn_expression_needs_feel"),
    (multi(extensions('<zeebe:loopCharacteristics inputCollection="=l" outputCollection="r"/>')), "bpmn_loop_output"),
    (simple(user(children="<standardLoopCharacteristics/>")), "bpmn_loop_unbounded"),
    (simple(user(children='<standardLoopCharacteristics loopMaximum="0"/>')), "bpmn_bad_number"),
    (diagram(START, user(), END, flows("s>u:${x}", "u>e")), "bpmn_foreign_expression"),
    (diagram(START, user(), END, flows("s>u", "u>e:x > 1")), "bpmn_expression_needs_feel"),
    (simple(user(), definitions="<globalUserTask/>"), "bpmn_unsupported_global_task"),
    (simple(user(), definitions="<choreography/>"), "bpmn_unsupported_choreography"),
    (simple(user(), definitions='<extension mustUnderstand="true" definition="x"/>'), "bpmn_extension_required"),
    (simple(user(), more='<task id="u"/>'), "bpmn_duplicate_id"),
    (simple(user(), more="<task/>"), "bpmn_missing_id"),
    (simple(user(), more='<sequenceFlow sourceRef="u" targetRef="e"/>'), "bpmn_missing_id"),
    (simple(user(children="<outgoing>nothing</outgoing>")), "bpmn_flow_mismatch"),
    (simple(user(), more='<laneSet id="ls"><lane id="l" name="甲"><flowNodeRef>nothing</flowNodeRef></lane></laneSet>'), "bpmn_lane_reference"),
    (
        simple(
            user(),
            more='<laneSet id="ls">' + LANE.format("l", "甲") + LANE.format("k", "乙") + "</laneSet>",
        ),
        "bpmn_lane_partition",
    ),
    (diagram(user(), attributes=""), "bpmn_not_executable"),
    (zeebe('<zeebe:ioMapping><zeebe:input source="=1" target="x"/></zeebe:ioMapping>', "startEvent"), "bpmn_misplaced_zeebe"),
]


@pytest.mark.parametrize("data, code", [pytest.param(data, code, id=f"{number}-{code}") for number, (data, code) in enumerate(REFUSED)])
def test_refused_with_place_and_proposal(data: bytes, code: str) -> None:
    found = [each for each in findings(data) if each.code == code]
    assert found
    assert found[0].file == "p.bpmn"
    assert found[0].line == 1
    assert found[0].proposal


def test_refused_elements_have_no_second_finding_about_their_consequences() -> None:
    assert codes(simple('<complexGateway id="u"/>')) == ["bpmn_unsupported_complex_gateway"]
    inner = '<startEvent id="is"><messageEventDefinition messageRef="m"/></startEvent><endEvent id="ie"/>' + flows("is>ie")
    body = simple(user(), more=f'<subProcess id="x" triggeredByEvent="true">{inner}</subProcess>', definitions='<message id="m" name="n"/>')
    assert codes(body) == ["bpmn_unsupported_event_sub_process"]


def test_lines_and_names_are_told() -> None:
    text = diagram(START, '\n\n<complexGateway id="u" name="复杂"/>', END, flows("s>u>e"))
    (found,) = findings(text)
    assert (found.line, found.element_id, found.element_name) == (3, "u", "复杂")
    assert str(found) == "p.bpmn:3 [u 复杂] 不支持复杂网关 → 改用排他、并行或包容网关"


DECORATION: list[bytes] = [
    simple(user(), more='<textAnnotation id="t"><text>说明</text></textAnnotation><association id="a" sourceRef="u" targetRef="t"/>'),
    simple(user(), more='<group id="gr"/><dataObject id="do"/><dataObjectReference id="dr" dataObjectRef="do"/><dataStoreReference id="ds"/>'),
    simple(user(attributes='xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" bioc:stroke="red"')),
    simple(user(attributes='xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:x="1" zeebe:modelerTemplate="t"')),
    simple(user(), definitions='<collaboration id="c"><participant id="x" name="客户"/><participant id="y" processRef="p"/></collaboration>'),
    simple(user(), definitions='<escalation id="es"/><itemDefinition id="i"/><dataStore id="dst"/><category id="ca"/>'),
    simple(user(children="<!-- note --><documentation>说明</documentation><auditing/><monitoring/>")),
]


@pytest.mark.parametrize("data", DECORATION)
def test_decoration_is_accepted(data: bytes) -> None:
    assert codes(data) == []


def test_unknown_vendors_get_one_warning() -> None:
    vendor = 'xmlns:v="http://vendor.example" v:a="1" v:b="2"'
    found = findings(
        simple(user(attributes=vendor, inner='<zeebe:assignmentDefinition candidateGroups="x"/><v:thing xmlns:v="http://vendor.example"/>'))
    )
    assert [(each.code, each.severity) for each in found] == [("bpmn_foreign_extension", "warning")]
