"""The values that expressions compute, forms collect and processes keep, and their one JSON form.

Kinds: null, boolean, number (Decimal), string, date, time, date and time, days-and-time duration (timedelta),
years-and-months duration, list, context (dict), range. Function values exist only inside an evaluation: they have no JSON form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from datetime import tzinfo as TimeZone
from decimal import Decimal
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

# A FEEL value: None, bool, Decimal, str, date, time, datetime, timedelta, YearsMonths, Range, list[Value], dict[str, Value].
# mypy cannot express the recursion together with FEEL functions, so the alias stays open; `normalize` is the gate.
Value: TypeAlias = Any
JsonValue: TypeAlias = Any

TAG = "$"
_EXACT_INTEGER = 2**53
_FAR = re.compile(r"(?P<year>-\d{4,9}|0000|\d{5,9})(?P<rest>-\d\d-\d\d)")
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


_CYCLE_YEARS = 400
_CYCLE_DAYS = 146_097
_FIRST_NEAR_YEAR = 2000
_EPOCH = datetime(_FIRST_NEAR_YEAR, 1, 1)  # noqa: DTZ001 - offsets are taken off before the difference is made


@dataclass(frozen=True, slots=True)
class FarDate:
    """A date outside the years 1 to 9999 that Python knows: the day `near` (years 2000 to 2399), `cycle` times 400 years away."""

    cycle: int
    near: date

    @property
    def year(self) -> int:
        return self.near.year + _CYCLE_YEARS * self.cycle

    @property
    def month(self) -> int:
        return self.near.month

    @property
    def day(self) -> int:
        return self.near.day

    def isoweekday(self) -> int:
        return self.near.isoweekday()

    def isoformat(self) -> str:
        return f"{'-' if self.year < 0 else ''}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"

    def __lt__(self, other: FarDate | date) -> bool:
        return place_in_time(self) < place_in_time(other)

    def __gt__(self, other: FarDate | date) -> bool:
        return place_in_time(self) > place_in_time(other)


@dataclass(frozen=True, slots=True)
class FarDateTime(FarDate):
    """A date and time outside the years 1 to 9999, as FarDate."""

    near: datetime

    @property
    def hour(self) -> int:
        return self.near.hour

    @property
    def minute(self) -> int:
        return self.near.minute

    @property
    def second(self) -> int:
        return self.near.second

    @property
    def tzinfo(self) -> TimeZone | None:
        return self.near.tzinfo

    def utcoffset(self) -> timedelta | None:
        return self.near.utcoffset()

    def isoformat(self) -> str:
        return FarDate.isoformat(self) + time_text(self.near)[10:]

    def replace(self, *, tzinfo: TimeZone | None) -> FarDateTime:
        return FarDateTime(self.cycle, self.near.replace(tzinfo=tzinfo))


def spread(value: date | FarDate) -> tuple[int, Any]:
    """A date or a date and time as (cycle, the same day in the years 2000 to 2399)."""
    if isinstance(value, FarDate):
        return value.cycle, value.near
    cycle = (value.year - _FIRST_NEAR_YEAR) // _CYCLE_YEARS
    return cycle, value.replace(year=value.year - _CYCLE_YEARS * cycle)


def gather(cycle: int, near: date) -> Any:
    """The inverse of `spread`; `near` may lie in any year."""
    more, near = spread(near)
    year = near.year + _CYCLE_YEARS * (cycle + more)
    if MINYEAR <= year <= MAXYEAR:
        return near.replace(year=year)
    return FarDateTime(cycle + more, near) if isinstance(near, datetime) else FarDate(cycle + more, near)


def shift(value: date | FarDate, days: int) -> Any:
    """The same value so many days later, however many."""
    cycle, near = spread(value)
    more, rest = divmod(days, _CYCLE_DAYS)
    return gather(cycle + more, near + timedelta(days=rest))


def place_in_time(value: date | FarDate) -> int:
    """Microseconds since 2000, in UTC when the value has an offset. Raises TypeError for anything that is no date."""
    if not isinstance(value, (date, FarDate)):
        raise TypeError("no place in time")
    cycle, near = spread(value)
    moment = near if isinstance(near, datetime) else datetime.combine(near, time())
    passed = moment.replace(tzinfo=None) - _EPOCH - (moment.utcoffset() or timedelta(0))
    return cycle * _CYCLE_DAYS * 86_400_000_000 + passed // timedelta(microseconds=1)


def normalize(value: Any) -> Value:
    """Turn plain Python data into FEEL values (int and float become Decimal, tuples lists), deeply. Raises TypeError on anything else."""
    if value is None or isinstance(value, (bool, str, Decimal, datetime, date, time, timedelta, YearsMonths, Range, FarDate)):
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


# Plain Python data that callers may hand in; each is turned into a FEEL value where it is met.
PLAIN = frozenset((int, float, tuple))


def tidied(value: Value) -> Value:
    """The value, or where it is plain Python data or directly holds some, the FEEL value for it."""
    kind = type(value)
    if kind in PLAIN:
        return normalize(value)
    if kind is list:
        return normalize(value) if any(type(item) in PLAIN for item in value) else value
    if kind is dict:
        return normalize(value) if any(type(item) in PLAIN for item in value.values()) else value
    return value


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


def time_text(value: time | datetime | FarDateTime) -> str:
    """FEEL text of a time or a date and time; named zones as `…@Asia/Shanghai`, UTC as `Z`, no zeros at the end of a fraction."""
    if isinstance(value, FarDateTime):
        return value.isoformat()
    full = value.replace(tzinfo=None).isoformat()
    bare = full.rstrip("0") if "." in full else full
    if isinstance(value.tzinfo, ZoneInfo):
        return f"{bare}@{value.tzinfo.key}"
    text = bare + value.isoformat()[len(full) :]
    return text[:-6] + "Z" if value.tzinfo is not None and value.utcoffset() == timedelta(0) and text.endswith("+00:00") else text


def _tagged(kind: str, text: JsonValue) -> JsonValue:
    return {TAG: kind, "v": text}


def _texts_of(value: Value) -> tuple[str, JsonValue]:
    """The tag and the text of a value that JSON lacks."""
    if isinstance(value, (datetime, FarDateTime)):
        return "datetime", time_text(value)
    if isinstance(value, (date, FarDate)):
        return "date", value.isoformat()
    if isinstance(value, time):
        return "time", time_text(value)
    if isinstance(value, timedelta):
        return "duration", duration_text(value)
    if isinstance(value, YearsMonths):
        return "months", value.months
    return "range", [to_json(value.low), to_json(value.high), value.low_closed, value.high_closed]


def to_json(value: Value) -> JsonValue:
    """Encode a value as JSON data that keeps its kind. Integers below 2**53 stay JSON numbers; everything JSON lacks is `{"$": kind, "v": text}`."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (Decimal, int, float)):
        number = normalize(value)
        if number == number.to_integral_value() and abs(number) < _EXACT_INTEGER:
            return int(number)
        return _tagged("number", number_text(number))
    if isinstance(value, (datetime, date, FarDate, time, timedelta, YearsMonths, Range)):
        return _tagged(*_texts_of(value))
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


def _date(text: str) -> Any:
    match = _FAR.fullmatch(text)
    if match is None:
        return date.fromisoformat(text)
    cycle = (int(match["year"]) - _FIRST_NEAR_YEAR) // _CYCLE_YEARS
    return gather(cycle, date.fromisoformat(f"{int(match['year']) - _CYCLE_YEARS * cycle}{match['rest']}"))


def _date_time(text: str) -> Any:
    day, _, clock = text.partition("T")
    if _FAR.fullmatch(day) is None:
        return _zoned(datetime, text)
    cycle, near = spread(_date(day))
    decoded = _zoned(time, clock)
    return gather(cycle, datetime.combine(near, decoded if isinstance(decoded, time) else decoded.timetz()))


_DECODERS: dict[str, Callable[[Any], Value]] = {
    "number": Decimal,
    "date": lambda text: _date(text),
    "time": lambda text: _zoned(time, text),
    "datetime": lambda text: _date_time(text),
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
