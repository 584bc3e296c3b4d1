"""Who may see and change single fields of a register."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.messages import finding
from engine.bpmn.lint.subject import PackParts
from engine.forms import Form
from engine.model.findings import Finding
from engine.model.pack import RecordType


def check(pack: PackParts) -> Iterator[Finding]:
    """A right that cannot be kept, or that makes a register unusable, would be found out only by the people whom it locks out."""
    for record in pack.settings.record_types:
        if record.title in record.rights:
            yield finding("pack_restricted_title", "pack.toml", record=record.name, field=record.title)
        for name, roles in record.rights.items():
            for role in roles.write:
                if role not in record.edit:
                    yield finding("pack_right_without_edit", "pack.toml", record=record.name, field=name, role=role)
        for key, allowed in (("create", record.create), ("archive", record.archive)):
            for role in allowed or ():
                if role not in record.edit:
                    yield finding("pack_role_without_edit", "pack.toml", record=record.name, key=key, role=role)
        form = pack.forms.get(record.form_id)
        if form is not None:
            yield from _unfinishable(record, form)


def _unfinishable(record: RecordType, form: Form) -> Iterator[Finding]:
    """Fields that must be filled in, and that somebody who may create a record may not."""
    needed = [slot.path[0] for slot in form.level.slots if slot.required is not None and slot.required.constant is True and slot.default is None]
    for name in dict.fromkeys(name for name in needed if name in record.rights):
        for role in record.edit if record.create is None else record.create:
            if role not in record.rights[name].write:
                yield finding("pack_creator_without_field", "pack.toml", record=record.name, field=name, role=role)
