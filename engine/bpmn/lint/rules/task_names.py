"""User and manual tasks have names."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import Subject
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """People choose their work from a list of task names; a task without one shows its id there."""
    for task in subject.elements("user_task", "manual_task"):
        if not task.name:
            yield subject.report("bpmn_task_unnamed", task)
