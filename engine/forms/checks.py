"""Whether a typed value is allowed: bounds, lengths, patterns. A checker returns the FieldProblem or None; engine.feel.FeelError passes through."""

from __future__ import annotations

import time as clock
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.forms.components import DateTimeField, DynamicList, Field, NumberField, TextField
from engine.forms.limits import LIMITS
from engine.forms.patterns import Pattern, PatternTimeout, is_email, is_phone
from engine.forms.rules import Rule, Scope
from engine.model.errors import FieldProblem
from engine.model.values import Value, number_text

REQUIRED = FieldProblem("required")


class RuleFailed(Exception):
    """A rule gave something that cannot serve as what it is for; the text says what, in Chinese, `english` in English."""

    def __init__(self, reason: str, english: str) -> None:
        self.english = english
        super().__init__(reason)


@dataclass(slots=True)
class Check:
    """What checkers need besides value and scope. `pattern_seconds` is what is left for regular expressions in this run."""

    now: datetime | None
    zone: ZoneInfo
    pattern_seconds: float = field(default=LIMITS.pattern_seconds_total)


Checker = Callable[[Value, Scope, Check], FieldProblem | None]


def checker(field: Field) -> Checker | None:
    """The function that checks a value of this field that is not empty; None when everything is allowed."""
    parts: list[Checker] = []
    if isinstance(field, TextField):
        parts = _text_parts(field)
    elif isinstance(field, NumberField):
        parts = _number_parts(field)
    elif isinstance(field, DateTimeField):
        parts = _date_parts(field)
    if len(parts) <= 1:
        return parts[0] if parts else None

    def all_parts(value: Value, scope: Scope, check: Check) -> FieldProblem | None:
        for part in parts:
            problem = part(value, scope, check)
            if problem is not None:
                return problem
        return None

    return all_parts


def _text_parts(field: TextField) -> list[Checker]:
    parts: list[Checker] = []
    if field.min_length is not None:
        parts.append(_length(field.min_length, "too_short"))
    if field.max_length is not None:
        parts.append(_length(field.max_length, "too_long"))
    if field.validation is not None:
        test, problem = (is_email, FieldProblem("email")) if field.validation == "email" else (is_phone, FieldProblem("phone"))
        parts.append(lambda value, scope, check: None if test(value) else problem)
    if field.pattern is not None:
        parts.append(_pattern(field.pattern))
    return parts


def _length(rule: Rule, code: str) -> Checker:
    def check_length(value: Value, scope: Scope, check: Check) -> FieldProblem | None:
        limit = rule.value(scope, check.now)
        if limit is None:
            return None
        if not isinstance(limit, Decimal):
            raise RuleFailed("长度应为数字", "a length must be a number")
        length = len(value)
        if length < limit if code == "too_short" else length > limit:
            return FieldProblem(code, limit=number_text(limit), length=length)
        return None

    return check_length


def _pattern(pattern: Pattern) -> Checker:
    values = {name: text for name, text in (("message", pattern.message), ("message_en", pattern.message_en)) if text}

    def check_pattern(value: Value, scope: Scope, check: Check) -> FieldProblem | None:
        begun = clock.perf_counter()
        try:
            found = pattern.found(value, min(LIMITS.pattern_seconds, check.pattern_seconds))
        except PatternTimeout:
            return FieldProblem("pattern_timeout")
        finally:
            check.pattern_seconds -= clock.perf_counter() - begun
        return None if found else FieldProblem("pattern", **values)

    return check_pattern


def _number_parts(field: NumberField) -> list[Checker]:
    parts: list[Checker] = []
    digits = field.digits
    if digits is not None:
        problem = FieldProblem("too_many_digits", limit=digits)

        def check_digits(value: Value, scope: Scope, check: Check) -> FieldProblem | None:
            return problem if -value.as_tuple().exponent > digits else None

        parts.append(check_digits)
    if field.minimum is not None:
        parts.append(_bound(field.minimum, "too_small", number_bound, number_text))
    if field.maximum is not None:
        parts.append(_bound(field.maximum, "too_large", number_bound, number_text))
    if field.increment is not None:
        parts.append(_increment(field.increment))
    return parts


def _increment(rule: Rule) -> Checker:
    def check_increment(value: Value, scope: Scope, check: Check) -> FieldProblem | None:
        step = number_bound(rule.value(scope, check.now), check.zone)
        if step is None:
            return None
        if step <= 0:
            raise RuleFailed("步长应大于 0", "a step must be more than 0")
        numerator, denominator = value.as_integer_ratio()
        step_numerator, step_denominator = step.as_integer_ratio()
        whole = numerator * step_denominator % (step_numerator * denominator) == 0
        return None if whole else FieldProblem("increment", step=number_text(step))

    return check_increment


def _bound(rule: Rule, code: str, read: Callable[[Value, ZoneInfo], Value], show: Callable[[Value], str]) -> Checker:
    lower = code in ("too_small", "too_early")

    def check_bound(value: Value, scope: Scope, check: Check) -> FieldProblem | None:
        limit = read(rule.value(scope, check.now), check.zone)
        if limit is None or (value >= limit if lower else value <= limit):
            return None
        return FieldProblem(code, limit=show(limit))

    return check_bound


def number_bound(value: Value, zone: ZoneInfo) -> Decimal | None:
    """A bound for numbers; null means none."""
    if value is None or (isinstance(value, Decimal) and value.is_finite()):
        return value
    raise RuleFailed("界限应为数字", "a bound must be a number")


def date_bound(value: Value, zone: ZoneInfo) -> date | None:
    if isinstance(value, datetime):
        return (value.astimezone(zone) if value.tzinfo else value).date()
    if value is None or isinstance(value, date):
        return value
    raise RuleFailed("界限应为日期", "a bound must be a date")


def time_bound(value: Value, zone: ZoneInfo) -> time | None:
    if isinstance(value, datetime):
        value = (value.astimezone(zone) if value.tzinfo else value).time()
    if value is None or isinstance(value, time):
        return None if value is None else value.replace(tzinfo=None)
    raise RuleFailed("界限应为时间", "a bound must be a time")


def datetime_bound(value: Value, zone: ZoneInfo) -> datetime | None:
    """A date counts as its first moment."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if value is None:
        return None
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=zone)
    raise RuleFailed("界限应为日期时间", "a bound must be a date and time")


BOUNDS: dict[str, Callable[[Value, ZoneInfo], Value]] = {"date": date_bound, "time": time_bound, "datetime": datetime_bound}


def _moment_text(value: Value) -> str:
    """Without seconds when there are none; date and time apart by a blank."""
    if not isinstance(value, (datetime, time)):
        return str(value.isoformat())
    form = "%H:%M" if not value.second else "%H:%M:%S"
    return value.strftime(form) if isinstance(value, time) else f"{value.date().isoformat()} {value.strftime(form)}"


def _date_parts(field: DateTimeField) -> list[Checker]:
    parts: list[Checker] = []
    read = BOUNDS[field.subtype]
    if field.minimum is not None:
        parts.append(_bound(field.minimum, "too_early", read, _moment_text))
    if field.maximum is not None:
        parts.append(_bound(field.maximum, "too_late", read, _moment_text))
    if field.not_past:
        parts.append(_not_past)
    if field.interval_minutes > 1 and field.subtype != "date":
        parts.append(_interval(field.interval_minutes))
    return parts


def _interval(minutes: int) -> Checker:
    problem = FieldProblem("time_step", minutes=minutes)

    def check_interval(value: Value, scope: Scope, check: Check) -> FieldProblem | None:
        clock_time = value.astimezone(check.zone) if isinstance(value, datetime) and value.tzinfo else value
        return problem if clock_time.second or (clock_time.hour * 60 + clock_time.minute) % minutes else None

    return check_interval


def row_count(rows: DynamicList, count: int, scope: Scope, check: Check) -> FieldProblem | None:
    """What is wrong with a list of so many rows."""
    if not count and rows.required.holds(scope, check.now):
        return REQUIRED
    for rule, code in ((rows.least, "too_few_rows"), (rows.most, "too_many_rows")):
        limit = None if rule is None else number_bound(rule.value(scope, check.now), check.zone)
        if limit is not None and (count < limit if code == "too_few_rows" else count > limit):
            return FieldProblem(code, limit=number_text(limit), count=count)
    return None


def _not_past(value: Value, scope: Scope, check: Check) -> FieldProblem | None:
    if check.now is None:
        raise RuleFailed("没有当前时间，无法判断是否过去", "the present time is not known")
    today = check.now.astimezone(check.zone).date()
    day = value.date() if isinstance(value, datetime) else value
    return FieldProblem("date_past") if day < today else None
