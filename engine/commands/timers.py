"""Timers that are due. System only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Fired:
    """`fired` False: the wait was gone or has another due time, nothing happened. `instance_id`: the instance that went on or was started."""

    fired: bool
    instance_id: str | None = None


@dataclass(frozen=True, slots=True)
class FireTimer:
    """Fire the timer of a waiting activity instance if it still waits for `due_at`."""

    instance_id: str
    activity_instance_id: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class StartByTimer:
    """Start a process by its timer start event if that is still due at `due_at`."""

    definition_id: int
    element_id: str
    due_at: datetime
