"""What can be said of a table's rules before anything runs: rules that never match, rules that contradict each other, inputs that no rule covers.

Every statement carries a witness, and is made only where it is certain: cells that must be evaluated count as matching when a gap is looked for, and
as not matching when a rule is looked for that covers another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.dmn.analysis import Row, Table
from engine.dmn.index import ConstantCell, Interval, Segments, constant
from engine.dmn.witness import OTHER_TEXT, common, sample
from engine.feel.inference import Type
from engine.feel.values import hash_key
from engine.model.values import Value

MOST_STEPS = 20_000
_NO_DOMAINS: Mapping[int, Type] = {}
Witness = dict[int, Value]  # the value of each input, by its number from 0; inputs that do not matter are missing


@dataclass(frozen=True, slots=True)
class DeadRule:
    """A rule that never matches. `column`: the number of an input whose cell never holds; else `covered_by` are the rules that always win."""

    row: Row
    column: int | None = None
    covered_by: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two rules under UNIQUE or ANY that match together for the witness; under ANY with different outputs."""

    earlier: Row
    later: Row
    witness: Witness


class _Axis:
    """One input, cut into segments by all the constants that it is compared with."""

    def __init__(self, table: Table, number: int, domain: Type | None) -> None:
        cells = [row.constants[number] for row in table.rows]
        self.cells = cells
        column = table.inputs[number]
        supplied = _as_cell(domain)
        kinds = {cell.kind for cell in cells if cell is not None and cell.kind}
        self.segments: Segments | None = None
        self.domain = 1
        if len(kinds) == 1:
            kind = next(iter(kinds))
            limits = [cell for cell in (column.allowed, supplied) if cell is not None and cell.kind == kind]
            self.segments = Segments(kind, [*cells, *limits])
            self.domain = self.segments.everything
            for limit in limits:
                self.domain &= self.segments.of_cell(limit)
        self.mixed = len(kinds) > 1

    def bits(self, row: int) -> int | None:
        """The segments that a rule's cell holds for; None when it must be evaluated."""
        cell = self.cells[row]
        if cell is None or self.mixed:
            return self.domain if cell is not None and not cell.kind else None
        if not cell.kind or self.segments is None:
            return self.domain
        return self.segments.of_cell(cell) & self.domain

    def passes_null(self, row: int) -> bool | None:
        """Whether a rule's cell holds where nothing is supplied; None when it must be evaluated."""
        cell = self.cells[row]
        return None if cell is None else not cell.kind or cell.negated

    def value(self, segment: int) -> Value:
        """A value in the segment; None where the input does not matter."""
        return None if self.segments is None else sample(self.segments, segment)


def dead_rules(table: Table, domains: Mapping[int, Type] = _NO_DOMAINS) -> list[DeadRule]:
    """Rules that never match, or never win. `domains` narrow inputs to what is supplied."""
    axes = [_Axis(table, number, domains.get(number)) for number in range(len(table.inputs))]
    found: list[DeadRule] = []
    for index, row in enumerate(table.rows):
        column = next((number for number, axis in enumerate(axes) if axis.bits(index) == 0 and not axis.passes_null(index)), None)
        if column is not None:
            found.append(DeadRule(row, column))
            continue
        rivals = _winners(table, index)
        if rivals and _covered(axes, index, rivals):
            found.append(DeadRule(row, covered_by=tuple(rival + 1 for rival in rivals if _touches(axes, index, rival))))
    return found


def _winners(table: Table, index: int) -> list[int]:
    """Rules that win over this one wherever both match."""
    if table.policy.name == "FIRST":
        return list(range(index))
    if table.policy.name != "PRIORITY" or len(table.outputs) != 1:
        return []
    ranks = {hash_key(value): rank for rank, value in reversed(list(enumerate(table.outputs[0].allowed)))}
    values = [constant(row.outputs[0].tree) for row in table.rows]
    if any(value is None for value in values):
        return []
    rank = [ranks.get(hash_key(value), len(ranks)) for value in values]
    return [other for other in range(len(values)) if rank[other] < rank[index]]


def _touches(axes: list[_Axis], row: int, other: int) -> bool:
    return all((mine := axis.bits(row)) is None or ((theirs := axis.bits(other)) is not None and mine & theirs) for axis in axes)


def _covered(axes: list[_Axis], row: int, rivals: list[int]) -> bool:
    regions = [axis.domain if (bits := axis.bits(row)) is None else bits for axis in axes]
    nulls = [axis.passes_null(row) is not False for axis in axes]
    try:
        return next(_uncovered(axes, regions, rivals, nulls), None) is None
    except _TooMany:
        return False


def gaps(table: Table, domains: Mapping[int, Type] = _NO_DOMAINS) -> Iterator[Witness]:
    """Inputs for which no rule can match, in the order of the columns; nothing when there is a default, or when the table is too large to tell."""
    if not table.single or table.has_default or not table.rows:
        return
    axes = [_Axis(table, number, domains.get(number)) for number in range(len(table.inputs))]
    try:
        for segments in _uncovered(axes, [axis.domain for axis in axes], list(range(len(table.rows))), None):
            yield {number: axes[number].value(segment) for number, segment in segments.items() if axes[number].segments is not None}
    except _TooMany:
        return


class _TooMany(Exception):
    """The table has more combinations than are looked at."""


def _uncovered(axes: list[_Axis], regions: list[int], rules: list[int], nulls: list[bool] | None) -> Iterator[dict[int, int]]:
    """Combinations of segments, column number -> segment, that none of the rules holds for.

    With `nulls` (for each column whether null is to be covered too, as segment -1) only rules count that surely hold; without, those that may.
    """
    masks = [_masks(axis, region, rules, nulls is not None) for axis, region in zip(axes, regions, strict=True)]
    for axis, column, asked in zip(axes, masks, nulls or (), strict=False):
        if asked:
            column.append((-1, sum(1 << rule for rule in rules if axis.passes_null(rule))))
    full = [_every(column) for column in masks]
    for place in range(len(full) - 2, -1, -1):  # rules that hold for everything from this column on
        full[place] &= full[place + 1]
    budget = [MOST_STEPS]

    def search(place: int, alive: int, chosen: dict[int, int]) -> Iterator[dict[int, int]]:
        budget[0] -= 1
        if budget[0] < 0:
            raise _TooMany
        if not alive:
            rest = {number: column[0][0] for number, column in enumerate(masks[place:], place) if column}
            yield {**rest, **chosen}
        elif place < len(masks) and not alive & full[place]:
            for segment, mask in masks[place]:
                yield from search(place + 1, alive & mask, {**chosen, place: segment})

    return search(0, sum(1 << rule for rule in rules), {}) if all(masks) else iter(())


def _every(column: list[tuple[int, int]]) -> int:
    result = -1
    for _, mask in column:
        result &= mask
    return result


def _masks(axis: _Axis, region: int, rules: list[int], sure: bool) -> list[tuple[int, int]]:
    """(segment, rules that hold in it) for every segment of the region; open gaps between constants that no rule tells apart count once."""
    cells = [(rule, axis.bits(rule)) for rule in rules]
    found: list[tuple[int, int]] = []
    seen: set[int] = set()
    usual = axis.segments.of_value(OTHER_TEXT) if axis.segments is not None and isinstance(axis.segments.points[0], str) else 0
    for segment in sorted((one for one in range(region.bit_length()) if region >> one & 1), key=lambda one: (one != usual, one)):
        mask = sum(1 << rule for rule, bits in cells if (not sure if bits is None else bits >> segment & 1))
        if segment % 2 == 0:
            if mask in seen:
                continue
            seen.add(mask)
        found.append((segment, mask))
    return sorted(found)


def conflicts(table: Table) -> list[Conflict]:
    """Pairs of rules that match together where that is an error when it happens. Only pairs of constant cells are looked at."""
    if table.policy.name not in ("UNIQUE", "ANY"):
        return []
    axes = [_Axis(table, number, None) for number in range(len(table.inputs))]
    found: list[Conflict] = []
    for later in range(len(table.rows)):
        for earlier in range(later):
            witness = _meeting(axes, earlier, later)
            if witness is not None and (table.policy.name == "UNIQUE" or _differ(table.rows[earlier], table.rows[later])):
                found.append(Conflict(table.rows[earlier], table.rows[later], witness))
    return found


def _meeting(axes: list[_Axis], one: int, other: int) -> Witness | None:
    witness: Witness = {}
    for number, axis in enumerate(axes):
        mine, theirs = axis.bits(one), axis.bits(other)
        if mine is None or theirs is None or not mine & theirs:
            return None
        if axis.segments is not None:
            witness[number] = common(axis.segments, mine & theirs)
    return witness


def _differ(one: Row, other: Row) -> bool:
    pairs = [(constant(mine.tree), constant(theirs.tree)) for mine, theirs in zip(one.outputs, other.outputs, strict=True)]
    return any(mine is not None and theirs is not None and hash_key(mine) != hash_key(theirs) for mine, theirs in pairs)


def _as_cell(domain: Type | None) -> ConstantCell | None:
    """The values that are supplied, as a cell that holds for them."""
    if domain is None or domain.values is None or not domain.values:
        return None
    return ConstantCell(next(iter(domain.kinds)), tuple(Interval(value, value, True, True) for value in domain.values), False)
