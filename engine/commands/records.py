"""Records of the registers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import forms
from engine.commands.files import form_lookups, refer_to_files
from engine.commands.input import checked_text, checked_values
from engine.commands.register import Author, Register, locked_record, register_of, write_record
from engine.commands.work import Work
from engine.model.errors import InputRejected, NotAllowedError, NotFoundError, StaleRevision
from engine.model.identity import Actor
from engine.model.values import Value, from_json


@dataclass(frozen=True, slots=True)
class RecordSaved:
    record_id: str
    revision: int
    created: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SaveRecord:
    """Create (`record_id` None) or change a record by hand, validated by its form. Roles in the record type's `edit` may, and administrators.

    Raises FormRejected, ConflictError("record_exists", field, record_id) for a unique value that another record has, StaleRevision.
    """

    record_type: str
    record_id: str | None
    values: Mapping[str, Any]
    reason: str = ""
    seen_revision: int | None = None

    def execute(self, work: Work, actor: Actor) -> RecordSaved:
        register = register_of(work, checked_text(self.record_type, "record_type"))
        _require_editor(register, actor)
        given = checked_values(self.values, "values")
        reason = checked_text(self.reason, "reason", maximum=2000, required=False)
        current: dict[str, Value] = {}
        if self.record_id is not None:
            row = locked_record(work, register, checked_text(self.record_id, "record_id"))
            if self.seen_revision is not None and self.seen_revision != row.revision:
                raise StaleRevision(record_type=register.type.key, record_id=self.record_id, revision=row.revision)
            current = {name: from_json(item) for name, item in row.data.items()}
        form = register.pack.forms.get(register.type.form_id)
        if form is None:
            raise InputRejected("no_record_form", record_type=register.type.key)
        lookups = form_lookups(work, form, given, actor)
        values = forms.submit(form, given, scope=current, now=work.now, lookups=lookups)
        written = write_record(work, register, self.record_id, values, Author(actor.user_id, None, reason))
        refer_to_files(work, lookups, form, values, "record", written.record_id)
        return RecordSaved(written.record_id, written.revision, written.created, work.now)


def _require_editor(register: Register, actor: Actor) -> None:
    if actor.is_administrator or not actor.groups.isdisjoint(register.type.edit):
        return
    if actor.groups.isdisjoint(register.type.view):
        raise NotFoundError("no_such_record_type", record_type=register.type.key)
    raise NotAllowedError("may_not_edit", record_type=register.type.key)
