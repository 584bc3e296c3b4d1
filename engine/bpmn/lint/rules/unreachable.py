"""Every element can be reached."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.graph import reachable
from engine.bpmn.lint.subject import Subject
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """What no flow leads to from a start event is never done: a line is missing, or something was left over."""
    found = reachable(subject)
    for element in subject.elements():
        if element.id not in found and (element.parent is None or element.parent in found):
            if element.kind == "boundary_event" and element.attached_to not in found:
                continue
            yield subject.report("bpmn_unreachable", element)
