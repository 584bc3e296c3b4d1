"""A gateway that chooses has a condition on every flow but the default."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import Subject, label
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A flow without a condition behind an exclusive or inclusive gateway is always taken: either a condition was forgotten, or it is meant
    to be the default flow and has to be marked as such."""
    for gateway in subject.elements("exclusive_gateway", "inclusive_gateway"):
        flows = subject.outgoing(gateway)
        for flow in flows if len(flows) > 1 else ():
            if flow.condition is None and flow.id != gateway.default_flow:
                yield subject.report("bpmn_condition_missing", flow, gateway=label(gateway))
