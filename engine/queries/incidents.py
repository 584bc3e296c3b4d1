"""Where instances stand still."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engine.model.identity import Actor
from engine.queries.cases.heads import heads
from engine.queries.incident_details import details_in_words
from engine.queries.labels import element_names
from engine.queries.reading import Query, Reading, check_page
from engine.queries.views import IncidentRow
from engine.queries.visibility import visible_instances
from engine.store.tables import Incident, Instance

_INCIDENT = (
    Incident.activity_instance_id,
    Incident.process_key.label("element_process_key"),
    Incident.element_id,
    Incident.code,
    Incident.message,
    Incident.raised_at,
)


def incident_rows(reading: Reading, actor: Actor, *wanted: sa.ColumnElement[bool], limit: int = 100, offset: int = 0) -> tuple[IncidentRow, ...]:
    """Open incidents of visible instances, newest first."""
    statement = heads(*_INCIDENT).join(Incident, Incident.instance_id == Instance.id)
    statement = statement.where(Incident.resolved_at.is_(None), visible_instances(actor), *wanted)
    rows = reading.connection.execute(statement.order_by(Incident.raised_at.desc(), Incident.id).limit(limit).offset(offset)).all()
    incidents = []
    for row in rows:
        pack = reading.pack(row.deployment_id, row.digest)
        names = element_names(pack, row.element_process_key, row.element_id)
        head = (row.process_key, row.process_name, row.process_name_en, row.title, row.business_key)
        place = (row.instance_id, row.activity_instance_id, *head, row.element_id, *names)
        incidents.append(IncidentRow(*place, row.code, *details_in_words(row.message), row.raised_at))
    return tuple(incidents)


@dataclass(frozen=True, slots=True)
class Incidents(Query[tuple[IncidentRow, ...]]):
    """All open incidents that the actor may see, newest first."""

    limit: int = 100
    offset: int = 0

    def answer(self, reading: Reading, actor: Actor) -> tuple[IncidentRow, ...]:
        check_page(self.limit, self.offset)
        return incident_rows(reading, actor, limit=self.limit, offset=self.offset)
