"""How registers and their records are found and held, for people's changes and for connectors alike."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from engine.commands.work import Work
from engine.model.errors import NotFoundError
from engine.model.pack import RecordType
from engine.model.values import Value, to_json
from engine.store.database import json_text
from engine.store.registers import Record, RecordKey, RecordTypeRow
from engine.store.tables import Deployment

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack


LONGEST_KEY = 300
MOST_HELD = 200
KeyPair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Register:
    """A record type and the pack that describes it now."""

    type: RecordType
    pack: Pack


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes a record, from which instance or imported file, and why."""

    user_id: str
    instance_id: str | None = None
    reason: str = ""
    import_id: str | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """The record that has a unique value. `former`: it was another record's, which was merged into this one."""

    record_id: str
    former: bool


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
    return Register(RecordType.of(row.settings), work.packs.get(work.connection, row.deployment_id, row.digest))


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


def hold_keys(work: Work, register: Register, keys: Iterable[KeyPair]) -> None:
    """Until the end of the transaction nobody else creates or looks for records with these (field, value); always in the same order."""
    numbers = sorted({_number(register.type.key, field, value) for field, value in keys})
    if len(numbers) > MOST_HELD:
        # A server holds only so many single locks: many keys at once wait for everybody, and everybody for them.
        work.connection.execute(sa.text("LOCK TABLE record_keys IN SHARE ROW EXCLUSIVE MODE"))
    elif numbers:
        held = sa.func.unnest(sa.bindparam("numbers", type_=ARRAY(sa.BigInteger()))).column_valued("number")
        work.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(held)), {"numbers": numbers})


def owners(work: Work, register: Register, keys: Collection[KeyPair]) -> dict[KeyPair, Owner]:
    """(field, value) -> the record that has the unique value, itself or by merging."""
    if not keys:
        return {}
    fields, values = (list(side) for side in zip(*keys, strict=True))
    asked = sa.func.unnest(sa.literal(fields, ARRAY(sa.Text())), sa.literal(values, ARRAY(sa.Text())))
    wanted = asked.table_valued(sa.column("field", sa.Text()), sa.column("value", sa.Text())).render_derived()
    same = sa.and_(RecordKey.field == wanted.c.field, RecordKey.value == wanted.c.value, RecordKey.record_type == register.type.key)
    statement = sa.select(RecordKey.field, RecordKey.value, RecordKey.record_id, Record.merged_into).join(wanted, same)
    rows = work.connection.execute(statement.join(Record, Record.id == RecordKey.record_id))
    return {(row.field, row.value): Owner(row.merged_into or row.record_id, row.merged_into is not None) for row in rows}


def without_former(values: Mapping[str, Value], owned: Mapping[KeyPair, Owner]) -> dict[str, Value]:
    """Values by which a record was found, without unique ones that another record brought when it was merged: the record keeps its own."""
    former = {field for (field, _key), owner in owned.items() if owner.former}
    return {name: value for name, value in values.items() if name not in former}


def key_rows(register: Register, record_id: str, keys: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"record_type": register.type.key, "field": field, "value": value, "record_id": record_id} for field, value in keys.items()]


def locked_records(work: Work, register: Register, record_ids: Collection[str]) -> dict[str, Any]:
    """id -> the record's row, locked, always in the same order. Raises NotFoundError."""
    if not record_ids:
        return {}
    wanted = (Record.id.in_(sorted(record_ids)), Record.record_type == register.type.key)
    statement = sa.select(*Record.__table__.columns).where(*wanted).order_by(Record.id).with_for_update()
    rows = {row.id: row for row in work.connection.execute(statement)}
    missing = sorted(set(record_ids) - rows.keys())
    if missing:
        raise NotFoundError("no_such_record", record_type=register.type.key, record_id=missing[0][:100])
    return rows


def locked_record(work: Work, register: Register, record_id: str) -> Any:
    """The row of a record, locked. Raises NotFoundError."""
    return locked_records(work, register, (record_id,))[record_id]


def _number(*parts: str) -> int:
    return int.from_bytes(hashlib.blake2b("\x00".join(("record", *parts)).encode(), digest_size=8).digest(), "big", signed=True)
