"""What the keys in the address of a list are called."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engine.model.identity import Actor
from engine.queries.labels import element_of
from engine.queries.reading import Query, Reading, findable
from engine.store.tables import Definition, Deployment, WorkItem

Names = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FilterWords:
    """Chinese and English names; None: there is no such process, or step, or person (any more)."""

    process: Names | None
    element: Names | None
    person: str | None


@dataclass(frozen=True, slots=True)
class FilterNames(Query[FilterWords]):
    """Names of a process, one of its user tasks and a person; empty keys are not looked up. A step that a newer version lacks has its last name."""

    process_key: str = ""
    element_id: str = ""
    user_id: str = ""

    def answer(self, reading: Reading, actor: Actor) -> FilterWords:
        process, element = self._names(reading) if self.process_key else (None, None)
        person = next((each.name for each in actor.acts_for if each.user_id == self.user_id), None)
        if self.user_id and person is None:
            user_id = findable(self.user_id)
            person = reading.user_names([user_id]).get(user_id)
        return FilterWords(process, element, person)

    def _names(self, reading: Reading) -> tuple[Names | None, Names | None]:
        newest = (
            sa.select(Definition.key, Definition.name, Definition.name_en, Deployment.id, Deployment.digest)
            .join(Deployment, Deployment.id == Definition.deployment_id)
            .where(Definition.key == findable(self.process_key))
            .order_by(Definition.version.desc())
            .limit(1)
        )
        row = reading.connection.execute(newest).one_or_none()
        if row is None:
            return None, None
        names = (row.name, row.name_en)
        if not self.element_id:
            return names, None
        element = element_of(reading.pack(row.id, row.digest), row.key, self.element_id)
        return names, (element.name or element.id, element.name_en) if element else self._as_it_was(reading, row.key)

    def _as_it_was(self, reading: Reading, process_key: str) -> Names | None:
        columns = sa.select(WorkItem.element_name, WorkItem.element_name_en)
        wanted = (WorkItem.process_key == process_key, WorkItem.element_id == findable(self.element_id), WorkItem.state == "open")
        row = reading.connection.execute(columns.where(*wanted).limit(1)).one_or_none()
        return (row.element_name, row.element_name_en) if row else None
