"""What all instances of a database went through, for coverage."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engine.model.errors import NotAllowedError
from engine.model.identity import Actor
from engine.queries.reading import Query, Reading
from engine.store.tables import Event


@dataclass(frozen=True, slots=True)
class AllEvents(Query[tuple[tuple[str, str, str | None], ...]]):
    """(process key, element, flow taken to it or None), each once. For the system, on databases made for a trial."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[tuple[str, str, str | None], ...]:
        if not actor.is_system:
            raise NotAllowedError("system_only")
        flow = Event.data["flow"].as_string()
        statement = sa.select(Event.process_key, Event.element_id, flow).distinct()
        statement = statement.where(Event.element_id.is_not(None), Event.kind == "activity_entered")
        return tuple((str(row[0]), str(row[1]), row[2]) for row in reading.connection.execute(statement))
