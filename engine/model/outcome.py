"""What one step of the runtime hands back: the new snapshot, the facts, and what the instance now waits for.

An activity instance waits for at most one thing, so (instance, activity_instance_id) names a wait. A wait in `opened` replaces an older one of the
same id (a repeating timer that is due again); an id in `closed` waits for nothing any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from engine.model.events import Fact
from engine.model.values import JsonValue

InstanceStatus = Literal["active", "completed", "terminated"]


@dataclass(frozen=True, slots=True)
class UserTaskWait:
    """An open user or manual task. Groups hold what the diagram says (role keys or names, or the lane's name when it says nothing)."""

    activity_instance_id: int
    process_key: str
    element_id: str
    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    form_id: str | None
    priority: int
    due_at: datetime | None
    follow_up_at: datetime | None


@dataclass(frozen=True, slots=True)
class TimerWait:
    activity_instance_id: int
    process_key: str
    element_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class SubscriptionWait:
    """`correlation_key` is None for signals and for messages caught without one."""

    activity_instance_id: int
    process_key: str
    element_id: str
    type: Literal["message", "signal"]
    name: str
    correlation_key: str | None


@dataclass(frozen=True, slots=True)
class JobWait:
    """Work for a connector. `values` are the activity's local variables (its input mappings), as JSON values of engine.model.values."""

    activity_instance_id: int
    process_key: str
    element_id: str
    type: str
    headers: Mapping[str, str]
    retries: int
    values: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class IncidentWait:
    """The activity instance stands still until somebody mends the cause and retries."""

    activity_instance_id: int
    process_key: str
    element_id: str
    code: str
    message: str


Wait: TypeAlias = UserTaskWait | TimerWait | SubscriptionWait | JobWait | IncidentWait


@dataclass(frozen=True, slots=True)
class Throw:
    """A message or signal on its way to whoever waits for it, here or in another instance; delivered by a job after the commit."""

    type: Literal["message", "signal"]
    name: str
    correlation_key: str | None
    values: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class End:
    """How the instance ended: the last end event reached at the top level, its name, and the reason that the diagram computed for it."""

    element_id: str | None
    outcome: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """`title` is the instance's title for lists (the process's `tuoke.title` expression), evaluated after the step.

    `people`: what expressions asked about people and were told, user id -> fields (None: no such account).
    """

    snapshot: bytes
    status: InstanceStatus
    title: str | None
    facts: tuple[Fact, ...]
    opened: tuple[Wait, ...]
    closed: tuple[int, ...]
    thrown: tuple[Throw, ...]
    end: End | None
    people: Mapping[str, JsonValue] = field(default_factory=dict)
