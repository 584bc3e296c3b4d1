"""A sequence flow connects two elements of the same level."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import Subject
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A flow whose source or target is missing leads nowhere, and one that crosses the border of a sub-process would enter it past its
    start event."""
    elements = subject.process.elements
    for flow in subject.process.flows.values():
        source, target = elements.get(flow.source), elements.get(flow.target)
        if source is None:
            yield subject.report("bpmn_flow_source", flow, reference=flow.source or "-")
        if target is None:
            yield subject.report("bpmn_flow_target", flow, reference=flow.target or "-")
        if source is not None and target is not None and source.parent != target.parent:
            yield subject.report("bpmn_flow_crosses", flow)
