"""Nothing flows into start and boundary events, or out of end events."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import Subject
from engine.bpmn.lint.words import KINDS
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """Start and boundary events are triggered, not reached; an end event consumes its token. Flows against that are drawing mistakes."""
    for element in subject.elements("start_event", "boundary_event"):
        if element.incoming:
            place_zh, place_en = KINDS[element.kind]
            yield subject.report("bpmn_incoming_not_allowed", element, place_zh=place_zh, place_en=place_en)
    for element in subject.elements("end_event"):
        if element.outgoing:
            yield subject.report("bpmn_outgoing_not_allowed", element)
