"""The history of an instance: as it was recorded, and in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.model.events import HistoryEvent
from engine.model.identity import Actor
from engine.queries.cases.decision_words import Deciding
from engine.queries.cases.heads import require_instance
from engine.queries.cases.history_words import Words
from engine.queries.cases.story import read_log
from engine.queries.labels import element_names
from engine.queries.reading import Query, Reading
from engine.queries.views import HistoryLine
from engine.store.checked_log import ReadEvent
from engine.store.tables import Event

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack

MOST_LINES = 500


def in_words(
    reading: Reading, pack: Pack, events: Sequence[ReadEvent], *, technical: bool = False, most: int = MOST_LINES
) -> tuple[HistoryLine, ...]:
    """The last `most` lines, oldest first; `technical` adds what only the machine cares about."""
    people = {event.actor for event in events} | {event.data.get("assignee") for event in events if event.kind in ("task_assigned", "task_opened")}
    people |= {event.on_behalf_of for event in events} | {event.data.get("previous") for event in events if event.kind == "task_assigned"}
    people |= {reader for event in events if event.kind == "copy_sent" for reader in event.data["to"]}
    words = Words(pack, reading.user_names(people), Deciding(pack))
    lines: list[HistoryLine] = []
    for event in reversed(events):
        line = _line(words, event)
        if technical or not line.technical:
            lines.append(line)
            if len(lines) == most:
                break
    return tuple(reversed(lines))


def _line(words: Words, event: ReadEvent) -> HistoryLine:
    sentence = words.sentence(event)
    name, name_en = element_names(words.pack, event.process_key, event.element_id)
    return HistoryLine(
        event.sequence,
        event.at,
        event.actor,
        words.actor(event),
        event.kind,
        event.process_key,
        event.element_id,
        name,
        name_en,
        sentence.zh,
        sentence.en,
        sentence.detail,
        sentence.technical,
        sentence.detail_en or sentence.detail,
    )


@dataclass(frozen=True, slots=True)
class History(Query[tuple[HistoryEvent, ...]]):
    """Every event of an instance, as it was recorded and hashed; `after` skips those up to that sequence."""

    instance_id: str
    after: int = 0

    def answer(self, reading: Reading, actor: Actor) -> tuple[HistoryEvent, ...]:
        require_instance(reading, actor, self.instance_id)
        columns = (column for column in Event.__table__.columns)
        statement = sa.select(*columns).where(Event.instance_id == self.instance_id, Event.sequence > self.after).order_by(Event.sequence)
        return tuple(_events(reading.connection.execute(statement)))


def _events(rows: Iterable[sa.Row[Any]]) -> Iterable[HistoryEvent]:
    for row in rows:
        yield HistoryEvent(**{**row._mapping, "hash": bytes(row.hash)})


@dataclass(frozen=True, slots=True)
class HistoryInWords(Query[tuple[HistoryLine, ...]]):
    """The whole history as sentences, oldest first; `technical` adds what only the machine cares about."""

    instance_id: str
    technical: bool = False

    def answer(self, reading: Reading, actor: Actor) -> tuple[HistoryLine, ...]:
        head = require_instance(reading, actor, self.instance_id)
        events = read_log(reading, self.instance_id)
        return in_words(reading, reading.pack(head.deployment_id, head.digest), events, technical=self.technical, most=len(events))
