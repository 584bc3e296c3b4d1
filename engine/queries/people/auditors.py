"""Accounts that audit and have something else to do as well, which does not work: a finding for administrators."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engine.model.errors import NotAllowedError
from engine.model.identity import Actor
from engine.queries.reading import Query, Reading
from engine.store.registers import Membership, User


@dataclass(frozen=True, slots=True)
class Named:
    user_id: str
    name: str


@dataclass(frozen=True, slots=True)
class ActingAuditors(Query[tuple[Named, ...]]):
    """Active auditors who are no administrators and have roles, or are analysts as well. One statement; administrators only."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[Named, ...]:
        if not actor.is_administrator:
            raise NotAllowedError("administrators_only")
        acts = sa.or_(User.is_analyst, sa.exists().where(Membership.user_id == User.id))
        statement = sa.select(User.id, User.name).where(User.active, User.is_auditor, ~User.is_administrator, acts).order_by(User.id)
        return tuple(Named(row.id, row.name) for row in reading.connection.execute(statement))
