"""What a browser posts, as data: names like `customer.name` and `contacts-0-phone` become contexts and rows. Row operations without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from engine.forms.components import CheckboxField, ChoiceField, FileField, Form
from engine.forms.evaluation import MISSING, lookup, place
from engine.forms.limits import LIMITS
from engine.forms.plan import Level, Slot
from engine.model.errors import FieldProblem, FormRejected
from engine.model.values import Value

_INDEX = re.compile(r"\d{1,6}", re.ASCII).fullmatch
_OPERATION = re.compile(r"(?:(?P<add>add):(?P<list>[^:]{1,400})|del:(?P<of>[^:]{1,400}):(?P<row>\d{1,4}))", re.ASCII).fullmatch
_REMOVAL = re.compile(r"remove:(?P<name>[^:]{1,400}):(?P<id>[0-9a-f]{32})").fullmatch
UPLOADS = "_file."
CONTROL_NAMES = frozenset({"csrf_token"})


class PostedNames(Protocol):
    """A MultiDict, or anything that acts like one."""

    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...
    def getlist(self, name: str) -> list[str]: ...


class _Node:
    """What was posted for one level: values by name, rows by list name and index."""

    __slots__ = ("lists", "values")

    def __init__(self) -> None:
        self.values: dict[str, list[str]] = {}
        self.lists: dict[str, dict[int, _Node]] = {}


def decode_post(form: Form, posted: PostedNames, files: Iterable[str] = ()) -> dict[str, Any]:
    """Nested data with text as typed; only what was posted is in it.

    Names that begin with `_` and the CSRF token are left out; names that the form does not have stay, so that `submit` refuses them. Raises
    FormRejected when there is more than a form holds.
    """
    root = _sorted_names(posted)
    data = _level(form.level, root, "")
    for name in files:
        if not name.startswith("_"):
            data.setdefault(name, "")
    return data


def _sorted_names(posted: PostedNames) -> _Node:
    too_many = FormRejected({"": FieldProblem("too_many_fields", limit=LIMITS.posted_values)})
    if len(posted) > LIMITS.posted_values:
        raise too_many
    root, total = _Node(), 0
    for name in posted:
        if name.startswith("_") or name in CONTROL_NAMES:
            continue
        values = posted.getlist(name)
        total += len(values)
        if total > LIMITS.posted_values:
            raise too_many
        _put(root, name, values)
    return root


def _put(root: _Node, name: str, values: list[str]) -> None:
    parts = name.split("-") if len(name) <= LIMITS.posted_name_characters else [name]
    if not all(_INDEX(part) for part in parts[1::2]):
        root.values[name] = values
        return
    node = root
    for at in range(0, len(parts) - 1, 2):
        node = node.lists.setdefault(parts[at], {}).setdefault(int(parts[at + 1]), _Node())
    if len(parts) % 2:
        node.values[parts[-1]] = values


def _level(level: Level, node: _Node, path: str) -> dict[str, Any]:
    data: dict[str, Any] = {}
    known, lists = set(), set()
    for slot in level.slots:
        known.add(slot.name)
        if slot.kind == "rows":
            lists.add(slot.name)
        value = _rows(slot, node, path) if slot.kind == "rows" else _value(slot, node.values.get(slot.name))
        if value is not MISSING:
            place(data, slot.path, value)
    for name in node.values:
        if name not in known:
            data.setdefault(name, "")
    for name in node.lists:
        if name not in lists:
            data.setdefault(f"{name}-0", "")
    return data


def _rows(slot: Slot, node: _Node, path: str) -> Any:
    rows = node.lists.get(slot.name)
    if rows is None:
        return [] if slot.name in node.values else MISSING
    if len(rows) > LIMITS.rows:
        raise FormRejected({path + slot.name: FieldProblem("too_many_rows", limit=LIMITS.rows)})
    assert slot.level is not None
    return [_level(slot.level, rows[index], f"{path}{slot.name}.{number}.") for number, index in enumerate(sorted(rows))]


def _value(slot: Slot, values: list[str] | None) -> Any:
    """Controls that post nothing when empty carry an empty hidden value, so absent means: was not on the page."""
    if not values:
        return MISSING
    component = slot.component
    if isinstance(component, FileField) or (isinstance(component, ChoiceField) and component.multiple):
        return [value for value in values if value != ""]
    if isinstance(component, CheckboxField):
        return next((value for value in reversed(values) if value != ""), "")
    return values[-1]


def file_field(form: Form, name: str) -> FileField | None:
    """The filepicker that has this name in HTML; None when the form has none."""
    level, parts = form.level, name.split("-")
    for at in range(0, len(parts), 2):
        slot = next((slot for slot in level.slots if slot.name == parts[at]), None)
        if slot is None or (at + 1 < len(parts) and (slot.level is None or not _INDEX(parts[at + 1]))):
            return None
        if at + 1 >= len(parts):
            return slot.component if isinstance(slot.component, FileField) else None
        level = slot.level or level
    return None


def operation_of(posted: PostedNames) -> str:
    """What was asked for: `submit`, `save`, `refresh`, `add:…` or `del:…`. The pressed button comes after the hidden default: the last counts."""
    return next(reversed(posted.getlist("_op")), "refresh")


def removed_file(posted: PostedNames) -> tuple[str, str] | None:
    """(HTML name, id) of the file that the pressed button takes away; its id is then to be left out of what was posted."""
    match = _REMOVAL(operation_of(posted))
    return (match["name"], match["id"]) if match else None


def apply_operation(form: Form, data: Mapping[str, Any], operation: str, *, scope: Mapping[str, Value]) -> dict[str, Any]:
    """Data after `add:contacts`, `del:contacts:0` or, in a row, `add:contacts-0-phones`. Other operations leave it as it is; a list or row that is
    not there is refused with FormRejected."""
    match = _OPERATION(operation)
    if match is None:
        return dict(data)
    name = match["list"] or match["of"]
    result = dict(data)
    rows = _list_at(form.level, result, name.split("-"), scope)
    if match["add"]:
        if len(rows) >= LIMITS.rows:
            raise FormRejected({name.replace("-", "."): FieldProblem("too_many_rows", limit=LIMITS.rows)})
        rows.append({})
    elif int(match["row"]) < len(rows):
        del rows[int(match["row"])]
    else:
        raise _no_such_list(name)
    return result


def _no_such_list(name: str) -> FormRejected:
    return FormRejected({name.replace("-", "."): FieldProblem("unknown_field")})


def _list_at(level: Level, data: dict[str, Any], parts: list[str], current: Any) -> list[Any]:
    """The rows of that list, copied into `data` along the way so that the caller's own data stays as it is."""
    name = "-".join(parts)
    for at in range(0, len(parts), 2):
        slot = next((slot for slot in level.slots if slot.kind == "rows" and slot.name == parts[at]), None)
        if slot is None or slot.level is None:
            raise _no_such_list(name)
        rows = _copied_rows(data, slot, current)
        if at + 1 == len(parts):
            return rows
        index = int(parts[at + 1]) if _INDEX(parts[at + 1]) else len(rows)
        if index >= len(rows) or not isinstance(rows[index], Mapping):
            raise _no_such_list(name)
        level, current = slot.level, {}
        data = rows[index] = dict(rows[index])
    raise _no_such_list(name)


def _copied_rows(data: dict[str, Any], slot: Slot, current: Any) -> list[Any]:
    here = data
    for name in slot.path[:-1]:
        below = here.get(name)
        here[name] = dict(below) if isinstance(below, Mapping) else {}
        here = here[name]
    given = lookup(here, slot.path[-1:])
    if given is MISSING:
        given = lookup(current, slot.path)
    here[slot.path[-1]] = list(given) if isinstance(given, (list, tuple)) else []
    return here[slot.path[-1]]  # type: ignore[no-any-return]
