"""Several tasks were given to one person, each by a command of its own: the person is told once, of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from engine.commands.work import Work
from engine.model.identity import Actor, parse_task_id
from engine.store.notifications import notify
from engine.store.registers import Participation
from engine.store.tables import WorkItem

JUST_NOW = timedelta(minutes=10)
MOST_TASKS = 500


@dataclass(frozen=True, slots=True)
class TellOfAssigned:
    """Tell `assignee` of those of the tasks that have just become theirs and whose cases the actor had to do with; nothing where there are none.

    One task is told of as AssignTask does, several in one line however many they are.
    """

    assignee: str
    task_ids: Sequence[str]

    def execute(self, work: Work, actor: Actor) -> int:
        """How many it was told of."""
        places = [place for place in map(parse_task_id, self.task_ids[:MOST_TASKS]) if place]
        if not places:
            return 0
        took_part = sa.exists().where(Participation.instance_id == WorkItem.instance_id, Participation.user_id == actor.user_id)
        wanted = (
            sa.tuple_(WorkItem.instance_id, WorkItem.activity_instance_id).in_(places),
            WorkItem.state == "open",
            WorkItem.assignee == self.assignee,
            WorkItem.claimed_at > work.now - JUST_NOW,
            sa.true() if actor.is_administrator else took_part,
        )
        found = work.connection.execute(sa.select(WorkItem.instance_id, WorkItem.activity_instance_id).where(*wanted)).all()
        if len(found) == 1:
            notify(work.tx, [self.assignee], "assigned", actor, *found[0])
        elif found:
            notify(work.tx, [self.assignee], "assigned", actor, about=str(len(found)))
        return len(found)
