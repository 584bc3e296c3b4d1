"""A process has a start event, and at most one without a trigger; a sub-process has exactly one, without a trigger."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import Subject
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A process without a start event can never be started, and with two none start events nobody knows where it starts. A sub-process is
    entered at its only start event; one with a trigger would make it an event sub-process."""
    starts = subject.process.starts()
    if not starts:
        yield subject.report("bpmn_no_start")
    for start in [start for start in starts if start.event is None or start.event.type == "none"][1:]:
        yield subject.report("bpmn_several_starts", start)
    for sub_process in subject.elements("sub_process"):
        inner = subject.process.starts(sub_process.id)
        if len(inner) != 1 or (inner[0].event is not None and inner[0].event.type != "none"):
            yield subject.report("bpmn_sub_process_start", sub_process)
