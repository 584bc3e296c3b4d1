"""A table that somebody sends to be taken in: kept between the steps, its columns matched with what is known, its rows; and workbooks back."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, cast

from flask import request
from flask.wrappers import Response
from flask_babel import gettext as _

from engine import FileDetail, FilePart, FormRejected, ImportRow, KeepFile
from webui.files import disposition
from webui.link import read, run
from webui.register.exports import EXCEL_TYPE, write_sheet
from webui.register.tables import MOST_BYTES, Table, TableRefused, read_table

ACCEPTED = (".xlsx", ".csv", ".txt")
FIELD = "column."


class Column(Protocol):
    """What a column of a table may be."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def label_en(self) -> str: ...


def uploaded() -> tuple[str, str, Table]:
    """(id of the kept file, its name, what it holds). Raises TableRefused."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise TableRefused(_("没有收到文件"), _("请先选择文件。"))
    content = upload.stream.read(MOST_BYTES + 1)
    table = read_table(upload.filename, content)
    try:
        file = run(KeepFile(upload.filename, content, ACCEPTED))
    except FormRejected as error:
        raise TableRefused(_("不能上传这个文件"), _("请上传 .xlsx 或 .csv 文件。")) from error
    return file.id, file.name, table


def kept(file_id: str) -> tuple[str, str, Table]:
    """The same of a file that was sent before. Raises TableRefused, NotFoundError."""
    file = read(FileDetail(file_id))
    if file.size > MOST_BYTES:
        raise TableRefused(_("文件太大"), _("一次最多 %(most)s MB。请分成几个文件。", most=MOST_BYTES // 1_000_000))
    return file.file_id, file.name, read_table(file.name, b"".join(read(FilePart(file_id, number)) for number in range(file.parts)))


def guessed(columns: Iterable[Column], table: Table) -> dict[int, str]:
    """Column of the table -> key of what is called as its heading says."""
    names = {name.strip().casefold(): column.key for column in columns for name in (column.label, column.label_en, column.key) if name}
    found: dict[int, str] = {}
    for number, heading in enumerate(table.headings):
        key = names.get(heading.strip().rstrip("*").casefold())
        if key and key not in found.values():
            found[number] = key
    return found


def chosen_columns(columns: Iterable[Column], table: Table) -> dict[int, str]:
    """The same as the page that is posted says."""
    known = {column.key for column in columns}
    chosen: dict[int, str] = {}
    for number in range(len(table.headings)):
        key = request.form.get(f"{FIELD}{number}", "")
        if key in known and key not in chosen.values():
            chosen[number] = key
    return chosen


def import_rows(table: Table, chosen: Mapping[int, str]) -> list[ImportRow]:
    return [
        ImportRow(
            number,
            {key: cells[at] if at < len(cells) else "" for at, key in chosen.items()},
            {key: table.unread[number, at] for at, key in chosen.items() if (number, at) in table.unread},
        )
        for number, cells in table.rows
    ]


def left_out(table: Table, chosen: Mapping[int, str]) -> list[str]:
    """Headings of columns that hold something and are not taken."""
    filled = {at for _number, cells in table.rows for at, cell in enumerate(cells) if cell}
    return [table.headings[at] if at < len(table.headings) else str(at + 1) for at in sorted(filled - chosen.keys())]


def workbook(name: str, titles: list[str], rows: Iterator[list[Any]]) -> Response:
    """A download `name`.xlsx."""
    file = io.BytesIO()
    write_sheet(cast(Any, file), name, titles, rows)
    return Response(file.getvalue(), headers={"Content-Disposition": disposition(f"{name}.xlsx")}, content_type=EXCEL_TYPE)
