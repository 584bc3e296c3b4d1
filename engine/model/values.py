"""The values that expressions compute, forms collect and processes keep, and their one JSON form.

Kinds: null, boolean, number (Decimal), string, date, time, date and time, days-and-time duration (timedelta),
years-and-months duration, list, context (dict), range. Function values exist only inside an evaluation: they have no JSON form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

# A FEEL value: None, bool, Decimal, str, date, time, datetime, timedelta, YearsMonths, Range, list[Value], dict[str, Value].
# mypy cannot express the recursion together with FEEL functions, so the alias stays open; `normalize` is the gate.
Value: TypeAlias = Any
JsonValue: TypeAlias = Any

TAG = "$"
_EXACT_INTEGER = 2**53
_ZONED = re.compile(r"^(?P<local>.+)@(?P<zone>[A-Za-z_+\-/0-9]+)$")


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years-and-months duration, counted in months (negative allowed)."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        body = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return ("-" if self.months < 0 else "") + "P" + (body or "0M")


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; `None` as an end means unbounded on that side."""

    low: Value
    high: Value
    low_closed: bool = True
    high_closed: bool = True


def normalize(value: Any) -> Value:
    """Turn plain Python data into FEEL values (int and float become Decimal, tuples lists), deeply. Raises TypeError on anything else."""
    if value is None or isinstance(value, (bool, str, Decimal, datetime, date, time, timedelta, YearsMonths, Range)):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, Mapping):
        return {str(key): normalize(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [normalize(item) for item in value]
    raise TypeError(f"not a value that can be kept: {type(value).__name__}")


def number_text(number: Decimal) -> str:
    """The shortest plain text of a number: 1.50 -> 1.5, 1E+3 -> 1000."""
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def duration_text(duration: timedelta) -> str:
    """ISO 8601 text of a days-and-time duration: P1DT2H."""
    total = abs(duration)
    hours, rest = divmod(total.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    second_text = f"{seconds}.{total.microseconds:06d}".rstrip("0").rstrip(".") if total.microseconds else str(seconds)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + (f"{second_text}S" if second_text != "0" else "")
    body = (f"{total.days}D" if total.days else "") + (f"T{clock}" if clock else "")
    return ("-" if duration < timedelta(0) else "") + "P" + (body or "T0S")


def time_text(value: time | datetime) -> str:
    """FEEL text of a time or a date and time; named zones as `…@Asia/Shanghai`, UTC as `Z`."""
    if isinstance(value.tzinfo, ZoneInfo):
        return f"{value.replace(tzinfo=None).isoformat()}@{value.tzinfo.key}"
    text = value.isoformat()
    return text[:-6] + "Z" if value.tzinfo is not None and value.utcoffset() == timedelta(0) and text.endswith("+00:00") else text


def _tagged(kind: str, text: JsonValue) -> JsonValue:
    return {TAG: kind, "v": text}


def to_json(value: Value) -> JsonValue:
    """Encode a value as JSON data that keeps its kind. Integers below 2**53 stay JSON numbers; everything JSON lacks is `{"$": kind, "v": text}`."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (Decimal, int, float)):
        number = normalize(value)
        if number == number.to_integral_value() and abs(number) < _EXACT_INTEGER:
            return int(number)
        return _tagged("number", number_text(number))
    if isinstance(value, datetime):
        return _tagged("datetime", time_text(value))
    if isinstance(value, date):
        return _tagged("date", value.isoformat())
    if isinstance(value, time):
        return _tagged("time", time_text(value))
    if isinstance(value, timedelta):
        return _tagged("duration", duration_text(value))
    if isinstance(value, YearsMonths):
        return _tagged("months", value.months)
    if isinstance(value, Range):
        return _tagged("range", [to_json(value.low), to_json(value.high), value.low_closed, value.high_closed])
    if isinstance(value, Mapping):
        if TAG in value:
            return _tagged("context", [[str(key), to_json(item)] for key, item in value.items()])
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [to_json(item) for item in value]
    raise TypeError(f"not a value that can be kept: {type(value).__name__}")


def _timedelta(text: str) -> timedelta:
    match = re.fullmatch(r"(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,6}))?S)?)?", text)
    if match is None:
        raise ValueError(f"not a duration: {text}")
    sign, days, hours, minutes, seconds, fraction = match.groups()
    result = timedelta(
        days=int(days or 0),
        hours=int(hours or 0),
        minutes=int(minutes or 0),
        seconds=int(seconds or 0),
        microseconds=int((fraction or "0").ljust(6, "0")),
    )
    return -result if sign else result


def _zoned(kind: type[datetime] | type[time], text: str) -> datetime | time:
    match = _ZONED.match(text)
    if match is None:
        value = kind.fromisoformat(text)
        return value.replace(tzinfo=UTC) if text.endswith("Z") else value
    return kind.fromisoformat(match["local"]).replace(tzinfo=ZoneInfo(match["zone"]))


_DECODERS: dict[str, Callable[[Any], Value]] = {
    "number": Decimal,
    "date": date.fromisoformat,
    "time": lambda text: _zoned(time, text),
    "datetime": lambda text: _zoned(datetime, text),
    "duration": _timedelta,
    "months": YearsMonths,
    "range": lambda parts: Range(from_json(parts[0]), from_json(parts[1]), parts[2], parts[3]),
    "context": lambda pairs: {key: from_json(item) for key, item in pairs},
}


def from_json(data: JsonValue) -> Value:
    """The inverse of `to_json`. Raises ValueError on a tag that is not known."""
    if data is None or isinstance(data, (bool, str)):
        return data
    if isinstance(data, int):
        return Decimal(data)
    if isinstance(data, float):
        return Decimal(repr(data))
    if isinstance(data, list):
        return [from_json(item) for item in data]
    if TAG in data:
        decoder = _DECODERS.get(data[TAG])
        if decoder is None:
            raise ValueError(f"unknown kind of value: {data[TAG]!r}")
        return decoder(data["v"])
    return {key: from_json(item) for key, item in data.items()}
