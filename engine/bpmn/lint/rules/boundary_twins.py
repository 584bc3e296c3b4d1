"""No two boundary events of an activity catch the same thing."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import Subject
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """Of two events on one activity that catch the same error or message, nobody could say which one is taken; a signal or a timer reaches both, as
    drawn."""
    seen: set[tuple[str | None, str, str | None]] = set()
    for boundary in subject.elements("boundary_event"):
        event = boundary.event
        if event is None or event.type not in ("error", "message") or (event.type == "message" and not event.name):
            continue
        caught = (boundary.attached_to, event.type, event.error_code if event.type == "error" else event.name)
        if caught in seen:
            yield subject.report("bpmn_boundary_twin", boundary, caught=caught[2] or "*")
        seen.add(caught)
