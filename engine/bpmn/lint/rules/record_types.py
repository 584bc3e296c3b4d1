"""Record types that connectors work on are in pack.toml."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import Subject
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A connector reads and writes the registers of its own pack."""
    known = [record.key for record in subject.pack.settings.record_types]
    for element in subject.elements("service_task", "send_task"):
        record = element.job.headers.get("recordType") if element.job is not None else None
        if record and record not in known:
            yield subject.report("bpmn_unknown_record_type", element, record=record, known="、".join(known) or "-")
