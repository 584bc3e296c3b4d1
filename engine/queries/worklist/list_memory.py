"""How the actor wants the list of a register to look."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engine.model.arrangement import Arrangement
from engine.model.identity import Actor
from engine.queries.reading import Query, Reading, findable
from engine.store.list_memory import RememberedList, register_list


@dataclass(frozen=True, slots=True)
class RememberedRecordList(Query["Arrangement | None"]):
    """What the actor had remembered, None when nothing. Whether the register is there and may be seen is for its list to say."""

    record_type: str

    def answer(self, reading: Reading, actor: Actor) -> Arrangement | None:
        mine = (RememberedList.user_id == actor.user_id, RememberedList.list_key == register_list(findable(self.record_type)))
        kept = reading.connection.scalar(sa.select(RememberedList.arrangement).where(*mine))
        return None if kept is None else Arrangement.of(kept)
