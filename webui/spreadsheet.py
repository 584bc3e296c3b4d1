"""Tables for spreadsheets, in which nothing is a formula."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

from flask.wrappers import Response

# What a spreadsheet takes for the beginning of a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula; full-width signs begin one too."""
    return f"'{text}" if unicodedata.normalize("NFKC", text[:1]).startswith(FORMULA_SIGNS) else text


def csv_file(name: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Response:
    """A download `name`.csv that spreadsheets read as UTF-8."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow([cell(head) for head in heads])
    writer.writerows([cell(text) for text in row] for row in rows)
    headers = {"Content-Disposition": f"attachment; filename=\"table.csv\"; filename*=UTF-8''{quote(name)}.csv"}
    return Response("\ufeff" + lines.getvalue(), headers=headers, content_type="text/csv; charset=utf-8")
