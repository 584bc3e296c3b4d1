"""Process instances: which there are, and all about one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.bpmn.runtime import visible_variables
from engine.forms import Component
from engine.model.errors import InputRejected
from engine.model.identity import Actor
from engine.model.outcome import InstanceStatus
from engine.model.values import Value, to_json
from engine.queries.cases.decisions import earlier_decisions
from engine.queries.cases.heads import heads, require_instance, versions
from engine.queries.cases.history import in_words
from engine.queries.cases.story import tell
from engine.queries.incidents import incident_rows
from engine.queries.labels import label_words, outcome_en, pack_fields
from engine.queries.reading import Query, Reading, check_page, findable, search_words
from engine.queries.value_words import value_words
from engine.queries.views import InstanceDetail, InstancePage, InstanceRow, ProcessCall, VariableLine, VariableSet
from engine.queries.visibility import visible_instances
from engine.queries.waiting import waits
from engine.store.checked_log import read_checked
from engine.store.event_log import ChainEnd
from engine.store.tables import Definition, Incident, Instance

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack

STATUSES = ("active", "completed", "terminated")


@dataclass(frozen=True, slots=True)
class InstanceList(Query[InstancePage]):
    """Instances that the actor may see, newest first. `search` words must occur in title, business key or process name.

    `mine`: only those that the actor started.
    """

    search: str = ""
    status: InstanceStatus | None = None
    process_key: str | None = None
    limit: int = 50
    offset: int = 0
    mine: bool = False

    def answer(self, reading: Reading, actor: Actor) -> InstancePage:
        check_page(self.limit, self.offset)
        wanted = self._wanted(actor)
        newest = (Instance.started_at.desc(), Instance.id)
        found = reading.connection.execute(heads().where(*wanted).order_by(*newest).limit(self.limit).offset(self.offset)).all()
        counted = sa.select(sa.func.count()).select_from(Instance).join(Definition, Definition.id == Instance.definition_id).where(*wanted)
        total = self.offset + len(found) if 0 < len(found) < self.limit else int(reading.connection.scalar(counted) or 0)
        return InstancePage(instance_rows(reading, actor, found), total)

    def _wanted(self, actor: Actor) -> list[sa.ColumnElement[bool]]:
        if self.status is not None and self.status not in STATUSES:
            raise InputRejected("unknown_status", status=str(self.status)[:100])
        wanted = [visible_instances(actor)]
        if self.status is not None:
            wanted.append(Instance.status == self.status)
        if self.process_key is not None:
            wanted.append(Instance.process_key == findable(self.process_key))
        if self.mine:
            wanted.append(Instance.started_by == actor.user_id)
        searched = (Instance.title, Instance.business_key, Definition.name, Definition.name_en)
        wanted += [sa.or_(*(column.ilike(pattern) for column in searched)) for pattern in search_words(self.search)]
        return wanted


def instance_rows(reading: Reading, actor: Actor, found: Sequence[sa.Row[Any]]) -> tuple[InstanceRow, ...]:
    """Heads as rows of a list; they must be visible to the actor."""
    packs = {row.instance_id: reading.pack(row.deployment_id, row.digest) for row in found}
    active = {row.instance_id: packs[row.instance_id] for row in found if row.status == "active"}
    now = waits(reading, actor, active, {row.instance_id: row.started_by for row in found if row.status == "active"})
    names = reading.user_names(row.started_by for row in found)
    return tuple(
        InstanceRow(
            instance_id=row.instance_id,
            process_key=row.process_key,
            process_name=row.process_name,
            process_name_en=row.process_name_en,
            version=row.version,
            title=row.title,
            business_key=row.business_key,
            status=row.status,
            outcome=row.outcome,
            outcome_en=outcome_en(packs[row.instance_id], row.process_key, row.end_element_id),
            reason=row.reason,
            started_by=row.started_by,
            started_by_name=names[row.started_by],
            started_at=row.started_at,
            ended_at=row.ended_at,
            current=now.current.get(row.instance_id, ()),
            incidents=now.incidents.get(row.instance_id, 0),
        )
        for row in found
    )


@dataclass(frozen=True, slots=True)
class InstanceView(Query[InstanceDetail]):
    """An instance as a page; NotFoundError for those who may not know of it."""

    instance_id: str

    def answer(self, reading: Reading, actor: Actor) -> InstanceDetail:
        row = require_instance(reading, actor, self.instance_id, Instance.snapshot, Instance.last_sequence, Instance.last_hash)
        pack = reading.pack(row.deployment_id, row.digest)
        log = read_checked(reading.connection, self.instance_id, ChainEnd(row.last_sequence, bytes(row.last_hash)))
        story = tell(pack, log.events)
        head = instance_rows(reading, actor, [row])[0]
        known = versions(reading, row.deployment_id)
        return InstanceDetail(
            head=head,
            calls=tuple(replace(call, version=known.get(call.process_key, call.version)) for call in story.calls(row.version)) or (_own(row),),
            progress=story.progress(),
            open_tasks=head.current,
            incidents=incident_rows(reading, actor, Incident.instance_id == self.instance_id) if head.incidents else (),
            variables=variable_lines(pack, visible_variables(pack, bytes(row.snapshot), 0)),
            decisions=earlier_decisions(reading, pack, self.instance_id, story.decided),
            steps=in_words(reading, pack, log.events),
            document=pack.settings.document,
            may_terminate=actor.is_administrator and row.status == "active",
            found=log.found,
        )


def _own(row: sa.Row[Any]) -> ProcessCall:
    """The process of an instance whose log does not even say that it was started."""
    return ProcessCall(row.process_key, row.version, row.process_name, row.process_name_en, None, None, 0)


def variable_lines(pack: Pack, values: dict[str, Value]) -> tuple[VariableLine, ...]:
    """Variables in words, in the order in which they are kept, without those that the head of the page shows."""
    fields = pack_fields(pack)
    return tuple(_line(fields.get(name), name, value) for name, value in values.items() if name not in _IN_HEAD)


_IN_HEAD = frozenset({"starter", "businessKey", "startedAt"})


def _line(component: Component | None, name: str, value: Value) -> VariableLine:
    label = label_words(component, "zh") if component else ""
    label_en = label_words(component, "en") if component else ""
    text, text_en = value_words(component, value, "zh"), value_words(component, value, "en")
    return VariableLine(name, label or name, "" if label_en == label else label_en, text, text_en, value)


@dataclass(frozen=True, slots=True)
class Variables(Query[VariableSet]):
    """What an activity instance sees; 0 and ids that are gone see the instance's own variables."""

    instance_id: str
    activity_instance_id: int = 0

    def answer(self, reading: Reading, actor: Actor) -> VariableSet:
        row = require_instance(reading, actor, self.instance_id, Instance.snapshot)
        pack = reading.pack(row.deployment_id, row.digest)
        values = visible_variables(pack, bytes(row.snapshot), self.activity_instance_id)
        return VariableSet(self.instance_id, self.activity_instance_id, values, {name: to_json(value) for name, value in values.items()})
