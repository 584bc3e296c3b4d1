"""How auditors find cases: by process and version, words, person, task, outcome and time; all of them, whoever they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from engine.model.errors import InputRejected
from engine.model.identity import Actor
from engine.model.outcome import InstanceStatus
from engine.queries.cases.heads import heads
from engine.queries.cases.instances import STATUSES, instance_rows
from engine.queries.labels import outcome_en
from engine.queries.reading import MAXIMUM_SEARCH, Query, Reading, check_page, findable, search_words
from engine.queries.views import InstancePage
from engine.queries.worklist.worklist_filter import contains, words_of
from engine.store.case_access import require_auditor
from engine.store.recorded_texts import RecordedText
from engine.store.registers import Participation, User
from engine.store.tables import Definition, Deployment, Event, Instance, WorkItem

MOST_CASES = 10_000
_NEWEST = (Instance.started_at.desc(), Instance.id)


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a case must fulfil; what is empty or None does not matter.

    `search` words occur in title, business key, process name or are the instance's id; `person` words in name or account of somebody who took part;
    `task` words in name or id of an element of any kind that was reached; `value` words in what was recorded, each in any step. `since` (inclusive)
    and `until` (exclusive) bound when it started or ended.
    """

    search: str = ""
    process_key: str | None = None
    version: int | None = None
    status: InstanceStatus | None = None
    outcome: str | None = None
    person: str = ""
    task: str = ""
    value: str = ""
    time: Literal["started", "ended"] = "started"
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self, reading: Reading) -> list[sa.ColumnElement[bool]]:
        if self.status is not None and self.status not in STATUSES:
            raise InputRejected("unknown_status", status=str(self.status)[:100])
        exact: tuple[tuple[Any, Any], ...] = (
            (Instance.process_key, self.process_key),
            (Instance.status, self.status),
            (Instance.outcome, self.outcome),
        )
        wanted: list[sa.ColumnElement[bool]] = [column == findable(value) for column, value in exact if value is not None]
        if self.version is not None:
            wanted.append(Definition.version == self.version if 0 < self.version < 2**31 else sa.false())
        column = Instance.ended_at if self.time == "ended" else Instance.started_at
        wanted += [column >= self.since] if self.since else []
        wanted += [column < self.until] if self.until else []
        searched = (Instance.title, Instance.business_key, Definition.name, Definition.name_en, Instance.id)
        wanted += [_any_like(searched, pattern) for pattern in search_words(self.search)]
        return wanted + self._people() + self._elements(reading) + self._values()

    def _people(self) -> list[sa.ColumnElement[bool]]:
        patterns = search_words(self.person)
        if not patterns:
            return []
        people = sa.select(User.id).where(*(_any_like((User.id, User.name), pattern) for pattern in patterns))
        return [Instance.id.in_(sa.select(Participation.instance_id).where(Participation.user_id.in_(people)))]

    def _elements(self, reading: Reading) -> list[sa.ColumnElement[bool]]:
        """Names are those of the version that ran: the compiled packs of all instances know them. Tasks keep their own names."""
        patterns, words = search_words(self.task), findable(self.task)[:MAXIMUM_SEARCH].lower().split()
        if not patterns:
            return []
        names = (WorkItem.element_name, WorkItem.element_name_en)
        tasks = sa.select(WorkItem.instance_id).where(*(_any_like(names, pattern) for pattern in patterns))
        return [sa.or_(Instance.id.in_(tasks), *(_reached(*each) for each in _elements_named(reading, words)))]

    def _values(self) -> list[sa.ColumnElement[bool]]:
        return [Instance.id.in_(sa.select(RecordedText.instance_id).where(contains(RecordedText, word))) for word in words_of(self.value)]


@dataclass(frozen=True, slots=True)
class FindCases(Query[InstancePage]):
    """A page of cases, newest first. Auditors only."""

    filter: CaseFilter = CaseFilter()
    limit: int = 50
    offset: int = 0

    def answer(self, reading: Reading, actor: Actor) -> InstancePage:
        require_auditor(actor)
        check_page(self.limit, self.offset)
        wanted = self.filter.conditions(reading)
        found = reading.connection.execute(heads().where(*wanted).order_by(*_NEWEST).limit(self.limit).offset(self.offset)).all()
        counted = sa.select(sa.func.count()).select_from(Instance).join(Definition, Definition.id == Instance.definition_id).where(*wanted)
        total = self.offset + len(found) if 0 < len(found) < self.limit else int(reading.connection.scalar(counted) or 0)
        return InstancePage(instance_rows(reading, actor, found), total)


@dataclass(frozen=True, slots=True)
class FoundCases(Query[tuple[str, ...]]):
    """The ids of all cases found, newest first. Auditors only. Raises InputRejected("too_many_cases") rather than leave any out."""

    filter: CaseFilter = CaseFilter()

    def answer(self, reading: Reading, actor: Actor) -> tuple[str, ...]:
        require_auditor(actor)
        cases = sa.select(Instance.id).join(Definition, Definition.id == Instance.definition_id).where(*self.filter.conditions(reading))
        ids = tuple(reading.connection.scalars(cases.order_by(*_NEWEST).limit(MOST_CASES + 1)))
        if len(ids) > MOST_CASES:
            raise InputRejected("too_many_cases", maximum=MOST_CASES)
        return ids


@dataclass(frozen=True, slots=True)
class ProcessChoice:
    """A process that was ever deployed, under its newest name; `versions` newest first."""

    key: str
    name: str
    name_en: str
    versions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OutcomeChoice:
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class CaseChoices:
    processes: tuple[ProcessChoice, ...]
    outcomes: tuple[OutcomeChoice, ...]


@dataclass(frozen=True, slots=True)
class ListCaseChoices(Query[CaseChoices]):
    """What can be chosen from: processes with their versions, and outcomes that occurred. Auditors only."""

    def answer(self, reading: Reading, actor: Actor) -> CaseChoices:
        require_auditor(actor)
        rows = reading.connection.execute(
            sa.select(Definition.key, Definition.version, Definition.name, Definition.name_en).order_by(Definition.key, Definition.version.desc())
        ).all()
        return CaseChoices(_processes(rows), _outcomes(reading))


def _processes(rows: Iterable[Any]) -> tuple[ProcessChoice, ...]:
    by_key: dict[str, list[Any]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row)
    return tuple(ProcessChoice(key, each[0].name, each[0].name_en, tuple(row.version for row in each)) for key, each in by_key.items())


def _outcomes(reading: Reading) -> tuple[OutcomeChoice, ...]:
    """Each with its English name in the newest version that ended so."""
    ended = (
        sa.select(Instance.outcome, Instance.process_key, Instance.end_element_id, sa.func.max(Instance.definition_id).label("definition_id"))
        .where(Instance.outcome.is_not(None))
        .group_by(Instance.outcome, Instance.process_key, Instance.end_element_id)
        .subquery()
    )
    rows = reading.connection.execute(
        sa.select(ended, Definition.deployment_id, Deployment.digest)
        .join(Definition, Definition.id == ended.c.definition_id)
        .join(Deployment, Deployment.id == Definition.deployment_id)
        .order_by(ended.c.outcome, ended.c.definition_id)
    )
    names = {row.outcome: outcome_en(reading.pack(row.deployment_id, row.digest), row.process_key, row.end_element_id) for row in rows.all()}
    return tuple(OutcomeChoice(name, name_en or "") for name, name_en in names.items())


def _elements_named(reading: Reading, words: Sequence[str]) -> Iterable[tuple[str, str, list[str]]]:
    """(deployment, process, ids of elements in whose name or id all words occur), of every deployment that has instances."""
    ran = sa.select(Definition.deployment_id).where(sa.exists().where(Instance.definition_id == Definition.id))
    for row in reading.connection.execute(sa.select(Deployment.id, Deployment.digest).where(Deployment.id.in_(ran))).all():
        for key, process in reading.pack(row.id, row.digest).processes.items():
            texts = {each.id: f"{each.id} {each.name} {each.name_en}".lower() for each in process.elements.values()}
            found = [element_id for element_id, text in texts.items() if all(word in text for word in words)]
            if found:
                yield row.id, key, found


def _reached(deployment_id: str, process_key: str, element_ids: list[str]) -> sa.ColumnElement[bool]:
    entered = sa.exists().where(
        Event.instance_id == Instance.id, Event.kind == "activity_entered", Event.process_key == process_key, Event.element_id.in_(element_ids)
    )
    return sa.and_(Definition.deployment_id == deployment_id, entered)


def _any_like(columns: Iterable[Any], pattern: str) -> sa.ColumnElement[bool]:
    return sa.or_(*(column.ilike(pattern) for column in columns))
