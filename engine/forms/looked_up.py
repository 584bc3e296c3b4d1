"""Values that name something outside the form: uploaded files by their ids, records by their tokens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.forms.coerce import CHOICE, TYPE
from engine.forms.components import ChoiceField, DynamicList, Field, FileField, Form, RecordSource
from engine.forms.file_types import accepted
from engine.forms.limits import LIMITS
from engine.forms.lookups import FILE_KEYS, Lookups, file_id, given_items, is_choice, is_file, record_token
from engine.forms.plan import Level, Slot
from engine.model.errors import FieldProblem
from engine.model.values import Value

NO_REGISTER = FieldProblem("no_register")
Result = tuple[Value, FieldProblem | None]


def looked_up(component: Field | DynamicList, raw: Any, there: Iterable[Any], lookups: Lookups) -> Result:
    """The typed value, and what is wrong. `there`: values that the field, or those rows of it that may move here, held before."""
    if isinstance(component, FileField):
        return _files(component, raw, there, lookups)
    assert isinstance(component, ChoiceField)
    assert component.record is not None
    return _records(component, component.record, raw, there, lookups)


def _files(field: FileField, raw: Any, there: Iterable[Any], lookups: Lookups) -> Result:
    items = given_items(raw)
    if items is None:
        return [], TYPE
    before = {file_id(item): item for value in there for item in (value if isinstance(value, list) else ()) if is_file(item)}
    result: dict[str, Value] = {}
    problem = None
    for item in items[: LIMITS.files + 1]:
        id = file_id(item)
        known = before.get(id) or (lookups.files.get(id) if id else None) or (item if lookups.trusting and is_file(item) else None)
        if id is None or known is None:
            problem = FieldProblem("file_unknown")
            continue
        result[id] = {key: known[key] for key in FILE_KEYS}
        if id not in before and not accepted(str(known["name"]), str(known["type"]), field.accept):
            problem = FieldProblem("file_type", name=known["name"], accept=" ".join(field.accept))
    limit = LIMITS.files if field.multiple else 1
    if len(result) > limit or len(items) > LIMITS.files:
        problem = FieldProblem("too_many_files", limit=limit)
    return list(result.values()), problem


def _records(field: ChoiceField, source: RecordSource, raw: Any, there: Iterable[Any], lookups: Lookups) -> Result:
    items = given_items(raw)
    empty: Value = [] if field.multiple else None
    if items is None or (not field.multiple and len(items) > 1) or len(items) > LIMITS.options:
        return empty, TYPE if items is None else CHOICE
    before = {record_token(item): item for value in there for item in given_items(value) or () if is_choice(item)}
    tokens = [record_token(item) for item in items]
    wanted = {token for token in tokens if token is not None and token not in before}
    found: Mapping[str, Value] = {}
    if wanted and lookups.trusting:
        found = {record_token(item) or "": item for item in items if is_choice(item)}
    elif wanted:
        options = lookups.records.named(source, wanted)
        if options is None:
            return empty, NO_REGISTER
        found = {option.token: option.value for option in options}
    values = {token: before.get(token, found.get(token or "")) for token in tokens}
    if any(value is None for value in values.values()):
        return empty, CHOICE
    return (list(values.values()) if field.multiple else next(iter(values.values()), None)), None


def references(form: Form, data: Any) -> Iterator[tuple[Slot, Any]]:
    """(slot, value as given) of every field for files or records in nested data, rows included."""
    for slot, holder in _places(form.level, data):
        yield slot, holder[slot.path[-1]]


def file_ids(form: Form, data: Any) -> frozenset[str]:
    """The ids of all files that the data names."""
    named = (file_id(item) for slot, raw in references(form, data) if slot.kind == "files" for item in (given_items(raw) or ())[: LIMITS.files + 1])
    return frozenset(id for id in named if id)


def resolved(form: Form, data: Mapping[str, Any], lookups: Lookups) -> dict[str, Any]:
    """A copy of the data in which ids of known files stand as whole files, and tokens of records as their values: what is to be recorded."""
    if not form.level.looks_up:
        return dict(data)
    copy: dict[str, Any] = _copied(data)
    for slot, holder in _places(form.level, copy):
        raw = holder[slot.path[-1]]
        if slot.kind == "files":
            holder[slot.path[-1]] = [_whole(item, lookups) for item in given_items(raw) or ()] if given_items(raw) is not None else raw
            continue
        value, problem = looked_up(slot.component, raw, (), lookups)
        if problem is None:
            holder[slot.path[-1]] = value
    return copy


def _whole(item: Any, lookups: Lookups) -> Any:
    known = lookups.files.get(file_id(item) or "")
    return item if known is None else {key: known[key] for key in FILE_KEYS}


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, (list, tuple)) else value


def _places(level: Level, data: Any) -> Iterator[tuple[Slot, Any]]:
    """Slots whose value is looked up, each with the context that holds it."""
    if not level.looks_up:
        return
    for slot in level.slots:
        holder = data
        for name in slot.path[:-1]:
            holder = holder.get(name) if isinstance(holder, Mapping) else None
        if not isinstance(holder, Mapping) or slot.path[-1] not in holder:
            continue
        if slot.kind in ("files", "record"):
            yield slot, holder
        elif slot.level is not None and isinstance(holder[slot.path[-1]], (list, tuple)):
            for row in holder[slot.path[-1]][: LIMITS.rows]:
                yield from _places(slot.level, row)
