"""Everything but an end event leads on."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import Subject
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """Where no flow leaves, the token vanishes without an outcome. BPMN takes that for an end; here the end is drawn, so that it has a name
    and nobody mistakes a forgotten line for one."""
    for element in subject.elements():
        if element.kind != "end_event" and not element.outgoing:
            yield subject.report("bpmn_no_outgoing", element)
