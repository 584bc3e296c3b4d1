"""Forms that tasks and start events name are in the pack."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import Subject
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A task whose form is missing could be opened by nobody, so that the instance would stand still."""
    known = subject.pack.form_ids
    for element in subject.elements():
        form = element.assignment.form_id if element.assignment is not None else None
        if form is not None and known is not None and form not in known:
            yield subject.report("bpmn_unknown_form", element, form=form)
