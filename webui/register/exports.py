"""A register as a table to take along: what the list shows, with the same filters, columns and rights, as Excel or CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast
from zoneinfo import ZoneInfo

import xlsxwriter
from flask import Blueprint, current_app, stream_with_context
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _

from engine import RecordPage, RecordRow
from webui.files import disposition
from webui.language import language, pick
from webui.link import read
from webui.messages import Problem
from webui.problems import answer
from webui.register.asking import Asked, asked_list
from webui.security import Access, allow
from webui.spreadsheet import cell as cell_text
from webui.words import stamp

MOST_EXPORTED = 20_000
ROWS_AT_ONCE = 500
# What a spreadsheet holds: characters of a text, digits of a number.
LONGEST_CELL, MOST_DIGITS = 32_767, 15
IN_MEMORY_BYTES, CHUNK_BYTES = 2_000_000, 64_000
EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

blueprint = Blueprint("exports", __name__)


@blueprint.get("/records/<record_type>/export.csv")
@allow(Access.SIGNED_IN)
def text(record_type: str) -> ResponseReturnValue:
    asked, first = asked_list(), _first(record_type)
    if first.total > MOST_EXPORTED:
        return _too_many()
    headers = {"Content-Disposition": _disposition(first, "csv")}
    return Response(stream_with_context(_csv(record_type, asked, first)), headers=headers, content_type="text/csv; charset=utf-8")


@blueprint.get("/records/<record_type>/export.xlsx")
@allow(Access.SIGNED_IN)
def excel(record_type: str) -> ResponseReturnValue:
    asked, first = asked_list(), _first(record_type)
    if first.total > MOST_EXPORTED:
        return _too_many()
    file = SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115 - closed when it has been sent
    write_sheet(cast(IO[bytes], file), pick(first.kind.name, first.kind.name_en), headings(first), _cells(record_type, asked, first))
    headers = {"Content-Disposition": _disposition(first, "xlsx")}
    return Response(_sent(file), headers=headers, content_type=EXCEL_TYPE)


def _first(record_type: str) -> RecordPage:
    return read(asked_list().query(record_type, ROWS_AT_ONCE, 0))


def _too_many() -> Response:
    return answer(Problem(422, _("一次最多导出 %(most)s 条", most=MOST_EXPORTED), _("请先搜索或筛选，缩小范围后再导出。")))


def _disposition(page: RecordPage, ending: str) -> str:
    return disposition(f"{pick(page.kind.name, page.kind.name_en)}.{ending}")


def headings(page: RecordPage) -> list[str]:
    return [*(pick(column.label, column.label_en) for column in page.columns), _("更新")]


def rows_of(record_type: str, asked: Asked, first: RecordPage) -> Iterator[RecordRow]:
    """Each record once: one that changes meanwhile moves to the front and pushes others to the next page a second time."""
    written: set[str] = set()
    for offset in range(0, first.total, ROWS_AT_ONCE):
        page = first if offset == 0 else read(asked.query(record_type, ROWS_AT_ONCE, offset))
        for row in page.rows:
            if row.record_id not in written:
                written.add(row.record_id)
                yield row


def _csv(record_type: str, asked: Asked, first: RecordPage) -> Iterator[str]:
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    lines.write("\ufeff")
    writer.writerow([cell_text(heading) for heading in headings(first)])
    # The browser knows at once that something comes.
    yield _taken(lines)
    for cells in _cells(record_type, asked, first):
        writer.writerow([_csv_text(cell) for cell in cells])
        if lines.tell() > CHUNK_BYTES:
            yield _taken(lines)
    yield _taken(lines)


def _taken(lines: io.StringIO) -> str:
    text = lines.getvalue()
    lines.seek(0)
    lines.truncate()
    return text


def _csv_text(cell: Any) -> str:
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, datetime):
        return stamp(cell)
    return cell.isoformat() if isinstance(cell, date) else cell_text(str(cell))


def _cells(record_type: str, asked: Asked, first: RecordPage) -> Iterator[list[Any]]:
    """Numbers, dates and moments as what they are, everything else as words."""
    english = language() == "en"
    for row in rows_of(record_type, asked, first):
        words = row.cells_en if english else row.cells
        yield [*(_typed(value, text) for value, text in zip(row.values, words, strict=True)), row.changed_at]


def _typed(value: Any, words: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, (Decimal, date)):
        return words
    return words if isinstance(value, Decimal) and not value.is_finite() else value


def write_sheet(file: IO[bytes], name: str, titles: list[str], rows: Iterator[list[Any]]) -> None:
    """A workbook of one sheet, row by row; texts are written as texts, whatever they begin with."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("".join(sign for sign in name if sign not in "[]:*?/\\'")[:31] or "1")
    formats = {"title": book.add_format({"bold": True}), "date": book.add_format({"num_format": "yyyy-mm-dd"})}
    formats["moment"] = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(0, len(titles) - 1), 18)
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, formats["title"])
    zone, last = ZoneInfo(current_app.config["TIME_ZONE"]), 0
    for last, cells in enumerate(rows, 1):
        for column, cell in enumerate(cells):
            _write(sheet, last, column, cell, formats, zone)
    sheet.autofilter(0, 0, last, max(0, len(titles) - 1))
    book.close()
    file.seek(0)


def _write(sheet: Any, row: int, column: int, cell: Any, formats: dict[str, Any], zone: ZoneInfo) -> None:
    if isinstance(cell, Decimal) and len(cell.normalize().as_tuple().digits) <= MOST_DIGITS and abs(cell.adjusted()) < MOST_DIGITS:
        sheet.write_number(row, column, float(cell))
    elif isinstance(cell, datetime) and cell.year >= 1900:
        local = cell.astimezone(zone).replace(tzinfo=None) if cell.tzinfo else cell
        sheet.write_datetime(row, column, local, formats["moment"])
    elif isinstance(cell, date) and cell.year >= 1900:
        sheet.write_datetime(row, column, datetime.combine(cell, time()), formats["date"])
    else:
        words = cell.isoformat() if isinstance(cell, date) else format(cell, "f") if isinstance(cell, Decimal) else str(cell)
        sheet.write_string(row, column, words if len(words) <= LONGEST_CELL else words[: LONGEST_CELL - 1] + "…")


def _sent(file: Any) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
