"""For every lint rule a diagram that it passes and one that it finds fault with."""

from __future__ import annotations

from tests.bpmn.diagrams import END, START, diagram, extensions, flows, simple, user
from tests.bpmn.lint.record_cases import RECORD_CASES
from tests.bpmn.lint.rule_parts import (
    BARE_MESSAGE,
    CATCH,
    EVENT_GATEWAY,
    FIELDS,
    FORM_TASK,
    GOOD,
    HEADERS,
    INPUTS,
    MESSAGE,
    RECORD,
    RECORDS,
    SUB_END,
    SUB_START,
    TIMER,
    TOML,
    WAITS,
    Case,
    boundary,
    call,
    catch_timer,
    chooses,
    gateway,
    job,
    joined,
    settings,
    sub_process,
)
from tests.bpmn.lint.shown_cases import SHOWN_CASES

CASES: dict[str, list[Case]] = {
    "start_events": [
        Case("bpmn_no_start", GOOD, diagram(user(), END, flows("u>e"))),
        Case("bpmn_several_starts", GOOD, diagram(START, '<startEvent id="s2"/>', user(), END, flows("s>u>e", "s2>u"))),
        Case(
            "bpmn_sub_process_start",
            simple(sub_process(SUB_START, SUB_END, flows("ss>se"))),
            simple(sub_process(SUB_START, '<startEvent id="ss2"/>', SUB_END, flows("ss>se", "ss2>se"))),
        ),
    ],
    "end_events": [
        Case("bpmn_no_end", GOOD, diagram(START, user(), user("v"), flows("s>u>v>u"))),
        Case("bpmn_no_end", simple(sub_process(SUB_START, SUB_END, flows("ss>se"))), simple(sub_process(SUB_START, user("v"), flows("ss>v")))),
    ],
    "end_names": [Case("bpmn_end_unnamed", GOOD, diagram(START, user(), '<endEvent id="e"/>', flows("s>u>e")))],
    "task_names": [Case("bpmn_task_unnamed", GOOD, simple(user().replace('name="办理 u"', "")))],
    "event_places": [
        Case(
            "bpmn_event_misplaced",
            diagram(START, '<endEvent id="e" name="停"><terminateEventDefinition/></endEvent>', flows("s>e")),
            simple('<intermediateThrowEvent id="u"><terminateEventDefinition/></intermediateThrowEvent>'),
        ),
        Case("bpmn_event_misplaced", catch_timer("timeDuration", "P1D"), simple('<intermediateCatchEvent id="u"/>')),
    ],
    "boundary_hosts": [
        Case(
            "bpmn_boundary_host",
            simple(user(), more=boundary(TIMER.format("timeDuration", "P1D"))),
            simple(user(), more=boundary(TIMER.format("timeDuration", "P1D"), host="s")),
        ),
        Case(
            "bpmn_boundary_host",
            simple(user(), more=boundary(TIMER.format("timeDuration", "P1D"))),
            simple(user(), more=boundary(TIMER.format("timeDuration", "P1D"), host="missing")),
        ),
    ],
    "boundary_errors": [
        Case(
            "bpmn_boundary_error_not_interrupting",
            simple(user(), more=boundary("<errorEventDefinition/>")),
            simple(user(), more=boundary("<errorEventDefinition/>", 'cancelActivity="false"')),
        )
    ],
    "boundary_twins": [
        Case(
            "bpmn_boundary_twin",
            simple(user(), more=boundary("<errorEventDefinition/>")),
            simple(user(), more=boundary("<errorEventDefinition/>") + boundary("<errorEventDefinition/>", id="b2")),
        )
    ],
    "flow_ends": [
        Case("bpmn_flow_target", GOOD, simple(user(), more=flows("u>nowhere"))),
        Case("bpmn_flow_source", GOOD, simple(user(), more=flows("nowhere>u"))),
        Case(
            "bpmn_flow_crosses",
            simple(sub_process(SUB_START, SUB_END, flows("ss>se"))),
            simple(sub_process(SUB_START, user("v"), SUB_END, flows("ss>v>se")), more=flows("s>v")),
        ),
    ],
    "flow_directions": [
        Case("bpmn_incoming_not_allowed", GOOD, simple(user(), more=flows("u>s"))),
        Case("bpmn_outgoing_not_allowed", GOOD, simple(user(), more=flows("e>u"))),
    ],
    "dead_ends": [Case("bpmn_no_outgoing", GOOD, simple(user(), more='<exclusiveGateway id="g"/>' + flows("u>g")))],
    "unreachable": [
        Case("bpmn_unreachable", GOOD, simple(user(), more=user("v") + flows("v>e"))),
        Case("bpmn_unreachable", GOOD, simple(user(), more=user("v") + user("w") + flows("v>w>v", "w>e"))),
    ],
    "event_gateways": [
        Case(
            "bpmn_event_gateway_target",
            diagram(START, EVENT_GATEWAY, WAITS, END, flows("s>g>t>e", "g>c>e"), definitions=MESSAGE),
            diagram(START, EVENT_GATEWAY, WAITS, user(), END, flows("s>g>t>e", "g>c>e", "g>u>e"), definitions=MESSAGE),
        ),
        Case(
            "bpmn_event_gateway_incoming",
            diagram(START, EVENT_GATEWAY, WAITS, END, flows("s>g>t>e", "g>c>e"), definitions=MESSAGE),
            diagram(START, EVENT_GATEWAY, WAITS, END, flows("s>g>t>e", "g>c>e", "t>c"), definitions=MESSAGE),
        ),
        Case(
            "bpmn_event_gateway_few",
            diagram(START, EVENT_GATEWAY, WAITS, END, flows("s>g>t>e", "g>c>e"), definitions=MESSAGE),
            diagram(START, EVENT_GATEWAY, CATCH.format("c"), END, flows("s>g>c>e"), definitions=MESSAGE),
        ),
        Case(
            "bpmn_event_gateway_boundary",
            diagram(
                START, EVENT_GATEWAY, WAITS, '<receiveTask id="u" messageRef="m"/>', END, flows("s>g>t>e", "g>u>e", "g>c>e"), definitions=MESSAGE
            ),
            diagram(
                START,
                EVENT_GATEWAY,
                WAITS,
                '<receiveTask id="u" messageRef="m"/>',
                boundary("<errorEventDefinition/>"),
                END,
                flows("s>g>t>e", "g>u>e", "g>c>e"),
                definitions=MESSAGE,
            ),
        ),
        Case(
            "bpmn_event_gateway_loop",
            diagram(
                START, EVENT_GATEWAY, WAITS, '<receiveTask id="u" messageRef="m"/>', END, flows("s>g>t>e", "g>u>e", "g>c>e"), definitions=MESSAGE
            ),
            diagram(
                START,
                EVENT_GATEWAY,
                WAITS,
                '<receiveTask id="u" messageRef="m"><standardLoopCharacteristics loopMaximum="2"/></receiveTask>',
                END,
                flows("s>g>t>e", "g>u>e", "g>c>e"),
                definitions=MESSAGE,
            ),
        ),
    ],
    "missing_conditions": [
        Case(
            "bpmn_condition_missing",
            gateway("exclusiveGateway", "g>u:=x", "g>v", attributes='default="g_v"'),
            gateway("exclusiveGateway", "g>u:=x", "g>v"),
        ),
        Case(
            "bpmn_condition_missing",
            gateway("inclusiveGateway", "g>u:=x", "g>v:=y"),
            gateway("inclusiveGateway", "g>u", "g>v:=y"),
        ),
    ],
    "misplaced_conditions": [
        Case("bpmn_condition_misplaced", gateway("parallelGateway", "g>u", "g>v"), gateway("parallelGateway", "g>u:=x", "g>v")),
        Case("bpmn_condition_misplaced", GOOD, diagram(START, user(), END, flows("s>u:=x", "u>e"))),
    ],
    "default_flows": [
        Case(
            "bpmn_default_foreign",
            gateway("exclusiveGateway", "g>u:=x", "g>v", attributes='default="g_v"'),
            gateway("exclusiveGateway", "g>u:=x", "g>v:=y", attributes='default="u_e"'),
        ),
        Case(
            "bpmn_default_condition",
            gateway("exclusiveGateway", "g>u:=x", "g>v", attributes='default="g_v"'),
            gateway("exclusiveGateway", "g>u:=x", "g>v:=y", attributes='default="g_v"'),
        ),
        Case(
            "bpmn_default_needless",
            diagram(START, user(attributes='default="u_e"'), user("v"), END, flows("s>u>e", "u>v:=x", "v>e")),
            diagram(START, user(attributes='default="u_e"'), user("v"), END, flows("s>u>e", "u>v>e")),
        ),
    ],
    "timers": [
        Case("bpmn_timer_value", catch_timer("timeDuration", "PT30M"), catch_timer("timeDuration", "30M")),
        Case(
            "bpmn_timer_value",
            diagram(f'<startEvent id="s">{TIMER.format("timeCycle", "R/P1D")}</startEvent>', END, flows("s>e")),
            diagram(f'<startEvent id="s">{TIMER.format("timeCycle", "=周期")}</startEvent>', END, flows("s>e")),
        ),
        Case("bpmn_timer_place", catch_timer("timeDuration", "PT30M"), catch_timer("timeCycle", "R3/PT30M")),
    ],
    "feel_expressions": [
        Case("bpmn_feel_syntax", gateway("exclusiveGateway", "g>u:=金额 > 3", "g>v:=x"), gateway("exclusiveGateway", "g>u:=金额 > ", "g>v:=x")),
        Case(
            "bpmn_feel_syntax",
            simple(user(inner='<zeebe:assignmentDefinition assignee="=starter"/>')),
            simple(user(inner='<zeebe:assignmentDefinition assignee="=(starter"/>')),
        ),
    ],
    "correlation_keys": [
        Case("bpmn_no_correlation_key", simple(CATCH.format("u"), definitions=MESSAGE), simple(CATCH.format("u"), definitions=BARE_MESSAGE))
    ],
    "nobody": [Case("bpmn_nobody", GOOD, simple(user(inner="")))],
    "known_roles": [
        Case("bpmn_unknown_role", GOOD, simple(user(inner='<zeebe:assignmentDefinition candidateGroups="staff, stuff"/>')), TOML, TOML),
        Case(
            "bpmn_unknown_role",
            simple(user(inner=""), more='<laneSet id="ls"><lane id="l" name="职员"><flowNodeRef>u</flowNodeRef></lane></laneSet>'),
            simple(user(inner=""), more='<laneSet id="ls"><lane id="l" name="职圆"><flowNodeRef>u</flowNodeRef></lane></laneSet>'),
            TOML,
            TOML,
        ),
    ],
    "joins": [
        Case("bpmn_join_waits_for_ever", joined("exclusiveGateway", "exclusiveGateway"), joined("exclusiveGateway", "parallelGateway")),
        Case("bpmn_join_waits_for_ever", joined("inclusiveGateway", "parallelGateway"), joined("exclusiveGateway", "parallelGateway")),
    ],
    "linked_forms": [
        Case("bpmn_unknown_form", simple(user(inner=FORM_TASK.format("f", ""))), simple(user(inner=FORM_TASK.format("g", ""))), TOML, TOML)
    ],
    "linked_decisions": [
        Case(
            "bpmn_unknown_decision",
            GOOD,
            simple(
                '<businessRuleTask id="u">' + extensions('<zeebe:calledDecision decisionId="nothing" resultVariable="x"/>') + "</businessRuleTask>"
            ),
        )
    ],
    "linked_processes": [
        Case("bpmn_unknown_process", simple(call("q")), simple(call("r")), {"q.bpmn": diagram(START, END, flows("s>e"), key="q")}),
        Case(
            "bpmn_called_process_start",
            simple(call("q")),
            simple(call("q")),
            {"q.bpmn": diagram(START, END, flows("s>e"), key="q")},
            {
                "q.bpmn": diagram(
                    '<startEvent id="s"><messageEventDefinition messageRef="m"/></startEvent>', END, flows("s>e"), key="q", definitions=BARE_MESSAGE
                )
            },
        ),
    ],
    "field_rights": [
        Case(
            "bpmn_unknown_field",
            simple(user(inner=FORM_TASK.format("f", FIELDS.format("name:read, *:hidden")))),
            simple(user(inner=FORM_TASK.format("f", FIELDS.format("nome:read")))),
            TOML,
            TOML,
        ),
        Case(
            "bpmn_fields_without_form",
            GOOD,
            simple(user(inner='<zeebe:assignmentDefinition candidateGroups="staff"/>' + FIELDS.format("name:read"))),
        ),
    ],
    "job_types": [
        Case("bpmn_unknown_job", simple(job("record.upsert", HEADERS.format("customer") + INPUTS)), simple(job("mail", "")), RECORDS, RECORDS),
        Case(
            "bpmn_missing_header",
            simple(job("record.upsert", HEADERS.format("customer") + INPUTS)),
            simple(job("record.upsert", INPUTS)),
            RECORDS,
            RECORDS,
        ),
        Case(
            "bpmn_missing_input",
            simple(job("record.upsert", HEADERS.format("customer") + INPUTS)),
            simple(job("record.find", HEADERS.format("customer") + INPUTS)),
            RECORDS,
            RECORDS,
        ),
    ],
    "record_types": [
        Case(
            "bpmn_unknown_record_type",
            simple(job("record.upsert", HEADERS.format("customer") + INPUTS)),
            simple(job("record.upsert", HEADERS.format("custommer") + INPUTS)),
            RECORDS,
            RECORDS,
        )
    ],
    "calls": [
        Case("bpmn_calls_itself", diagram(START, user(), call("p", "c"), END, flows("s>u>c>e")), simple(call("p"))),
        Case(
            "bpmn_call_cycle",
            diagram(START, user(), call("p", "c"), END, flows("s>u>c>e")),
            diagram(START, '<exclusiveGateway id="g" default="g_e"/>', call("p"), END, flows("s>g>e", "g>u:=x", "u>e")),
        ),
        Case(
            "bpmn_call_cycle",
            simple(call("q")),
            simple(call("q")),
            {"q.bpmn": diagram(START, user(), call("p", "c"), END, flows("s>u>c>e"), key="q")},
            {"q.bpmn": diagram(START, call("p", "c"), END, flows("s>c>e"), key="q")},
        ),
    ],
    "role_duties": [
        Case(
            "pack_unknown_duty",
            GOOD,
            GOOD,
            settings('[[role]]\nkey = "boss"\nname = "经理"\nduties = ["u"]\n'),
            settings('[[role]]\nkey = "boss"\nname = "经理"\nduties = ["w"]\n'),
        )
    ],
    "role_starts": [
        Case(
            "pack_unknown_process",
            GOOD,
            GOOD,
            settings('[[role]]\nkey = "boss"\nname = "经理"\ncan_start = ["p"]\n'),
            settings('[[role]]\nkey = "boss"\nname = "经理"\ncan_start = ["q"]\n'),
        )
    ],
    "record_roles": [
        Case("pack_unknown_role", GOOD, GOOD, settings(RECORD + 'view = ["staff"]\n'), settings(RECORD + 'view = ["stuff"]\n')),
    ],
    "record_choices": [
        Case("form_unknown_register", GOOD, GOOD, chooses(record="customer"), chooses(record="supplier")),
        Case("form_unknown_register", GOOD, GOOD, chooses(record="customer"), {"pack.toml": settings("")["pack.toml"]}),
        Case("form_unknown_register_field", GOOD, GOOD, chooses(record="customer", label="name"), chooses(record="customer", label="nome")),
        Case("form_unknown_register_field", GOOD, GOOD, chooses(record="customer", value="code"), chooses(record="customer", value="town")),
        Case("form_register_value", GOOD, GOOD, chooses(record="customer", value="code"), chooses(record="customer", value="size")),
        Case("form_register_value_twice", GOOD, GOOD, chooses(record="customer", value="code"), chooses(record="customer", value="name")),
    ],
    "record_forms": [
        Case("pack_unknown_form", GOOD, GOOD, RECORDS, settings(RECORD.replace('"f"', '"g"'))),
        Case("pack_unknown_field", GOOD, GOOD, settings(RECORD + 'title = "name"\n'), settings(RECORD + 'unique = ["nome"]\n')),
        Case("pack_unknown_top_field", GOOD, GOOD, settings(RECORD + 'sort = "-name"\n'), settings(RECORD + 'sort = "-nome"\n')),
    ],
    **RECORD_CASES,
    **SHOWN_CASES,
}
