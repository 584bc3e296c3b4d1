"""tuoke.fields names fields of the task's form."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.form_fields import field_keys
from engine.bpmn.lint.subject import Subject
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A misspelt field in tuoke.fields would leave the real one writable for somebody who may not see it."""
    for element in subject.elements("user_task"):
        plan = element.assignment
        if plan is None or not plan.field_rights:
            continue
        if plan.form_id is None:
            yield subject.report("bpmn_fields_without_form", element)
            continue
        form = subject.pack.forms.get(plan.form_id)
        known = field_keys(form) if form is not None else None
        for key in plan.field_rights:
            if known is not None and key != "*" and key not in known:
                yield subject.report("bpmn_unknown_field", element, field=key, form=plan.form_id)
