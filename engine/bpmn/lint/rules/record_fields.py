"""Fields by which registers are sorted, narrowed down and compared have an order, and stand at the top of the form."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.messages import finding
from engine.bpmn.lint.subject import PackParts
from engine.forms import Form
from engine.forms.components import ExpressionField, TextField
from engine.forms.plan import Slot
from engine.model.findings import Finding
from engine.model.likeness import WAYS
from engine.model.pack import RecordType


def check(pack: PackParts) -> Iterator[Finding]:
    """A list cannot be sorted by files or by rows of a table, and only texts can be compared as names or telephone numbers."""
    for record in pack.settings.record_types:
        for way in record.duplicates:
            if way not in WAYS:
                yield finding("pack_unknown_way", "pack.toml", record=record.name, way=way[:100], known="、".join(WAYS))
        form = pack.forms.get(record.form_id)
        if form is not None:
            yield from _unfit(record, form)


def _unfit(record: RecordType, form: Form) -> Iterator[Finding]:
    slots = {slot.path[0]: slot for slot in form.level.slots if len(slot.path) == 1}
    ordered = {"filters": record.filters, "sort": (record.sort_field,) if record.sort else ()}
    for key, fields in ordered.items():
        for name in fields:
            if name in form.keys and not _has_order(slots.get(name)):
                yield finding("pack_unfit_field", "pack.toml", record=record.name, key=key, field=name)
    texts = {"people": record.people, **{f"duplicates.{way}": fields for way, fields in record.duplicates.items()}}
    for key, fields in texts.items():
        for name in fields:
            slot = slots.get(name)
            if name in form.keys and not (slot is not None and isinstance(slot.component, (TextField, ExpressionField))):
                yield finding("pack_unfit_text", "pack.toml", record=record.name, key=key, field=name)


def _has_order(slot: Slot | None) -> bool:
    return slot is not None and slot.kind in ("value", "choice", "computed")
