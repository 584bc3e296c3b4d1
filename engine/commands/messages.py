"""Messages and signals from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Sent:
    """`instance_id`: who received it at once; `deliveries`: how many more are on their way; `buffered`: it also waits for later subscriptions."""

    instance_id: str | None
    deliveries: int
    buffered: bool


@dataclass(frozen=True, slots=True)
class CorrelateMessage:
    """Deliver a message once per process whose instance waits for (name, correlation key), or starts with it; else buffer it.

    Raises InputRejected("no_subscription") when nobody waits and `time_to_live` is zero.
    """

    name: str
    correlation_key: str | None
    variables: Mapping[str, Any] = field(default_factory=dict)
    time_to_live: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class BroadcastSignal:
    """Wake every instance that waits for the signal now, and start every process that begins with it."""

    name: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivered:
    """`instance_id` None: the wait was gone, or the delivery was split into one per receiver (`deliveries`)."""

    instance_id: str | None
    deliveries: int = 0


@dataclass(frozen=True, slots=True)
class Deliver:
    """Bring one delivery to its receiver, or match it first when it has none. System only."""

    delivery_id: str
