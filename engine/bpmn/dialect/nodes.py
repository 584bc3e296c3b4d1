"""One flow node of a diagram -> Element."""

from __future__ import annotations

from typing import Any, cast

from lxml import etree

from engine.bpmn.dialect.checks import check_attributes_of, check_children_of
from engine.bpmn.dialect.definitions import Definitions
from engine.bpmn.dialect.events import message_event, read_event
from engine.bpmn.dialect.expressions import boolean, expression
from engine.bpmn.dialect.extensions import Extensions, read_extensions
from engine.bpmn.dialect.loops import read_loop
from engine.bpmn.dialect.names import ACTIVITIES, KINDS, REFUSED_NODES, bpmn_children, line_of, local, text_of
from engine.bpmn.dialect.tasks import read_task
from engine.bpmn.elements import Element, ElementKind, EventDefinition

_MAPPING = frozenset({"ioMapping"})
_JOB = frozenset({"ioMapping", "taskDefinition", "taskHeaders"})
_ALLOWED: dict[str, frozenset[str]] = {
    "user_task": frozenset({"ioMapping", "userTask", "formDefinition", "assignmentDefinition", "taskSchedule", "priorityDefinition"}),
    "service_task": _JOB,
    "send_task": _JOB,
    "script_task": frozenset({"ioMapping", "script"}),
    "business_rule_task": frozenset({"ioMapping", "calledDecision"}),
    "call_activity": frozenset({"ioMapping", "calledElement"}),
    "start_event": frozenset({"ioMapping", "formDefinition"}),
}


def read_node(node: etree._Element, parent: str | None, definitions: Definitions) -> Element:
    """Read a flow node. One that is refused keeps its place as the plainest element of its sort."""
    report, name = definitions.report, local(node)
    if name in REFUSED_NODES:
        report.refuse(REFUSED_NODES[name], node, element=name)
        sub_process = name in ("transaction", "adHocSubProcess")
        return Element(_id(node), "sub_process" if sub_process else "none_task", node.get("name") or "", parent=parent, line=line_of(node))
    kind = cast(ElementKind, KINDS[name])
    check_attributes_of(report, node, kind)
    check_children_of(report, node, kind)
    gateway = kind.endswith("_gateway")
    extensions = read_extensions(report, node, frozenset() if gateway else _ALLOWED.get(kind, _MAPPING), kind)
    details: dict[str, Any] = {}
    if kind in ACTIVITIES:
        details["loop"] = read_loop(node, definitions)
        details.update(read_task(kind, node, extensions, definitions))
    if kind.endswith("_event"):
        details["event"] = read_event(node, definitions)
    if kind == "boundary_event":
        details["attached_to"] = (node.get("attachedToRef") or "").rpartition(":")[2] or None
        details["interrupting"] = boolean(report, node, "cancelActivity", True)
    details.setdefault("event", _task_event(kind, node, extensions, definitions))
    if kind == "start_event" and "formDefinition" in extensions.elements:
        details.update(read_task(kind, node, extensions, definitions))
    if kind in ("start_event", "boundary_event") and extensions.inputs:
        report.add("bpmn_misplaced_zeebe", extensions.elements["ioMapping"], element="input")
    if kind == "start_event" and "formDefinition" in extensions.elements and (parent is not None or details["event"].type != "none"):
        report.add("bpmn_misplaced_zeebe", extensions.elements["formDefinition"], element="formDefinition")
    reason = expression(report, node, extensions.properties.get("tuoke.reason"))
    if reason is not None:
        extensions.properties["tuoke.reason"] = f"={reason}"
    return _element(kind, node, parent, extensions, details)


def documentation(node: etree._Element) -> str:
    """All `documentation` children, in paragraphs."""
    return "\n\n".join(text for text in (text_of(child) for child in bpmn_children(node, "documentation")) if text)


def _element(kind: ElementKind, node: etree._Element, parent: str | None, extensions: Extensions, details: dict[str, Any]) -> Element:
    return Element(
        id=_id(node),
        kind=kind,
        name=" ".join((node.get("name") or "").split()),
        name_en=extensions.properties.get("tuoke.name.en", "").strip(),
        documentation=documentation(node),
        documentation_en=extensions.properties.get("tuoke.documentation.en", "").strip(),
        parent=parent,
        line=line_of(node),
        default_flow=node.get("default") or None,
        inputs=extensions.inputs,
        outputs=extensions.outputs,
        properties=extensions.properties,
        **details,
    )


def _task_event(kind: str, node: etree._Element, extensions: Extensions, definitions: Definitions) -> EventDefinition | None:
    """The message of a receive task, or of a send task that sends one itself."""
    if kind == "receive_task":
        return message_event(node, definitions)
    if kind == "send_task" and node.get("messageRef"):
        if "taskDefinition" in extensions.elements:
            definitions.report.add("bpmn_job_and_message", node)
        return message_event(node, definitions)
    return None


def _id(node: etree._Element) -> str:
    return node.get("id") or f"?{line_of(node)}"
