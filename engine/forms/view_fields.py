"""One field for a template: control, value, words, options, problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from engine.feel import FeelError
from engine.forms.checks import BOUNDS, RuleFailed
from engine.forms.coerce import token_of
from engine.forms.components import CheckboxField, ChoiceField, DateTimeField, Field, NumberField, Option, TextField
from engine.forms.display import blank_words, field_words, input_text, option_label
from engine.forms.evaluation import MISSING, Run, State, reason_of
from engine.forms.limits import LIMITS
from engine.forms.lookups import file_id, is_choice, record_token
from engine.forms.plan import Slot
from engine.forms.problems import problem_text
from engine.forms.rules import Rule, Words
from engine.forms.view_lookups import lookup_view, offered_records
from engine.forms.view_model import FieldView, OptionView
from engine.model.errors import FieldProblem
from engine.model.values import Value

_CONTROLS = {"date": "date", "time": "time", "datetime": "datetime-local"}
_SHOWN_AT_ONCE = frozenset({"rule_failed", "too_many_options", "file_type", "too_many_files", "no_register"})


def html_id(name: str) -> str:
    """An id that is also a plain CSS identifier: dots become `--`."""
    return "f-" + name.replace(".", "--")


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@dataclass(slots=True)
class FieldViews:
    """Makes field views for one page. `places` collects where each field's problem can be shown."""

    run: Run
    problems: Mapping[str, FieldProblem]
    language: str
    all_readonly: bool
    places: dict[str, tuple[str, str]]
    text: Callable[[Words, State], str]
    blank: bool = False

    def field(self, field: Field, slot: Slot, state: State, span: int, first: bool, name: str, path: str) -> FieldView:
        whole, dotted = name + slot.name, path + slot.name
        id = html_id(whole)
        label = self.text(field.label, state)
        readonly, failed = self.readonly(slot, state)
        options = self.offered(field, slot, state, whole, readonly)
        problem = self.problem(dotted, failed, state.problems.get(slot.index))
        value = self.value(slot, state, readonly)
        description = self.text(field.description, state)
        option_views = () if readonly else self.options(id, options, value)
        if not readonly and len(option_views) < len(options) and not problem:
            problem = problem_text(FieldProblem("too_many_options", limit=LIMITS.shown_options), self.language)
        target = option_views[0].id if option_views and field.type != "select" and slot.kind != "record" else id
        self.places[dotted] = (target, label)
        text = "" if isinstance(field, CheckboxField) or isinstance(value, (list, Mapping)) else input_text(field, value, self.run.check.zone)
        described = " ".join(([f"{id}-d"] if description and not readonly else []) + ([f"{id}-e"] if problem else []))
        return FieldView(
            kind="readonly" if readonly else field.type,
            id=id,
            span=span,
            first=first,
            name=whole,
            label=label,
            description=description,
            required=not readonly and self.required(slot, state),
            readonly=readonly,
            value=text,
            words=self.words(field, value, options) if readonly else "",
            ticked=value is True,
            options=option_views,
            problem=problem,
            described_by=described,
            computed=slot.kind == "computed",
            numeric=isinstance(field, NumberField) or (slot.kind == "computed" and isinstance(value, Decimal)),
            carried=self.carried(state, slot, value) if readonly else (),
            **self.control(field, state, value, text, readonly),
            **lookup_view(self.run, self.language, field, whole, value, readonly),
        )

    def offered(self, field: Field, slot: Slot, state: State, name: str, readonly: bool) -> tuple[Option, ...]:
        if not isinstance(field, ChoiceField):
            return ()
        if slot.kind == "record":
            return offered_records(self.run, field, name, state.typed[slot.index], readonly)
        return state.options.get(slot.index, ()) if slot.kind == "choice" else field.options

    def words(self, field: Field, value: Any, options: tuple[Option, ...]) -> str:
        empty = value in (None, "", []) or (value is False and isinstance(field, CheckboxField))
        if self.blank and empty:
            return blank_words(field, options, self.language)
        return field_words(field, value, options, self.language, self.run.check.zone)

    def readonly(self, slot: Slot, state: State) -> tuple[bool, FieldProblem | None]:
        if self.all_readonly or slot.kind == "computed" or slot.always_readonly or state.right(slot) != "write":
            return True, None
        try:
            return any(rule.holds(state.scope, self.run.now) for rule in slot.readonly_rules), None
        except FeelError as error:
            return False, reason_of(error)

    def required(self, slot: Slot, state: State) -> bool:
        try:
            return slot.required is not None and slot.required.holds(state.scope, self.run.now)
        except FeelError:
            return False

    def problem(self, path: str, failed: FieldProblem | None, found: FieldProblem | None) -> str:
        """The refusal's problem; without one, only what the user cannot mend by typing on."""
        problem = self.problems.get(path) or failed
        if problem is None and found is not None and found.code in _SHOWN_AT_ONCE:
            problem = found
        return problem_text(problem, self.language) if problem is not None else ""

    def value(self, slot: Slot, state: State, readonly: bool) -> Any:
        """What to show: typed where possible, else the text as it was typed; read-only fields show what they hold, not what was sent."""
        if slot.kind == "computed":
            return state.typed[slot.index]
        if readonly and state.fixed and slot.readonly_rules:
            return state.base[slot.index]
        if slot.index in state.problems and slot.index not in state.locked:
            given = state.given[slot.index]
            raw = state.base[slot.index] if given is MISSING else given
            if isinstance(raw, (str, list, Decimal, date, time)):
                return raw[: LIMITS.text_characters] if isinstance(raw, str) else raw
        return state.typed[slot.index]

    def options(self, id: str, options: tuple[Option, ...], value: Any) -> tuple[OptionView, ...]:
        """All options, or only the chosen ones when the page holds too many already."""
        if not options:
            return ()
        chosen = {record_token(item) if isinstance(item, Mapping) and is_choice(item) else token_of(item) for item in _several(value)}
        self.run.options_left -= len(options)
        if self.run.options_left < 0:
            options = tuple(option for option in options if option.token in chosen)
        return tuple(
            OptionView(f"{id}-o{number}", option.token, option_label(option, self.language), option.token in chosen)
            for number, option in enumerate(options)
        )

    def carried(self, state: State, slot: Slot, value: Value) -> tuple[str, ...]:
        """In rows that can move, a read-only value travels with its row."""
        if self.all_readonly or state.fixed or slot.kind == "computed":
            return ()
        if slot.kind in ("files", "record"):
            return ("", *(file_id(item) or record_token(item) or "" for item in _several(value)))
        if isinstance(value, list):
            return ("", *(token_of(item) or "" for item in value))
        if isinstance(slot.component, (CheckboxField, ChoiceField)):
            return (token_of(value) or "",)
        return (input_text(slot.component, value, self.run.check.zone),)

    def control(self, field: Field, state: State, value: Any, text: str, readonly: bool) -> dict[str, Any]:
        result: dict[str, Any] = {}
        if isinstance(field, (TextField, NumberField)):
            result |= {"prefix": self.text(field.prefix, state), "suffix": self.text(field.suffix, state)}
        if readonly:
            return result
        if isinstance(field, NumberField):
            result["input_mode"] = "numeric" if field.digits == 0 and self.not_negative(field) else "decimal"
        elif isinstance(field, TextField) and field.validation is not None:
            result["control"] = "email" if field.validation == "email" else "tel"
        elif isinstance(field, DateTimeField) and not isinstance(value, str):
            result |= self.moment(field, state, text)
        return result

    def not_negative(self, field: NumberField) -> bool:
        return field.minimum is not None and isinstance(field.minimum.constant, Decimal) and field.minimum.constant >= 0

    def moment(self, field: DateTimeField, state: State, text: str) -> dict[str, Any]:
        """Native picker; text that is no date keeps a text input so that it can be seen and mended."""
        seconds = text.count(":") == 2
        step = "" if field.subtype == "date" else "1" if seconds else str(field.interval_minutes * 60) if field.interval_minutes > 1 else ""
        return {
            "control": _CONTROLS[field.subtype],
            "step": step,
            "minimum": self.bound(field, field.minimum, state) or self.today(field),
            "maximum": self.bound(field, field.maximum, state),
        }

    def bound(self, field: DateTimeField, rule: Rule | None, state: State) -> str:
        if rule is None:
            return ""
        try:
            return input_text(field, BOUNDS[field.subtype](rule.value(state.scope, self.run.now), self.run.check.zone), self.run.check.zone)
        except (FeelError, RuleFailed):
            return ""

    def today(self, field: DateTimeField) -> str:
        if not field.not_past or self.run.now is None:
            return ""
        start = self.run.now.astimezone(self.run.check.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return input_text(field, start if field.subtype == "datetime" else start.date(), self.run.check.zone)
