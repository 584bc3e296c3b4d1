"""Ranges: relations between points and ranges after Allen, and ranges from text."""

from __future__ import annotations

from collections.abc import Callable

from engine.feel.errors import NullResult
from engine.feel.functions.registry import built_in
from engine.feel.values import compare, equal
from engine.feel.values import contains as range_contains
from engine.model.values import Range, Value

_POINT = "number|string|date|time|date and time|days and time duration|years and months duration"


def order(left: Value, right: Value) -> int:
    """Raises NullResult when the two cannot be compared."""
    result = compare(left, right)
    if result is None:
        raise NullResult("not_comparable", "区间的端点与另一方不能比较")
    return result


def _within(point: Value, interval: Range) -> bool:
    result = range_contains(interval, point)
    if result is None:
        raise NullResult("not_comparable", "区间的端点与另一方不能比较")
    return result


def _end_before_start(one: Range, other: Range) -> bool:
    """Every point of `one` lies before every point of `other`."""
    if one.high is None or other.low is None:
        return False
    place = order(one.high, other.low)
    return place < 0 or (place == 0 and not (one.high_closed and other.low_closed))


def _starts_first(one: Range, other: Range) -> bool:
    """`one` starts where `other` does or earlier."""
    if one.low is None or other.low is None:
        return one.low is None
    place = order(one.low, other.low)
    return place < 0 or (place == 0 and (one.low_closed or not other.low_closed))


def _ends_last(one: Range, other: Range) -> bool:
    if one.high is None or other.high is None:
        return one.high is None
    place = order(one.high, other.high)
    return place > 0 or (place == 0 and (one.high_closed or not other.high_closed))


def _same_start(one: Range, other: Range) -> bool:
    return equal(one.low, other.low) is True and one.low_closed == other.low_closed


def _same_end(one: Range, other: Range) -> bool:
    return equal(one.high, other.high) is True and one.high_closed == other.high_closed


def _meets(one: Range, other: Range) -> bool:
    return one.high_closed and other.low_closed and one.high is not None and equal(one.high, other.low) is True


def _overlaps(one: Range, other: Range) -> bool:
    return not _end_before_start(one, other) and not _end_before_start(other, one)


def _overlaps_before(one: Range, other: Range) -> bool:
    return not _starts_first(other, one) and not _end_before_start(one, other) and _ends_last(other, one)


def _register(name: str, parameters: str, relation: Callable[..., bool]) -> None:
    built_in(name, parameters)(relation)


_register("before", f"point1: {_POINT}, point2: {_POINT}", lambda one, other: order(one, other) < 0)
_register("before", f"point: {_POINT}, range: range", lambda point, span: _end_before_start(Range(point, point), span))
_register("before", f"range: range, point: {_POINT}", lambda span, point: _end_before_start(span, Range(point, point)))
_register("before", "range1: range, range2: range", _end_before_start)
_register("after", f"point1: {_POINT}, point2: {_POINT}", lambda one, other: order(one, other) > 0)
_register("after", f"point: {_POINT}, range: range", lambda point, span: _end_before_start(span, Range(point, point)))
_register("after", f"range: range, point: {_POINT}", lambda span, point: _end_before_start(Range(point, point), span))
_register("after", "range1: range, range2: range", lambda one, other: _end_before_start(other, one))
_register("meets", "range1: range, range2: range", _meets)
_register("met by", "range1: range, range2: range", lambda one, other: _meets(other, one))
_register("overlaps", "range1: range, range2: range", _overlaps)
_register("overlaps before", "range1: range, range2: range", _overlaps_before)
_register("overlaps after", "range1: range, range2: range", lambda one, other: _overlaps_before(other, one))
_register("finishes", f"point: {_POINT}, range: range", lambda point, span: span.high_closed and equal(point, span.high) is True)
_register("finishes", "range1: range, range2: range", lambda one, other: _same_end(one, other) and _starts_first(other, one))
_register("finished by", f"range: range, point: {_POINT}", lambda span, point: span.high_closed and equal(point, span.high) is True)
_register("finished by", "range1: range, range2: range", lambda one, other: _same_end(one, other) and _starts_first(one, other))
_register("includes", f"range: range, point: {_POINT}", lambda span, point: _within(point, span))
_register("includes", "range1: range, range2: range", lambda one, other: _starts_first(one, other) and _ends_last(one, other))
_register("during", f"point: {_POINT}, range: range", lambda point, span: _within(point, span))
_register("during", "range1: range, range2: range", lambda one, other: _starts_first(other, one) and _ends_last(other, one))
_register("starts", f"point: {_POINT}, range: range", lambda point, span: span.low_closed and equal(point, span.low) is True)
_register("starts", "range1: range, range2: range", lambda one, other: _same_start(one, other) and _ends_last(other, one))
_register("started by", f"range: range, point: {_POINT}", lambda span, point: span.low_closed and equal(point, span.low) is True)
_register("started by", "range1: range, range2: range", lambda one, other: _same_start(one, other) and _ends_last(one, other))
_register("coincides", f"point1: {_POINT}, point2: {_POINT}", lambda one, other: order(one, other) == 0)
_register("coincides", "range1: range, range2: range", lambda one, other: _same_start(one, other) and _same_end(one, other))
