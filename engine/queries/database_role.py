"""Which role of the database server the application works as, and whether it could change what was recorded."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model.identity import Actor
from engine.queries.people.people import require_reader
from engine.queries.reading import Query, Reading
from engine.store.application_role import RoleStanding, role_standing


@dataclass(frozen=True, slots=True)
class DatabaseRole(Query[RoleStanding]):
    """Administrators and auditors; one statement."""

    def answer(self, reading: Reading, actor: Actor) -> RoleStanding:
        require_reader(actor)
        return role_standing(reading.connection)
