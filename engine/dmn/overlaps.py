"""Rows under UNIQUE that some input surely matches both of."""

from __future__ import annotations

from lxml import etree

from engine.dmn.index import ConstantCell, Segments
from engine.dmn.report import Report
from engine.dmn.witness import common
from engine.feel.values import literal_text

_MOST_FINDINGS = 20
_MOST_PAIRS = 2_000_000


def report_overlaps(elements: list[etree._Element], cells: list[list[ConstantCell | None]], sources: list[list[str]], report: Report) -> None:
    """One finding for each pair of rows that overlap; cells that must be evaluated overlap only when they are the same text."""
    if not cells or len(cells) * (len(cells) - 1) // 2 * max(len(cells[0]), 1) > _MOST_PAIRS:
        return
    sets = [_column_sets([row[column] for row in cells]) for column in range(len(cells[0]))]
    found = 0
    for later in range(len(cells)):
        for earlier in range(later):
            if all(_meet(column[earlier], column[later], sources[earlier][place] == sources[later][place]) for place, column in enumerate(sets)):
                _report(elements, earlier, later, _witness(cells, earlier, later), report)
                found += 1
                if found >= _MOST_FINDINGS:
                    return


_Set = tuple[str, int] | None


def _column_sets(cells: list[ConstantCell | None]) -> list[_Set]:
    """Each cell as (kind, segment bits); kind empty for `-`; None for a cell that must be evaluated."""
    segments = {kind: Segments(kind, cells) for kind in {cell.kind for cell in cells if cell is not None and cell.kind}}
    return [None if cell is None else (cell.kind, segments[cell.kind].of_cell(cell) if cell.kind else -1) for cell in cells]


def _meet(one: _Set, other: _Set, same_text: bool) -> bool:
    if one is None or other is None:
        return same_text
    if not one[0] or not other[0]:
        return bool(one[1] & other[1]) if one[0] != other[0] else True
    return one[0] == other[0] and bool(one[1] & other[1])


def _witness(cells: list[list[ConstantCell | None]], earlier: int, later: int) -> list[str]:
    """For each column that both rows compare with constants, a value that both hold for, as text."""
    shown: list[str] = []
    for column, pair in enumerate(zip(cells[earlier], cells[later], strict=True), 1):
        kinds = {cell.kind for cell in pair if cell is not None and cell.kind}
        if len(kinds) == 1 and None not in pair:
            segments = Segments(kinds.pop(), [row[column - 1] for row in cells])
            bits = segments.everything
            for cell in pair:
                bits &= segments.of_cell(cell) if cell is not None and cell.kind else segments.everything
            shown.append(f"第 {column} 列为 {literal_text(common(segments, bits))}")
    return shown


def _report(elements: list[etree._Element], earlier: int, later: int, witness: list[str], report: Report) -> None:
    example = f",例如{'、'.join(witness)}" if witness else ""
    report.add(
        "rules_overlap", elements[later], f"第 {earlier + 1} 条与第 {later + 1} 条规则会同时命中{example},而命中策略是 UNIQUE(唯一)",
        "修改条件使其互斥,或改用 FIRST、COLLECT 等命中策略", rules=[earlier + 1, later + 1], witness=witness,
    )  # fmt: skip
