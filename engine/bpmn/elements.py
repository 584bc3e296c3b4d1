"""A process definition as the runtime, the lint and the drawing see it: frozen records, no XML, no SpiffWorkflow.

FEEL expressions are kept without the leading `=`. An attribute that the diagram gave as plain text (no `=`) is kept as a FEEL string literal, so
that every expression field holds FEEL and nothing else; `Assignment` documents the exceptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ElementKind = Literal[
    "none_task",
    "user_task",
    "manual_task",
    "service_task",
    "script_task",
    "business_rule_task",
    "send_task",
    "receive_task",
    "exclusive_gateway",
    "parallel_gateway",
    "inclusive_gateway",
    "event_based_gateway",
    "sub_process",
    "call_activity",
    "start_event",
    "end_event",
    "intermediate_catch_event",
    "intermediate_throw_event",
    "boundary_event",
]
EventType = Literal["none", "timer", "message", "signal", "error", "terminate"]


@dataclass(frozen=True, slots=True)
class Mapped:
    """One input or output mapping: FEEL `source`, and the dotted `target` name."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """`timer_type` with FEEL `timer`; `name` of the message or signal; FEEL `correlation_key`; `error_code` None catches all."""

    type: EventType
    timer_type: Literal["date", "duration", "cycle"] | None = None
    timer: str | None = None
    name: str | None = None
    correlation_key: str | None = None
    error_code: str | None = None


@dataclass(frozen=True, slots=True)
class Loop:
    """A repeated activity.

    Parallel or sequential: FEEL `collection`, `item`, `output_collection`, FEEL `output_item`, FEEL `completion`.
    Standard: FEEL `condition`, `test_before`, `maximum`.
    """

    type: Literal["parallel", "sequential", "standard"]
    collection: str | None = None
    item: str | None = None
    output_collection: str | None = None
    output_item: str | None = None
    completion: str | None = None
    condition: str | None = None
    test_before: bool = False
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who may do a user task, all FEEL: `assignee` -> user id or null, `groups` and `users` -> list of strings (or one string with commas).

    `outcome` is the key of the form's field that says what was decided, where the analyst names one.
    """

    assignee: str | None = None
    groups: str | None = None
    users: str | None = None
    due: str | None = None
    follow_up: str | None = None
    priority: str | None = None
    form_id: str | None = None
    field_rights: Mapping[str, Literal["read", "write", "hidden"]] = field(default_factory=dict)
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class JobSettings:
    """`type` is plain text; `retries` a count; headers as written."""

    type: str
    retries: int = 3
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Called:
    """Call activity: key of the process, and whether all variables go in and come out."""

    process_key: str
    all_in: bool = True
    all_out: bool = True


@dataclass(frozen=True, slots=True)
class Element:
    """One flow node. `parent` is the id of the sub-process around it (None: the process); `attached_to` the host of a boundary event.

    `event` of a send or receive task is its message; `assignment.form_id` of a start event is the start form.
    """

    id: str
    kind: ElementKind
    name: str = ""
    name_en: str = ""
    documentation: str = ""
    documentation_en: str = ""
    lane: str | None = None
    parent: str | None = None
    line: int | None = None
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default_flow: str | None = None
    event: EventDefinition | None = None
    attached_to: str | None = None
    interrupting: bool = True
    loop: Loop | None = None
    inputs: tuple[Mapped, ...] = ()
    outputs: tuple[Mapped, ...] = ()
    assignment: Assignment | None = None
    job: JobSettings | None = None
    script: str | None = None
    decision_id: str | None = None
    result_variable: str | None = None
    called: Called | None = None
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `condition` is FEEL or None."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None
    line: int | None = None
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class ProcessModel:
    """One executable process of one file. `elements` and `flows` hold those of sub-processes too, in document order."""

    key: str
    name: str
    name_en: str
    documentation: str
    version_tag: str
    file: str
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]
    lanes: tuple[str, ...] = ()
    title: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)

    @property
    def glance(self) -> tuple[str, ...]:
        """Keys of the fields that the analyst wants to be seen at a glance, in their order (`tuoke.glance`)."""
        text = self.properties.get("tuoke.glance", "").replace("，", ",").replace("\n", ",")
        return tuple(dict.fromkeys(key for part in text.split(",") if (key := part.strip())))

    def starts(self, parent: str | None = None) -> tuple[Element, ...]:
        """Start events of the process (or of the sub-process `parent`)."""
        return tuple(element for element in self.elements.values() if element.kind == "start_event" and element.parent == parent)

    def boundaries(self, host: str) -> tuple[Element, ...]:
        """Boundary events attached to `host`, in document order."""
        return tuple(element for element in self.elements.values() if element.attached_to == host)
