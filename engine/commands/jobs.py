"""Work of connectors. System only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class JobResult:
    """`gone`: the wait does not exist any more; `retry`: it will run again at `retry_at`; `incident`: it is out of retries."""

    state: Literal["completed", "retry", "incident", "gone"]
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunJob:
    """Run the connector of a service task and go on with its result, both in one transaction; on failure count down the retries."""

    instance_id: str
    activity_instance_id: int


@dataclass(frozen=True, slots=True)
class CompleteJob:
    """Go on with the result of a connector that runs outside."""

    instance_id: str
    activity_instance_id: int
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FailJob:
    """A connector that runs outside has failed. `retries` left; 0 makes an incident."""

    instance_id: str
    activity_instance_id: int
    code: str
    message: str
    retries: int
