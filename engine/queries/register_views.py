"""What queries on registers (records) and accounts answer with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.forms import Form
from engine.model.identity import Actor
from engine.model.values import Value
from engine.queries.views import InstanceRow, RoleName


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A register that the actor may see."""

    key: str
    name: str
    name_en: str
    may_edit: bool


@dataclass(frozen=True, slots=True)
class RecordColumn:
    key: str
    label: str
    label_en: str


@dataclass(frozen=True, slots=True)
class RecordRow:
    """`cells` are words, one for each column, in Chinese; `cells_en` in English."""

    record_id: str
    title: str
    cells: tuple[str, ...]
    cells_en: tuple[str, ...]
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class RecordPage:
    kind: RecordKind
    columns: tuple[RecordColumn, ...]
    rows: tuple[RecordRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class FieldChange:
    """`old` and `new` are words; empty when there was or is nothing."""

    key: str
    label: str
    label_en: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RecordChangeLine:
    """One saving of a record; `instance_id` when a process did it and the actor may see that instance."""

    revision: int
    at: datetime
    actor_name: str
    instance_id: str | None
    reason: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class RecordDetail:
    """A record as a page: shown read-only by `form` with `values`; `instances` made or changed it, those that the actor may see."""

    record_id: str
    kind: RecordKind
    title: str
    revision: int
    form: Form
    values: Mapping[str, Value]
    created_by_name: str
    created_at: datetime
    changed_by_name: str
    changed_at: datetime
    changes: tuple[RecordChangeLine, ...]
    instances: tuple[InstanceRow, ...]


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A sign-in account with its roles. `is_demo`: one of those that demo mode makes."""

    user_id: str
    name: str
    roles: tuple[RoleName, ...]
    is_administrator: bool
    language: str
    active: bool
    is_demo: bool
    is_analyst: bool
    is_auditor: bool
    department_id: str | None
    manager_id: str | None


@dataclass(frozen=True, slots=True)
class SignedInAccount:
    """What a session needs: a session made under another `session_epoch` has ended."""

    actor: Actor
    language: str
    session_epoch: int
