"""Values that show what is said of a table: one for a segment of a column."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, timedelta
from decimal import Decimal

from engine.dmn.index import Segments
from engine.model.values import Value, YearsMonths

OTHER_TEXT = "其他"


def common(segments: Segments, bits: int) -> Value:
    """A value in one of these segments, a constant of the table where there is one."""
    points = bits & int("10" * segments.count, 2)
    chosen = points or bits
    return sample(segments, (chosen & -chosen).bit_length() - 1)


def sample(segments: Segments, segment: int) -> Value:
    """A value of the segment: the constant itself, or one from the gap before it."""
    points, index = segments.points, segment // 2
    if segment % 2:
        return points[index]
    low = points[index - 1] if index else None
    high = points[index] if index < len(points) else None
    known = low if low is not None else high
    if isinstance(known, str):
        return OTHER_TEXT if bisect_left(points, OTHER_TEXT) == index and OTHER_TEXT not in points else ("" if low is None else low + "-")
    if isinstance(known, Decimal) and low is not None and high is not None:
        return (low + high) / 2
    return _beyond(known, -1) if low is None else _beyond(low, 1)


def _beyond(value: Value, steps: int) -> Value:
    """The nearest round value after (or, with -1, before) this one."""
    if isinstance(value, Decimal):
        return value + steps
    if isinstance(value, YearsMonths):
        return YearsMonths(value.months + steps)
    try:
        return value + timedelta(days=steps) if isinstance(value, (date, timedelta)) else value
    except OverflowError:
        return value
