"""Is a timer's value a date, a duration or a cycle that can come to pass?"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from engine.model.values import Value, YearsMonths, from_json

Problem = tuple[str, str]

MAXIMUM = timedelta(days=366 * 100)
MAXIMUM_MONTHS = 1200
SHORTEST_CYCLE = timedelta(seconds=1)
MAXIMUM_REPETITIONS = 1_000_000
_DURATION = re.compile(
    r"(-?)P(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.\d{1,9})?S)?)?"
)
_CYCLE = re.compile(r"R(\d*)/(P.+)")
_CRON = re.compile(r"[\d*?/,LW#-]+( +[\w*?/,LW#-]+){4,6}|@\w+")


def problem_of(kind: str, value: Value) -> Problem | None:
    """Why the value of a timer of this kind (date, duration, cycle) is refused, in Chinese and English; None when it is fine."""
    if kind == "cycle":
        return _cycle(value)
    if kind == "date":
        return _date(value)
    return _duration(value)


def _date(value: Value) -> Problem | None:
    if isinstance(value, str):
        text = value.strip()
        try:
            from_json({"$": "datetime" if "T" in text else "date", "v": text})
        except ValueError:
            return "不是日期或日期时间", "not a date or a date and time"
        return None
    return None if isinstance(value, (date, datetime)) else ("不是日期或日期时间", "not a date or a date and time")


def _duration(value: Value) -> Problem | None:
    length = _length(value)
    if not isinstance(length, (timedelta, YearsMonths)):
        return length
    if isinstance(length, YearsMonths):
        return _too_long() if length.months > MAXIMUM_MONTHS else ("时长为负", "negative") if length.months < 0 else None
    return _too_long() if length > MAXIMUM else ("时长为负", "negative") if length < timedelta() else None


def _cycle(value: Value) -> Problem | None:
    if isinstance(value, str):
        text = value.strip()
        match = _CYCLE.fullmatch(text)
        if match is None:
            return (
                ("不支持 cron 写法", "cron is not supported") if _CRON.fullmatch(text) else ("不是 R[次数]/时长 的周期", "not a cycle R[n]/duration")
            )
        if match[1] and not 1 <= int(match[1][:12]) <= MAXIMUM_REPETITIONS:
            return f"次数不在 1 到 {MAXIMUM_REPETITIONS} 之间", f"repetitions are not between 1 and {MAXIMUM_REPETITIONS}"
        value = match[2]
    problem = _duration(value)
    if problem is not None:
        return problem
    length = _length(value)
    short = length.months < 1 if isinstance(length, YearsMonths) else isinstance(length, timedelta) and length < SHORTEST_CYCLE
    return ("周期短于 1 秒", "the cycle is shorter than a second") if short else None


def _length(value: Value) -> timedelta | YearsMonths | Problem:
    """The duration that a value or its text means, or why it is none."""
    if isinstance(value, (timedelta, YearsMonths)):
        return value
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not any(match.groups()[1:]) or match.string.rstrip().endswith("T"):
        return "不是 ISO 8601 时长", "not an ISO 8601 duration"
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    sign = -1 if match[1] else 1
    if years or months:
        if any(match.groups()[3:]):
            return "年月与周日时分秒不能混用", "years and months cannot be mixed with days and hours"
        return YearsMonths(sign * (years * 12 + months))
    try:
        return sign * timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return _too_long()


def _too_long() -> Problem:
    return "超过一百年", "more than a hundred years"
