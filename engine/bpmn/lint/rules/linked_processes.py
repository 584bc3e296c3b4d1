"""Processes that call activities call are in the pack and can be started."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import Subject
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A called process travels with its caller; it is entered at its none start event, so it needs one."""
    for element in subject.elements("call_activity"):
        if element.called is None or not element.called.process_key:
            continue
        key = element.called.process_key
        called = subject.pack.processes.get(key)
        if called is None:
            yield subject.report("bpmn_unknown_process", element, process=key)
        elif not any(start.event is None or start.event.type == "none" for start in called.starts()):
            yield subject.report("bpmn_called_process_start", element, process=key)
