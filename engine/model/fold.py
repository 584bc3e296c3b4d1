"""The view of an instance at any moment, computed from its facts alone.

`fold` must agree with the runtime's own state after every step; a property test holds the two together. What is folded here is what replay shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from engine.model.events import Fact, HistoryEvent
from engine.model.outcome import InstanceStatus
from engine.model.values import JsonValue


@dataclass(frozen=True, slots=True)
class TokenState:
    """Where a token is; `scope` is the activity instance that contains it (0: the instance)."""

    process_key: str
    element_id: str
    scope: int


@dataclass(frozen=True, slots=True)
class InstanceState:
    """`variables`: scope -> name -> JSON value; `waits`: activity instance -> user_task, timer, message, signal, job or incident."""

    status: InstanceStatus = "active"
    tokens: Mapping[int, TokenState] = field(default_factory=dict)
    variables: Mapping[int, Mapping[str, JsonValue]] = field(default_factory=dict)
    waits: Mapping[int, str] = field(default_factory=dict)


class Folder:
    """Takes facts one by one; `state()` is the view after the last one."""

    def __init__(self) -> None:
        self._status: InstanceStatus = "active"
        self._tokens: dict[int, TokenState] = {}
        self._variables: dict[int, dict[str, JsonValue]] = {}
        self._waits: dict[int, str] = {}
        self._attached: dict[int, int] = {}

    def state(self) -> InstanceState:
        variables = {scope: dict(names) for scope, names in self._variables.items() if names}
        return InstanceState(self._status, dict(self._tokens), variables, dict(self._waits))

    def add(self, fact: Fact | HistoryEvent) -> None:
        handler = _HANDLERS.get(fact.kind)
        if handler is not None:
            handler(self, fact)

    def _entered(self, fact: Fact | HistoryEvent) -> None:
        self._tokens[fact.activity_instance_id] = TokenState(fact.process_key or "", fact.element_id or "", int(fact.data["scope"]))

    def _left(self, fact: Fact | HistoryEvent) -> None:
        gone = fact.activity_instance_id
        self._tokens.pop(gone, None)
        self._variables.pop(gone, None)
        self._waits.pop(gone, None)
        for event in [event for event, host in self._attached.items() if host == gone]:
            del self._attached[event]
            self._waits.pop(event, None)

    def _changed(self, fact: Fact | HistoryEvent) -> None:
        names = self._variables.setdefault(int(fact.data["scope"]), {})
        for name, change in fact.data["changes"].items():
            if "new" in change:
                names[name] = change["new"]
            else:
                names.pop(name, None)

    def _waiting(self, fact: Fact | HistoryEvent) -> None:
        kinds = {"task_opened": "user_task", "timer_scheduled": "timer", "job_created": "job", "incident_raised": "incident"}
        self._waits[fact.activity_instance_id] = kinds.get(fact.kind) or str(fact.data["type"])
        host = fact.data.get("attached_to")
        if host is not None:
            self._attached[fact.activity_instance_id] = int(host)

    def _answered(self, fact: Fact | HistoryEvent) -> None:
        if not fact.data.get("stays"):
            self._waits.pop(fact.activity_instance_id, None)

    def _ended(self, fact: Fact | HistoryEvent) -> None:
        self._status = "completed" if fact.kind == "instance_completed" else "terminated"


_HANDLERS: dict[str, Callable[[Folder, Fact | HistoryEvent], None]] = {
    "activity_entered": Folder._entered,
    "activity_left": Folder._left,
    "variables_changed": Folder._changed,
    "task_opened": Folder._waiting,
    "timer_scheduled": Folder._waiting,
    "subscription_opened": Folder._waiting,
    "job_created": Folder._waiting,
    "incident_raised": Folder._waiting,
    "task_completed": Folder._answered,
    "timer_fired": Folder._answered,
    "message_received": Folder._answered,
    "signal_received": Folder._answered,
    "job_completed": Folder._answered,
    "incident_resolved": Folder._answered,
    "instance_completed": Folder._ended,
    "instance_terminated": Folder._ended,
}


def fold(facts: Iterable[Fact | HistoryEvent]) -> InstanceState:
    """The state after all these facts, which must be one instance's, complete and in order."""
    folder = Folder()
    for fact in facts:
        folder.add(fact)
    return folder.state()
