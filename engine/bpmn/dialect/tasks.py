"""What each sort of task does: assignment, job, script, decision, call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from lxml import etree

from engine.bpmn.dialect.definitions import Definitions
from engine.bpmn.dialect.expressions import boolean, expression, static, variable, whole_number
from engine.bpmn.dialect.extensions import Extensions
from engine.bpmn.dialect.names import zeebe_children
from engine.bpmn.dialect.report import Report
from engine.bpmn.elements import Assignment, Called, JobSettings

MAXIMUM_RETRIES = 100
_RIGHTS = ("read", "write", "hidden")
FieldRight = Literal["read", "write", "hidden"]


def read_task(kind: str, node: etree._Element, extensions: Extensions, definitions: Definitions) -> dict[str, Any]:
    """The fields of Element that only this kind has."""
    report = definitions.report
    if kind in ("user_task", "start_event"):
        return {"assignment": _assignment(report, node, extensions)}
    if kind == "service_task" or (kind == "send_task" and not node.get("messageRef")):
        return {"job": _job(report, node, extensions)}
    if kind == "script_task":
        return _script(report, node, extensions)
    if kind == "business_rule_task":
        return _decision(report, node, extensions)
    if kind == "call_activity":
        return {"called": _called(report, node, extensions)}
    return {}


def _assignment(report: Report, node: etree._Element, extensions: Extensions) -> Assignment:
    def feel(element: str, attribute: str, literal: Literal["text", "number"] = "text") -> str | None:
        return expression(report, extensions.elements.get(element, node), extensions.attribute(element, attribute), literal)

    form = extensions.elements.get("formDefinition")
    form_id = static(report, form, form.get("formId")) if form is not None else ""
    if form is not None and not (form.get("formId") or "").strip():
        report.add("bpmn_zeebe_missing", form, element="formDefinition", attribute="formId")
    return Assignment(
        assignee=feel("assignmentDefinition", "assignee"),
        groups=feel("assignmentDefinition", "candidateGroups"),
        users=feel("assignmentDefinition", "candidateUsers"),
        due=feel("taskSchedule", "dueDate"),
        follow_up=feel("taskSchedule", "followUpDate"),
        priority=feel("priorityDefinition", "priority", "number"),
        form_id=form_id or None,
        field_rights=_field_rights(report, node, extensions.properties.get("tuoke.fields", "")),
        outcome=extensions.properties.get("tuoke.outcome", "").strip() or None,
    )


def _field_rights(report: Report, node: etree._Element, text: str) -> Mapping[str, FieldRight]:
    rights: dict[str, FieldRight] = {}
    for part in text.replace("，", ",").replace("\n", ",").split(","):
        key, colon, right = (piece.strip() for piece in part.replace("：", ":").partition(":"))
        if not key and not colon:
            continue
        if not key or right not in _RIGHTS or key in rights:
            report.add("bpmn_bad_field_rights", node, part=part.strip())
        else:
            rights[key] = cast(FieldRight, right)
    return rights


def _job(report: Report, node: etree._Element, extensions: Extensions) -> JobSettings | None:
    definition = extensions.elements.get("taskDefinition")
    if definition is None:
        report.add("bpmn_missing_extension", node, element="taskDefinition")
        return None
    job_type = static(report, definition, definition.get("type"))
    if not (definition.get("type") or "").strip():
        report.add("bpmn_zeebe_missing", definition, element="taskDefinition", attribute="type")
    headers: dict[str, str] = {}
    for header in zeebe_children(extensions.elements["taskHeaders"], "header") if "taskHeaders" in extensions.elements else ():
        key = (header.get("key") or "").strip()
        if not key or key in headers:
            report.add("bpmn_zeebe_missing" if not key else "bpmn_repeated_zeebe", header, element=f"header {key}".strip(), attribute="key")
        headers[key] = (header.get("value") or "").strip()
    retries = whole_number(report, definition, "retries", 3, 0, MAXIMUM_RETRIES)
    return JobSettings(job_type, 3 if retries is None else retries, headers)


def _script(report: Report, node: etree._Element, extensions: Extensions) -> dict[str, Any]:
    script = extensions.elements.get("script")
    if script is None:
        if not any(found.code == "bpmn_script_language" and found.element_id == node.get("id") for found in report.findings):
            report.add("bpmn_missing_extension", node, element="script")
        return {}
    for attribute in ("expression", "resultVariable"):
        if not (script.get(attribute) or "").strip():
            report.add("bpmn_zeebe_missing", script, element="script", attribute=attribute)
    return {
        "script": expression(report, script, script.get("expression"), "none"),
        "result_variable": variable(report, script, script.get("resultVariable")),
    }


def _decision(report: Report, node: etree._Element, extensions: Extensions) -> dict[str, Any]:
    decision = extensions.elements.get("calledDecision")
    if decision is None:
        report.add("bpmn_missing_extension", node, element="calledDecision")
        return {}
    for attribute in ("decisionId", "resultVariable"):
        if not (decision.get(attribute) or "").strip():
            report.add("bpmn_zeebe_missing", decision, element="calledDecision", attribute=attribute)
    return {
        "decision_id": static(report, decision, decision.get("decisionId")) or None,
        "result_variable": variable(report, decision, decision.get("resultVariable")),
    }


def _called(report: Report, node: etree._Element, extensions: Extensions) -> Called | None:
    called = extensions.elements.get("calledElement")
    if called is None:
        report.add("bpmn_missing_extension", node, element="calledElement")
        return None
    if not (called.get("processId") or "").strip():
        report.add("bpmn_zeebe_missing", called, element="calledElement", attribute="processId")
    return Called(
        static(report, called, called.get("processId")),
        boolean(report, called, "propagateAllParentVariables", True),
        boolean(report, called, "propagateAllChildVariables", True),
    )
