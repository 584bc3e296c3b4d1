"""Records as options of a form, for one actor: only of registers that the actor may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.forms import Option, RecordSource
from engine.forms.display import plain_words
from engine.forms.evaluation import DEFAULT_ZONE
from engine.model.identity import Actor, is_auditor
from engine.model.values import from_json
from engine.store.registers import Record, RecordTypeRow

MOST_TOKENS = 1_000
LONGEST_SEARCH = 200


def visible_types(connection: sa.Connection, actor: Actor) -> list[str]:
    """Keys of the registers that the actor may see; who may edit may see, and auditors."""
    rows = connection.execute(sa.select(RecordTypeRow.key, RecordTypeRow.settings))
    return [row.key for row in rows if is_auditor(actor) or not actor.groups.isdisjoint([*row.settings["view"], *row.settings["edit"]])]


@dataclass(frozen=True, slots=True)
class ActorRecords:
    """Answers engine.forms (see engine.forms.lookups.Records)."""

    connection: sa.Connection
    actor: Actor

    def find(self, source: RecordSource, search: str, limit: int) -> tuple[Option, ...] | None:
        """Last changed first; every word of the search is in the record's searched fields."""
        if not self._may_see(source):
            return None
        words = _storable(search[:LONGEST_SEARCH]).casefold().split()
        wanted = [Record.search.contains(word, autoescape=True) for word in words]
        return self._options(source, sa.and_(sa.true(), *wanted), limit)

    def named(self, source: RecordSource, tokens: Collection[str]) -> tuple[Option, ...] | None:
        """One option for each token that there is."""
        if not self._may_see(source):
            return None
        asked = [_storable(token) for token in sorted(tokens)[:MOST_TOKENS]]
        found = Record.id.in_(asked) if source.value is None else Record.data[source.value].as_string().in_(asked)
        return self._options(source, found, MOST_TOKENS)

    def _may_see(self, source: RecordSource) -> bool:
        return source.record_type in visible_types(self.connection, self.actor)

    def _options(self, source: RecordSource, wanted: sa.ColumnElement[bool], limit: int) -> tuple[Option, ...]:
        columns = sa.select(Record.id, Record.title, Record.data).where(Record.record_type == source.record_type, wanted)
        rows = self.connection.execute(columns.order_by(Record.updated_at.desc(), Record.id).limit(limit))
        options = (_option(source, row) for row in rows)
        return tuple({option.token: option for option in options if option is not None}.values())


def _storable(text: str) -> str:
    """Without what no database can hold."""
    return "".join(character for character in text if character != "\x00" and not "\ud800" <= character <= "\udfff")


def _option(source: RecordSource, row: sa.Row[Any]) -> Option | None:
    label = row.title if source.label is None else plain_words(from_json(row.data.get(source.label)), "zh", DEFAULT_ZONE)
    if source.value is None:
        return Option(row.id, {"id": row.id, "label": label or row.id}, label or row.id)
    value = row.data.get(source.value)
    return Option(value, value, label or value) if isinstance(value, str) and value else None
