"""Conditions stand only where a choice is made."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import ACTIVITIES, Subject
from engine.bpmn.lint.words import KINDS
from engine.model.findings import Finding

_CHOOSING = {*ACTIVITIES, "exclusive_gateway", "inclusive_gateway"}


def check(subject: Subject) -> Iterator[Finding]:
    """A parallel gateway takes all its flows, an event-based one follows the event, an event just goes on: a condition there would be
    ignored."""
    for flow in subject.process.flows.values():
        source = subject.process.elements.get(flow.source)
        if source is not None and flow.condition is not None and source.kind not in _CHOOSING:
            place_zh, place_en = KINDS[source.kind]
            yield subject.report("bpmn_condition_misplaced", flow, place_zh=place_zh, place_en=place_en)
