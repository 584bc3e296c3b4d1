"""Start, end and mend process instances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.model.outcome import InstanceStatus


@dataclass(frozen=True, slots=True)
class Started:
    """`next_task_id`: a task of this instance that the actor may do now; `opened` as in Completed."""

    instance_id: str
    status: InstanceStatus
    next_task_id: str | None
    opened: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StartInstance:
    """Start the newest version of a process at its none start event. Roles with can_start may, and administrators."""

    key: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    business_key: str | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """An instance after a command that changed it as a whole."""

    instance_id: str
    status: InstanceStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class TerminateInstance:
    """End an instance at once, with a reason. Administrators only."""

    instance_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class RetryIncident:
    """Try again what failed, after setting `variables` at the instance. Administrators only."""

    instance_id: str
    activity_instance_id: int
    variables: Mapping[str, Any] = field(default_factory=dict)
