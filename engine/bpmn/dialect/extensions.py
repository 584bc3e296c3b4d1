"""What stands in `extensionElements`: zeebe: elements that we run are read, every other one that would change what happens is refused."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.dialect.expressions import expression, variable
from engine.bpmn.dialect.names import ZEEBE, bpmn_children, local, namespace, zeebe_children
from engine.bpmn.dialect.report import Report
from engine.bpmn.dialect.vendors import check_attributes, foreign
from engine.bpmn.elements import Mapped

_ATTRIBUTES: dict[str, frozenset[str]] = {
    "userTask": frozenset(),
    "formDefinition": frozenset({"formId", "bindingType"}),
    "assignmentDefinition": frozenset({"assignee", "candidateGroups", "candidateUsers"}),
    "taskSchedule": frozenset({"dueDate", "followUpDate"}),
    "priorityDefinition": frozenset({"priority"}),
    "taskDefinition": frozenset({"type", "retries"}),
    "taskHeaders": frozenset(),
    "header": frozenset({"key", "value"}),
    "ioMapping": frozenset(),
    "input": frozenset({"source", "target"}),
    "output": frozenset({"source", "target"}),
    "calledDecision": frozenset({"decisionId", "resultVariable", "bindingType"}),
    "calledElement": frozenset({"processId", "propagateAllChildVariables", "propagateAllParentVariables", "bindingType"}),
    "loopCharacteristics": frozenset({"inputCollection", "inputElement", "outputCollection", "outputElement"}),
    "subscription": frozenset({"correlationKey"}),
    "script": frozenset({"expression", "resultVariable"}),
    "properties": frozenset(),
    "property": frozenset({"name", "value"}),
    "versionTag": frozenset({"value"}),
}
_CHILDREN = {"taskHeaders": {"header"}, "ioMapping": {"input", "output"}, "properties": {"property"}}
# Where our own keys have a meaning: on what kind of element.
_NAMED = {"tuoke.name.en", "tuoke.documentation.en"}
PROPERTY_PLACES = {
    "process": {*_NAMED, "tuoke.title", "tuoke.start_form", "tuoke.glance"},
    "user_task": {*_NAMED, "tuoke.fields", "tuoke.outcome"},
    "end_event": {*_NAMED, "tuoke.reason"},
}


@dataclass(slots=True)
class Extensions:
    """`elements`: zeebe name -> node; `properties`: zeebe:properties as written."""

    elements: dict[str, etree._Element] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    inputs: tuple[Mapped, ...] = ()
    outputs: tuple[Mapped, ...] = ()

    def attribute(self, element: str, name: str) -> str | None:
        """An attribute of a zeebe element; None when either is missing or the value is blank."""
        node = self.elements.get(element)
        return ((node.get(name) or "").strip() or None) if node is not None else None


def read_extensions(report: Report, node: etree._Element, allowed: frozenset[str], place: str) -> Extensions:
    """Read extension elements and foreign attributes of `node`; `allowed`: zeebe elements with a meaning there; `place`: its kind."""
    check_attributes(report, node)
    result = Extensions()
    for container in bpmn_children(node, "extensionElements"):
        for child in container:
            if namespace(child) == ZEEBE:
                _zeebe(report, child, allowed, result)
            else:
                foreign(report, child)
    if "properties" in result.elements:
        result.properties = _properties(report, result.elements["properties"], place)
    if "ioMapping" in result.elements:
        mapping = result.elements["ioMapping"]
        result.inputs = _mappings(report, mapping, "input")
        result.outputs = _mappings(report, mapping, "output")
    return result


def _zeebe(report: Report, node: etree._Element, allowed: frozenset[str], result: Extensions) -> None:
    name = local(node)
    if name not in _ATTRIBUTES or name in ("header", "input", "output", "property"):
        report.add("bpmn_unsupported_zeebe", node, element=name)
        return
    if name not in allowed and name != "properties":
        report.add("bpmn_misplaced_zeebe", node, element=name)
        return
    if name in result.elements:
        report.add("bpmn_repeated_zeebe", node, element=name)
        return
    _check_zeebe(report, node)
    result.elements[name] = node


def _check_zeebe(report: Report, node: etree._Element) -> None:
    """Attributes and children of a zeebe element must be ones that we run."""
    name = local(node)
    for key, value in node.attrib.items():
        binding = key == "bindingType" and value not in ("latest", "deployment")
        if not str(key).startswith("{") and (key not in _ATTRIBUTES[name] or binding):
            report.add("bpmn_zeebe_attribute", node, element=name, attribute=str(key), value=str(value))
    check_attributes(report, node)
    for child in node:
        if namespace(child) == ZEEBE and local(child) in _CHILDREN.get(name, ()):
            _check_zeebe(report, child)
        elif namespace(child) == ZEEBE:
            report.add("bpmn_unsupported_zeebe", child, element=f"{name}/{local(child)}")
        else:
            foreign(report, child)


def _mappings(report: Report, node: etree._Element, direction: str) -> tuple[Mapped, ...]:
    result = []
    for child in zeebe_children(node, direction):
        source = expression(report, child, child.get("source"))
        target = variable(report, child, child.get("target"), dotted=True)
        for attribute in ("source", "target"):
            if not (child.get(attribute) or "").strip():
                report.add("bpmn_zeebe_missing", child, element=direction, attribute=attribute)
        if source is not None and target is not None:
            result.append(Mapped(source, target))
    return tuple(result)


def _properties(report: Report, node: etree._Element, place: str) -> dict[str, str]:
    result: dict[str, str] = {}
    known = {key for keys in PROPERTY_PLACES.values() for key in keys}
    for child in zeebe_children(node, "property"):
        key, value = (child.get("name") or "").strip(), child.get("value") or ""
        if key.startswith("tuoke."):
            if key not in known:
                report.add("bpmn_unknown_property", child, key=key, known="、".join(sorted(known)))
            elif key not in PROPERTY_PLACES.get(place, _NAMED):
                report.add("bpmn_misplaced_property", child, key=key)
        if key in result:
            report.add("bpmn_duplicate_property", child, key=key)
        if key:
            result[key] = value
    return result
