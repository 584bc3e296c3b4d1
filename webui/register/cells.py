"""Cells of a workbook as text, and those that do not hold what their author sees: formulas, errors, lost digits, merged ones."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from openpyxl.utils.cell import range_boundaries
from openpyxl.xml.functions import iterparse

# (number of the row, column from 0)
Place = tuple[int, int]
FORMULA, ERROR, MERGED, DIGITS_LOST = "cell_formula", "cell_error", "cell_merged", "cell_digits_lost"
# What a spreadsheet makes of a long number when it writes CSV: 3.30206E+17.
SCIENTIFIC = re.compile(r"^-?\d(?:\.\d+)?E\+\d{2,3}$")
MOST_DIGITS_NUMBER = 10**15
MOST_RANGES, MOST_COVERED = 2000, 100_000
_MERGE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}mergeCell"
_ROW = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}row"


@dataclass(frozen=True, slots=True)
class Range:
    """Rows and columns from 1, both ends included."""

    left: int
    top: int
    right: int
    bottom: int


def cell_text(cell: Any, unread: dict[Place, str]) -> str:
    """The cell's value as people write it; a cell that cannot be taken at its word is noted in `unread`."""
    value = cell.value
    if value is None:
        return ""
    if problem := _problem(cell.data_type, value):
        unread[cell.row, cell.column - 1] = problem
        return value if isinstance(value, str) else "=" if problem == FORMULA else str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="minutes")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _problem(kind: str, value: Any) -> str | None:
    if kind == "f":
        return FORMULA
    if kind == "e":
        return ERROR
    too_long = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= MOST_DIGITS_NUMBER
    return DIGITS_LOST if too_long else None


def merged_ranges(content: bytes, sheet: Any) -> list[Range] | None:
    """The merged ranges of a sheet that was opened for reading only, which does not tell them; None: more than anybody makes by hand."""
    found: list[Range] = []
    with zipfile.ZipFile(io.BytesIO(content)) as package, package.open(sheet._worksheet_path) as file:
        for _event, element in iterparse(file):
            if element.tag == _MERGE:
                found.append(Range(*range_boundaries(element.get("ref", ""))))
            elif element.tag == _ROW:
                element.clear()
            if len(found) > MOST_RANGES:
                return None
    return found


def covered(ranges: Sequence[Range], numbers: Collection[int]) -> dict[Place, str] | None:
    """Cells in these rows that a merged range hides: all but its first. None: more than anybody makes by hand."""
    found: dict[Place, str] = {}
    for one in ranges:
        for number in range(one.top, one.bottom + 1):
            if number not in numbers:
                continue
            for column in range(one.left, one.right + 1):
                if (number, column) != (one.top, one.left):
                    found[number, column - 1] = MERGED
            if len(found) > MOST_COVERED:
                return None
    return found
