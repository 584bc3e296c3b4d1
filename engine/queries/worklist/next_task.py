"""What comes after a task that is completed: for whom the next one opens, and which it is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlalchemy as sa

from engine.model.identity import Actor
from engine.queries.reading import Query, Reading
from engine.queries.views import TaskRow
from engine.queries.worklist.worklist import Worklist
from engine.queries.worklist.worklist_order import order_of
from engine.store.list_memory import NEXT_TASK, RememberedList


@dataclass(frozen=True, slots=True)
class OpensNextTask(Query[bool]):
    """Whether the actor wants the next task to open; yes, until the actor has said otherwise."""

    def answer(self, reading: Reading, actor: Actor) -> bool:
        mine = (RememberedList.user_id == actor.user_id, RememberedList.list_key == NEXT_TASK)
        kept = reading.connection.scalar(sa.select(RememberedList.arrangement).where(*mine))
        return kept is None or bool(kept.get("opens_next", True))


@dataclass(frozen=True, slots=True)
class TaskAfter(Query["TaskRow | None"]):
    """What stands behind `row` in the list, also when it is not in it any more. None: there is none.

    `around`: when nothing stands behind it, the first of the list. Raises InputRejected for filters and orders that there are not.
    """

    worklist: Worklist
    row: TaskRow
    around: bool = True

    def answer(self, reading: Reading, actor: Actor) -> TaskRow | None:
        start = replace(self.worklist, limit=2, offset=0, after=None, before=None)
        behind = replace(start, after=order_of(start.tab, start.sort).cursor(self.row))
        for asked in (behind, start) if self.around else (behind,):
            found = next((row for row in asked.answer(reading, actor).rows if row.task_id != self.row.task_id), None)
            if found is not None:
                return found
        return None
