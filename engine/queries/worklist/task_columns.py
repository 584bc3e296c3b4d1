"""Which columns the task list has for the actor."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engine.model.identity import Actor
from engine.model.task_list import columns_in_order
from engine.queries.reading import Query, Reading
from engine.store.list_memory import TASK_COLUMNS, RememberedList


@dataclass(frozen=True, slots=True)
class TaskColumns(Query["tuple[str, ...] | None"]):
    """What the actor has chosen (engine.model.task_list); None: nothing yet."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[str, ...] | None:
        mine = (RememberedList.user_id == actor.user_id, RememberedList.list_key == TASK_COLUMNS)
        kept = reading.connection.scalar(sa.select(RememberedList.arrangement).where(*mine))
        return None if kept is None else columns_in_order(kept.get("columns", ()))
