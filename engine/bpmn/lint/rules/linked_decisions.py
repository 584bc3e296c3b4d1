"""Decisions that business rule tasks call are in the pack."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import Subject
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A decision table travels with the process that asks it, so that both change together."""
    known = subject.pack.decision_ids
    for element in subject.elements("business_rule_task"):
        if element.decision_id is not None and known is not None and element.decision_id not in known:
            yield subject.report("bpmn_unknown_decision", element, decision=element.decision_id)
