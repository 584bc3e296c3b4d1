"""Which columns the task list has for somebody where there is room for a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.commands.work import Work
from engine.model.errors import InputRejected
from engine.model.identity import Actor
from engine.model.task_list import columns_in_order, is_column
from engine.store.list_memory import TASK_COLUMNS, RememberedList
from engine.store.rows import insert_rows


@dataclass(frozen=True, slots=True)
class ColumnsChosen:
    columns: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class ChooseTaskColumns:
    """From now on the actor's task list has these columns beside the task's own, those of every task before values.

    Raises InputRejected(unknown_column).
    """

    columns: Sequence[str]

    def execute(self, work: Work, actor: Actor) -> ColumnsChosen:
        unknown = [column for column in self.columns if not is_column(column)]
        if unknown:
            raise InputRejected("unknown_column", field="columns", column=str(unknown[0])[:100])
        chosen = columns_in_order(self.columns)
        kept = {"arrangement": {"columns": list(chosen)}, "remembered_at": work.now}
        insert_rows(work.connection, RememberedList, [{"user_id": actor.user_id, "list_key": TASK_COLUMNS, **kept}], replace=True)
        return ColumnsChosen(chosen, work.now)
