"""Dates, times, durations and the clock."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias

from engine.feel import temporal
from engine.feel.functions.lists import whole
from engine.feel.functions.registry import built_in
from engine.feel.limits import Run
from engine.model.values import FarDate, YearsMonths, gather, spread

AnyDate: TypeAlias = date | FarDate

_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"
)  # fmt: skip


@built_in("date", "from: string|date|date and time")
def date_from(value: str | AnyDate) -> AnyDate:
    if isinstance(value, str):
        return temporal.parse_date(value)
    return temporal.day_of(value)


@built_in("date", "year: number, month: number, day: number")
def date_of(year: Decimal, month: Decimal, day: Decimal) -> AnyDate:
    return temporal.make_date(whole(year, "年"), whole(month, "月"), whole(day, "日"))


def _tell(run: Run, text: str) -> None:
    if temporal.loses_digits(text):
        run.note_fraction(0)


@built_in("time", "from: string|time|date and time|date", with_run=True)
def time_from(run: Run, value: str | time | AnyDate) -> time:
    if isinstance(value, str):
        _tell(run, value)
        return temporal.parse_time(value)
    if isinstance(value, time):
        return value
    near: datetime = spread(temporal.midnight(value))[1]
    return near.timetz()


@built_in("time", "hour: number, minute: number, second: number, offset: days and time duration?=", with_run=True)
def time_of(run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None) -> time:
    _tell(run, format(second, "f") if abs(second) < 60 else "")
    seconds = int(second)
    microseconds = int((second - seconds).scaleb(6)) if second >= 0 else 0
    zone = None if offset is None else temporal.fixed_zone(offset)
    return temporal.make_time(whole(hour, "时"), whole(minute, "分"), seconds, microseconds, zone)


@built_in("date and time", "from: string|date and time|date", with_run=True)
def date_time_from(run: Run, value: str | AnyDate) -> AnyDate:
    if isinstance(value, str):
        _tell(run, value)
    return temporal.parse_date_time(value) if isinstance(value, str) else temporal.midnight(value)


@built_in("date and time", "date: date|date and time, time: time")
def date_time_of(date: AnyDate, time: time) -> AnyDate:
    return temporal.combine(temporal.day_of(date), time)


@built_in("date and time", "date: date and time, timezone: string")
def date_time_in_zone(date: AnyDate, timezone: str) -> AnyDate:
    zone = temporal.named_zone(timezone)
    cycle, near = spread(date)
    moved: AnyDate = gather(cycle, near.replace(tzinfo=zone) if near.tzinfo is None else near.astimezone(zone))
    return moved


@built_in(
    "date and time",
    "year: number, month: number, day: number, hour: number, minute: number, second: number, offset: days and time duration?=",
    with_run=True,
)
def date_time_of_parts(
    run: Run, year: Decimal, month: Decimal, day: Decimal, hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None
) -> AnyDate:
    return temporal.combine(date_of(year, month, day), time_of(run, hour, minute, second, offset))


@built_in("duration", "from: string|days and time duration|years and months duration", with_run=True)
def duration(run: Run, value: str | timedelta | YearsMonths) -> timedelta | YearsMonths:
    if isinstance(value, str):
        _tell(run, value)
    return temporal.parse_duration(value) if isinstance(value, str) else value


@built_in("years and months duration", "from: date|date and time, to: date|date and time")
def years_and_months_duration(start: AnyDate, end: AnyDate) -> YearsMonths:
    return temporal.months_between(start, end)


@built_in("now", "", with_run=True)
def now(run: Run) -> datetime:
    return run.clock()


@built_in("today", "", with_run=True)
def today(run: Run) -> date:
    return run.clock().date()


@built_in("day of week", "date: date|date and time")
def day_of_week(date: AnyDate) -> str:
    return _DAY_NAMES[date.isoweekday() - 1]


@built_in("day of year", "date: date|date and time")
def day_of_year(date: AnyDate) -> Decimal:
    return Decimal(spread(date)[1].timetuple().tm_yday)


@built_in("week of year", "date: date|date and time")
def week_of_year(date: AnyDate) -> Decimal:
    return Decimal(spread(date)[1].isocalendar().week)


@built_in("month of year", "date: date|date and time")
def month_of_year(date: AnyDate) -> str:
    return _MONTH_NAMES[date.month - 1]


@built_in("last day of month", "date: date|date and time")
def last_day_of_month(value: AnyDate) -> AnyDate:
    cycle, near = spread(temporal.day_of(value))
    last: AnyDate = gather(cycle, near.replace(day=monthrange(near.year, near.month)[1]))
    return last
