"""How auditors find cases: by process and version, words, person, task, outcome and time; all of them, whoever they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from engine.model.errors import InputRejected
from engine.model.identity import Actor
from engine.model.outcome import InstanceStatus
from engine.queries.heads import heads
from engine.queries.instances import STATUSES, instance_rows
from engine.queries.labels import outcome_en
from engine.queries.reading import Query, Reading, check_page, findable, search_words
from engine.queries.views import InstancePage
from engine.queries.worklist_filter import contains, words_of
from engine.store.case_access import require_auditor
from engine.store.recorded_texts import RecordedText
from engine.store.registers import Participation, User
from engine.store.tables import Definition, Deployment, Instance, WorkItem

MOST_CASES = 10_000
_NEWEST = (Instance.started_at.desc(), Instance.id)


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a case must fulfil; what is empty or None does not matter.

    `search` words occur in title, business key, process name or are the instance's id; `person` words in name or account of somebody who took part;
    `task` words in the name of a user task that was reached; `value` words in what was recorded, each in any step. `since` (inclusive) and `until`
    (exclusive) bound when it started or ended.
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

    def conditions(self) -> list[sa.ColumnElement[bool]]:
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
        return wanted + self._people() + self._tasks() + self._values()

    def _people(self) -> list[sa.ColumnElement[bool]]:
        patterns = search_words(self.person)
        if not patterns:
            return []
        people = sa.select(User.id).where(*(_any_like((User.id, User.name), pattern) for pattern in patterns))
        return [Instance.id.in_(sa.select(Participation.instance_id).where(Participation.user_id.in_(people)))]

    def _tasks(self) -> list[sa.ColumnElement[bool]]:
        patterns = search_words(self.task)
        if not patterns:
            return []
        names = (WorkItem.element_name, WorkItem.element_name_en)
        return [Instance.id.in_(sa.select(WorkItem.instance_id).where(*(_any_like(names, pattern) for pattern in patterns)))]

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
        wanted = self.filter.conditions()
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
        cases = sa.select(Instance.id).join(Definition, Definition.id == Instance.definition_id).where(*self.filter.conditions())
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


def _any_like(columns: Iterable[Any], pattern: str) -> sa.ColumnElement[bool]:
    return sa.or_(*(column.ilike(pattern) for column in columns))
