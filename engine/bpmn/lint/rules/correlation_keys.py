"""A message that is waited for has a correlation key."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import Subject
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """The key tells which of many waiting instances a message is for. A start event needs none: it makes a new instance."""
    for element in subject.elements("receive_task", "intermediate_catch_event", "boundary_event"):
        event = element.event
        if event is not None and event.type == "message" and event.name and event.correlation_key is None:
            yield subject.report("bpmn_no_correlation_key", element, message=event.name)
