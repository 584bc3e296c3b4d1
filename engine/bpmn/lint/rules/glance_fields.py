"""tuoke.glance names single fields of the pack's forms."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.form_fields import components_of
from engine.bpmn.lint.subject import Subject
from engine.forms.components import is_short
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A name that no form has would never be seen; a list, a file or a long text is not seen at a glance."""
    forms = subject.pack.forms.values()
    known = sorted({str(getattr(each, "key", "")) for form in forms for each in components_of(form.components) if is_short(each)})
    for key in subject.process.glance:
        if key not in known:
            yield subject.report("bpmn_no_glance_field", None, field=key, known="、".join(known) or "-")
