"""An error boundary event interrupts."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import Subject
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """An error ends the activity that it comes from, so that its boundary event cannot leave that activity running."""
    for boundary in subject.elements("boundary_event"):
        if boundary.event is not None and boundary.event.type == "error" and not boundary.interrupting:
            yield subject.report("bpmn_boundary_error_not_interrupting", boundary)
