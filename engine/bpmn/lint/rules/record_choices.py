"""Choices from registers name a register of the pack, and fields that its records have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.lint.form_fields import components_of
from engine.bpmn.lint.messages import finding
from engine.bpmn.lint.subject import PackParts
from engine.forms import Form
from engine.forms.components import ChoiceField, Component, ExpressionField, Field, RecordSource, TextField
from engine.model.findings import Finding
from engine.model.pack import RecordType


def check(pack: PackParts) -> Iterator[Finding]:
    """A register that nobody has would leave the field without anything to choose, and whoever fills in the form could not go on."""
    registers = {record.key: record for record in pack.settings.record_types}
    for form in pack.forms.values():
        file = pack.form_files.get(form.id, form.id)
        for component in components_of(form.components):
            if isinstance(component, ChoiceField) and component.record is not None:
                for code, values in _wrong(component.record, registers, pack.forms):
                    label = component.label.plain or component.key
                    yield finding(code, file, component.line, component.key, label, component=component.type, **values)


def _wrong(source: RecordSource, registers: Mapping[str, RecordType], forms: Mapping[str, Form]) -> Iterator[tuple[str, dict[str, str]]]:
    register = registers.get(source.record_type)
    if register is None:
        yield "form_unknown_register", {"record": source.record_type, "known": "、".join(registers) or "-"}
        return
    form = forms.get(register.form_id)
    if form is None:
        return
    fields = _top_fields(form)
    for name, key in (("values.label", source.label), ("values.value", source.value)):
        if key is not None and key not in fields:
            yield "form_unknown_register_field", {"property": name, "field": key, "record": register.name, "known": "、".join(fields) or "-"}
    if source.value is not None and source.value in fields:
        yield from _value(source.value, fields[source.value], register)


def _value(key: str, field: Component, register: RecordType) -> Iterator[tuple[str, dict[str, str]]]:
    """What stands for a record in data must be a text, and should be the only one of its kind."""
    text = isinstance(field, (TextField, ExpressionField)) or (isinstance(field, ChoiceField) and not field.multiple and field.record is None)
    if not text:
        yield "form_register_value", {"field": key, "record": register.name}
    elif key not in register.unique:
        yield "form_register_value_twice", {"field": key, "record": register.name}


def _top_fields(form: Form) -> dict[str, Component]:
    top = {slot.path[0]: slot.component for slot in form.level.slots if len(slot.path) == 1}
    return {key: component for key, component in top.items() if isinstance(component, Field)}
