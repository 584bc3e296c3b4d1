"""FEEL at run time: compiled once per text, typed answers, and errors that become incidents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine import feel
from engine.model.errors import ScriptError
from engine.model.values import Value, YearsMonths, from_json

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")  # what a date or a time without zone means to the people who draw the diagrams
MAXIMUM_WAIT = timedelta(days=366 * 100)
MOST_REASONS = 3


def evaluate(source: str, scope: Mapping[str, Value], now: datetime) -> Value:
    """The value of a FEEL expression. Raises ScriptError with the expression and the reason."""
    try:
        return feel.compile(source).evaluate(scope, now=now)
    except feel.FeelError as error:
        raise ScriptError("expression_failed", expression=source, message=str(error)) from error


def _unsuitable(code: str, source: str, value: Value, scope: Mapping[str, Value], now: datetime) -> ScriptError:
    """The value is not what is wanted; where it is null, FEEL is asked why."""
    details = {"expression": source, "value": describe(value)}
    if value is None:
        notes = feel.compile(source).evaluate_with_notes(scope, now=now)[1]
        if notes:
            details["reason"] = "；".join(dict.fromkeys(note.message for note in notes[:MOST_REASONS]))
    return ScriptError(code, **details)


def evaluate_boolean(source: str, scope: Mapping[str, Value], now: datetime) -> bool:
    value = evaluate(source, scope, now)
    if not isinstance(value, bool):
        raise _unsuitable("expression_not_boolean", source, value, scope, now)
    return value


def evaluate_text(source: str, scope: Mapping[str, Value], now: datetime) -> str | None:
    """A string, a number or a date as text; null stays None."""
    return _as_text(evaluate(source, scope, now), source)


def evaluate_user(source: str, scope: Mapping[str, Value], now: datetime) -> str | None:
    """The user id that text or a person (a context with an id) names; null is nobody."""
    return _as_text(_user_id(evaluate(source, scope, now)), source)


def _user_id(value: Value) -> Value:
    return value["id"] if isinstance(value, dict) and isinstance(value.get("id"), str) else value


def _as_text(value: Value, source: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (list, dict)):
        raise ScriptError("expression_not_text", expression=source, value=describe(value))
    return feel.text(value)


def evaluate_names(source: str, scope: Mapping[str, Value], now: datetime) -> tuple[str, ...]:
    """A list of strings (or of persons), or one string with commas; null is nobody, also within a list."""
    value = _user_id(evaluate(source, scope, now))
    parts = value.replace("，", ",").split(",") if isinstance(value, str) else [] if value is None else value
    if isinstance(parts, list):
        parts = [name for name in map(_user_id, parts) if name is not None]
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise ScriptError("expression_not_names", expression=source, value=describe(value))
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def evaluate_list(source: str, scope: Mapping[str, Value], now: datetime) -> list[Value]:
    value = evaluate(source, scope, now)
    if not isinstance(value, list):
        raise _unsuitable("expression_not_list", source, value, scope, now)
    return value


def evaluate_time(source: str, scope: Mapping[str, Value], now: datetime) -> datetime:
    """A moment: a date and time, a date (its first second), a duration from now, or ISO text of one of them; aware UTC."""
    value = evaluate(source, scope, now)
    moment = as_moment(value, now)
    if moment is None:
        raise _unsuitable("expression_not_time", source, value, scope, now)
    return moment


def describe(value: Value) -> str:
    """A short text of a value for an incident's message."""
    return repr(value)[:120] if value is not None else "null"


def as_moment(value: Value, now: datetime) -> datetime | None:
    try:
        if isinstance(value, str):
            value = parse_time(value)
        if isinstance(value, (timedelta, YearsMonths)):
            return later(now, value)
        if isinstance(value, datetime):
            return (value if value.tzinfo else value.replace(tzinfo=LOCAL_ZONE)).astimezone(UTC)
        if isinstance(value, date):
            return datetime.combine(value, time(), LOCAL_ZONE).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return None


def parse_time(text: str) -> Value:
    """ISO text of a duration, a date or a date and time. Raises ValueError."""
    text = text.strip()
    if text.startswith(("P", "-P")):
        return parse_duration(text)
    return from_json({"$": "datetime" if "T" in text else "date", "v": text})


def parse_duration(text: str) -> timedelta | YearsMonths:
    match = re.fullmatch(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?=\d|T|$)(?:(\d+)D)?(T.*)?", text)
    if match is None or text == "P" or text.endswith("T"):
        raise ValueError(f"not a duration: {text}")
    years, months, weeks, days, clock = match.groups()
    if years or months:
        if weeks or days or clock:
            raise ValueError(f"months and days in one duration: {text}")
        return YearsMonths(int(years or 0) * 12 + int(months or 0))
    duration = from_json({"$": "duration", "v": f"P{int(days or 0) + 7 * int(weeks or 0)}D{clock or ''}"})
    if not isinstance(duration, timedelta):
        raise ValueError(f"not a duration: {text}")
    return duration


def later(moment: datetime, duration: timedelta | YearsMonths) -> datetime:
    """`moment` plus a duration, months counted in local calendar and capped to the month's last day. Raises ValueError beyond a hundred years."""
    if isinstance(duration, YearsMonths):
        local = moment.astimezone(LOCAL_ZONE)
        year, month = divmod(local.year * 12 + local.month - 1 + duration.months, 12)
        day = min(local.day, (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day)
        result = local.replace(year=year, month=month + 1, day=day).astimezone(UTC)
    else:
        result = moment + duration
    if abs(result - moment) > MAXIMUM_WAIT:
        raise ValueError("more than a hundred years away")
    return result


def as_json_number(value: Value, default: int, low: int, high: int, source: str) -> int:
    """A whole number within bounds, or the default for null."""
    if value is None:
        return default
    if not isinstance(value, Decimal) or value != value.to_integral_value() or not low <= value <= high:
        raise ScriptError("expression_not_whole_number", expression=source, value=describe(value), low=low, high=high)
    return int(value)
