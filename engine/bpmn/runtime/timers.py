"""When timers are due: dates, durations, and cycles `R[n]/P…` that know how many firings are left."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.bpmn.elements import EventDefinition
from engine.bpmn.runtime.expressions import describe, evaluate, evaluate_time, later, parse_duration
from engine.model.errors import ScriptError
from engine.model.values import Value, YearsMonths, to_json

_CYCLE = re.compile(r"R(?P<count>\d*)/(?P<interval>P.+)")
SHORTEST_INTERVAL = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """`remaining` firings after the one at `due_at` (None: without end); `interval` is ISO text, None for a timer that fires once."""

    due_at: datetime
    remaining: int | None = 0
    interval: str | None = None


def first_due(event: EventDefinition, scope: Mapping[str, Value], now: datetime) -> Schedule:
    """The first firing of a timer that is armed `now`. Raises ScriptError when the expression gives no time."""
    source = event.timer or "null"
    if event.timer_type != "cycle":
        return Schedule(evaluate_time(source, scope, now))
    value = evaluate(source, scope, now)
    count, interval = _parse_cycle(value, source)
    return Schedule(_add(now, interval, source), None if count is None else count - 1, interval)


def next_due(schedule: Schedule, now: datetime) -> Schedule | None:
    """The firing after this one; firings that were missed while nothing ran are skipped, not made up for in a burst."""
    if schedule.interval is None or schedule.remaining == 0:
        return None
    due = _add(schedule.due_at, schedule.interval, schedule.interval)
    if due <= now:
        due = _skip_missed(schedule.due_at, schedule.interval, now)
    return Schedule(due, None if schedule.remaining is None else schedule.remaining - 1, schedule.interval)


def _skip_missed(due: datetime, interval: str, now: datetime) -> datetime:
    duration = parse_duration(interval)
    if isinstance(duration, timedelta):
        return due + ((now - due) // duration + 1) * duration
    months = duration.months
    while (candidate := later(due, YearsMonths(months))) <= now:
        months += duration.months
    return candidate


def _parse_cycle(value: Value, source: str) -> tuple[int | None, str]:
    if isinstance(value, (timedelta, YearsMonths)):
        tagged = to_json(value)["v"]
        count, interval = None, tagged if isinstance(tagged, str) else str(value)
    else:
        match = _CYCLE.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is None:
            raise ScriptError("expression_not_cycle", expression=source, value=describe(value))
        count, interval = int(match["count"]) if match["count"] else None, match["interval"]
    try:
        duration = parse_duration(interval)
    except ValueError as error:
        raise ScriptError("expression_not_cycle", expression=source, value=describe(value)) from error
    too_short = duration < SHORTEST_INTERVAL if isinstance(duration, timedelta) else duration.months < 1
    if too_short or count == 0:
        raise ScriptError("cycle_too_short", expression=source, value=describe(value))
    return count, interval


def _add(moment: datetime, interval: str, source: str) -> datetime:
    try:
        return later(moment, parse_duration(interval))
    except (ValueError, OverflowError) as error:
        raise ScriptError("expression_not_time", expression=source, value=interval) from error
