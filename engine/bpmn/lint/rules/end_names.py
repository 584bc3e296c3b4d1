"""End events of the process have names."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import Subject
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """The name of the end event at which an instance ends is shown and counted as its outcome; without a name it falls back to an id that
    no reader knows."""
    for end in subject.elements("end_event"):
        if end.parent is None and not end.name:
            yield subject.report("bpmn_end_unnamed", end)
