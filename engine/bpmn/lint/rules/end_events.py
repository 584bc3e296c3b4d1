"""A process, and every sub-process, has an end event."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import Subject
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """Without an end event nobody can say what came of an instance: the name of the end event is its outcome."""
    parents = {end.parent for end in subject.elements("end_event")}
    if None not in parents:
        yield subject.report("bpmn_no_end")
    for sub_process in subject.elements("sub_process"):
        if sub_process.id not in parents:
            yield subject.report("bpmn_no_end", sub_process)
