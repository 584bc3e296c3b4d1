"""Record types have a form, and what they list, search and keep unique are its fields."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.form_fields import field_keys
from engine.bpmn.lint.messages import finding
from engine.bpmn.lint.subject import PackParts
from engine.forms import Form
from engine.model.findings import Finding
from engine.model.pack import RecordType


def check(pack: PackParts) -> Iterator[Finding]:
    """The form of a record type says what a record holds; a column or a unique key that is no field of it would always be empty."""
    for record in pack.settings.record_types:
        if record.form_id and pack.form_ids is not None and record.form_id not in pack.form_ids:
            yield finding("pack_unknown_form", "pack.toml", record=record.name, form=record.form_id)
        form = pack.forms.get(record.form_id)
        if form is None:
            continue
        known = field_keys(form)
        named = {"unique": record.unique, "search": record.search, "list": record.list_columns, "title": (record.title,) if record.title else ()}
        for key, fields in named.items():
            for name in fields:
                if name not in known:
                    yield finding("pack_unknown_field", "pack.toml", record=record.name, key=key, field=name, form=record.form_id)
        yield from _below_the_top(record, form)


def _below_the_top(record: RecordType, form: Form) -> Iterator[Finding]:
    """Sorting, comparing and rights work on what a record holds at its top."""
    named = {"filters": record.filters, "people": record.people, "rights": tuple(record.rights), "sort": (record.sort_field,) if record.sort else ()}
    named |= {f"duplicates.{way}": fields for way, fields in record.duplicates.items()}
    for key, fields in named.items():
        for name in fields:
            if name not in form.keys:
                yield finding("pack_unknown_top_field", "pack.toml", record=record.name, key=key, field=name, form=record.form_id)
