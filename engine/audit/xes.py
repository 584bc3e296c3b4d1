"""Events for process mining: XES (IEEE 1849-2016), one trace per instance, written as a stream.

Gateways and what only the machine cares about are left out. Lifecycle: a user task or job is scheduled, perhaps assigned or reassigned, and complete
(or withdrawn, when it was cancelled); what contains others starts and completes; everything else only completes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import IO, Any

import orjson
from lxml import etree

from engine.audit.case import Case
from engine.audit.table import element_name, element_of
from engine.bpmn.elements import Element
from engine.bpmn.pack import Pack
from engine.store.event_stream import LoggedEvent, LoggedInstance

NAMESPACE = "http://www.xes-standard.org/"
EXTENSIONS = {
    "Concept": ("concept", "http://www.xes-standard.org/concept.xesext"),
    "Lifecycle": ("lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    "Organizational": ("org", "http://www.xes-standard.org/org.xesext"),
    "Time": ("time", "http://www.xes-standard.org/time.xesext"),
}
TRANSITIONS = {
    "task_opened": "schedule",
    "task_claimed": "assign",
    "task_unclaimed": "reassign",
    "task_assigned": "reassign",
    "task_completed": "complete",
    "completion_withdrawn": "withdraw",
    "job_created": "schedule",
    "job_completed": "complete",
    "incident_raised": "suspend",
    "incident_resolved": "resume",
}
# What happens to the case as a whole: its names in both languages.
OF_THE_CASE = {"attachment_added": ("添加附件", "Attachment added"), "attachment_removed": ("移除附件", "Attachment removed")}
# Nobody did these: the actor is whoever happened to cause them.
WITHOUT_RESOURCE = frozenset({"schedule", "suspend"})
CONTAINERS = frozenset({"sub_process", "call_activity"})
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(file: IO[bytes], cases: Iterable[Case], names: Mapping[str, str], language: str) -> int:
    """Answers how many events were written."""
    count = 0
    with etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("log", {"xes.version": "1849.2016", "xes.features": ""}, nsmap={None: NAMESPACE}):
            _preamble(xml)
            for case in cases:
                with xml.element("trace"):
                    _trace_head(xml, case.instance, language)
                    _attribute(xml, "string", "integrity", case.integrity(language))
                    count += _events(xml, case.pack, case.events, names, language)
    return count


def _preamble(xml: Any) -> None:
    for name, (prefix, uri) in EXTENSIONS.items():
        xml.write(etree.Element("extension", name=name, prefix=prefix, uri=uri))
    for scope, keys in (("trace", ["concept:name"]), ("event", ["concept:name", "lifecycle:transition"])):
        with xml.element("global", {"scope": scope}):
            for key in keys:
                _attribute(xml, "string", key, "-")
            if scope == "event":
                _attribute(xml, "date", "time:timestamp", "1970-01-01T00:00:00.000000+00:00")
    xml.write(etree.Element("classifier", name="Activity", keys="concept:name"))
    xml.write(etree.Element("classifier", name="ActivityAndLifecycle", keys="concept:name lifecycle:transition"))


def _trace_head(xml: Any, instance: LoggedInstance, language: str) -> None:
    process = (instance.process_name_en or instance.process_name) if language == "en" else instance.process_name
    _attribute(xml, "string", "concept:name", instance.id)
    texts = {
        "title": instance.title,
        "business_key": instance.business_key,
        "process": process,
        "process_key": instance.process_key,
        "status": instance.status,
        "outcome": instance.outcome,
    }
    for key, text in texts.items():
        if text is not None:
            _attribute(xml, "string", key, text)
    _attribute(xml, "int", "version", str(instance.version))


def _events(xml: Any, pack: Pack, events: Iterable[LoggedEvent], names: Mapping[str, str], language: str) -> int:
    count = 0
    for event in events:
        transition = transition_of(event, pack)
        if transition is None:
            continue
        count += 1
        with xml.element("event"):
            _attribute(xml, "string", "concept:name", _name(event, pack, language))
            _attribute(xml, "string", "concept:instance", str(event.activity_instance_id))
            _attribute(xml, "string", "lifecycle:transition", transition)
            _attribute(xml, "date", "time:timestamp", event.at.isoformat(timespec="microseconds"))
            if transition not in WITHOUT_RESOURCE:
                _attribute(xml, "string", "org:resource", names.get(event.actor, event.actor))
                _attribute(xml, "string", "actor", event.actor)
            _attribute(xml, "string", "element", event.element_id or "")
            if event.kind in OF_THE_CASE:
                for key in ("name", "digest", "reason"):
                    _attribute(xml, "string", f"attachment_{key}", str(orjson.loads(event.data).get(key) or ""))
            _attribute(xml, "int", "sequence", str(event.sequence))
    return count


def _name(event: LoggedEvent, pack: Pack, language: str) -> str:
    names = OF_THE_CASE.get(event.kind)
    return names[language == "en"] if names else element_name(pack, event, language)


def transition_of(event: LoggedEvent, pack: Pack) -> str | None:
    """The standard lifecycle's transition, None for what is left out."""
    if event.kind in TRANSITIONS:
        return TRANSITIONS[event.kind]
    if event.kind in OF_THE_CASE:
        return "complete"
    if event.kind not in ("activity_entered", "activity_left"):
        return None
    element = element_of(pack, event)
    if element is None or element.kind.endswith("_gateway"):
        return None
    if event.kind == "activity_entered":
        return "start" if element.kind in CONTAINERS else None
    return _left(element, orjson.loads(event.data).get("outcome"))


def _left(element: Element, outcome: str | None) -> str | None:
    waits = element.kind in ("user_task", "manual_task") or element.job is not None
    if outcome == "cancelled":
        return "withdraw" if waits else "ate_abort"
    return "complete" if outcome == "completed" and not waits else None


def _attribute(xml: Any, kind: str, key: str, value: str) -> None:
    """XML has no control characters; they are left out."""
    xml.write(etree.Element(kind, key=key, value=_FORBIDDEN.sub("", value)))
