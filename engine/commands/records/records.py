"""Records of the registers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine import forms
from engine.commands.files import form_lookups, refer_to_files
from engine.commands.input import checked_text, checked_values
from engine.commands.records.record_writing import ARCHIVED, RESTORED, add_changes, write_record
from engine.commands.records.register import Author, Register, locked_record, locked_records, register_of
from engine.commands.work import Work
from engine.model.errors import ConflictError, InputRejected, NotAllowedError, NotFoundError, StaleRevision
from engine.model.identity import Actor
from engine.model.record_rights import field_rights, may_archive, may_create, may_edit, may_see
from engine.model.values import Value, from_json
from engine.store.record_index import RecordDistinction
from engine.store.registers import Record
from engine.store.rows import insert_rows


@dataclass(frozen=True, slots=True)
class RecordSaved:
    record_id: str
    revision: int
    created: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SaveRecord:
    """Create (`record_id` None) or change a record by hand, validated by its form. For roles in the record type's `edit`, to create also in its
    `create`, and administrators; a field that the actor may not write is refused, one that is hidden does not exist.

    Raises FormRejected, ConflictError("record_exists", field, record_id) for a unique value that another record has, "record_archived",
    "record_merged", StaleRevision.
    """

    record_type: str
    record_id: str | None
    values: Mapping[str, Any]
    reason: str = ""
    seen_revision: int | None = None

    def execute(self, work: Work, actor: Actor) -> RecordSaved:
        register = register_of(work, checked_text(self.record_type, "record_type"))
        require_editor(register, actor, creating=self.record_id is None)
        given = checked_values(self.values, "values")
        reason = checked_text(self.reason, "reason", maximum=2000, required=False)
        current: dict[str, Value] = {}
        if self.record_id is not None:
            row = locked_record(work, register, checked_text(self.record_id, "record_id"))
            require_unchanged(work, register, row, self.seen_revision)
            require_in_use(register, row)
            current = {name: from_json(item) for name, item in row.data.items()}
        form = record_form(register)
        lookups = form_lookups(work, form, given, actor)
        values = forms.submit(form, given, scope=current, rights=field_rights(register.type, actor), now=work.now, lookups=lookups)
        written = write_record(work, register, self.record_id, values, Author(actor.user_id, None, reason))
        refer_to_files(work, lookups, form, values, "record", written.record_id)
        return RecordSaved(written.record_id, written.revision, written.created, work.now)


@dataclass(frozen=True, slots=True)
class ArchiveRecord:
    """Take a record out of use with a reason, or (`restore`) back into it; nothing is deleted. For roles in the record type's `archive`.

    Lists, choices in forms and `record.find` leave archived records out. Raises StaleRevision, ConflictError("record_archived") when it is already
    so, "record_in_use" when there is nothing to restore, "record_merged" when another record has taken its place.
    """

    record_type: str
    record_id: str
    reason: str
    seen_revision: int | None = None
    restore: bool = False

    def execute(self, work: Work, actor: Actor) -> RecordSaved:
        register = register_of(work, checked_text(self.record_type, "record_type"))
        require_editor(register, actor)
        if not may_archive(register.type, actor):
            raise NotAllowedError("may_not_archive", record_type=register.type.key)
        reason = checked_text(self.reason, "reason", maximum=2000)
        row = locked_record(work, register, checked_text(self.record_id, "record_id"))
        require_unchanged(work, register, row, self.seen_revision)
        if not self.restore or row.merged_into is not None:
            require_in_use(register, row)
        elif row.archived_at is None:
            raise ConflictError("record_in_use", record_type=register.type.key, record_id=row.id)
        moved = {"archived_at": None if self.restore else work.now, "revision": row.revision + 1}
        moved |= {"updated_by": actor.user_id, "updated_at": work.now}
        work.connection.execute(sa.update(Record).where(Record.id == row.id).values(**moved))
        change = {"record_id": row.id, "revision": row.revision + 1, "kind": RESTORED if self.restore else ARCHIVED, "changes": {}}
        add_changes(work, [change | {"other_id": None}], Author(actor.user_id, None, reason))
        return RecordSaved(row.id, row.revision + 1, False, work.now)


@dataclass(frozen=True, slots=True)
class DistinguishRecords:
    """Keep that two alike records are not the same, so that nobody is asked again. For those who may edit."""

    record_type: str
    record_id: str
    other_id: str
    reason: str = ""

    def execute(self, work: Work, actor: Actor) -> RecordSaved:
        register = register_of(work, checked_text(self.record_type, "record_type"))
        require_editor(register, actor)
        low, high = sorted((checked_text(self.record_id, "record_id"), checked_text(self.other_id, "other_id")))
        if low == high:
            raise InputRejected("same_record", field="other_id")
        rows = locked_records(work, register, (low, high))
        reason = checked_text(self.reason, "reason", maximum=2000, required=False)
        decided = {"decided_by": actor.user_id, "decided_at": work.now, "reason": reason}
        insert_rows(work.connection, RecordDistinction, [{"low_id": low, "high_id": high, **decided}], replace=True)
        return RecordSaved(self.record_id, rows[self.record_id.strip()].revision, False, work.now)


def record_form(register: Register) -> forms.Form:
    """Raises InputRejected when the pack has none."""
    form = register.pack.forms.get(register.type.form_id)
    if form is None:
        raise InputRejected("no_record_form", record_type=register.type.key)
    return form


def require_editor(register: Register, actor: Actor, *, creating: bool = False) -> None:
    """Raises NotFoundError for whoever may not see the register, else NotAllowedError."""
    if not may_see(register.type, actor):
        raise NotFoundError("no_such_record_type", record_type=register.type.key)
    if not may_edit(register.type, actor):
        raise NotAllowedError("may_not_edit", record_type=register.type.key)
    if creating and not may_create(register.type, actor):
        raise NotAllowedError("may_not_create", record_type=register.type.key)


def require_unchanged(work: Work, register: Register, row: Any, seen_revision: int | None) -> None:
    """Raises StaleRevision with who changed the record since, and when."""
    if seen_revision is not None and seen_revision != row.revision:
        name = work.user_names([row.updated_by])[row.updated_by]
        which = {"record_type": register.type.key, "record_id": row.id, "title": row.title, "revision": row.revision}
        raise StaleRevision(**which, by=row.updated_by, by_name=name, at=row.updated_at.isoformat())


def require_in_use(register: Register, row: Any) -> None:
    """Raises ConflictError("record_merged", into), ConflictError("record_archived")."""
    which = {"record_type": register.type.key, "record_id": row.id, "title": row.title}
    if row.merged_into is not None:
        raise ConflictError("record_merged", **which, into=row.merged_into)
    if row.archived_at is not None:
        raise ConflictError("record_archived", **which)
