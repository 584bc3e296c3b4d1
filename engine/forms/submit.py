"""Data of a form to values that may be kept, or to a refusal that names every field and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel import FeelError
from engine.forms.checks import REQUIRED, Check, RuleFailed, row_count
from engine.forms.coerce import has_bad_characters, token_of
from engine.forms.components import CheckboxField, ChoiceField, DynamicList, FileField, Form
from engine.forms.display import input_text
from engine.forms.evaluation import DEFAULT_ZONE, MISSING, TOO_SLOW, FormRights, Right, Run, State, lookup, open_level, place, reason_of
from engine.forms.limits import LIMITS
from engine.forms.lookups import NOTHING, Lookups, file_id, given_items, record_token
from engine.forms.plan import Level, Slot, all_slots
from engine.model.errors import FieldProblem, FormRejected
from engine.model.values import Value

UNKNOWN = FieldProblem("unknown_field")
READ_ONLY = FieldProblem("read_only")
_NO_RIGHTS: FormRights = {}


def submit(
    form: Form,
    data: Mapping[str, Any],
    *,
    scope: Mapping[str, Value],
    rights: FormRights = _NO_RIGHTS,
    now: datetime | None = None,
    partial: bool = False,
    zone: ZoneInfo = DEFAULT_ZONE,
    lookups: Lookups = NOTHING,
) -> dict[str, Value]:
    """The typed values that `data` sets, by top-level name; contexts come whole, with what the form does not know of them kept.

    `data` nests as the form does and may hold typed values or text as typed. What it does not mention keeps its value of `scope`, else its default.
    Hidden fields are left out. With `partial` (a draft) only what was sent comes back, untyped where it cannot be typed, and neither missing nor
    unsuitable values are refused. Files and records beside those that are there already must be known to `lookups`.
    Raises FormRejected with a problem for every field.
    """
    if not isinstance(data, Mapping):
        raise FormRejected({"": FieldProblem("type")})
    run = Run(rights, Check(now, zone), partial, lookups=lookups)
    work = _Submission(run)
    work.unknown_names(form.level.shape, data, scope, "")
    if work.problems:
        raise FormRejected(work.limited())
    state = open_level(form.level, data, scope, scope, run)
    result = work.draft(state, "") if partial else work.level(state, "")
    if work.problems:
        raise FormRejected(work.limited())
    return result


class _Submission:
    def __init__(self, run: Run) -> None:
        self.run = run
        self.problems: dict[str, FieldProblem] = {}

    def limited(self) -> dict[str, FieldProblem]:
        if len(self.problems) <= LIMITS.reported_problems:
            return self.problems
        first = dict(list(self.problems.items())[: LIMITS.reported_problems])
        return first | {"": FieldProblem("too_many_problems", limit=LIMITS.reported_problems)}

    def unknown_names(self, shape: Mapping[str, Any], data: Mapping[str, Any], current: Any, prefix: str) -> None:
        """Record names that the form does not have, rows included. Inside contexts and rows what is there already may be repeated."""
        for name in data:
            below = shape.get(name) if isinstance(name, str) else None
            if type(below) is Slot and below.level is None:
                continue
            known = current.get(name) if isinstance(current, Mapping) else None
            if below is None:
                if len(self.problems) > LIMITS.reported_problems:
                    return
                if not prefix or known is None or not _equal(known, data[name]):
                    self.problems[prefix + _short(name)] = UNKNOWN
            elif type(below) is dict:
                inner = data[name]
                if isinstance(inner, Mapping):
                    self.unknown_names(below, inner, known, f"{prefix}{name}.")
                elif inner is not None:
                    self.problems[prefix + name] = FieldProblem("type")
            else:
                self._unknown_in_rows(below.level, data[name], known, f"{prefix}{name}.")

    def _unknown_in_rows(self, level: Level, rows: Any, known: Any, prefix: str) -> None:
        if not isinstance(rows, (list, tuple)) or len(rows) > LIMITS.rows:
            return
        for number, row in enumerate(rows):
            if isinstance(row, Mapping):
                before = known[number] if isinstance(known, (list, tuple)) and number < len(known) else None
                self.unknown_names(level.shape, row, before, f"{prefix}{number}.")

    def level(self, state: State, prefix: str) -> dict[str, Value]:
        """The values of the level: of a row all of them, of the form those that it sets."""
        result: dict[str, Value] = {}
        dropped: list[Slot] = []
        values, hidden, in_row = state.values, state.hidden_slots, bool(prefix)
        for slot in state.level.slots:
            if slot.index in hidden:
                dropped.append(slot)
            elif self.slot(state, slot, prefix):
                result[slot.path[0]] = values[slot.path[0]]
        for slot in dropped:
            if in_row or len(slot.path) > 1:
                _remove(values, slot.path)
        return values if in_row else result

    def slot(self, state: State, slot: Slot, prefix: str) -> bool:
        """Whether the slot's value belongs into the result. The value itself stands in `state.values`."""
        if slot.kind == "rows":
            return self.rows(state, slot, prefix)
        problem = state.problems.get(slot.index) if state.problems else None
        if slot.kind != "computed":
            try:
                if (slot.may_be_readonly or state.rights is not None) and self.readonly(state, slot):
                    return self.unchanged(state, slot, prefix)
                if problem is None:
                    problem = self.problem(state, slot)
            except (FeelError, RuleFailed) as error:
                problem = reason_of(error)
        if problem is not None:
            self.problems[prefix + slot.name] = problem
        return True

    def readonly(self, state: State, slot: Slot) -> bool:
        if slot.always_readonly or state.right(slot) != "write":
            return True
        return any(rule.holds(state.scope, self.run.now) for rule in slot.readonly_rules)

    def problem(self, state: State, slot: Slot) -> FieldProblem | None:
        value = state.typed[slot.index]
        if value is None or value == [] or value is False:
            if slot.required is not None and (value is not False or isinstance(slot.component, CheckboxField)):
                return REQUIRED if slot.required.holds(state.scope, self.run.now) else None
            return None
        return None if slot.check is None else slot.check(value, state.scope, self.run.check)

    def unchanged(self, state: State, slot: Slot, prefix: str) -> bool:
        """A read-only value: what was sent may only repeat it. It is written when it is a default, or part of a row."""
        base, given, right = state.base[slot.index], state.given[slot.index], state.right(slot)
        if given is not MISSING and not self.repeats(state, slot, right):
            self.problems[prefix + slot.name] = READ_ONLY
            return False
        if state.fixed or given is MISSING:
            place(state.values, slot.path, base)
        return base is not None and right != "hidden" and lookup(state.current, slot.path) in (MISSING, None)

    def repeats(self, state: State, slot: Slot, right: Right) -> bool:
        """Whether what was sent is the value there was. In a movable row it may be that of any row there was. Hidden values cannot be guessed at."""
        given, component, zone = state.given[slot.index], slot.component, self.run.check.zone
        if right == "hidden":
            return False
        candidates = [state.base[slot.index]]
        if not state.fixed:
            candidates += [None, *(lookup(peer, slot.path) for peer in state.peers)]
        if isinstance(component, (ChoiceField, FileField)):
            named = _ids if slot.kind in ("files", "record") else _tokens
            sent = named(given)
            return any(sent == named(candidate) for candidate in candidates)
        typed = slot.coerce(given, zone)
        for candidate in candidates:
            known = None if candidate is MISSING else candidate
            if isinstance(given, str) and given == input_text(component, known, zone):
                return True
            if not isinstance(typed, FieldProblem) and typed == slot.coerce(known, zone):
                return True
        return False

    def rows(self, state: State, slot: Slot, prefix: str) -> bool:
        right, problem = state.right(slot), state.problems.get(slot.index)
        if right == "hidden" and state.given[slot.index] is not MISSING:
            problem = READ_ONLY
        if problem is not None:
            self.problems[prefix + slot.name] = problem
        if problem is not None or right == "hidden":
            return False
        rows = []
        for number, row in enumerate(state.rows.get(slot.index, ())):
            if self.run.too_slow:
                self.problems[prefix + slot.name] = TOO_SLOW
                return False
            rows.append(self.level(row, f"{prefix}{slot.name}.{number}."))
        if right == "write" and isinstance(slot.component, DynamicList):
            self.count_rows(state, slot, slot.component, len(rows), prefix)
        place(state.values, slot.path, rows)
        return right == "write" or any(self.run.right(below) == "write" for below in all_slots(slot.level or state.level))

    def count_rows(self, state: State, slot: Slot, component: DynamicList, count: int, prefix: str) -> None:
        try:
            problem = row_count(component, count, state.scope, self.run.check)
        except (FeelError, RuleFailed) as error:
            problem = reason_of(error)
        if problem is not None:
            self.problems[prefix + slot.name] = problem

    def draft(self, state: State, prefix: str) -> dict[str, Value]:
        """Only what was sent and may be written. Text that cannot be typed stays text; everything else that cannot be typed is refused."""
        result: dict[str, Value] = {}
        for slot in state.level.slots:
            given = state.given[slot.index]
            if given is MISSING or slot.kind == "computed" or slot.index in state.hidden_slots:
                continue
            path = prefix + slot.name
            if slot.kind == "rows":
                if self.rows_kept(state, slot, path):
                    opened = state.rows.get(slot.index, ())
                    place(result, slot.path, [self.draft(row, f"{path}.{number}.") for number, row in enumerate(opened)])
            elif self.draft_readonly(state, slot):
                if not self.repeats(state, slot, state.right(slot)):
                    self.problems[path] = READ_ONLY
                elif not state.fixed:
                    place(result, slot.path, given)
            else:
                place(result, slot.path, self.draft_value(state, slot, given, path))
        return result

    def rows_kept(self, state: State, slot: Slot, path: str) -> bool:
        problem = READ_ONLY if state.right(slot) == "hidden" else state.problems.get(slot.index)
        if problem is not None:
            self.problems[path] = problem
        return problem is None

    def draft_readonly(self, state: State, slot: Slot) -> bool:
        """A rule that cannot be evaluated leaves the field open in a draft; submitting will tell."""
        try:
            return self.readonly(state, slot)
        except FeelError:
            return False

    def draft_value(self, state: State, slot: Slot, given: Any, path: str) -> Value:
        problem = state.problems.get(slot.index)
        if problem is None:
            return state.typed[slot.index]
        kept = _as_sent(given)
        if kept is MISSING or problem.code in ("bad_characters", "too_long"):
            self.problems[path] = problem
            return None
        return kept


def _equal(known: Value, given: Any) -> bool:
    try:
        return bool(known == given)
    except RecursionError:
        return False


def _tokens(value: Any) -> tuple[str | None, ...]:
    """Tokens of one choice or several; empty for none."""
    if value is MISSING or value is None or value == "" or value is False:
        return ()
    if isinstance(value, (list, tuple)):
        return tuple(token_of(item) for item in value[: LIMITS.options + 1] if item != "")
    return (token_of(value),)


def _ids(value: Any) -> tuple[str | None, ...]:
    """Ids of files, or tokens of records; empty for none."""
    items = given_items(None if value is MISSING else value)
    return tuple(file_id(item) or record_token(item) for item in items or ())


def _short(name: object) -> str:
    text = name if isinstance(name, str) else repr(name)[:80]
    return text if len(text) <= 80 else text[:77] + "…"


def _remove(values: dict[str, Value], path: tuple[str, ...]) -> None:
    here: Any = values
    for name in path[:-1]:
        here = here.get(name)
        if not isinstance(here, dict):
            return
    here.pop(path[-1], None)


def _as_sent(given: Any) -> Any:
    """Text, or a list of texts, as it was sent; MISSING for anything else, and for what cannot be stored."""
    if isinstance(given, str):
        return given if len(given) <= LIMITS.text_characters and not has_bad_characters(given) else MISSING
    if isinstance(given, list) and len(given) <= LIMITS.options and all(_short_text(item) for item in given):
        return given
    return MISSING


def _short_text(item: Any) -> bool:
    return isinstance(item, str) and len(item) <= 1000 and not has_bad_characters(item)
