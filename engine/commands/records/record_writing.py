"""How records are written, one or many at once, with what finds them again: unique keys, searched words, sorting, likeness."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.commands.files import share_files
from engine.commands.records.register import Author, Register, Written, hold_keys, key_rows, locked_records, match_keys, owners, unique_keys
from engine.commands.work import Work
from engine.model.errors import ConflictError
from engine.model.likeness import record_likenesses
from engine.model.pack import RecordType
from engine.model.sort_keys import sort_keys
from engine.model.values import JsonValue, Value, from_json, to_json
from engine.store.record_index import RecordLikeness, RecordValue
from engine.store.registers import Record, RecordChange, RecordKey
from engine.store.rows import insert_rows

SAVED, ARCHIVED, RESTORED, MERGED, MERGED_INTO = "saved", "archived", "restored", "merged", "merged_into"


@dataclass(frozen=True, slots=True)
class RecordWrite:
    """A record to create (`record_id` None), or fields of one to set; `merged`: the record that is taken in by that."""

    record_id: str | None
    values: Mapping[str, Value]
    merged: str | None = None


@dataclass(frozen=True, slots=True)
class _Version:
    """A record as it will be; `row` is what was there, `changes` what is different."""

    record_id: str
    row: Any
    data: dict[str, JsonValue]
    whole: dict[str, Value]
    changes: dict[str, JsonValue]
    keys: dict[str, str]
    title: str
    merged: str | None

    @property
    def kind(self) -> str:
        return RESTORED if self.restored else SAVED if self.merged is None else MERGED

    @property
    def restored(self) -> bool:
        return self.row is not None and self.row.archived_at is not None

    @property
    def differs(self) -> bool:
        return self.row is None or bool(self.changes) or self.restored or self.merged is not None

    @property
    def revision(self) -> int:
        if self.row is None:
            return 1
        return int(self.row.revision) + (1 if self.differs else 0)


def write_record(work: Work, register: Register, record_id: str | None, values: Mapping[str, Value], author: Author) -> Written:
    """Create a record, or set some of its fields. Raises ConflictError("record_exists") when another record has one of its unique values."""
    return write_records(work, register, (RecordWrite(record_id, values),), author)[0]


def write_records(work: Work, register: Register, writes: Sequence[RecordWrite], author: Author) -> list[Written]:
    """The same for many, each record at most once. An archived record that is written is in use again."""
    rows = locked_records(work, register, [write.record_id for write in writes if write.record_id is not None])
    versions = [_version(work, register, write, rows) for write in writes]
    _hold_unique(work, register, versions)
    differing = [version for version in versions if version.differs]
    if differing:
        _save(work, register, differing, author)
    if author.instance_id is not None:
        for version in differing:
            share_files(work, version.data, "instance", author.instance_id, version.record_id)
    return [Written(version.record_id, version.revision, version.row is None, version.title, version.whole) for version in versions]


def _version(work: Work, register: Register, write: RecordWrite, rows: Mapping[str, Any]) -> _Version:
    row = rows[write.record_id] if write.record_id is not None else None
    old: dict[str, JsonValue] = row.data if row is not None else {}
    new: dict[str, JsonValue] = {**old, **{name: to_json(value) for name, value in write.values.items()}}
    whole = {name: from_json(item) for name, item in new.items()}
    changes = {name: _change(old, new, name) for name in new if name not in old or old[name] != new[name]}
    title = plain_text(whole.get(register.type.title)) or "—"
    return _Version(write.record_id or work.tx.new_id(), row, new, whole, changes, unique_keys(register, whole), title, write.merged)


def _hold_unique(work: Work, register: Register, versions: Sequence[_Version]) -> None:
    """Nobody else has these keys, and nobody takes them before this transaction ends."""
    wanted: dict[tuple[str, str], str] = {}
    for version in versions:
        for pair in version.keys.items():
            if wanted.setdefault(pair, version.record_id) != version.record_id:
                raise ConflictError("record_exists", record_type=register.type.key, field=pair[0], record_id=wanted[pair])
    hold_keys(work, register, wanted)
    owned = owners(work, register, wanted).items()
    taken = [(field, owner.record_id) for (field, value), owner in owned if owner.record_id != wanted[field, value]]
    if taken:
        field, owner = min(taken)
        raise ConflictError("record_exists", record_type=register.type.key, field=field, record_id=owner)


def _save(work: Work, register: Register, versions: Sequence[_Version], author: Author) -> None:
    insert_rows(work.connection, Record, [_record_row(register, version, author, work.now) for version in versions], replace=True)
    changes = [
        {"record_id": one.record_id, "kind": one.kind, "revision": one.revision, "changes": one.changes, "other_id": one.merged} for one in versions
    ]
    add_changes(work, changes, author)
    keys = {version.record_id: version.keys for version in versions}
    # What a merged record had is taken over by its successor.
    _replace(work, RecordKey, list(keys), [row for record_id in keys for row in key_rows(register, record_id, keys[record_id])], take=True)
    index_records(work, register.type, {version.record_id: version.whole for version in versions})


def add_changes(work: Work, changes: Sequence[Mapping[str, Any]], author: Author) -> None:
    """Lines of the history of records: `record_id`, `revision`, `kind`, `changes` and `other_id` of each."""
    by = {"at": work.now, "actor": author.user_id, "instance_id": author.instance_id, "reason": author.reason, "import_id": author.import_id}
    insert_rows(work.connection, RecordChange, [{**by, **change} for change in changes])


def _record_row(register: Register, version: _Version, author: Author, now: datetime) -> dict[str, Any]:
    row = version.row
    return {
        "id": version.record_id,
        "record_type": register.type.key,
        "title": version.title,
        "search": search_text(register.type, version.whole),
        "data": version.data,
        "match_keys": match_keys(version.whole),
        "listed": listed_keys(register.type, version.whole),
        "revision": version.revision,
        "instance_id": row.instance_id if row is not None else author.instance_id,
        "created_by": row.created_by if row is not None else author.user_id,
        "created_at": row.created_at if row is not None else now,
        "updated_by": author.user_id,
        "updated_at": now,
        "archived_at": None,
        "merged_into": None,
    }


def index_records(work: Work, type: RecordType, records: Mapping[str, Mapping[str, Value]]) -> None:
    """Make the rows by which lists of these records (id -> values) are sorted and narrowed down, and by which alike ones are found."""
    ids = list(records)
    values = [row for record_id in ids for row in _value_rows(type, record_id, records[record_id])]
    _replace(work, RecordValue, ids, values)
    _replace(work, RecordLikeness, ids, [row for record_id in ids for row in _likeness_rows(type, record_id, records[record_id])])


def listed_keys(type: RecordType, values: Mapping[str, Value]) -> dict[str, JsonValue]:
    """What lists are narrowed down by: field -> keys of those that have a value."""
    keys = {field: sort_keys(values.get(field)) for field in type.ordered_fields}
    return {field: list(found) for field, found in keys.items() if found}


def _value_rows(type: RecordType, record_id: str, values: Mapping[str, Value]) -> Iterable[dict[str, Any]]:
    for field in type.ordered_fields:
        for number, key in enumerate(sort_keys(values.get(field)) or (None,)):
            yield {"record_id": record_id, "field": field, "number": number, "record_type": type.key, "value": key}


def _likeness_rows(type: RecordType, record_id: str, values: Mapping[str, Value]) -> Iterable[dict[str, Any]]:
    for way, field, key in record_likenesses(type, values):
        yield {"record_id": record_id, "field": field, "way": way, "value": key, "record_type": type.key}


def _replace(work: Work, entity: Any, record_ids: Sequence[str], rows: Sequence[Mapping[str, Any]], *, take: bool = False) -> None:
    work.connection.execute(sa.delete(entity).where(entity.record_id.in_(record_ids)))
    insert_rows(work.connection, entity, rows, replace=take)


def search_text(type: RecordType, values: Mapping[str, Value]) -> str:
    return " ".join(plain_text(values.get(name)) for name in type.search).casefold()


def _change(old: Mapping[str, JsonValue], new: Mapping[str, JsonValue], name: str) -> dict[str, JsonValue]:
    return {side: data[name] for side, data in (("old", old), ("new", new)) if name in data}


def plain_text(value: Value) -> str:
    """Words to search in and to name a record by."""
    if value is None:
        return ""
    if isinstance(value, (str, int)):
        return str(value)
    if isinstance(value, Mapping):
        return " ".join(_texts(value.values()))
    if isinstance(value, list):
        return " ".join(_texts(value))
    data = to_json(value)
    return str(data["v"] if isinstance(data, dict) else data)


def _texts(values: Iterable[Value]) -> list[str]:
    return [text for text in map(plain_text, values) if text]
