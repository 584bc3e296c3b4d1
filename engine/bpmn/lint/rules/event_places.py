"""Every event has a trigger or result that its place allows."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import Subject
from engine.bpmn.lint.words import EVENTS, KINDS
from engine.model.findings import Finding

_ALLOWED = {
    "start_event": ("none", "timer", "message", "signal"),
    "end_event": ("none", "message", "signal", "error", "terminate"),
    "intermediate_catch_event": ("timer", "message", "signal"),
    "intermediate_throw_event": ("none", "message", "signal"),
    "boundary_event": ("timer", "message", "signal", "error"),
}


def check(subject: Subject) -> Iterator[Finding]:
    """An error can only be thrown at an end and caught on a border, terminate only ends, and what catches must say what it waits for.
    Anything else has no meaning in BPMN and would be skipped silently."""
    for element in subject.elements(*_ALLOWED):
        allowed = _ALLOWED[element.kind]
        event = element.event.type if element.event is not None else "none"
        if event not in allowed:
            yield subject.report(
                "bpmn_event_misplaced",
                element,
                event_zh=EVENTS[event][0],
                event_en=EVENTS[event][1],
                place_zh=KINDS[element.kind][0],
                place_en=KINDS[element.kind][1],
                allowed_zh="、".join(EVENTS[name][0] for name in allowed),
                allowed_en=", ".join(EVENTS[name][1] for name in allowed),
            )
