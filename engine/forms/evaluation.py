"""One pass over a form and its data: values typed, conditions decided, computed fields computed, rows opened. Submit and view both start here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from time import perf_counter
from typing import Any, Literal
from zoneinfo import ZoneInfo

from engine.feel import FeelError, reason_en
from engine.forms.checks import Check, RuleFailed
from engine.forms.coerce import coerce_choice
from engine.forms.components import ChoiceField, DynamicList, Option
from engine.forms.limits import LIMITS
from engine.forms.looked_up import looked_up
from engine.forms.lookups import NOTHING, Lookups
from engine.forms.options import computed_options
from engine.forms.plan import Level, Slot, Step, all_slots
from engine.forms.rules import Rule, Scope
from engine.forms.scope import FormScope
from engine.model.errors import FieldProblem
from engine.model.values import Value, normalize

Right = Literal["read", "write", "hidden"]
FormRights = Mapping[str, Right]
TOO_SLOW = FieldProblem("too_slow")
DEFAULT_ZONE = ZoneInfo("Asia/Shanghai")
MISSING: Any = type("Missing", (), {"__repr__": lambda self: "MISSING", "__slots__": ()})()


@dataclass(slots=True)
class Run:
    """What one pass is about. `showing` opens the first rows of an empty list and leaves out what only submitting needs.

    `found` keeps what registers answered, so that the rows of a list ask once."""

    rights: FormRights
    check: Check
    partial: bool = False
    showing: bool = False
    lookups: Lookups = NOTHING
    found: dict[object, tuple[Option, ...] | None] = field(default_factory=dict)
    rows_left: int = LIMITS.rows_total
    options_left: int = LIMITS.shown_options
    stop_at: float = field(default_factory=lambda: perf_counter() + LIMITS.run_seconds)

    @property
    def now(self) -> datetime | None:
        return self.check.now

    @property
    def too_slow(self) -> bool:
        return perf_counter() > self.stop_at

    def right(self, slot: Slot) -> Right:
        """The nearest name on the way to the slot that has a right, then `*`, then write."""
        for name in slot.rights_names:
            if name in self.rights:
                return self.rights[name]
        return "write"


@dataclass(slots=True)
class State:
    """A level with its data. Lists are indexed by slot. `given` is what was sent (MISSING when it was not); `values` nests as the data does."""

    level: Level
    given: list[Any]
    base: list[Value]
    typed: list[Value]
    rights: list[Right] | None
    values: dict[str, Value]
    scope: Scope
    current: Mapping[str, Value]
    fixed: bool = True
    peers: Sequence[Mapping[str, Value]] = ()
    problems: dict[int, FieldProblem] = field(default_factory=dict)
    locked: set[int] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    hidden_slots: set[int] = field(default_factory=set)
    options: dict[int, tuple[Option, ...]] = field(default_factory=dict)
    rows: dict[int, list[State]] = field(default_factory=dict)

    def right(self, slot: Slot) -> Right:
        return "write" if self.rights is None else self.rights[slot.index]


def lookup(data: Any, path: tuple[str, ...]) -> Any:
    """What stands at that path; MISSING when nothing does."""
    for name in path:
        if not isinstance(data, Mapping) or name not in data:
            return MISSING
        data = data[name]
    return data


def place(values: dict[str, Value], path: tuple[str, ...], value: Value) -> None:
    """Put a value at a path; contexts on the way are made as needed."""
    for name in path[:-1]:
        below = values.get(name)
        if not isinstance(below, dict):
            below = values[name] = {}
        values = below
    values[path[-1]] = value


def copy_contexts(shape: Mapping[str, Any], current: Mapping[str, Value]) -> dict[str, Value]:
    """The contexts that groups with a path write into, with what they hold now: the form may know only a part of them."""
    result: dict[str, Value] = {}
    for name, below in shape.items():
        if isinstance(below, dict):
            there = current.get(name)
            kept = dict(there) if isinstance(there, Mapping) else {}
            result[name] = kept | copy_contexts(below, kept)
    return result


def reason_of(error: FeelError | RuleFailed) -> FieldProblem:
    return FieldProblem("rule_failed", reason=str(error), reason_en=error.english if isinstance(error, RuleFailed) else reason_en(error))


def open_level(
    level: Level,
    data: Mapping[str, Any],
    current: Mapping[str, Value],
    outer: Scope,
    run: Run,
    *,
    local: dict[str, Value] | None = None,
    fixed: bool = True,
    peers: Sequence[Mapping[str, Value]] = (),
) -> State:
    """Type all values of a level, then take its steps. `current` is what the level holds before; with `fixed` false the level is a row that the user
    may have made, and `peers` are the rows there were."""
    values = copy_contexts(level.shape, current)
    if local is not None and fixed:
        values = {**current, **values}
    scope = FormScope(values, outer if local is None else FormScope(local, outer))
    if local is not None:
        local["this"] = values
    count = len(level.slots)
    rights = [run.right(slot) for slot in level.slots] if run.rights else None
    state = State(level, [MISSING] * count, [None] * count, [None] * count, rights, values, scope, current, fixed, peers)
    given, typed, zone = state.given, state.typed, run.check.zone
    for slot in level.slots:
        sent = data.get(slot.plain_name, MISSING) if slot.plain_name is not None and rights is None else MISSING
        if sent is MISSING:
            _open_slot(state, slot, data, run)
            continue
        value = slot.coerce(sent, zone)
        if type(value) is FieldProblem:
            state.problems[slot.index], value = value, None
        given[slot.index], typed[slot.index], values[slot.path[0]] = sent, value, value
    for step in level.steps:
        try:
            _take(state, step, run)
        except (FeelError, RuleFailed) as error:
            for slot in step.slots:
                state.problems[slot.index] = reason_of(error)
    return state


def _open_slot(state: State, slot: Slot, data: Mapping[str, Any], run: Run) -> None:
    path, index = slot.path, slot.index
    if len(path) == 1:
        name = path[0]
        given = data.get(name, MISSING)
        base = state.current.get(name)
    else:
        given = lookup(data, path)
        base = lookup(state.current, path)
        base = None if base is MISSING else base
    state.given[index] = given
    if slot.kind in ("rows", "computed"):
        state.base[index] = base
        place(state.values, path, None if slot.kind == "computed" else base)
        return
    right = "write" if state.rights is None else state.rights[index]
    if base is None and slot.default is not None and right != "hidden":
        base = _default(state, slot, slot.default, run)
    state.base[index] = base
    if right != "write" or (slot.always_readonly and state.fixed):
        state.locked.add(index)
        value = base
    else:
        value = base if given is MISSING else given
        if slot.kind == "value":
            value = slot.coerce(value, run.check.zone)
            if type(value) is FieldProblem:
                state.problems[index], value = value, None
        elif slot.kind in ("files", "record"):
            value, problem = looked_up(slot.component, value, [base, *(lookup(peer, path) for peer in state.peers)], run.lookups)
            if problem is not None:
                state.problems[index] = problem
    state.typed[index] = value
    if len(path) == 1:
        state.values[path[0]] = value
    else:
        place(state.values, path, value)


def _default(state: State, slot: Slot, default: Rule, run: Run) -> Value:
    """The default, where it can matter: for what was not sent, and for what may not be changed."""
    if state.given[slot.index] is not MISSING and not slot.may_be_readonly and state.rights is None:
        return None
    try:
        return default.value(state.scope, run.now)
    except FeelError as error:
        state.problems[slot.index] = reason_of(error)
        return None


def _take(state: State, step: Step, run: Run) -> None:
    if step.kind == "hide":
        if step.rule.holds(state.scope, run.now):
            state.hidden.add(step.component_id)
            for slot in step.slots:
                state.hidden_slots.add(slot.index)
                _set(state, slot, None)
        return
    slot = step.slots[0]
    if slot.index in state.hidden_slots:
        return
    if step.kind == "compute":
        _set(state, slot, _storable(step.rule.value(state.scope, run.now)))
    elif step.kind == "options":
        _choose(state, slot, step.rule, run)
    else:
        _open_rows(state, slot, run)


def _storable(value: Value) -> Value:
    """Raises RuleFailed on what cannot be kept, a FEEL function for one."""
    try:
        return normalize(value)
    except TypeError:
        raise RuleFailed("结果不能保存", "the result cannot be stored") from None


def _set(state: State, slot: Slot, value: Value) -> None:
    state.typed[slot.index] = value
    place(state.values, slot.path, value)


def _choose(state: State, slot: Slot, rule: Rule, run: Run) -> None:
    component = slot.component
    assert isinstance(component, ChoiceField)
    options = computed_options(rule.value(state.scope, run.now))
    if len(options) > LIMITS.options:
        state.problems[slot.index] = FieldProblem("too_many_options", limit=LIMITS.options)
        options = options[: LIMITS.options]
    state.options[slot.index] = options
    if slot.index in state.locked:
        return
    raw = state.typed[slot.index]
    value = coerce_choice(raw, {option.token: option.value for option in options}, component.multiple)
    if type(value) is FieldProblem:
        state.problems.setdefault(slot.index, value)
        value = None
    _set(state, slot, value)


def _open_rows(state: State, slot: Slot, run: Run) -> None:
    component, level = slot.component, slot.level
    assert isinstance(component, DynamicList)
    assert level is not None
    right = state.right(slot)
    current = state.base[slot.index]
    before = [row if isinstance(row, Mapping) else {} for row in current] if isinstance(current, (list, tuple)) else []
    if right == "hidden":
        return
    fixed = rows_are_fixed(state, slot, run)
    given = state.given[slot.index]
    rows = _rows_given(state, slot, given, before, fixed, run)
    if rows is None:
        return
    opened: list[State] = []
    outer = state.scope
    sent = given is not MISSING
    for number, row in enumerate(rows):
        if run.too_slow:
            state.problems[slot.index] = TOO_SLOW
            break
        base = before[number] if (fixed or not sent) and number < len(before) else {}
        local: dict[str, Value] = {"i": Decimal(number + 1), "parent": state.values}
        opened.append(open_level(level, row if sent else {}, base, outer, run, local=local, fixed=fixed, peers=before))
    state.rows[slot.index] = opened
    _set(state, slot, [row.values for row in opened])


def rows_are_fixed(state: State, slot: Slot, run: Run) -> bool:
    """Rows stay as they are when the form says so, or when there are columns in them that this user may not write."""
    component, level = slot.component, slot.level
    assert isinstance(component, DynamicList)
    assert level is not None
    if not component.may_change_rows or state.right(slot) != "write":
        return True
    return bool(run.rights) and any(run.right(below) != "write" for below in all_slots(level))


def _rows_given(state: State, slot: Slot, given: Any, before: list[Mapping[str, Value]], fixed: bool, run: Run) -> list[Mapping[str, Any]] | None:
    """The rows to open; None after a problem that leaves none."""
    component = slot.component
    assert isinstance(component, DynamicList)
    if given is MISSING or given is None or given == "":
        first = component.first_rows if state.base[slot.index] is None and state.right(slot) == "write" else 0
        return _within(state, slot, before or [{}] * (first if run.showing or not component.may_change_rows else 0), run)
    if not isinstance(given, (list, tuple)) or not all(isinstance(row, Mapping) for row in given):
        state.problems[slot.index] = FieldProblem("type")
        return None
    wanted = len(before) or (0 if component.may_change_rows else component.first_rows)
    if fixed and len(given) != wanted and not _known_count(state, slot, len(given)):
        state.problems[slot.index] = FieldProblem("rows_fixed", count=wanted)
        return before
    return _within(state, slot, list(given), run)


def _known_count(state: State, slot: Slot, count: int) -> bool:
    """Whether a list inside a movable row has as many rows as it had in one of the rows there were."""
    lists = (lookup(peer, slot.path) for peer in state.peers) if not state.fixed else ()
    return any(isinstance(rows, (list, tuple)) and len(rows) == count for rows in lists)


def _within(state: State, slot: Slot, rows: list[Mapping[str, Any]], run: Run) -> list[Mapping[str, Any]] | None:
    run.rows_left -= len(rows)
    if len(rows) > LIMITS.rows or run.rows_left < 0:
        state.problems[slot.index] = FieldProblem("too_many_rows", limit=LIMITS.rows if len(rows) > LIMITS.rows else LIMITS.rows_total)
        return None
    return rows
