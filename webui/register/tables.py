"""Tables that people upload, Excel or CSV, as rows of text: bounded, in the encoding that was found, telling cells not to be taken at their word."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from flask_babel import gettext as _

from webui.register.cells import DIGITS_LOST, SCIENTIFIC, Place, cell_text, covered, merged_ranges

MOST_ROWS, MOST_COLUMNS, MOST_LINES = 2000, 100, 5000
MOST_BYTES = 10_000_000
# Of a workbook when it is unpacked.
MOST_UNPACKED_BYTES, MOST_PARTS = 100_000_000, 1000
LONGEST_CELL = 20_000
_HEAD = 2000


class TableRefused(Exception):
    """Why a file cannot be taken, and what to do."""

    def __init__(self, title: str, text: str) -> None:
        super().__init__(title)
        self.title, self.text = title, text


@dataclass(frozen=True, slots=True)
class Table:
    """`rows`: (number as the file counts it, cells), blank ones left out. `encoding` of a text file, empty for a workbook.

    `unread`: cells that do not hold what their author sees, formulas for example: (number of the row, column from 0) -> code of the finding.
    """

    headings: list[str]
    rows: list[tuple[int, list[str]]]
    encoding: str = ""
    sheet: str = ""
    unread: Mapping[Place, str] = field(default_factory=dict)


def read_table(name: str, content: bytes) -> Table:
    """Raises TableRefused."""
    if len(content) > MOST_BYTES:
        raise TableRefused(_("文件太大"), _("一次最多 %(most)s MB。请分成几个文件。", most=MOST_BYTES // 1_000_000))
    if content.startswith(b"PK"):
        return _workbook(content)
    if name.lower().endswith((".xls", ".xlsx")):
        raise TableRefused(_("打不开这个 Excel 文件"), _("请在 Excel 里另存为 .xlsx（没有密码）后再上传。"))
    return _text(content)


def _text(content: bytes) -> Table:
    encoding, text = _decoded(content)
    if "\0" in text:
        raise TableRefused(_("这不是表格文件"), _("请上传 .xlsx 或 .csv 文件。"))
    first = text.partition("\n")[0]
    separator = max(",\t;", key=first.count)
    try:
        headings, rows, _first = _table(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 1))
    except csv.Error as error:
        raise TableRefused(_("CSV 文件读不通"), _("有一格太长或引号没有配对。请在 Excel 里另存为 .xlsx 后再上传。")) from error
    lost = {(number, at): DIGITS_LOST for number, cells in rows for at, cell in enumerate(cells) if SCIENTIFIC.match(cell)}
    return Table(headings, rows, encoding, unread=lost)


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        tried = [("UTF-16", "utf-16")]
    else:
        tried = [("UTF-8", "utf-8-sig"), ("GB18030", "gb18030")]
    for name, codec in tried:
        try:
            return name, content.decode(codec)
        except UnicodeDecodeError:
            continue
    raise TableRefused(_("认不出文件的编码"), _("请另存为 UTF-8 编码的 CSV，或 .xlsx 文件。"))


def _workbook(content: bytes) -> Table:
    _check_package(content)
    unread: dict[Place, str] = {}
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheet: Any = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
        if sheet is None:
            raise TableRefused(_("文件里没有工作表"), _("请检查文件后再上传。"))
        sheet.reset_dimensions()
        lines = sheet.iter_rows(max_row=MOST_LINES + 1, max_col=MOST_COLUMNS + 1)
        headings, rows, first = _table((number, [cell_text(cell, unread) for cell in line]) for number, line in enumerate(lines, 1))
        merged = merged_ranges(content, sheet)
        hidden = covered(merged, {number for number, _cells in rows}) if merged is not None else None
        title = str(sheet.title)
        book.close()
    except TableRefused:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a broken workbook makes the library raise
        raise TableRefused(_("打不开这个 Excel 文件"), _("文件可能损坏或有密码。请另存为 .xlsx 后再上传。")) from error
    if merged is None or hidden is None:
        raise TableRefused(_("合并的格子太多"), _("请取消合并，让每一行每一列都有自己的格子，再上传。"))
    if any(one.top <= first <= one.bottom for one in merged):
        raise TableRefused(_("列名一行有合并的格子"), _("请删去表格上方的标题，取消合并，让第一行就是每一列的列名，再上传。"))
    return Table(headings, rows, "", title, unread | hidden)


def _check_package(content: bytes) -> None:
    """What it holds is looked at before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
                raise TableRefused(_("表格太大"), _("它解开后太大，没有打开。请只留要导入的工作表，另存后再上传。"))
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with package.open(part) as file:
                        if b"<!DOCTYPE" in file.read(_HEAD).replace(b"\0", b""):
                            raise TableRefused(_("打不开这个 Excel 文件"), _("请在 Excel 里另存为 .xlsx（没有密码）后再上传。"))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise TableRefused(_("打不开这个 Excel 文件"), _("文件可能损坏或有密码。请另存为 .xlsx 后再上传。")) from error


def _table(lines: Iterable[tuple[int, list[str]]]) -> tuple[list[str], list[tuple[int, list[str]]], int]:
    """Headings, rows, and the number of the line with the headings."""
    filled: Iterator[tuple[int, list[str]]] = ((number, [cell.strip() for cell in cells]) for number, cells in lines)
    rows: list[tuple[int, list[str]]] = []
    for number, cells in filled:
        if number > MOST_LINES or len(rows) > MOST_ROWS:
            raise TableRefused(_("行数太多"), _("一次最多导入 %(most)s 行。请分成几个文件。", most=MOST_ROWS))
        if not any(cells):
            continue
        if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
            raise TableRefused(_("列数太多"), _("一次最多 %(most)s 列。请删去不用的列。", most=MOST_COLUMNS))
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise TableRefused(_("有一格内容太长"), _("第 %(number)s 行有一格超过 %(most)s 字。", number=number, most=LONGEST_CELL))
        last = max(at for at, cell in enumerate(cells, 1) if cell)
        rows.append((number, cells[:last]))
    if len(rows) < 2:
        raise TableRefused(_("表格是空的"), _("第一行写列名，下面每行一条记录。"))
    return rows[0][1], rows[1:], rows[0][0]
