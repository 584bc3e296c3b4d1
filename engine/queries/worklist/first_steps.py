"""What somebody new here has to know: whether the first steps are wanted, and for whose work the actor answers."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engine.model.identity import Actor
from engine.queries.reading import Query, Reading
from engine.store.first_steps import HiddenFirstSteps
from engine.store.registers import Department, User


@dataclass(frozen=True, slots=True)
class FirstStepsView:
    """`leads`: somebody active has the actor as supervisor, or the actor is head of a department."""

    shown: bool
    leads: bool


@dataclass(frozen=True, slots=True)
class FirstSteps(Query[FirstStepsView]):
    """One statement."""

    def answer(self, reading: Reading, actor: Actor) -> FirstStepsView:
        hidden = sa.exists().where(HiddenFirstSteps.user_id == actor.user_id)
        supervises = sa.exists().where(User.manager_id == actor.user_id, User.active)
        heads = sa.exists().where(Department.head_id == actor.user_id)
        row = reading.connection.execute(sa.select(~hidden, supervises | heads)).one()
        return FirstStepsView(bool(row[0]), bool(row[1]))
