"""Lanes with work for people, and candidate groups, are roles of the pack."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.constants import constant_names
from engine.bpmn.lint.subject import Subject
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A task for a group that is no role reaches nobody. Checked where pack.toml lists roles: literal candidate groups, and the lanes of
    tasks that name no one themselves."""
    settings = subject.pack.settings
    known = "、".join(role.name for role in settings.roles)
    for task in subject.elements("user_task", "manual_task") if settings.roles else ():
        plan = task.assignment
        for group in constant_names(plan.groups) if plan is not None else ():
            if settings.role(group) is None:
                yield subject.report("bpmn_unknown_role", task, place_zh="候选组", place_en="Candidate group", role=group, known=known)
        named = plan is not None and (plan.assignee or plan.groups or plan.users)
        if not named and task.lane is not None and settings.role(task.lane) is None:
            yield subject.report("bpmn_unknown_role", task, place_zh="泳道", place_en="Lane", role=task.lane, known=known)
