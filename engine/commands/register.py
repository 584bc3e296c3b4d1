"""How records are found and written, for people's changes and for connectors alike."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from engine.commands.files import share_files
from engine.commands.work import Work
from engine.model.errors import ConflictError, NotFoundError
from engine.model.pack import RecordType
from engine.model.values import JsonValue, Value, from_json, to_json
from engine.store.database import json_text
from engine.store.registers import Record, RecordChange, RecordKey, RecordTypeRow
from engine.store.rows import insert_rows
from engine.store.tables import Deployment

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack


LONGEST_KEY = 300


@dataclass(frozen=True, slots=True)
class Register:
    """A record type and the pack that describes it now."""

    type: RecordType
    pack: Pack


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes a record, from which instance, and why."""

    user_id: str
    instance_id: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A record after it was written; `revision` is as before when nothing was different."""

    record_id: str
    revision: int
    created: bool
    title: str
    values: Mapping[str, Value]


def register_of(work: Work, key: str) -> Register:
    """Raises NotFoundError."""
    statement = sa.select(RecordTypeRow.settings, RecordTypeRow.deployment_id, Deployment.digest)
    row = work.connection.execute(statement.join(Deployment).where(RecordTypeRow.key == key)).one_or_none()
    if row is None:
        raise NotFoundError("no_such_record_type", record_type=key)
    settings: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.settings.items()}
    return Register(RecordType(**settings), work.packs.get(work.connection, row.deployment_id, row.digest))


def key_text(value: Value) -> str | None:
    """A value in the form in which it is compared: full-width as half-width, any case; a long one by its digest; None for nothing."""
    if value is None:
        return None
    text = value if isinstance(value, str) else json_text(to_json(value))
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if len(plain) > LONGEST_KEY:
        return "sha256:" + hashlib.sha256(plain.encode()).hexdigest()
    return plain or None


def match_key(field: str, text: str) -> str:
    """A field and its compared value as one text that fits into an index."""
    whole = f"{field}={text}"
    return whole if len(whole) <= LONGEST_KEY * 2 else "sha256:" + hashlib.sha256(whole.encode()).hexdigest()


def match_keys(values: Mapping[str, Value]) -> list[str]:
    """Of every field that has a value."""
    texts = {name: key_text(value) for name, value in values.items()}
    return sorted(match_key(name, text) for name, text in texts.items() if text is not None)


def unique_keys(register: Register, values: Mapping[str, Value]) -> dict[str, str]:
    """field -> compared value of the unique fields that have one."""
    texts = {name: key_text(values.get(name)) for name in register.type.unique}
    return {name: text for name, text in texts.items() if text is not None}


def hold_keys(work: Work, register: Register, keys: Mapping[str, str]) -> None:
    """Until the end of the transaction nobody else creates or looks for records with these keys; always in the same order."""
    numbers = sorted(_number(register.type.key, field, value) for field, value in keys.items())
    if numbers:
        held = sa.func.unnest(sa.bindparam("numbers", type_=ARRAY(sa.BigInteger()))).column_valued("number")
        work.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(held)), {"numbers": numbers})


def owners(work: Work, register: Register, keys: Mapping[str, str]) -> dict[str, str]:
    """field -> id of the record that has the unique value."""
    if not keys:
        return {}
    same = sa.or_(*(sa.and_(RecordKey.field == field, RecordKey.value == value) for field, value in keys.items()))
    statement = sa.select(RecordKey.field, RecordKey.record_id).where(RecordKey.record_type == register.type.key, same)
    return dict(work.connection.execute(statement).all())


def locked_record(work: Work, register: Register, record_id: str) -> Any:
    """(data, revision) of a record, locked. Raises NotFoundError."""
    statement = sa.select(Record.data, Record.revision).where(Record.id == record_id, Record.record_type == register.type.key)
    row = work.connection.execute(statement.with_for_update()).one_or_none()
    if row is None:
        raise NotFoundError("no_such_record", record_type=register.type.key, record_id=record_id[:100])
    return row


def write_record(work: Work, register: Register, record_id: str | None, values: Mapping[str, Value], author: Author) -> Written:
    """Create a record, or set some of its fields. Raises ConflictError("record_exists") when another record has one of its unique values."""
    row = locked_record(work, register, record_id) if record_id is not None else None
    old: dict[str, JsonValue] = row.data if row is not None else {}
    new: dict[str, JsonValue] = {**old, **{name: to_json(value) for name, value in values.items()}}
    whole = {name: from_json(item) for name, item in new.items()}
    keys = unique_keys(register, whole)
    hold_keys(work, register, keys)
    taken = {field: owner for field, owner in owners(work, register, keys).items() if owner != record_id}
    if taken:
        field, owner = min(taken.items())
        raise ConflictError("record_exists", record_type=register.type.key, field=field, record_id=owner)
    title = _plain(whole.get(register.type.title)) or "—"
    changes = {name: _change(old, new, name) for name in new if name not in old or old[name] != new[name]}
    if row is not None and not changes:
        return Written(record_id or "", row.revision, False, title, whole)
    number, revision = record_id or work.tx.new_id(), 1 if row is None else row.revision + 1
    _save(work, register, _Version(number, revision, title, new, changes), author)
    _save_keys(work, register, number, keys)
    if author.instance_id is not None:
        share_files(work, new, author.instance_id, number)
    return Written(number, revision, row is None, title, whole)


@dataclass(frozen=True, slots=True)
class _Version:
    record_id: str
    revision: int
    title: str
    data: dict[str, JsonValue]
    changes: dict[str, JsonValue]


def _save(work: Work, register: Register, version: _Version, author: Author) -> None:
    search = " ".join(_plain(from_json(version.data.get(name))) for name in register.type.search).casefold()
    moving = {
        "title": version.title,
        "search": search,
        "data": version.data,
        "match_keys": match_keys({name: from_json(item) for name, item in version.data.items()}),
        "revision": version.revision,
        "updated_by": author.user_id,
        "updated_at": work.now,
    }
    if version.revision == 1:
        fixed = {"id": version.record_id, "record_type": register.type.key, "instance_id": author.instance_id}
        created = {"created_by": author.user_id, "created_at": work.now}
        insert_rows(work.connection, Record, [{**fixed, **created, **moving}])
    else:
        work.connection.execute(sa.update(Record).where(Record.id == version.record_id).values(**moving))
    change = {"record_id": version.record_id, "revision": version.revision, "at": work.now, "actor": author.user_id}
    insert_rows(work.connection, RecordChange, [{**change, "instance_id": author.instance_id, "reason": author.reason, "changes": version.changes}])


def _save_keys(work: Work, register: Register, record_id: str, keys: Mapping[str, str]) -> None:
    work.connection.execute(sa.delete(RecordKey).where(RecordKey.record_id == record_id))
    rows = [{"record_type": register.type.key, "field": field, "value": value, "record_id": record_id} for field, value in keys.items()]
    insert_rows(work.connection, RecordKey, rows)


def _change(old: Mapping[str, JsonValue], new: Mapping[str, JsonValue], name: str) -> dict[str, JsonValue]:
    return {side: data[name] for side, data in (("old", old), ("new", new)) if name in data}


def _plain(value: Value) -> str:
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
    return [text for text in map(_plain, values) if text]


def _number(*parts: str) -> int:
    return int.from_bytes(hashlib.blake2b("\x00".join(("record", *parts)).encode(), digest_size=8).digest(), "big", signed=True)
