"""What connectors take and give."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.bpmn.lint.dataflow.form_types import level_types
from engine.bpmn.lint.dataflow.parts import FlowParts
from engine.feel.inference import BOOLEAN, CONTEXT, NUMBER, STRING, Type, context_of, list_of
from engine.forms import Form

# Job type -> the inputs that have to be contexts.
INPUTS: Mapping[str, tuple[str, ...]] = {"record.upsert": ("values", "key"), "record.find": ("match",)}


def record_form(parts: FlowParts, headers: Mapping[str, str]) -> Form | None:
    """The form that says what records of this type hold."""
    key = headers.get("recordType")
    record = next((one for one in parts.settings.record_types if one.key == key), None)
    return None if record is None else parts.forms.get(record.form_id)


def _record(parts: FlowParts, headers: Mapping[str, str], **more: Type) -> Type:
    form = record_form(parts, headers)
    values = CONTEXT if form is None else context_of(level_types(form.level, {}))
    return context_of({"id": STRING, "title": STRING, "revision": NUMBER, "values": values, **more})


def _upserted(parts: FlowParts, headers: Mapping[str, str]) -> dict[str, Type]:
    return {"record": _record(parts, headers, created=BOOLEAN)}


def _found(parts: FlowParts, headers: Mapping[str, str]) -> dict[str, Type]:
    return {"records": list_of(_record(parts, headers))}


RESULTS: Mapping[str, Callable[[FlowParts, Mapping[str, str]], dict[str, Type]]] = {"record.upsert": _upserted, "record.find": _found}
