"""Putting the first steps aside, and fetching them again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.commands.work import Work
from engine.model.identity import Actor
from engine.store.first_steps import HiddenFirstSteps
from engine.store.rows import insert_rows


@dataclass(frozen=True, slots=True)
class FirstStepsShown:
    shown: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class ShowFirstSteps:
    """From now on the actor sees them, or does not; saying it twice changes nothing more."""

    shown: bool

    def execute(self, work: Work, actor: Actor) -> FirstStepsShown:
        mine = {"user_id": actor.user_id}
        if self.shown:
            work.connection.execute(sa.delete(HiddenFirstSteps).filter_by(**mine))
        else:
            insert_rows(work.connection, HiddenFirstSteps, [{**mine, "hidden_at": work.now}], replace=True)
        return FirstStepsShown(self.shown, work.now)
