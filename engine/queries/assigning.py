"""Substitutes, and open tasks that nobody can do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.model.errors import NotAllowedError
from engine.model.identity import Actor
from engine.queries.labels import process_names
from engine.queries.reading import Query, Reading, check_page, findable
from engine.queries.views import TaskRow
from engine.queries.visibility import OPEN
from engine.queries.worklist.worklist import task_rows, to_task_rows
from engine.store.assigning import Substitution, in_force
from engine.store.people import looks_after
from engine.store.registers import Membership, User
from engine.store.tables import WorkItem


@dataclass(frozen=True, slots=True)
class SubstitutionRow:
    """`processes`: (key, Chinese name, English name) of those it is limited to, empty: all. `holds` now, or is still to come."""

    substitution_id: int
    user_id: str
    user_name: str
    substitute_id: str
    substitute_name: str
    from_at: datetime
    until: datetime
    processes: tuple[tuple[str, str, str], ...]
    reason: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Substitutes(Query[tuple[SubstitutionRow, ...]]):
    """Current and coming substitutions of a person, and those in which the person stands for others; soonest first.

    One's own, those of the people below one, and for administrators everybody's. Raises NotAllowedError.
    """

    user_id: str

    def answer(self, reading: Reading, actor: Actor) -> tuple[SubstitutionRow, ...]:
        person = findable(self.user_id)
        if not looks_after(reading.connection, actor, person):
            raise NotAllowedError("not_your_people", user_id=person)
        wanted = sa.or_(Substitution.user_id == person, Substitution.substitute_id == person)
        columns = (*Substitution.__table__.c, in_force(reading.now).label("holds"))
        statement = sa.select(*columns).where(wanted, Substitution.ended_at.is_(None), Substitution.until > reading.now)
        rows = reading.connection.execute(statement.order_by(Substitution.from_at, Substitution.id)).all()
        names = reading.user_names(user for row in rows for user in (row.user_id, row.substitute_id))
        processes = process_names(reading, {key for row in rows for key in row.process_keys})
        return tuple(
            SubstitutionRow(
                row.id,
                row.user_id,
                names[row.user_id],
                row.substitute_id,
                names[row.substitute_id],
                row.from_at,
                row.until,
                tuple((key, *processes.get(key, (key, ""))) for key in row.process_keys),
                row.reason,
                row.holds,
            )
            for row in rows
        )


@dataclass(frozen=True, slots=True)
class UnattendedTasks(Query[tuple[TaskRow, ...]]):
    """Open tasks that no active person can do: theirs has left, or no candidate is there. Oldest first; administrators only."""

    limit: int = 100
    offset: int = 0

    def answer(self, reading: Reading, actor: Actor) -> tuple[TaskRow, ...]:
        if not actor.is_administrator:
            raise NotAllowedError("administrators_only")
        check_page(self.limit, self.offset)
        statement = task_rows().where(OPEN, _nobody(reading.now)).order_by(WorkItem.created_at, WorkItem.instance_id, WorkItem.activity_instance_id)
        return to_task_rows(reading, reading.connection.execute(statement.limit(self.limit).offset(self.offset)).all(), actor)


def _works(person: type[User]) -> sa.ColumnElement[bool]:
    """Active, and no auditor, who changes nothing."""
    return sa.and_(person.active, sa.or_(~person.is_auditor, person.is_administrator))


def _nobody(now: datetime) -> sa.ColumnElement[bool]:
    """Neither an active person nor, for one who has left, a substitute who is still there."""
    person, member, stand_in = sa.orm.aliased(User), sa.orm.aliased(Membership), sa.orm.aliased(User)
    there = (stand_in.id == Substitution.substitute_id, _works(stand_in), in_force(now))
    stands_in = sa.exists().where(Substitution.user_id == WorkItem.assignee, *there)
    has_holder = sa.or_(sa.exists().where(person.id == WorkItem.assignee, _works(person)), stands_in)
    named = sa.exists().where(person.id == sa.any_(WorkItem.candidate_users), _works(person))
    in_group = sa.exists().where(member.group_key == sa.any_(WorkItem.candidate_groups), person.id == member.user_id, _works(person))
    return sa.or_(sa.and_(WorkItem.assignee.is_not(None), ~has_holder), sa.and_(WorkItem.assignee.is_(None), ~named, ~in_group))
