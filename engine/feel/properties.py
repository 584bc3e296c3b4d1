"""Members of values: `date.year`, `range.start`, `context.name`, lists member by member."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.feel.errors import NullResult
from engine.feel.temporal import seconds_of
from engine.feel.values import CHINESE_KINDS, kind_of
from engine.model.values import Value, YearsMonths, normalize

_Members = dict[str, Callable[[Value], Value]]


def _part(amount: timedelta, unit: int, modulus: int) -> Decimal:
    whole = seconds_of(abs(amount)) // unit
    return (whole % modulus if modulus else whole) * (-1 if amount < timedelta(0) else 1)


def _seconds(amount: timedelta) -> Decimal:
    return (seconds_of(abs(amount)) % 60) * (-1 if amount < timedelta(0) else 1)


def _months(value: YearsMonths, years: bool) -> Decimal:
    whole = abs(value.months) // 12 if years else abs(value.months) % 12
    return Decimal(-whole if value.months < 0 else whole)


def _zone_name(value: Value) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


_DATE: _Members = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "weekday": lambda value: Decimal(value.isoweekday()),
}
_TIME: _Members = {
    "hour": lambda value: Decimal(value.hour),
    "minute": lambda value: Decimal(value.minute),
    "second": lambda value: Decimal(value.second),
    "time offset": lambda value: value.utcoffset(),
    "timezone": _zone_name,
}
_MEMBERS: dict[str, _Members] = {
    "date": _DATE,
    "time": _TIME,
    "date and time": _DATE | _TIME,
    "years and months duration": {"years": lambda value: _months(value, True), "months": lambda value: _months(value, False)},
    "days and time duration": {
        "days": lambda value: _part(value, 86_400, 0),
        "hours": lambda value: _part(value, 3_600, 24),
        "minutes": lambda value: _part(value, 60, 60),
        "seconds": _seconds,
    },
    "range": {
        "start": lambda value: value.low,
        "end": lambda value: value.high,
        "start included": lambda value: value.low_closed,
        "end included": lambda value: value.high_closed,
    },
}


def member(base: Value, name: str) -> Value:
    """Raises NullResult when there is no such member."""
    if isinstance(base, list):
        return [_item_member(item, name) for item in base]
    if isinstance(base, dict):
        if name not in base:
            raise NullResult("no_such_member", f"上下文中没有“{name}”")
        return normalize(base[name]) if isinstance(base[name], (int, float, tuple)) else base[name]
    if base is None:
        raise NullResult("member_of_null", f"空值没有“{name}”")
    kind = kind_of(base)
    read = _MEMBERS.get(kind, {}).get(name)
    if read is None:
        raise NullResult("no_such_member", f"{CHINESE_KINDS[kind]}没有“{name}”")
    return read(base)


def _item_member(item: Value, name: str) -> Value:
    try:
        return member(item, name)
    except NullResult:
        return None
