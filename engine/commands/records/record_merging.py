"""Two records that are the same become one: nothing is rewritten, the other one is kept for its history and leads to the one that remains."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine import forms
from engine.commands.files import share_files
from engine.commands.input import checked_text
from engine.commands.records.record_writing import MERGED_INTO, RecordWrite, add_changes, write_records
from engine.commands.records.records import record_form, require_editor, require_in_use, require_unchanged
from engine.commands.records.register import Author, Register, hold_keys, key_rows, locked_records, register_of, unique_keys
from engine.commands.work import Work
from engine.model.errors import FieldProblem, FormRejected, InputRejected, NotAllowedError
from engine.model.identity import Actor
from engine.model.record_rights import field_rights, hidden_fields, may_archive
from engine.model.values import Value, from_json, to_json
from engine.store.registers import Record, RecordKey
from engine.store.rows import insert_rows


@dataclass(frozen=True, slots=True)
class RecordsMerged:
    """`revision` of the record that remains."""

    record_id: str
    merged_id: str
    revision: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MergeRecords:
    """Make one of two records in use: `record_id` remains, with the values of `taken` fields from `merged_id`, which is archived and leads to it.

    Instances keep the old id in what they recorded; its history, instances and files show under the one that remains, and its unique values find it.
    For those who may edit and archive. Raises NotAllowedError("may_not_edit_fields", fields) when one of `taken` is not the actor's to write, or a
    value would be given up that the actor may not write; StaleRevision with who and when; ConflictError("record_archived", "record_merged");
    FormRejected for what the chosen values make wrong.
    """

    record_type: str
    record_id: str
    merged_id: str
    taken: Collection[str]
    reason: str
    seen_revision: int
    seen_merged_revision: int

    def execute(self, work: Work, actor: Actor) -> RecordsMerged:
        register = register_of(work, checked_text(self.record_type, "record_type"))
        require_editor(register, actor)
        if not may_archive(register.type, actor):
            raise NotAllowedError("may_not_archive", record_type=register.type.key)
        reason = checked_text(self.reason, "reason", maximum=2000)
        stays, goes = self._locked(work, register)
        values, given = _values(stays), _values(goes)
        fields = _known(register, actor, self.taken, given)
        _require_rights(register, actor, fields, values, given)
        taken = {name: given.get(name) for name in fields}
        _require_form(work, record_form(register), values, {**values, **taken})
        author = Author(actor.user_id, None, reason)
        _lead_on(work, goes, stays.id, author)
        written = write_records(work, register, (RecordWrite(stays.id, taken, goes.id),), author)[0]
        share_files(work, {name: to_json(value) for name, value in taken.items()}, "record", goes.id, stays.id)
        _keep_keys(work, register, goes.id, unique_keys(register, values), unique_keys(register, written.values))
        return RecordsMerged(stays.id, goes.id, written.revision, work.now)

    def _locked(self, work: Work, register: Register) -> tuple[Any, Any]:
        """Both rows. Their unique values are held first, as imports and connectors do: who looks for one of them waits and finds what remains."""
        ids = checked_text(self.record_id, "record_id"), checked_text(self.merged_id, "merged_id")
        if ids[0] == ids[1]:
            raise InputRejected("same_record", field="merged_id")
        keys = sa.select(RecordKey.field, RecordKey.value).where(RecordKey.record_id.in_(ids))
        hold_keys(work, register, [(row.field, row.value) for row in work.connection.execute(keys)])
        rows = locked_records(work, register, ids)
        for record_id, seen in zip(ids, (self.seen_revision, self.seen_merged_revision), strict=True):
            require_in_use(register, rows[record_id])
            require_unchanged(work, register, rows[record_id], seen)
        return rows[ids[0]], rows[ids[1]]


def _lead_on(work: Work, goes: Any, record_id: str, author: Author) -> None:
    """The merged record is out of use; it and all that were merged into it before lead to the one that remains."""
    moved = {"archived_at": work.now, "updated_at": work.now, "updated_by": author.user_id, "revision": goes.revision + 1}
    work.connection.execute(sa.update(Record).where(Record.id == goes.id).values(**moved, merged_into=record_id))
    work.connection.execute(sa.update(Record).where(Record.merged_into == goes.id).values(merged_into=record_id))
    change = {"record_id": goes.id, "revision": goes.revision + 1, "kind": MERGED_INTO, "changes": {}, "other_id": record_id}
    add_changes(work, [change], author)


def _values(row: Any) -> dict[str, Value]:
    return {name: from_json(item) for name, item in row.data.items()}


def _known(register: Register, actor: Actor, taken: Collection[str], given: Mapping[str, Value]) -> list[str]:
    fields = sorted({checked_text(name, "taken") for name in taken})
    known = (record_form(register).keys | given.keys()) - hidden_fields(register.type, actor)
    unknown = [name for name in fields if name not in known]
    if unknown:
        raise FormRejected(dict.fromkeys(unknown, FieldProblem("unknown_field")))
    return fields


def _require_rights(register: Register, actor: Actor, taken: Collection[str], stays: Mapping[str, Value], goes: Mapping[str, Value]) -> None:
    rights = field_rights(register.type, actor)
    forbidden = {name for name in taken if name in rights} | {name for name in rights if gives_up(stays.get(name), goes.get(name))}
    if forbidden:
        named = sorted(name for name in forbidden if rights[name] != "hidden")
        raise NotAllowedError("may_not_edit_fields", record_type=register.type.key, fields=named)


def gives_up(stays: Value, goes: Value) -> bool:
    """Whether a value of the merged record is not that of the one that remains."""
    return goes not in (None, "", []) and to_json(stays) != to_json(goes)


def _require_form(work: Work, form: forms.Form, before: Mapping[str, Value], after: Mapping[str, Value]) -> None:
    """An old record may be incomplete; what is taken is not to make it worse."""
    problems = _problems(work, form, after)
    known = _problems(work, form, before) if problems else {}
    fresh = {name: problem for name, problem in problems.items() if name not in known}
    if fresh:
        raise FormRejected(fresh)


def _problems(work: Work, form: forms.Form, values: Mapping[str, Value]) -> Mapping[str, FieldProblem]:
    try:
        forms.submit(form, {}, scope=values, now=work.now)
    except FormRejected as error:
        return error.problems
    return {}


def _keep_keys(work: Work, register: Register, merged_id: str, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """A unique value that the record had until now still finds it, as one of the merged record."""
    given_up = {field: value for field, value in before.items() if after.get(field) != value}
    insert_rows(work.connection, RecordKey, key_rows(register, merged_id, given_up))
