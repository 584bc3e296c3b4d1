"""Connectors that work inside the engine's own database, in the transaction of the job: what they do happens exactly once.

`record.upsert` — header `recordType`; inputs `values` (context of fields) and optionally `key` (context of unique fields to find the record by;
else the unique fields in `values`); an archived one is in use again, a merged one leads on. Result: `record`, a context of id, title, revision,
created and values.
`record.find` — header `recordType`; input `match` (context; null and blank fields are ignored, the others must all be equal, without regard to case
and width). Result: `records`, at most 100 contexts like `record`, oldest first; archived ones are not found, and nothing to match finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from engine.commands.input import checked_values
from engine.commands.records.record_writing import write_record
from engine.commands.records.register import Author, Register, hold_keys, match_keys, owners, register_of, unique_keys, without_former
from engine.commands.work import Work
from engine.model.errors import ConnectorError
from engine.model.identity import SYSTEM
from engine.model.values import Value, from_json
from engine.store.registers import Record

MOST_FOUND = 100


@dataclass(frozen=True, slots=True)
class ConnectorCall:
    """One run of a connector: headers as the diagram has them, `values` the input mappings' results."""

    work: Work
    instance_id: str
    headers: Mapping[str, str]
    values: Mapping[str, Value]
    reason: str


def upsert_record(call: ConnectorCall) -> dict[str, Value]:
    register = _register(call)
    values = _context(call, "values")
    unknown = sorted(values.keys() - _fields(register)) if register.type.form_id else []
    if unknown:
        raise ConnectorError("unknown_record_field", record_type=register.type.key, field=unknown[0])
    wanted = unique_keys(register, _context(call, "key") if call.values.get("key") is not None else values)
    # Held before looking: two instances that register the same customer at once make one record.
    hold_keys(call.work, register, {*wanted.items(), *unique_keys(register, values).items()})
    owned = owners(call.work, register, tuple(wanted.items()))
    found = {owner.record_id for owner in owned.values()}
    if len(found) > 1:
        raise ConnectorError("ambiguous_record", record_type=register.type.key, fields=", ".join(sorted(wanted)))
    author = Author(SYSTEM.user_id, call.instance_id, call.reason)
    given = without_former(checked_values(values, "values"), owned)
    written = write_record(call.work, register, next(iter(found), None), given, author)
    return {"record": _record(written.record_id, written.title, written.revision, written.values) | {"created": written.created}}


def find_records(call: ConnectorCall) -> dict[str, Value]:
    register = _register(call)
    match = match_keys(_context(call, "match"))
    if not match:
        return {"records": []}
    # A record that was merged is found by what it held, and its successor answers.
    alike = sa.select(sa.func.coalesce(Record.merged_into, Record.id)).where(
        Record.record_type == register.type.key, Record.match_keys.contains(match)
    )
    statement = sa.select(Record.id, Record.title, Record.revision, Record.data).where(Record.id.in_(alike), Record.archived_at.is_(None))
    rows = call.work.connection.execute(statement.order_by(Record.created_at, Record.id).limit(MOST_FOUND))
    return {"records": [_record(row.id, row.title, row.revision, {name: from_json(item) for name, item in row.data.items()}) for row in rows]}


CONNECTORS: Mapping[str, Callable[[ConnectorCall], dict[str, Value]]] = {"record.upsert": upsert_record, "record.find": find_records}


def _register(call: ConnectorCall) -> Register:
    key = call.headers.get("recordType")
    if not key:
        raise ConnectorError("missing_header", header="recordType")
    return register_of(call.work, key)


def _context(call: ConnectorCall, name: str) -> Mapping[str, Value]:
    value = call.values.get(name)
    if not isinstance(value, Mapping):
        raise ConnectorError("missing_input", input=name)
    return value


def _fields(register: Register) -> frozenset[str]:
    form = register.pack.forms.get(register.type.form_id)
    if form is None:
        raise ConnectorError("no_such_form", form_id=register.type.form_id)
    return form.keys


def _record(record_id: str, title: str, revision: int, values: Mapping[str, Value]) -> dict[str, Any]:
    return {"id": record_id, "title": title, "revision": Decimal(revision), "values": dict(values)}
