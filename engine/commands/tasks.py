"""What people do with user tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.model.outcome import InstanceStatus


@dataclass(frozen=True, slots=True)
class Assigned:
    """A task and who has it now."""

    task_id: str
    assignee: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ClaimTask:
    """Take an open task of one's groups. The first wins; the others get TaskAlreadyClaimed(assignee, assignee_name, at)."""

    task_id: str


@dataclass(frozen=True, slots=True)
class UnclaimTask:
    """Give a task back to its candidates. The assignee may (if there are candidates), and administrators."""

    task_id: str


@dataclass(frozen=True, slots=True)
class AssignTask:
    """Give a task to a user. The assignee may, and administrators."""

    task_id: str
    assignee: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DraftSaved:
    task_id: str
    revision: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """Keep what the actor has filled in so far; nothing is validated except that it can be kept. Each user has an own draft."""

    task_id: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Completed:
    """What came of it. `opened`: (element name, role names or assignee's name) of tasks that opened; `outcome`: how the instance ended."""

    instance_id: str
    task_id: str
    at: datetime
    status: InstanceStatus
    outcome: str | None
    next_task_id: str | None
    opened: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CompleteTask:
    """Complete a task with what its form holds. The assignee may, and every candidate of an unassigned task (an implicit claim).

    Raises FormRejected, ContentChanged (`seen_digest` is not that of what there is now), TaskNotOpen(state, by, by_name, at).
    """

    task_id: str
    variables: Mapping[str, Any]
    seen_digest: str | None = None
