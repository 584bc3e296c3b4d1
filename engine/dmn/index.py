"""Constant cells of a table as sets over a column's segments: what makes tables fast, and overlaps visible.

The constants of a column, sorted, cut its values into segments: before the first, the first itself, between first and second, … A cell is the set of
segments it holds for, kept as bits of an int. Segment 2i+1 is constant i, segment 2i the open gap before it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from engine.feel import nodes, temporal
from engine.feel.errors import NullResult
from engine.feel.operators import negate
from engine.feel.values import kind_of
from engine.model.values import FarDate, Value, shift

_ORDERED = frozenset(("number", "string", "date", "days and time duration", "years and months duration", "boolean"))


@dataclass(frozen=True, slots=True)
class Interval:
    """One constant test; `low is high is constant` for equality; None is unbounded."""

    low: Value
    high: Value
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class ConstantCell:
    """A cell whose tests are all constants of one kind. `kind` is empty for `-`, which holds for everything."""

    kind: str
    intervals: tuple[Interval, ...]
    negated: bool


def constant_cell(tests: nodes.UnaryTests) -> ConstantCell | None:
    """The cell as constants; None when something in it must be evaluated."""
    if not tests.tests:
        return ConstantCell("", (), False)
    intervals: list[Interval] = []
    kinds: set[str] = set()
    for test in tests.tests:
        interval = _interval(test)
        if interval is None:
            return None
        intervals.append(interval)
        kinds.update(kind_of(end) for end in (interval.low, interval.high) if end is not None)
    if len(kinds) != 1 or not kinds <= _ORDERED:
        return None
    return ConstantCell(kinds.pop(), tuple(intervals), tests.negated)


def _interval(test: nodes.Node) -> Interval | None:
    if isinstance(test, nodes.UnaryTest):
        value = constant(test.operand)
        if value is None or test.operator == "!=" or (isinstance(value, bool) and test.operator != "="):
            return None
        if test.operator == "=":
            return Interval(value, value, True, True)
        closed = test.operator in ("<=", ">=")
        return Interval(None, value, False, closed) if test.operator in ("<", "<=") else Interval(value, None, closed, False)
    if isinstance(test, nodes.RangeOf):
        low, high = constant(test.low), constant(test.high)
        if low is None or high is None or kind_of(low) != kind_of(high) or isinstance(low, bool):
            return None
        return Interval(low, high, test.low_closed, test.high_closed)
    value = constant(test)
    return None if value is None else Interval(value, value, True, True)


def constant(node: nodes.Node) -> Value:
    """The non-null value of a literal, a negative number or a date literal; None for anything else."""
    if isinstance(node, nodes.Literal):
        return node.value
    if isinstance(node, nodes.Negate) and isinstance(node.operand, nodes.Literal) and isinstance(node.operand.value, Decimal):
        return negate(node.operand.value)
    text = _date_text(node)
    if text is None:
        return None
    try:
        value = temporal.parse_literal(text)
    except NullResult:
        return None
    return value if kind_of(value) in _ORDERED else None


def _date_text(node: nodes.Node) -> str | None:
    if isinstance(node, nodes.AtLiteral):
        return node.text
    if (
        isinstance(node, nodes.Call)
        and isinstance(node.function, nodes.Name)
        and node.function.name in ("date", "duration")
        and len(node.arguments) == 1
    ):
        argument = node.arguments[0]
        if isinstance(argument, nodes.Literal) and isinstance(argument.value, str):
            return argument.value
    return None


class Segments:
    """The segments that the constants of one kind cut."""

    def __init__(self, kind: str, cells: Iterable[ConstantCell | None]) -> None:
        ends = {
            end
            for cell in cells
            if cell is not None and cell.kind == kind
            for one in cell.intervals
            for end in (one.low, one.high)
            if end is not None
        }
        self.points: list[Any] = [False, True] if kind == "boolean" else sorted(ends)
        self.count = 2 * len(self.points) + 1
        self.everything = self._possible(kind)

    def _possible(self, kind: str) -> int:
        """All segments that hold any value: no gaps between booleans or neighbouring days."""
        bits = (1 << self.count) - 1
        for index in range(len(self.points) + 1):
            neighbours = self.points[max(index - 1, 0) : index + 1]
            days = len(neighbours) == 2 and kind == "date" and _next_day(neighbours[0]) == neighbours[1]
            if kind == "boolean" or days:
                bits &= ~(1 << 2 * index)
        return bits

    def of_value(self, value: Value) -> int:
        """The number of the segment that the value lies in."""
        index = bisect_left(self.points, value)
        return 2 * index + 1 if index < len(self.points) and self.points[index] == value else 2 * index

    def of_cell(self, cell: ConstantCell) -> int:
        """The segments the cell holds for, as bits."""
        bits = 0
        for one in cell.intervals:
            first = 0 if one.low is None else self.of_value(one.low) + (0 if one.low_closed else 1)
            last = self.count - 1 if one.high is None else self.of_value(one.high) - (0 if one.high_closed else 1)
            if last >= first:
                bits |= ((1 << (last - first + 1)) - 1) << first
        return (self.everything & ~bits) if cell.negated else bits & self.everything


def _next_day(value: date | FarDate) -> date | FarDate:
    following: date | FarDate = shift(value, 1)
    return following


class ColumnIndex:
    """For one input: which rules its value lets through, as bits (bit r = rule r)."""

    def __init__(self, cells: list[ConstantCell | None]) -> None:
        self.anything = sum(1 << row for row, cell in enumerate(cells) if cell is not None and not cell.kind)
        self.unknown = sum(1 << row for row, cell in enumerate(cells) if cell is None)
        self.by_kind: dict[str, tuple[Segments, list[int]]] = {}
        for kind in {cell.kind for cell in cells if cell is not None and cell.kind}:
            segments = Segments(kind, cells)
            masks = [self.anything | self.unknown] * segments.count
            for row, cell in enumerate(cells):
                if cell is not None and cell.kind == kind:
                    _enter(masks, segments.of_cell(cell), 1 << row)
            self.by_kind[kind] = (segments, masks)
        self.kinds = {cell.kind for cell in cells if cell is not None and cell.kind}

    def candidates(self, value: Value) -> int | None:
        """Rules whose cell holds or has to be evaluated; None when the value is of a kind the index does not know."""
        found = self.by_kind.get(kind_of(value))
        if found is None:
            return None
        segments, masks = found
        return masks[segments.of_value(value)]


def _enter(masks: list[int], bits: int, row: int) -> None:
    while bits:
        low = bits & -bits
        masks[low.bit_length() - 1] |= row
        bits ^= low
