"""Walks over a process."""

from __future__ import annotations

from engine.bpmn.elements import Element
from engine.bpmn.lint.subject import Subject


def reachable(subject: Subject) -> set[str]:
    """Ids of elements that a token can come to: from start events along flows, into sub-processes, and out of boundary events of what is reached."""
    process = subject.process
    pending = [element.id for element in process.starts()]
    if not pending:  # reported by its own rule; without this everything would be unreachable as well
        pending = [
            element.id for element in subject.elements() if element.parent is None and not element.incoming and element.kind != "boundary_event"
        ]
    attached: dict[str, list[str]] = {}
    for element in subject.elements("boundary_event"):
        attached.setdefault(element.attached_to or "", []).append(element.id)
    inner: dict[str, list[str]] = {}
    for element in subject.elements("start_event"):
        if element.parent is not None:
            inner.setdefault(element.parent, []).append(element.id)
    seen: set[str] = set()
    while pending:
        identifier = pending.pop()
        if identifier in seen or identifier not in process.elements:
            continue
        seen.add(identifier)
        pending += [target.id for target in subject.targets(process.elements[identifier])]
        pending += attached.get(identifier, []) + inner.get(identifier, [])
    return seen


def conditional_flows(subject: Subject, element: Element) -> list[str]:
    """Ids of outgoing flows with a condition."""
    return [flow.id for flow in subject.outgoing(element) if flow.condition is not None]
