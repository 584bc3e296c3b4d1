"""A default flow leaves its element, and has no condition."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import ACTIVITIES, Subject
from engine.model.findings import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """The default flow is taken when no condition holds. One that leaves another element can't be taken, and a condition of its own would
    never be asked; on an activity without conditional flows it would never be taken at all."""
    for element in subject.elements():
        if element.default_flow is None:
            continue
        flow = subject.process.flows.get(element.default_flow)
        if flow is None or flow.source != element.id:
            yield subject.report("bpmn_default_foreign", element, flow=element.default_flow)
            continue
        if flow.condition is not None:
            yield subject.report("bpmn_default_condition", flow)
        others = [other for other in subject.outgoing(element) if other.id != flow.id]
        if others and element.kind in ACTIVITIES and all(other.condition is None for other in others):
            yield subject.report("bpmn_default_needless", element)
