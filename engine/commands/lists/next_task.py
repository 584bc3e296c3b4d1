"""Whether the next task opens when one has been completed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.commands.work import Work
from engine.model.identity import Actor
from engine.store.list_memory import NEXT_TASK, RememberedList
from engine.store.rows import insert_rows


@dataclass(frozen=True, slots=True)
class NextTaskOpening:
    opens: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class OpenNextTask:
    """From now on the next task opens for the actor after one is completed, or the list does; saying it twice changes nothing more."""

    opens: bool

    def execute(self, work: Work, actor: Actor) -> NextTaskOpening:
        kept = {"arrangement": {"opens_next": self.opens is True}, "remembered_at": work.now}
        insert_rows(work.connection, RememberedList, [{"user_id": actor.user_id, "list_key": NEXT_TASK, **kept}], replace=True)
        return NextTaskOpening(self.opens is True, work.now)
