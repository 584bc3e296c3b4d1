"""The log of what was changed about people, roles and departments: to be searched, to be taken away, and to be verified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.model.identity import Actor
from engine.queries.labels import role_names
from engine.queries.people.account_chain import AccountBreak, account_break
from engine.queries.people.people import require_reader
from engine.queries.reading import MAXIMUM_PAGE, Query, Reading, check_page, findable
from engine.store.accounts import MAIL_ADDRESS_SET, AccountEvent, account_event_hash
from engine.store.assigning_log import HANDED_OVER, SUBSTITUTE_ENDED, SUBSTITUTE_SET, rows_unlike_log
from engine.store.registers import Department
from engine.store.saved_lists import SHARED_LIST_KINDS

KINDS = (
    "user_created",
    "user_changed",
    "user_deactivated",
    "user_reactivated",
    "password_reset",
    "password_changed",
    "sessions_ended",
    "identity_linked",
    MAIL_ADDRESS_SET,
    "department_created",
    "department_changed",
    "department_removed",
    SUBSTITUTE_SET,
    SUBSTITUTE_ENDED,
    HANDED_OVER,
    *SHARED_LIST_KINDS,
)


@dataclass(frozen=True, slots=True)
class AccountEventRow:
    """`changes`: field -> (old, new), None where there was or is nothing. `subject_name` is today's."""

    number: int
    at: datetime
    actor_id: str
    actor_name: str
    kind: str
    subject_type: str
    subject_id: str
    subject_name: str
    changes: Mapping[str, tuple[Any, Any]]
    hash: str


@dataclass(frozen=True, slots=True)
class AccountEventPage:
    rows: tuple[AccountEventRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class AccountEvents(Query[AccountEventPage]):
    """Newest first. `person`: who did it, or to whom it was done. `since` inclusive, `until` exclusive. Administrators and auditors."""

    person: str = ""
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 50
    offset: int = 0

    def answer(self, reading: Reading, actor: Actor) -> AccountEventPage:
        require_reader(actor)
        check_page(self.limit, self.offset)
        conditions: list[sa.ColumnElement[bool]] = []
        if self.person:
            wanted = findable(self.person)
            conditions.append(sa.or_(AccountEvent.actor == wanted, sa.and_(AccountEvent.subject_type == "user", AccountEvent.subject_id == wanted)))
        if self.kind:
            conditions.append(AccountEvent.kind == findable(self.kind))
        if self.since is not None:
            conditions.append(AccountEvent.at >= self.since)
        if self.until is not None:
            conditions.append(AccountEvent.at < self.until)
        total = reading.connection.scalar(sa.select(sa.func.count()).select_from(AccountEvent).where(*conditions)) or 0
        statement = sa.select(*AccountEvent.__table__.columns).where(*conditions).order_by(AccountEvent.number.desc())
        rows = reading.connection.execute(statement.limit(self.limit).offset(self.offset)).all()
        return AccountEventPage(_described(reading, rows), total)


def _described(reading: Reading, rows: Any) -> tuple[AccountEventRow, ...]:
    people = reading.user_names({row.actor for row in rows} | {row.subject_id for row in rows if row.subject_type == "user"})
    departments = {row.subject_id for row in rows if row.subject_type == "department"}
    known = sa.select(Department.id, Department.name).where(Department.id.in_(departments))
    names = {row.id: row.name for row in reading.connection.execute(known)} if departments else {}
    names |= {key: role.name for key, role in role_names(reading, (row.subject_id for row in rows if row.subject_type == "role")).items()}
    return tuple(
        AccountEventRow(
            row.number,
            row.at,
            row.actor,
            people[row.actor],
            row.kind,
            row.subject_type,
            row.subject_id,
            (people if row.subject_type == "user" else names).get(row.subject_id, row.subject_id),
            {name: (change.get("old"), change.get("new")) for name, change in row.changes.items()},
            row.hash,
        )
        for row in rows
    )


def _from(reading: Reading, statement: sa.Select[Any], number: int) -> Sequence[sa.Row[Any]]:
    """The events from that number on, so many as one page has."""
    return reading.connection.execute(statement.where(AccountEvent.number >= number)).all()


@dataclass(frozen=True, slots=True)
class AccountLogVerified:
    """`broken_at`: the number of the first event that was changed, left out, put in or moved (`kind`); None for a whole log.

    `unlike`: (`substitution` or `handover`, id) of rows that no longer say what the log says; empty when the log itself is broken.
    """

    events: int
    broken_at: int | None
    unlike: tuple[tuple[str, int], ...] = ()
    kind: AccountBreak | None = None


@dataclass(frozen=True, slots=True)
class VerifyAccountEvents(Query[AccountLogVerified]):
    """Compute every hash again, and compare substitutes and handovers with what it says of them. Administrators and auditors."""

    def answer(self, reading: Reading, actor: Actor) -> AccountLogVerified:
        require_reader(actor)
        before, count = "", 0
        statement = sa.select(*AccountEvent.__table__.columns).order_by(AccountEvent.number).limit(MAXIMUM_PAGE)
        while rows := reading.connection.execute(statement.where(AccountEvent.number > count)).all():
            for place, row in enumerate(rows):
                count += 1
                if row.number != count or account_event_hash(before, row._asdict()) != row.hash:
                    kind = account_break(before, [each._asdict() for each in _from(reading, statement, rows[place].number)], count)
                    return AccountLogVerified(count, count, kind=kind)
                before = row.hash
        return AccountLogVerified(count, None, rows_unlike_log(reading.connection))
