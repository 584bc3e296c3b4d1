"""Text to dates, times and durations (strict ISO 8601 with FEEL's zones), and the arithmetic of calendar values."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.feel.errors import NullResult
from engine.model.values import FarDate, FarDateTime, YearsMonths, gather, place_in_time, shift, spread

_DATE = re.compile(r"(-?(?:\d{4}|[1-9]\d{4,8}))-(\d{2})-(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:(Z)|([+-])(\d{2}):(\d{2})(?::(\d{2}))?|@([A-Za-z_]+(?:/[A-Za-z0-9_+\-]+)*))?", re.ASCII)
_DURATION = re.compile(
    r"(-)?P(?:(\d{1,12})Y)?(?:(\d{1,12})M)?(?:(\d{1,12})D)?"
    r"(T(?:(\d{1,15})H)?(?:(\d{1,15})M)?(?:(\d{1,15})(?:\.(\d+))?S)?)?",
    re.ASCII,
)
_LOST = re.compile(r"\.\d{6}\d*[1-9]", re.ASCII)
_MAX_OFFSET_HOURS = 18
_LAST_YEAR = 999_999_999
_MONTHS_LIMIT = 12 * 999_999_999


def loses_digits(text: str) -> bool:
    """Whether a time or a duration has a finer fraction than the microseconds that are kept."""
    return _LOST.search(text) is not None


def parse_date(text: str) -> date | FarDate:
    """`2024-02-29`. Raises NullResult."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise NullResult("not_a_date", f"“{text[:40]}”不是日期")
    return make_date(*map(int, match.groups()))


def make_date(year: int, month: int, day: int) -> date | FarDate:
    if not 1 <= month <= 12:
        raise NullResult("not_a_date", f"没有第 {month} 月")
    if abs(year) > _LAST_YEAR:
        raise _bad_year(year)
    near = year % 400 + 2000
    if not 1 <= day <= monthrange(near, month)[1]:
        raise NullResult("not_a_date", f"{year} 年 {month} 月没有第 {day} 日")
    made: date | FarDate = gather((year - near) // 400, date(near, month, day))
    return made


def _bad_year(year: int) -> NullResult:
    return NullResult("year_out_of_range", f"年份 {year} 超出 ±{_LAST_YEAR}")


def parse_time(text: str) -> time:
    """`10:30:00`, with fraction, `Z`, offset or `@Zone/Name`. Raises NullResult."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise NullResult("not_a_time", f"“{text[:40]}”不是时间")
    hour, minute, second, fraction, utc, sign, *offset = match.groups()
    zone = _zone(utc, sign, offset)
    return make_time(int(hour), int(minute), int(second), int((fraction or "0")[:6].ljust(6, "0")), zone)


def make_time(hour: int, minute: int, second: int, microsecond: int = 0, zone: tzinfo | None = None) -> time:
    if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59):
        raise NullResult("not_a_time", f"没有 {hour}:{minute}:{second} 这个时间")
    return time(hour, minute, second, microsecond, zone)


def _zone(utc: str | None, sign: str | None, parts: list[str | None]) -> tzinfo | None:
    hours, minutes, seconds, name = parts
    if utc:
        return UTC
    if name:
        return named_zone(name)
    if not sign:
        return None
    amount = timedelta(hours=int(hours or 0), minutes=int(minutes or 0), seconds=int(seconds or 0))
    return fixed_zone(-amount if sign == "-" else amount, int(minutes or 0) < 60)


def fixed_zone(offset: timedelta, valid: bool = True) -> tzinfo:
    if not valid or abs(offset) > timedelta(hours=_MAX_OFFSET_HOURS):
        raise NullResult("not_an_offset", f"时区偏移超过 {_MAX_OFFSET_HOURS} 小时或不正确")
    return timezone(offset) if offset else UTC


@lru_cache(512)
def named_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise NullResult("unknown_zone", f"没有时区“{name}”") from None


def parse_date_time(text: str) -> datetime | FarDateTime:
    """`2024-02-29T10:30:00…`; a date alone is its midnight. Raises NullResult."""
    day, mark, clock = text.partition("T")
    if not mark:
        return combine(parse_date(day), time())
    return combine(parse_date(day), parse_time(clock))


def combine(day: date | FarDate, clock: time) -> datetime | FarDateTime:
    cycle, near = spread(day)
    made: datetime | FarDateTime = gather(cycle, datetime.combine(near, clock))
    return made


def parse_duration(text: str) -> timedelta | YearsMonths:
    """`P1Y2M` or `P1DT2H3M4.5S`, never both kinds in one. Raises NullResult."""
    match = _DURATION.fullmatch(text)
    if match is None or text.endswith(("P", "T")):
        raise NullResult("not_a_duration", f"“{text[:40]}”不是时长")
    sign, years, months, days, clock, hours, minutes, seconds, fraction = match.groups()
    if years or months:
        if days or clock:
            raise NullResult("mixed_duration", f"“{text[:40]}”混用了年月与天时分秒")
        return make_months((int(years or 0) * 12 + int(months or 0)) * (-1 if sign else 1))
    try:
        amount = timedelta(
            days=int(days or 0),
            hours=int(hours or 0),
            minutes=int(minutes or 0),
            seconds=int(seconds or 0),
            microseconds=int((fraction or "0")[:6].ljust(6, "0")),
        )
    except OverflowError:
        raise NullResult("duration_too_long", "时长超出范围") from None
    return -amount if sign else amount


def make_months(months: int) -> YearsMonths:
    if abs(months) > _MONTHS_LIMIT:
        raise NullResult("duration_too_long", "时长超出范围")
    return YearsMonths(months)


def parse_literal(text: str) -> date | FarDate | datetime | time | timedelta | YearsMonths:
    """What `@"text"` stands for. Raises NullResult."""
    if text.lstrip("-").startswith("P"):
        return parse_duration(text)
    if "T" in text.partition("@")[0]:
        return parse_date_time(text)
    return parse_time(text) if ":" in text else parse_date(text)


def add_months(value: date | FarDate, months: int) -> date | FarDate:
    """Also for dates and times; the day is cut to the month's last."""
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    if abs(year) > _LAST_YEAR:
        raise _bad_year(year)
    near = year % 400 + 2000
    day = min(value.day, monthrange(near, month + 1)[1])
    moved: date | FarDate = gather((year - near) // 400, spread(value)[1].replace(year=near, month=month + 1, day=day))
    return moved


def add_duration(value: date | FarDate | time, amount: timedelta) -> date | FarDate | time:
    """A named zone keeps its wall clock right across changes of offset: the sum is made in UTC."""
    if isinstance(value, time):
        return (datetime.combine(date(2000, 1, 3), value) + timedelta(seconds=amount.seconds, microseconds=amount.microseconds)).timetz()
    try:
        if isinstance(value, datetime):
            return _add_to_moment(value, amount)
        if not isinstance(value, FarDate):
            return (datetime.combine(value, time()) + amount).date()
    except OverflowError:
        pass
    return _add_far(value, amount)


def _add_to_moment(value: datetime, amount: timedelta) -> datetime:
    if isinstance(value.tzinfo, ZoneInfo):
        return (value.astimezone(UTC) + amount).astimezone(value.tzinfo)
    return value + amount


def _add_far(value: date | FarDate, amount: timedelta) -> date | FarDate:
    cycle, near = spread(shift(value, amount.days))
    rest = timedelta(seconds=amount.seconds, microseconds=amount.microseconds)
    result: date | FarDate = gather(cycle, _add_to_moment(near, rest) if isinstance(near, datetime) else near)
    if abs(result.year) > _LAST_YEAR:
        raise _bad_year(result.year)
    return result


def midnight(value: date | FarDate) -> datetime | FarDateTime:
    """A date seen as a date and time: midnight UTC."""
    return value if isinstance(value, (datetime, FarDateTime)) else combine(value, time(tzinfo=UTC))


def day_of(value: date | FarDate) -> date | FarDate:
    """The calendar day of a date or a date and time."""
    cycle, near = spread(value)
    day: date | FarDate = gather(cycle, near.date() if isinstance(near, datetime) else near)
    return day


def subtract(left: date | FarDate, right: date | FarDate) -> timedelta:
    """Raises NullResult when just one of the two has an offset, or the difference is too long."""
    one, other = midnight(left), midnight(right)
    if (one.utcoffset() is None) != (other.utcoffset() is None):
        raise NullResult("offset_missing", "一个日期时间有时区,另一个没有,不能相减")
    try:
        return timedelta(microseconds=place_in_time(one) - place_in_time(other))
    except OverflowError:
        raise NullResult("duration_too_long", "时长超出范围") from None


def subtract_times(left: time, right: time) -> timedelta:
    day = date(2000, 1, 3)
    return subtract(datetime.combine(day, left), datetime.combine(day, right))


def months_between(start: date | FarDate, end: date | FarDate) -> YearsMonths:
    """Whole months between the two calendar days, cut towards zero; clock times do not count."""
    sign = 1
    if (start.year, start.month, start.day) > (end.year, end.month, end.day):
        start, end, sign = end, start, -1
    months = (end.year - start.year) * 12 + end.month - start.month
    return YearsMonths(sign * (months - (start.day > end.day)))


def seconds_of(amount: timedelta) -> Decimal:
    return Decimal(amount.days * 86_400 + amount.seconds) + Decimal(amount.microseconds).scaleb(-6)


def from_seconds(seconds: Decimal) -> timedelta:
    """Cut to whole microseconds. Raises NullResult."""
    try:
        return timedelta(microseconds=int(seconds.scaleb(6).to_integral_value(ROUND_DOWN)))
    except (OverflowError, ArithmeticError):
        raise NullResult("duration_too_long", "时长超出范围") from None
