"""Records as options of a form, for one actor: only of registers that the actor may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from engine.forms import Option, RecordSource
from engine.forms.display import plain_words
from engine.forms.evaluation import DEFAULT_ZONE
from engine.model.identity import Actor
from engine.model.pack import RecordType
from engine.model.record_rights import hidden_fields, may_see
from engine.model.values import from_json
from engine.store.registers import Record, RecordTypeRow

MOST_TOKENS = 1_000
LONGEST_SEARCH = 200


def visible_types(connection: sa.Connection, actor: Actor) -> dict[str, RecordType]:
    """The registers that the actor may see, by key."""
    types = (RecordType.of(settings) for settings in connection.scalars(sa.select(RecordTypeRow.settings)))
    return {type.key: type for type in types if may_see(type, actor)}


def visible_holders(connection: sa.Connection, actor: Actor, file_id: sa.SQLColumnExpression[str]) -> sa.ColumnElement[bool]:
    """Whether a record is of a register that the actor may see and, where fields are hidden, has the file in one that is not."""
    whole, partly = [], []
    for type in visible_types(connection, actor).values():
        hidden = sorted(hidden_fields(type, actor))
        if not hidden:
            whole.append(type.key)
            continue
        seen = sa.cast(sa.cast(Record.data, JSONB).op("-")(sa.cast(hidden, ARRAY(sa.Text()))), sa.Text)
        partly.append(sa.and_(Record.record_type == type.key, sa.func.strpos(seen, file_id) > 0))
    return sa.or_(Record.record_type.in_(whole), *partly)


@dataclass(frozen=True, slots=True)
class ActorRecords:
    """Answers engine.forms (see engine.forms.lookups.Records)."""

    connection: sa.Connection
    actor: Actor

    def find(self, source: RecordSource, search: str, limit: int) -> tuple[Option, ...] | None:
        """Last changed first, those in use; every word of the search is in the record's searched fields."""
        type = self._register(source)
        if type is None:
            return None
        words = _storable(search[:LONGEST_SEARCH]).casefold().split()
        hidden = hidden_fields(type, self.actor)
        wanted = [Record.search.contains(word, autoescape=True) for word in words]
        if not hidden.isdisjoint(type.search):
            # What is hidden cannot be found out by searching.
            seen = sa.func.lower(sa.func.concat_ws(" ", "", *(Record.data[name].as_string() for name in type.search if name not in hidden)))
            wanted += [seen.contains(word, autoescape=True) for word in words]
        return self._options(source, sa.and_(Record.archived_at.is_(None), *wanted), limit)

    def named(self, source: RecordSource, tokens: Collection[str]) -> tuple[Option, ...] | None:
        """One option for each token that there is."""
        if self._register(source) is None:
            return None
        asked = [_storable(token) for token in sorted(tokens)[:MOST_TOKENS]]
        found = Record.id.in_(asked) if source.value is None else Record.data[source.value].as_string().in_(asked)
        return self._options(source, found, MOST_TOKENS)

    def _register(self, source: RecordSource) -> RecordType | None:
        """None when the actor may not see it, or one of the fields that are asked for."""
        type = visible_types(self.connection, self.actor).get(source.record_type)
        return None if type is None or {source.label, source.value} & hidden_fields(type, self.actor) else type

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
