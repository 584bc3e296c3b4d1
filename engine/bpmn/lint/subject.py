"""What lint rules look at: one process, and the pack around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.elements import Element, Flow, ProcessModel
from engine.bpmn.lint.messages import finding
from engine.forms import Form
from engine.model.findings import Finding
from engine.model.pack import PackSettings

ACTIVITIES = frozenset(
    {
        "none_task",
        "user_task",
        "manual_task",
        "service_task",
        "script_task",
        "business_rule_task",
        "send_task",
        "receive_task",
        "sub_process",
        "call_activity",
    }
)


@dataclass(frozen=True, slots=True)
class PackParts:
    """The pack as far as it could be read. `form_ids` and `decision_ids` hold those of refused files too; None when a refused file hides its ids.

    `form_files` says in which file each form stands."""

    settings: PackSettings
    processes: Mapping[str, ProcessModel]
    forms: Mapping[str, Form]
    form_ids: frozenset[str] | None
    decision_ids: frozenset[str] | None
    has_settings: bool = True
    refused: Mapping[str, frozenset[str]] = field(default_factory=dict)
    form_files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """One process in its pack."""

    process: ProcessModel
    pack: PackParts

    def elements(self, *kinds: str) -> Iterator[Element]:
        """Elements of these kinds (all without any), in document order."""
        return (element for element in self.process.elements.values() if not kinds or element.kind in kinds)

    def outgoing(self, element: Element) -> list[Flow]:
        return [self.process.flows[flow] for flow in element.outgoing if flow in self.process.flows]

    def targets(self, element: Element) -> list[Element]:
        """Elements that flows from `element` lead to; dangling flows are left out."""
        return [self.process.elements[flow.target] for flow in self.outgoing(element) if flow.target in self.process.elements]

    def report(self, code: str, element: Element | Flow | None = None, **values: Any) -> Finding:
        """A finding about an element, a flow or the whole process."""
        if element is None:
            return finding(code, self.process.file, None, self.process.key, self.process.name, **values)
        return finding(code, self.process.file, element.line, element.id, element.name, **values)


def label(element: Element | Flow) -> str:
    """The name that people know it by, else its id."""
    return element.name or element.id
