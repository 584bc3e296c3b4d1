"""A table of people as it is taken in: which columns it may have, and what comes of each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from datetime import datetime
from typing import Any

CREATED, CHANGED, SAME, REFUSED = "created", "changed", "same", "refused"


@dataclass(frozen=True, slots=True)
class PersonColumn:
    key: str
    label: str
    label_en: str


PERSON_COLUMNS = (
    PersonColumn("user_id", "账号", "Account"),
    PersonColumn("name", "姓名", "Name"),
    PersonColumn("department", "部门", "Department"),
    PersonColumn("roles", "岗位", "Roles"),
    PersonColumn("manager", "直属上级", "Supervisor"),
    PersonColumn("mail", "邮箱", "E-mail"),
)


@dataclass(frozen=True, slots=True)
class PersonFinding:
    """Why a row is refused: the column (empty: the row), a stable code and what it is about."""

    field: str
    code: str
    details: Mapping[str, Any] = made(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportedPerson:
    """`number` as the file counts it. `outcome`: created, changed, same or refused. `changes`: field -> (old, new), for reading.

    `one_time_password` of a new account is to be handed over now: it is kept nowhere.
    """

    number: int
    outcome: str
    user_id: str
    name: str
    changes: Mapping[str, tuple[Any, Any]] = made(default_factory=dict)
    findings: tuple[PersonFinding, ...] = ()
    one_time_password: str | None = None


@dataclass(frozen=True, slots=True)
class PeopleImported:
    """`written` False: nothing was changed, it was only looked at, or refused as a whole. `seen` tells the accounts as they were looked at."""

    lines: tuple[ImportedPerson, ...]
    written: bool
    at: datetime
    seen: Mapping[str, str]

    def count(self, outcome: str) -> int:
        return sum(line.outcome == outcome for line in self.lines)
