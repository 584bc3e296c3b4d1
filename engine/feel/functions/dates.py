"""Dates, times, durations and the clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel import temporal
from engine.feel.errors import NullResult
from engine.feel.functions.lists import whole
from engine.feel.functions.registry import built_in
from engine.feel.limits import Run
from engine.model.values import YearsMonths

_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"
)  # fmt: skip


@built_in("date", "from: string|date|date and time")
def date_from(value: str | date) -> date:
    if isinstance(value, str):
        return temporal.parse_date(value)
    return value.date() if isinstance(value, datetime) else value


@built_in("date", "year: number, month: number, day: number")
def date_of(year: Decimal, month: Decimal, day: Decimal) -> date:
    return temporal.make_date(whole(year, "年"), whole(month, "月"), whole(day, "日"))


@built_in("time", "from: string|time|date and time|date")
def time_from(value: str | time | date) -> time:
    if isinstance(value, str):
        return temporal.parse_time(value)
    return value if isinstance(value, time) else temporal.midnight(value).timetz()


@built_in("time", "hour: number, minute: number, second: number, offset: days and time duration?=")
def time_of(hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None) -> time:
    seconds = int(second)
    microseconds = int((second - seconds).scaleb(6)) if second >= 0 else 0
    zone = None if offset is None else temporal.fixed_zone(offset)
    return temporal.make_time(whole(hour, "时"), whole(minute, "分"), seconds, microseconds, zone)


@built_in("date and time", "from: string|date and time|date")
def date_time_from(value: str | date) -> datetime:
    return temporal.parse_date_time(value) if isinstance(value, str) else temporal.midnight(value)


@built_in("date and time", "date: date|date and time, time: time")
def date_time_of(date: date, time: time) -> datetime:
    day = date.date() if isinstance(date, datetime) else date
    return datetime.combine(day, time)


@built_in("date and time", "date: date and time, timezone: string")
def date_time_in_zone(date: datetime, timezone: str) -> datetime:
    zone = temporal.named_zone(timezone)
    return date.replace(tzinfo=zone) if date.tzinfo is None else date.astimezone(zone)


@built_in("date and time", "year: number, month: number, day: number, hour: number, minute: number, second: number, offset: days and time duration?=")
def date_time_of_parts(
    year: Decimal, month: Decimal, day: Decimal, hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None
) -> datetime:
    return datetime.combine(date_of(year, month, day), time_of(hour, minute, second, offset))


@built_in("duration", "from: string|days and time duration|years and months duration")
def duration(value: str | timedelta | YearsMonths) -> timedelta | YearsMonths:
    return temporal.parse_duration(value) if isinstance(value, str) else value


@built_in("years and months duration", "from: date|date and time, to: date|date and time")
def years_and_months_duration(start: date, end: date) -> YearsMonths:
    return temporal.months_between(start, end)


@built_in("now", "", with_run=True)
def now(run: Run) -> datetime:
    return run.clock()


@built_in("today", "", with_run=True)
def today(run: Run) -> date:
    return run.clock().date()


@built_in("day of week", "date: date|date and time")
def day_of_week(date: date) -> str:
    return _DAY_NAMES[date.weekday()]


@built_in("day of year", "date: date|date and time")
def day_of_year(date: date) -> Decimal:
    return Decimal(date.timetuple().tm_yday)


@built_in("week of year", "date: date|date and time")
def week_of_year(date: date) -> Decimal:
    return Decimal(date.isocalendar().week)


@built_in("month of year", "date: date|date and time")
def month_of_year(date: date) -> str:
    return _MONTH_NAMES[date.month - 1]


@built_in("last day of month", "date: date|date and time")
def last_day_of_month(value: date) -> date:
    day = value.date() if isinstance(value, datetime) else value
    first = temporal.add_months(day.replace(day=1), 1)
    if first.day != 1:
        raise NullResult("year_out_of_range", "没有下一个月")
    return first - timedelta(days=1)
