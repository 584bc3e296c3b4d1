"""A boundary event sits on an activity of its own level."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import ACTIVITIES, Subject
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A boundary event watches the activity that it is attached to. Attached to nothing, to an event or a gateway, or to something inside
    another sub-process, it would never be armed."""
    for boundary in subject.elements("boundary_event"):
        host = subject.process.elements.get(boundary.attached_to or "")
        if host is None or host.kind not in ACTIVITIES or host.parent != boundary.parent:
            yield subject.report("bpmn_boundary_host", boundary, host=boundary.attached_to or "-")
