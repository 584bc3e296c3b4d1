"""Attributes and children of a flow node that BPMN gives a meaning which we do not run."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialect.names import ACTIVITIES, BPMN, DECORATION, REFUSED_CHILDREN, SILENT, ZEEBE, local, namespace
from engine.bpmn.dialect.report import Report
from engine.bpmn.dialect.vendors import foreign

_ACTIVITY = frozenset({"isForCompensation", "startQuantity", "completionQuantity", "default"})
_ATTRIBUTES: dict[str, frozenset[str]] = {
    "user_task": frozenset({"implementation"}),
    "service_task": frozenset({"implementation"}),
    "business_rule_task": frozenset({"implementation"}),
    "script_task": frozenset({"scriptFormat"}),
    "send_task": frozenset({"implementation", "messageRef"}),
    "receive_task": frozenset({"implementation", "messageRef", "instantiate"}),
    "sub_process": frozenset({"triggeredByEvent"}),
    "exclusive_gateway": frozenset({"gatewayDirection", "default"}),
    "inclusive_gateway": frozenset({"gatewayDirection", "default"}),
    "parallel_gateway": frozenset({"gatewayDirection"}),
    "event_based_gateway": frozenset({"gatewayDirection", "instantiate", "eventGatewayType"}),
    "start_event": frozenset({"isInterrupting", "parallelMultiple"}),
    "intermediate_catch_event": frozenset({"parallelMultiple"}),
    "boundary_event": frozenset({"parallelMultiple", "attachedToRef", "cancelActivity"}),
}
# Attribute -> the only value that we run, and what is said about any other.
_FIXED = {
    "isForCompensation": ("false", "bpmn_unsupported_compensation"),
    "startQuantity": ("1", "bpmn_unsupported_quantity"),
    "completionQuantity": ("1", "bpmn_unsupported_quantity"),
    "instantiate": ("false", "bpmn_unsupported_instantiate"),
    "triggeredByEvent": ("false", "bpmn_unsupported_event_sub_process"),
    "eventGatewayType": ("Exclusive", "bpmn_unsupported_parallel_event_gateway"),
    "parallelMultiple": ("false", "bpmn_unsupported_parallel_multiple"),
    "isInterrupting": ("true", "bpmn_unsupported_attribute"),
}
_BOOLEANS = {"1": "true", "0": "false"}
_LOOPS = frozenset({"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"})
_CONTAINED = frozenset({"laneSet", "sequenceFlow"})


def check_attributes_of(report: Report, node: etree._Element, kind: str) -> None:
    """Refuse attributes without a meaning here, and values of known ones that we do not run."""
    allowed = {"id", "name", *_ATTRIBUTES.get(kind, ()), *(_ACTIVITY if kind in ACTIVITIES else ())}
    for key, value in node.attrib.items():
        name = str(key)
        if name.startswith("{"):
            continue
        if name not in allowed:
            report.add("bpmn_unsupported_attribute", node, attribute=name, value=str(value))
        elif name in _FIXED:
            expected, code = _FIXED[name]
            actual = str(value).strip()
            if (_BOOLEANS.get(actual, actual) if expected in ("true", "false") else actual) != expected:
                report.refuse(code, node, attribute=name, value=actual)


def check_children_of(report: Report, node: etree._Element, kind: str) -> None:
    """Refuse children that are neither read, nor nodes of a sub-process, nor pure description."""
    for child in node:
        name = local(child)
        if namespace(child) == ZEEBE:
            report.add("bpmn_misplaced_zeebe", child, element=name)
        elif namespace(child) in DECORATION:
            continue
        elif namespace(child) != BPMN:
            foreign(report, child)
        elif name in REFUSED_CHILDREN:
            report.add(REFUSED_CHILDREN[name], child, element=name)
        elif name == "script":
            if kind == "script_task":
                report.add("bpmn_script_language", child, language=node.get("scriptFormat") or "?")
        elif not (name in SILENT or _is_read(name, kind)):
            report.add("bpmn_unsupported_element", child, element=name)


def _is_read(name: str, kind: str) -> bool:
    if kind == "sub_process":
        return True  # its flow elements are read, and refused, one by one
    if name in _LOOPS:
        return kind in ACTIVITIES
    return kind.endswith("_event") and (name.endswith("EventDefinition") or name == "eventDefinitionRef")
