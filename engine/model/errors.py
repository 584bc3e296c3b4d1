"""Every error that leaves the engine.

    EngineError(code, **identifiers)
    ├── NotFoundError              does not exist, or the actor may not know that it does
    ├── NotAllowedError            exists, and the actor knows it, but may not do this
    ├── ConflictError              somebody was faster: look again, then decide
    │   ├── StaleRevision  TaskAlreadyClaimed  TaskNotOpen  InstanceNotActive  ContentChanged  AmbiguousCorrelation  NotWithdrawable
    ├── RejectedError              the input is wrong: mend it and send it again
    │   ├── InputRejected          a command's own argument (code says which and why)
    │   ├── DefinitionRejected     findings: file, line, element, reason
    │   └── FormRejected           field -> problem
    ├── ProcessError               the process itself failed: becomes an incident, never an answer to a request
    │   ├── ScriptError  NoFlowTaken  DecisionError  ConnectorError  StepLimitReached
    └── StorageError               the database
        ├── DatabaseUnavailable  LostRace  EventLogCorrupt

The class says what the caller can do about it; `code` is stable and is what translations are keyed by; `details` fills the message.
A BPMN error is a value that a diagram can catch, not one of these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from engine.model.findings import Finding


class EngineError(Exception):
    """Base of all; `code` is stable, `details` are the identifiers that the message needs (JSON scalars)."""

    default_code: ClassVar[str] = "engine_error"

    def __init__(self, code: str | None = None, **details: Any) -> None:
        self.code = code or self.default_code
        self.details: dict[str, Any] = details
        super().__init__(self.code + (": " + ", ".join(f"{key}={value}" for key, value in details.items()) if details else ""))


class NotFoundError(EngineError):
    default_code = "not_found"


class NotAllowedError(EngineError):
    default_code = "not_allowed"


class ConflictError(EngineError):
    default_code = "conflict"


class StaleRevision(ConflictError):
    default_code = "stale_revision"


class TaskAlreadyClaimed(ConflictError):
    """details: task_id, assignee, at."""

    default_code = "task_already_claimed"


class TaskNotOpen(ConflictError):
    """details: task_id, state, by, at: who closed it and when."""

    default_code = "task_not_open"


class InstanceNotActive(ConflictError):
    default_code = "instance_not_active"


class ContentChanged(ConflictError):
    """What the actor saw is not what is there now."""

    default_code = "content_changed"


class AmbiguousCorrelation(ConflictError):
    default_code = "ambiguous_correlation"


class NotWithdrawable(ConflictError):
    """A completion cannot be taken back any more.

    details: reason (begun, ended, effects, incident, jobs, moved_on, not_last, others_tasks), by_name?
    """

    default_code = "not_withdrawable"


class RejectedError(EngineError):
    default_code = "rejected"


class InputRejected(RejectedError):
    default_code = "input_rejected"


class DefinitionRejected(RejectedError):
    """A deployment was refused; nothing was changed."""

    default_code = "definition_rejected"

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(count=len(self.findings))

    def __str__(self) -> str:
        return self.code + "".join(f"\n  {finding}" for finding in self.findings)


class FormRejected(RejectedError):
    """`problems` maps a field's path (`customer.contacts.0.phone`) to a stable code and its values."""

    default_code = "form_rejected"

    def __init__(self, problems: Mapping[str, FieldProblem]) -> None:
        self.problems = dict(problems)
        super().__init__(fields=sorted(self.problems))


class FieldProblem:
    """One thing wrong with one field: a stable `code` (`required`, `too_long`, …) and the values its message needs."""

    __slots__ = ("code", "values")

    def __init__(self, code: str, **values: Any) -> None:
        self.code = code
        self.values = values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FieldProblem) and (self.code, self.values) == (other.code, other.values)

    def __hash__(self) -> int:
        return hash(self.code)

    def __repr__(self) -> str:
        return f"FieldProblem({self.code!r}, {self.values!r})"


class ProcessError(EngineError):
    default_code = "process_error"


class ScriptError(ProcessError):
    default_code = "script_error"


class NoFlowTaken(ProcessError):
    default_code = "no_flow_taken"


class DecisionError(ProcessError):
    default_code = "decision_error"


class ConnectorError(ProcessError):
    default_code = "connector_error"


class StepLimitReached(ProcessError):
    default_code = "step_limit_reached"


class StorageError(EngineError):
    default_code = "storage_error"


class DatabaseUnavailable(StorageError):
    default_code = "database_unavailable"


class LostRace(StorageError):
    default_code = "lost_race"


class EventLogCorrupt(StorageError):
    default_code = "event_log_corrupt"
