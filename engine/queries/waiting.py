"""What instances wait for now, in words, for lists and pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.model.identity import Actor, task_id
from engine.queries.labels import element_names, element_of, role_names, who
from engine.queries.reading import Reading
from engine.queries.views import CurrentWork, RoleName
from engine.store.registers import Participation
from engine.store.tables import Incident, Job, Subscription, Timer, WorkItem
from engine.store.worklists import Copy

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack

_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Text()))
_NO_TEXT, _NO_TEXTS, _NO_TIME = sa.null().cast(sa.Text()), sa.null().cast(sa.ARRAY(sa.Text())), sa.null().cast(sa.DateTime(timezone=True))
_PART = sa.select(Participation.instance_id).where(Participation.user_id == sa.bindparam("user_id"), Participation.instance_id == sa.any_(_IDS))
_COPIED = sa.select(Copy.instance_id).where(Copy.user_id == sa.bindparam("user_id"), Copy.instance_id == sa.any_(_IDS))
_KNOWN = sa.union_all(_PART, _COPIED)
_ASIDE = ("boundary_event", "start_event")


def _select(
    kind: sa.SQLColumnExpression[str], table: type[WorkItem] | type[Timer] | type[Subscription] | type[Job] | type[Incident]
) -> sa.Select[*tuple[Any, ...]]:
    is_task, is_timer = table is WorkItem, table is Timer
    return sa.select(
        kind.label("kind"),
        table.instance_id,
        table.activity_instance_id,
        table.process_key,
        table.element_id,
        (WorkItem.assignee if is_task else _NO_TEXT).label("assignee"),
        (WorkItem.candidate_groups if is_task else _NO_TEXTS).label("candidate_groups"),
        (WorkItem.candidate_users if is_task else _NO_TEXTS).label("candidate_users"),
        (WorkItem.due_at if is_task else Timer.due_at if is_timer else _NO_TIME).label("due_at"),
    ).where(table.instance_id == sa.any_(_IDS))


_WAITS = sa.union_all(
    _select(sa.literal("user_task"), WorkItem).where(WorkItem.state == "open"),
    _select(sa.literal("incident"), Incident).where(Incident.resolved_at.is_(None)),
    _select(Subscription.type, Subscription),
    _select(sa.literal("timer"), Timer),
    _select(sa.literal("job"), Job),
).order_by("instance_id", "activity_instance_id")


@dataclass(frozen=True, slots=True)
class Waits:
    """`current` by instance id; `incidents` counts the open ones."""

    current: Mapping[str, tuple[CurrentWork, ...]]
    incidents: Mapping[str, int]


def waits(reading: Reading, actor: Actor, packs: Mapping[str, Pack], started_by: Mapping[str, str]) -> Waits:
    """What the instances wait for; `packs` and `started_by` by instance id. Events attached to something else are left out."""
    if not packs:
        return Waits({}, {})
    rows = [row for row in reading.connection.execute(_WAITS, {"ids": list(packs)}) if _stands(packs[row.instance_id], row)]
    words = _Words(
        actor,
        role_names(reading, (group for row in rows for group in row.candidate_groups or ())),
        reading.user_names(user for row in rows for user in (row.assignee, *(row.candidate_users or ()))),
        frozenset(_insider(reading, actor, started_by)),
    )
    current: dict[str, list[CurrentWork]] = {}
    incidents: dict[str, int] = {}
    for row in rows:
        current.setdefault(row.instance_id, []).append(words.work(packs[row.instance_id], row))
        incidents[row.instance_id] = incidents.get(row.instance_id, 0) + (row.kind == "incident")
    return Waits({instance: tuple(works) for instance, works in current.items()}, incidents)


def _stands(pack: Pack, row: sa.Row[Any]) -> bool:
    element = element_of(pack, row.process_key, row.element_id)
    return row.kind in ("user_task", "incident") or element is None or element.kind not in _ASIDE


def _insider(reading: Reading, actor: Actor, started_by: Mapping[str, str]) -> Iterator[str]:
    """Instances of which the actor may open every task."""
    if actor.is_administrator:
        yield from started_by
        return
    yield from (instance for instance, starter in started_by.items() if starter == actor.user_id)
    yield from reading.connection.scalars(_KNOWN, {"user_id": actor.user_id, "ids": list(started_by)})


@dataclass(frozen=True, slots=True)
class _Words:
    actor: Actor
    roles: Mapping[str, RoleName]
    names: Mapping[str, str]
    inside: frozenset[str]

    def work(self, pack: Pack, row: sa.Row[Any]) -> CurrentWork:
        name, name_en = element_names(pack, row.process_key, row.element_id)
        public = task_id(row.instance_id, row.activity_instance_id) if row.kind == "user_task" and self.may_open(row) else None
        who_zh, who_en = self.who(row, "zh"), self.who(row, "en")
        return CurrentWork(row.kind, row.element_id, name, name_en, who_zh, who_en, public, row.due_at, row.activity_instance_id)

    def who(self, row: sa.Row[Any], language: str) -> str:
        if row.assignee:
            return self.names[row.assignee]
        people = [RoleName(user, self.names[user]) for user in row.candidate_users or ()]
        return who([*(self.roles[group] for group in row.candidate_groups or ()), *people], language)

    def may_open(self, row: sa.Row[Any]) -> bool:
        if row.instance_id in self.inside or row.assignee == self.actor.user_id:
            return True
        return is_candidate(self.actor, row.candidate_groups, row.candidate_users)


def is_candidate(actor: Actor, groups: Sequence[str], users: Iterable[str]) -> bool:
    """Whether the actor may take a task that nobody has. One without candidates is the administrators'."""
    users = tuple(users)
    if not groups and not users:
        return actor.is_administrator
    return actor.user_id in users or not actor.groups.isdisjoint(groups)
