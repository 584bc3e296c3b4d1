"""What a file defines outside its processes: messages, signals, errors, shared event definitions, participants."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.dialect.expressions import expression, static
from engine.bpmn.dialect.extensions import read_extensions
from engine.bpmn.dialect.names import BPMN, bpmn_children, local, namespace
from engine.bpmn.dialect.report import Report
from engine.bpmn.dialect.vendors import check_attributes, foreign

_SUBSCRIPTION = frozenset({"subscription"})
_NOTHING: frozenset[str] = frozenset()
_REFUSED = {
    "globalTask": "bpmn_unsupported_global_task",
    "globalUserTask": "bpmn_unsupported_global_task",
    "globalManualTask": "bpmn_unsupported_global_task",
    "globalScriptTask": "bpmn_unsupported_global_task",
    "globalBusinessRuleTask": "bpmn_unsupported_global_task",
    "choreography": "bpmn_unsupported_choreography",
    "globalChoreographyTask": "bpmn_unsupported_choreography",
}
# Types and drawings: nothing that a process does depends on them.
_SILENT = frozenset(
    {
        "process",
        "documentation",
        "extensionElements",
        "collaboration",
        "conversation",
        "globalConversation",
        "import",
        "itemDefinition",
        "dataStore",
        "category",
        "resource",
        "interface",
        "endPoint",
        "correlationProperty",
        "partnerEntity",
        "partnerRole",
        "escalation",
        "relationship",
    }
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the file; FEEL `correlation_key`."""

    name: str
    correlation_key: str | None


@dataclass(slots=True)
class Definitions:
    """Everything that processes of the file refer to, by id."""

    report: Report
    messages: dict[str, Message] = field(default_factory=dict)
    signals: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    event_definitions: dict[str, etree._Element] = field(default_factory=dict)
    process_names: dict[str, str] = field(default_factory=dict)


def read_definitions(root: etree._Element, report: Report) -> Definitions:
    """Read the children of `definitions` that are not processes."""
    result = Definitions(report)
    check_attributes(report, root)
    for child in root:
        name = local(child)
        if namespace(child) != BPMN:
            foreign(report, child)
        elif name in ("message", "signal", "error"):
            _named(child, name, result)
        elif name.endswith("EventDefinition"):
            result.event_definitions[child.get("id") or ""] = child
        elif name == "extension":
            if child.get("mustUnderstand") == "true":
                report.add("bpmn_extension_required", child, name=child.get("definition") or "")
        elif name not in _SILENT:
            report.add(_REFUSED.get(name, "bpmn_unsupported_element"), child, element=name)
    for participant in root.iterfind(f"./{{{BPMN}}}collaboration/{{{BPMN}}}participant"):
        check_attributes(report, participant)
        reference = (participant.get("processRef") or "").rpartition(":")[2]
        result.process_names.setdefault(reference, participant.get("name") or "")
    return result


def _named(node: etree._Element, kind: str, result: Definitions) -> None:
    report, identifier = result.report, node.get("id")
    extensions = read_extensions(report, node, _SUBSCRIPTION if kind == "message" else _NOTHING, kind)
    if not identifier:
        report.add("bpmn_missing_id", node, element=kind)
        return
    if kind == "message":
        key = expression(report, node, extensions.attribute("subscription", "correlationKey"), "none")
        result.messages[identifier] = Message(static(report, node, node.get("name")), key)
    elif kind == "signal":
        result.signals[identifier] = static(report, node, node.get("name"))
    else:
        result.errors[identifier] = static(report, node, node.get("errorCode"))


def reference(definitions: Definitions, node: etree._Element, attribute: str, known: dict[str, str] | dict[str, Message]) -> str | None:
    """The id that a QName attribute refers to; None, with a finding, when it is missing or unknown."""
    value = (node.get(attribute) or "").strip()
    if not value:
        definitions.report.add("bpmn_missing_reference", node, attribute=attribute)
        return None
    for candidate in (value, value.rpartition(":")[2]):
        if candidate in known:
            return candidate
    definitions.report.add("bpmn_unknown_reference", node, reference=value)
    return None


def processes(root: etree._Element) -> list[etree._Element]:
    return bpmn_children(root, "process")
