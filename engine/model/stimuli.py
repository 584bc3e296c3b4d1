"""What can happen to an instance from outside. The runtime turns a stimulus into an outcome.

`values` are FEEL values (engine.model.values), already validated by whoever accepts them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.model.outcome import UserTaskWait
from engine.model.values import JsonValue, Value


@dataclass(frozen=True, slots=True)
class Start:
    """Begin at the none start event, or at `start_element_id` (a message, signal or timer start event).

    `values` are what the caller or the message brings; a start event with output mappings passes on only what these choose. `known` is what the
    engine itself sets at the instance.
    """

    values: Mapping[str, Value]
    start_element_id: str | None = None
    known: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompleteUserTask:
    """`detail` goes into the task_completed fact beside the values: form_id, form_digest, seen_digest, comment."""

    activity_instance_id: int
    values: Mapping[str, Value]
    detail: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WithdrawCompletion:
    """Take back the completion of a user task, the last thing that happened. `before` is the snapshot from before it, `task` the wait as it will
    open again, whose id is not known yet."""

    activity_instance_id: int
    before: bytes
    task: UserTaskWait


@dataclass(frozen=True, slots=True)
class FireTimer:
    activity_instance_id: int


@dataclass(frozen=True, slots=True)
class ReceiveMessage:
    activity_instance_id: int
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class ReceiveSignal:
    activity_instance_id: int
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class CompleteJob:
    activity_instance_id: int
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class FailJob:
    """The connector failed. With retries left the job stays; without, it becomes an incident."""

    activity_instance_id: int
    code: str
    message: str
    retries: int


@dataclass(frozen=True, slots=True)
class ThrowError:
    """A BPMN error from a connector or a user task: caught by the nearest boundary event for `error_code`, else an incident."""

    activity_instance_id: int
    error_code: str
    message: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RetryIncident:
    """Try again what failed; with `values`, first set these variables where each is defined, seen from the activity."""

    activity_instance_id: int
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SetVariables:
    """`scope` is an activity instance, 0 the instance itself."""

    values: Mapping[str, Value]
    scope: int = 0


@dataclass(frozen=True, slots=True)
class Terminate:
    reason: str


Stimulus: TypeAlias = (
    Start
    | CompleteUserTask
    | WithdrawCompletion
    | FireTimer
    | ReceiveMessage
    | ReceiveSignal
    | CompleteJob
    | FailJob
    | ThrowError
    | RetryIncident
    | SetVariables
    | Terminate
)
