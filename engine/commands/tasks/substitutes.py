"""Who does somebody's work while they are away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from engine.commands.input import checked_number, checked_text
from engine.commands.rights import require_worker
from engine.commands.work import Work
from engine.model.errors import InputRejected, NotAllowedError, NotFoundError
from engine.model.identity import Actor
from engine.store.accounts import record_account_event
from engine.store.assigning import Substitution
from engine.store.assigning_log import SUBSTITUTE_ENDED, SUBSTITUTE_SET, ended_changes, set_changes
from engine.store.notifications import notify
from engine.store.people import lock_people, looks_after
from engine.store.registers import User
from engine.store.tables import Definition

LONGEST_ABSENCE = timedelta(days=366)
MOST_PROCESSES = 100


@dataclass(frozen=True, slots=True)
class SubstituteSet:
    substitution_id: int
    user_id: str
    substitute_id: str
    from_at: datetime
    until: datetime


def require_own(work: Work, actor: Actor, user_id: str) -> None:
    """One's own absence and work, those of the people one supervises, and administrators everybody's. Raises NotAllowedError."""
    if not looks_after(work.connection, actor, user_id):
        raise NotAllowedError("not_your_people", user_id=user_id)


def active_user(work: Work, given: object, field: str) -> str:
    """The login of somebody who can do work. Raises InputRejected."""
    user_id = checked_text(given, field)
    require_worker(work, user_id, field)
    return user_id


@dataclass(frozen=True, slots=True)
class SetSubstitute:
    """`substitute_id` may do the work of `user_id` from `from_at` until `until` (aware, at most a year), in `process_keys` or, empty, everywhere.

    The absent person keeps the right to do it; what the substitute does carries both names. Oneself, those above, and administrators may set it.
    Raises InputRejected: unknown_user, own_substitute, wrong_period, unknown_process, substitute_overlaps(until).
    """

    user_id: str
    substitute_id: str
    from_at: datetime
    until: datetime
    process_keys: Collection[str] = ()
    reason: str = ""

    def execute(self, work: Work, actor: Actor) -> SubstituteSet:
        user_id, substitute_id = active_user(work, self.user_id, "user_id"), active_user(work, self.substitute_id, "substitute_id")
        require_own(work, actor, user_id)
        if user_id == substitute_id:
            raise InputRejected("own_substitute", field="substitute_id")
        self._check_period(work)
        keys = self._processes(work)
        reason = checked_text(self.reason, "reason", maximum=500, required=False)
        # Two who set the same absence at once: the second sees the first.
        lock_people(work.connection)
        self._refuse_overlap(work, user_id, keys)
        row = {
            "user_id": user_id,
            "substitute_id": substitute_id,
            "from_at": self.from_at,
            "until": self.until,
            "process_keys": keys,
            "reason": reason,
            "created_by": actor.user_id,
            "created_at": work.now,
        }
        number = int(work.connection.scalar(sa.insert(Substitution).values(row).returning(Substitution.id)) or 0)
        record_account_event(work.tx, actor.user_id, SUBSTITUTE_SET, ("user", user_id), set_changes({"id": number, **row}))
        notify(work.tx, [substitute_id], "substitute", actor, about=user_id)
        return SubstituteSet(number, user_id, substitute_id, self.from_at, self.until)

    def _check_period(self, work: Work) -> None:
        given = (self.from_at, self.until)
        if not all(isinstance(each, datetime) and each.tzinfo is not None for each in given):
            raise InputRejected("wrong_period", field="from_at")
        if not (self.from_at < self.until and work.now < self.until and self.until - self.from_at <= LONGEST_ABSENCE):
            raise InputRejected("wrong_period", field="until", days=LONGEST_ABSENCE.days)

    def _processes(self, work: Work) -> list[str]:
        keys = sorted({checked_text(key, "process_keys") for key in self.process_keys})[:MOST_PROCESSES]
        known = set(work.connection.scalars(sa.select(Definition.key).where(Definition.key.in_(keys)))) if keys else set()
        if unknown := [key for key in keys if key not in known]:
            raise InputRejected("unknown_process", field="process_keys", key=unknown[0])
        return keys

    def _refuse_overlap(self, work: Work, user_id: str, keys: list[str]) -> None:
        """One substitute at a time for each process: nobody has to guess who does it."""
        others = sa.select(Substitution.process_keys, Substitution.until, User.name).join(User, User.id == Substitution.substitute_id)
        mine = (Substitution.user_id == user_id, Substitution.ended_at.is_(None))
        for row in work.connection.execute(others.where(*mine, Substitution.from_at < self.until, Substitution.until > self.from_at)):
            if not keys or not row.process_keys or set(keys) & set(row.process_keys):
                raise InputRejected("substitute_overlaps", field="from_at", substitute=row.name, until=row.until)


@dataclass(frozen=True, slots=True)
class SubstituteEnded:
    substitution_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class EndSubstitute:
    """Back earlier, or not away at all. The same people may as may set it; the substitute may too. Ending what is over changes nothing."""

    substitution_id: int

    def execute(self, work: Work, actor: Actor) -> SubstituteEnded:
        number = checked_number(self.substitution_id, "substitution_id", minimum=1)
        lock_people(work.connection)
        row = work.connection.execute(
            sa.select(Substitution.user_id, Substitution.substitute_id, Substitution.ended_at, Substitution.until)
            .where(Substitution.id == number)
            .with_for_update()
        ).one_or_none()
        if row is None or not (actor.user_id == row.substitute_id or looks_after(work.connection, actor, row.user_id)):
            raise NotFoundError("no_such_substitute", substitution_id=number)
        if row.ended_at is None and row.until > work.now:
            ended = {"ended_at": work.now, "ended_by": actor.user_id}
            work.connection.execute(sa.update(Substitution).where(Substitution.id == number).values(**ended))
            changes = ended_changes({"id": number, "substitute_id": row.substitute_id, **ended})
            record_account_event(work.tx, actor.user_id, SUBSTITUTE_ENDED, ("user", row.user_id), changes)
        return SubstituteEnded(number, row.ended_at or min(work.now, row.until))
