"""The working order of a form: slots that hold values, and the steps (hide, options, compute, rows) sorted by what they need.

A level is the form itself or the row of a list. A step needs the names that its rules mention; steps that need each other go in document order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine.forms.checks import Checker, checker
from engine.forms.coerce import Coercer, coercer
from engine.forms.components import ChoiceField, Component, DynamicList, ExpressionField, Field, FileField, Group
from engine.forms.rules import Rule

StepKind = Literal["hide", "options", "compute", "rows"]
SlotKind = Literal["value", "choice", "computed", "rows", "files", "record"]


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """Where one value lives. `path` leads to it within its level; `rights_names` are the names under which rights may mention it, nearest first.

    `plain_name` is set when the value stands at the top of its level, is typed by `coerce` alone and nothing but rights can make it read-only.
    """

    index: int
    kind: SlotKind
    component: Field | DynamicList
    path: tuple[str, ...]
    name: str
    rights_names: tuple[str, ...]
    plain_name: str | None = None
    always_readonly: bool = False
    readonly_rules: tuple[Rule, ...] = ()
    may_be_readonly: bool = False
    required: Rule | None = None
    default: Rule | None = None
    coerce: Coercer = field(repr=False, default=lambda raw, zone: raw)
    check: Checker | None = field(repr=False, default=None)
    level: Level | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """`slots` are the values that the step decides about; a hide step of a group covers all below it."""

    kind: StepKind
    component_id: str
    rule: Rule
    slots: tuple[Slot, ...]
    needs: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """`shape` maps names to slots or, for groups with a path, to the names below. `looks_up`: values, in rows too, name files or records."""

    components: tuple[Component, ...]
    slots: tuple[Slot, ...]
    steps: tuple[Step, ...]
    shape: Mapping[str, Slot | Mapping[str, object]]
    slot_of: Mapping[str, Slot]
    cycle: tuple[str, ...] = ()
    looks_up: bool = False


def build_level(components: Sequence[Component], above: tuple[str, ...] = ()) -> Level:
    """`above` is the path of the lists around this level, for rights."""
    slots: list[Slot] = []
    hides: list[tuple[Component, list[Slot]]] = []
    _collect(components, (), above, slots, hides, [])
    steps = [Step("hide", component.id, component.hide, tuple(covered), component.hide.names()) for component, covered in hides]
    steps += [_step(slot) for slot in slots if slot.kind in ("choice", "computed", "rows")]
    steps.sort(key=lambda step: (step.slots[0].index if step.slots else len(slots), step.kind != "hide"))
    shape: dict[str, Slot | Mapping[str, object]] = {}
    for slot in slots:
        _place(shape, slot)
    cycle = _cycle([step for step in steps if step.kind == "compute"])
    slot_of = {slot.component.id: slot for slot in slots}
    looks_up = any(slot.kind in ("files", "record") or (slot.level is not None and slot.level.looks_up) for slot in slots)
    return Level(tuple(components), tuple(slots), tuple(_sorted(steps)), shape, slot_of, cycle, looks_up)


def _step(slot: Slot) -> Step:
    component = slot.component
    if isinstance(component, ExpressionField):
        return Step("compute", component.id, component.expression, (slot,), component.expression.names())
    if isinstance(component, ChoiceField) and component.source is not None:
        return Step("options", component.id, component.source, (slot,), component.source.names())
    assert slot.level is not None
    return Step("rows", component.id, Rule(), (slot,), _needed_by_rows(slot.level))


def _needed_by_rows(level: Level) -> frozenset[str]:
    names: set[str] = set()
    for step in level.steps:
        names |= step.needs
    for slot in level.slots:
        if slot.default is not None:
            names |= slot.default.names()
    return frozenset(names - set(level.shape))


def _collect(
    components: Iterable[Component],
    path: tuple[str, ...],
    above: tuple[str, ...],
    slots: list[Slot],
    hides: list[tuple[Component, list[Slot]]],
    around: list[list[Slot]],
) -> None:
    for component in components:
        covered: list[Slot] = []
        if component.hide.expression is not None or component.hide.constant is True:
            hides.append((component, covered))
        inside = [*around, covered]
        if isinstance(component, Group):
            _collect(component.components, path + names_of(component.path), above, slots, hides, inside)
        elif isinstance(component, (Field, DynamicList)):
            slot = _slot(component, path, above, len(slots))
            slots.append(slot)
            for group in inside:
                group.append(slot)


def names_of(path: str) -> tuple[str, ...]:
    return tuple(path.split(".")) if path else ()


def _slot(component: Field | DynamicList, path: tuple[str, ...], above: tuple[str, ...], index: int) -> Slot:
    path = path + names_of(component.path if isinstance(component, DynamicList) else component.key)
    whole = above + path
    rights_names = (*(".".join(whole[:count]) for count in range(len(whole), 0, -1)), "*")
    name = ".".join(path)
    if isinstance(component, DynamicList):
        required = None if component.required.never else component.required
        return Slot(index, "rows", component, path, name, rights_names, required=required, level=build_level(component.components, whole))
    rules = (component.readonly, component.disabled)
    kind: SlotKind = "value"
    if isinstance(component, ExpressionField):
        kind = "computed"
    elif isinstance(component, ChoiceField) and component.source is not None:
        kind = "choice"
    elif isinstance(component, ChoiceField) and component.record is not None:
        kind = "record"
    elif isinstance(component, FileField):
        kind = "files"
    return Slot(
        index,
        kind,
        component,
        path,
        name,
        rights_names,
        plain_name=path[0] if len(path) == 1 and kind == "value" and all(rule.never for rule in rules) else None,
        always_readonly=any(rule.constant is True and rule.expression is None for rule in rules),
        readonly_rules=tuple(rule for rule in rules if rule.expression is not None),
        may_be_readonly=not all(rule.never for rule in rules),
        required=None if component.required.never else component.required,
        default=component.default,
        coerce=coercer(component),
        check=checker(component),
    )


def _place(shape: dict[str, Slot | Mapping[str, object]], slot: Slot) -> None:
    here: dict[str, object] = shape  # type: ignore[assignment]
    for name in slot.path[:-1]:
        below = here.setdefault(name, {})
        if not isinstance(below, dict):
            return
        here = below
    here.setdefault(slot.path[-1], slot)


def _providers(steps: Sequence[Step]) -> dict[str, list[int]]:
    result: dict[str, list[int]] = {}
    for number, step in enumerate(steps):
        for name in {slot.path[0] for slot in step.slots}:
            result.setdefault(name, []).append(number)
    return result


def _sorted(steps: list[Step]) -> Iterator[Step]:
    """Each step after those that decide about a name it needs; document order where that is free or impossible."""
    providers = _providers(steps)
    waits = [{other for name in step.needs for other in providers.get(name, ()) if other != number} for number, step in enumerate(steps)]
    left = list(range(len(steps)))
    done: set[int] = set()
    while left:
        chosen = next((number for number in left if waits[number] <= done), left[0])
        left.remove(chosen)
        done.add(chosen)
        yield steps[chosen]


def _cycle(steps: list[Step]) -> tuple[str, ...]:
    """The names of computed fields that need each other; empty when none do."""
    names = {step.slots[0].name: step.needs for step in steps}
    remaining = dict(names)
    while True:
        free = [name for name, needs in remaining.items() if not needs & set(remaining)]
        if not free:
            return tuple(sorted(remaining))
        for name in free:
            del remaining[name]


def all_slots(level: Level) -> Iterator[Slot]:
    """The slots of the level and of all rows below it."""
    for slot in level.slots:
        yield slot
        if slot.level is not None:
            yield from all_slots(slot.level)
