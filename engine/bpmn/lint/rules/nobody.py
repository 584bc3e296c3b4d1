"""Somebody can do every user task."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import Subject
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A task without lane, assignee, candidate groups or candidate users is in nobody's list."""
    for task in subject.elements("user_task", "manual_task"):
        plan = task.assignment
        named = plan is not None and (plan.assignee or plan.groups or plan.users)
        if not named and not task.lane:
            yield subject.report("bpmn_nobody", task)
