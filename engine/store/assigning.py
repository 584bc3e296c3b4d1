"""Who acts for whom while away, and who took over whose work."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.identity import Standing
from engine.store.people import roles_of
from engine.store.registers import User
from engine.store.tables import Base


class Substitution(Base):
    """`substitute_id` acts for `user_id` from `from_at` (inclusive) to `until` (exclusive), in the processes of `process_keys` or, empty, in all.

    Kept after it is over; `ended_at` is set when somebody ended it before its time.
    """

    __tablename__ = "substitutions"
    __table_args__ = (Index("ix_substitutions_substitute_id", "substitute_id", "until"), Index("ix_substitutions_user_id", "user_id", "until"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    substitute_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    from_at: Mapped[datetime]
    until: Mapped[datetime]
    process_keys: Mapped[list[str]]
    reason: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]


class Handover(Base):
    """Somebody's open work went to somebody else. `lasting`: while `from_user` is inactive, new tasks go to `to_user` too.

    Never updated or deleted (trigger).
    """

    __tablename__ = "handovers"
    __table_args__ = (Index("ix_handovers_from_user_at", "from_user", "at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    from_user: Mapped[str] = mapped_column(ForeignKey("users.id"))
    to_user: Mapped[str] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str]
    tasks: Mapped[int]
    lasting: Mapped[bool]


def in_force(now: datetime) -> sa.ColumnElement[bool]:
    """Substitutions that hold now."""
    return sa.and_(Substitution.from_at <= now, Substitution.until > now, Substitution.ended_at.is_(None))


_ABSENT = sa.orm.aliased(User)


def standings_column(now: datetime) -> sa.Label[Any]:
    """For a statement over users: the substitutions in which each stands for somebody now; `to_standings` reads it."""
    told = sa.func.json_build_array(Substitution.id, _ABSENT.id, _ABSENT.name, roles_of(_ABSENT), Substitution.process_keys)
    held = sa.select(sa.func.json_agg(told)).join(_ABSENT, _ABSENT.id == Substitution.user_id)
    return held.where(Substitution.substitute_id == User.id, in_force(now)).correlate(User).scalar_subquery().label("standings")


def to_standings(rows: list[list[Any]] | None) -> tuple[Standing, ...]:
    """In the order in which they were asked for."""
    ordered = sorted(rows or (), key=lambda row: int(row[0]))
    return tuple(Standing(user_id, name, frozenset(groups), frozenset(keys)) for _, user_id, name, groups, keys in ordered)


def successors(connection: sa.Connection, user_ids: Collection[str]) -> dict[str, str]:
    """Who took over for good from those of `user_ids` who are inactive now; a successor who left too is followed to theirs."""
    found: dict[str, str] = {}
    asked = set(user_ids)
    while asked:
        latest = (
            sa.select(Handover.from_user, Handover.to_user)
            .join(User, User.id == Handover.from_user)
            .where(Handover.from_user.in_(sorted(asked)), Handover.lasting, ~User.active)
            .order_by(Handover.from_user, Handover.id.desc())
            .ext(distinct_on(Handover.from_user))
        )
        new = {row.from_user: row.to_user for row in connection.execute(latest)}
        found |= new
        asked = set(new.values()) - found.keys()
    return {user_id: end for user_id in user_ids if (end := _end_of(found, user_id)) is not None}


def _end_of(steps: dict[str, str], user_id: str) -> str | None:
    """The last of the line; None where nobody took over, or where the line comes back to where it began."""
    seen: list[str] = []
    current = user_id
    while current in steps and current not in seen:
        seen.append(current)
        current = steps[current]
    return current if seen and current not in seen else None
