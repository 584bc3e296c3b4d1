"""When a pack asks for other lists, searches or comparisons than before, its records are indexed anew, in the transaction of the deployment."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from engine.commands.records.record_writing import index_records, listed_keys, search_text
from engine.commands.work import Work
from engine.model.pack import RecordType
from engine.model.values import from_json
from engine.store.registers import Record, RecordTypeRow
from engine.store.rows import table_of

BATCH = 1000


def index_register(work: Work, type: RecordType) -> None:
    """Does nothing when the records are indexed in this way already."""
    wanted = {
        "fields": list(type.ordered_fields),
        "search": list(type.search),
        "duplicates": {way: list(fields) for way, fields in sorted(type.duplicates.items())},
    }
    known = work.connection.scalar(sa.select(RecordTypeRow.indexed).where(RecordTypeRow.key == type.key))
    if known == wanted:
        return
    last = ""
    while rows := _batch(work, type, last):
        values = {row.id: {name: from_json(item) for name, item in row.data.items()} for row in rows}
        index_records(work, type, values)
        found = [
            {"record": record_id, "text": search_text(type, whole), "keys": listed_keys(type, whole)} for record_id, whole in values.items()
        ]
        renewed = {"search": sa.bindparam("text"), "listed": sa.bindparam("keys", type_=JSONB())}
        work.connection.execute(sa.update(table_of(Record)).where(Record.id == sa.bindparam("record")).values(**renewed), found)
        last = rows[-1].id
    work.connection.execute(sa.update(RecordTypeRow).where(RecordTypeRow.key == type.key).values(indexed=wanted))


def _batch(work: Work, type: RecordType, last: str) -> list[sa.Row[Any]]:
    """Locked: nobody writes them in the old way meanwhile."""
    statement = sa.select(Record.id, Record.data).where(Record.record_type == type.key, Record.id > last)
    return list(work.connection.execute(statement.order_by(Record.id).limit(BATCH).with_for_update()))
