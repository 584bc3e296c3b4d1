"""Event definitions: timer, message, signal, error, terminate; every other one is refused."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialect.definitions import Definitions, reference
from engine.bpmn.dialect.expressions import expression_element
from engine.bpmn.dialect.extensions import read_extensions
from engine.bpmn.dialect.names import BPMN, bpmn_children, local, text_of
from engine.bpmn.elements import EventDefinition

_NONE = EventDefinition("none")
_REFUSED = {
    "compensateEventDefinition": "bpmn_unsupported_compensation",
    "escalationEventDefinition": "bpmn_unsupported_escalation",
    "conditionalEventDefinition": "bpmn_unsupported_conditional",
    "linkEventDefinition": "bpmn_unsupported_link",
    "cancelEventDefinition": "bpmn_unsupported_cancel",
}
_TIMERS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
_DATA = ("dataInputAssociation", "dataOutputAssociation", "operationRef")


def read_event(node: etree._Element, definitions: Definitions) -> EventDefinition:
    """What triggers the event `node`, or what it throws. A refused definition gives a none event and a finding."""
    inline = [child for child in bpmn_children(node) if local(child).endswith("EventDefinition")]
    for child in bpmn_children(node, "eventDefinitionRef"):
        name = text_of(child)
        shared = (
            definitions.event_definitions.get(name)
            if name in definitions.event_definitions
            else definitions.event_definitions.get(name.rpartition(":")[2])
        )
        if shared is None:
            definitions.report.refuse("bpmn_unknown_reference", node, reference=name)
        else:
            inline.append(shared)
    if not inline:
        return _NONE
    if len(inline) > 1:
        definitions.report.refuse("bpmn_unsupported_multiple", node)
        return _NONE
    before = len(definitions.report.findings)
    event = _definition(node, inline[0], definitions)
    if len(definitions.report.findings) > before and node.get("id"):
        definitions.report.refused.add(str(node.get("id")))
    return event


def message_event(node: etree._Element, definitions: Definitions) -> EventDefinition:
    """The message of a message event, a receive task or a send task (`messageRef`)."""
    found = reference(definitions, node, "messageRef", definitions.messages)
    if found is None:
        return EventDefinition("message")
    message = definitions.messages[found]
    if not message.name:
        definitions.report.add("bpmn_missing_event_name", node, kind_zh="消息", kind_en="message")
    return EventDefinition("message", name=message.name, correlation_key=message.correlation_key)


def _definition(node: etree._Element, event: etree._Element, definitions: Definitions) -> EventDefinition:
    name = local(event)
    if name in _REFUSED:
        definitions.report.refuse(_REFUSED[name], node)
        return _NONE
    read_extensions(definitions.report, event, frozenset(), "event")
    for child in bpmn_children(event, *_DATA):
        definitions.report.add("bpmn_unsupported_element", child, element=local(child))
    if name == "timerEventDefinition":
        return _timer(event, definitions)
    if name == "messageEventDefinition":
        return message_event(event, definitions)
    if name == "signalEventDefinition":
        return _signal(event, definitions)
    if name == "errorEventDefinition":
        return _error(node, event, definitions)
    if name == "terminateEventDefinition":
        return EventDefinition("terminate")
    definitions.report.refuse("bpmn_unsupported_element", node, element=name)
    return _NONE


def _timer(event: etree._Element, definitions: Definitions) -> EventDefinition:
    values = bpmn_children(event, *_TIMERS)
    if len(values) != 1:
        definitions.report.add("bpmn_timer_kind", event)
        return EventDefinition("timer")
    kind = {"timeDate": "date", "timeDuration": "duration"}.get(local(values[0]), "cycle")
    timer = expression_element(definitions.report, values[0], "text")
    if kind == "date":
        return EventDefinition("timer", "date", timer)
    return EventDefinition("timer", "duration" if kind == "duration" else "cycle", timer)


def _signal(event: etree._Element, definitions: Definitions) -> EventDefinition:
    found = reference(definitions, event, "signalRef", definitions.signals)
    if found is None:
        return EventDefinition("signal")
    if not definitions.signals[found]:
        definitions.report.add("bpmn_missing_event_name", event, kind_zh="信号", kind_en="signal")
    return EventDefinition("signal", name=definitions.signals[found])


def _error(node: etree._Element, event: etree._Element, definitions: Definitions) -> EventDefinition:
    """A boundary event without errorRef catches every error; a thrown error needs a code."""
    catches = node.tag == f"{{{BPMN}}}boundaryEvent"
    if catches and not event.get("errorRef"):
        return EventDefinition("error")
    found = reference(definitions, event, "errorRef", definitions.errors)
    if found is None:
        return EventDefinition("error")
    code = definitions.errors[found]
    if not code:
        definitions.report.add("bpmn_missing_error_code", event)
    return EventDefinition("error", error_code=code or None)


def completion_condition(node: etree._Element, definitions: Definitions) -> str | None:
    """FEEL of the first `completionCondition` of a loop."""
    for child in bpmn_children(node, "completionCondition"):
        return expression_element(definitions.report, child)
    return None
