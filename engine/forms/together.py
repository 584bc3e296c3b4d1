"""One answer for several tasks with the same form: whether the form allows it, and what of the answer each of them gets.

A form allows it when all that one can fill in are single values: rows, files and records of a register belong to one case alone. What differs from
one task to the next and is left empty stays as it is in each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.forms.checks import Check
from engine.forms.components import Form
from engine.forms.evaluation import DEFAULT_ZONE, MISSING, FormRights, Run, lookup
from engine.forms.plan import Slot, all_slots
from engine.model.values import Value

_ONE_CASE_ONLY = ("rows", "files", "record")
_EMPTY: tuple[Any, ...] = (MISSING, None, "", False, [])


def for_one_case_only(form: Form, rights: FormRights) -> tuple[str, ...]:
    """Labels of what has to be filled in for each case by itself; empty: one answer can be given for several."""
    run = _run(rights)
    return tuple(slot.component.label.plain or slot.name for slot in form.level.slots if slot.kind in _ONE_CASE_ONLY and _writable(run, slot))


def same_scope(scopes: Sequence[Mapping[str, Value]]) -> dict[str, Value]:
    """What all of them have alike."""
    first, *others = scopes
    return {name: value for name, value in first.items() if all(name in other and other[name] == value for other in others)}


def differing(form: Form, rights: FormRights, scopes: Sequence[Mapping[str, Value]]) -> tuple[str, ...]:
    """Labels of what can be filled in and has another value in each."""
    run = _run(rights)
    return tuple(slot.component.label.plain or slot.name for slot in _different(form, scopes) if _writable(run, slot))


def shared_rights(form: Form, rights: FormRights, scopes: Sequence[Mapping[str, Value]]) -> FormRights:
    """Rights that leave out what one may only read and what differs: there is no one value to show."""
    run = _run(rights)
    return {**rights, **{slot.name: "hidden" for slot in _different(form, scopes) if not _writable(run, slot)}}


def shared_answer(form: Form, rights: FormRights, scopes: Sequence[Mapping[str, Value]], typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed without what could only be read, and without what differs and was left empty: each task keeps its own."""
    run = _run(rights)
    different = {slot.index for slot in _different(form, scopes)}
    answer = _copy(typed)
    for slot in form.level.slots:
        kept = slot.index in different and any(lookup(typed, slot.path) == empty for empty in _EMPTY)
        if kept or not _writable(run, slot):
            _drop(answer, slot.path)
    return answer


def _run(rights: FormRights) -> Run:
    return Run(rights, Check(None, DEFAULT_ZONE))


def _writable(run: Run, slot: Slot) -> bool:
    if slot.level is not None:
        return run.right(slot) == "write" or any(run.right(below) == "write" for below in all_slots(slot.level))
    return slot.kind != "computed" and not slot.always_readonly and run.right(slot) == "write"


def _different(form: Form, scopes: Sequence[Mapping[str, Value]]) -> Iterator[Slot]:
    first, *others = scopes
    for slot in form.level.slots:
        value = lookup(first, slot.path)
        if slot.kind != "computed" and any(lookup(other, slot.path) != value for other in others):
            yield slot


def _copy(typed: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _copy(value) if isinstance(value, Mapping) else value for name, value in typed.items()}


def _drop(answer: dict[str, Any], path: tuple[str, ...]) -> None:
    here: Any = answer
    for name in path[:-1]:
        here = here.get(name)
        if not isinstance(here, dict):
            return
    here.pop(path[-1], None)
