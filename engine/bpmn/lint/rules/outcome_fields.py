"""tuoke.outcome names the choice of the task's form that says what was decided."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.form_fields import components_of
from engine.bpmn.lint.subject import Subject
from engine.forms.components import offers_one
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A name that is no choice of the form would show no decision at all, and nobody would notice."""
    for element in subject.elements("user_task"):
        plan = element.assignment
        if plan is None or plan.outcome is None:
            continue
        form = subject.pack.forms.get(plan.form_id or "")
        if form is None and plan.form_id is not None:
            continue
        choices = [str(getattr(each, "key", "")) for each in components_of(form.components if form else ()) if offers_one(each)]
        if plan.outcome not in choices:
            yield subject.report("bpmn_no_outcome_field", element, field=plan.outcome, known="、".join(choices) or "-")
