"""A table into a register: upload, say which column is which field, look at what would happen, import, take the result along."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any, cast

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _

from engine import (
    FileDetail,
    FilePart,
    FormRejected,
    ImportDetail,
    Imported,
    ImportRecords,
    ImportRow,
    ImportView,
    KeepFile,
    NewRecord,
    RecordSheet,
)
from webui.files import disposition
from webui.language import language, pick
from webui.link import read, run
from webui.register.exports import EXCEL_TYPE, write_sheet
from webui.register.tables import MOST_BYTES, MOST_ROWS, Table, TableRefused, read_table
from webui.security import Access, allow, receives

ACCEPTED = (".xlsx", ".csv", ".txt")
SAMPLES = 3
MOST_SHOWN = 300
FIELD = "column."

blueprint = Blueprint("imports", __name__)


@blueprint.get("/records/<record_type>/import")
@allow(Access.SIGNED_IN)
def begin(record_type: str) -> ResponseReturnValue:
    return _page(read(NewRecord(record_type)), "upload")


@blueprint.post("/records/<record_type>/import")
@allow(Access.SIGNED_IN)
@receives(MOST_BYTES + 1_000_000)
def go_on(record_type: str) -> ResponseReturnValue:
    """`step` says what was sent: a file, which column is which field, or the word to import."""
    sheet = read(NewRecord(record_type))
    step = request.form.get("step", "")
    try:
        file_id, name, table = _uploaded() if step == "upload" else _kept(request.form.get("file", ""))
    except TableRefused as refused:
        return _page(sheet, "upload", problem=refused), 422
    context: dict[str, Any] = {"file_id": file_id, "file_name": name, "table": table}
    if step not in ("preview", "import"):
        return _page(sheet, "columns", **context, chosen=_guessed(sheet, table), samples=table.rows[:SAMPLES])
    chosen = _chosen(sheet, table)
    if not chosen:
        problem = TableRefused(_("还没有选列"), _("请至少为一列选择对应的字段。"))
        return _page(sheet, "columns", **context, chosen={}, samples=table.rows[:SAMPLES], problem=problem), 422
    update, whole = "update" in request.form, "whole" in request.form
    result = run(ImportRecords(record_type, _rows(table, chosen), name[:190], update, whole, check=step == "preview"))
    if result.import_id is not None:
        return redirect(url_for("imports.show", record_type=record_type, import_id=result.import_id), 303)
    context |= {"chosen": chosen, "result": result, "update": update, "whole": whole, "lines": _told_first(result), "most": MOST_SHOWN}
    return _page(sheet, "preview", **context, refused=step == "import")


@blueprint.get("/records/<record_type>/import/template.xlsx")
@allow(Access.SIGNED_IN)
def template(record_type: str) -> ResponseReturnValue:
    """An empty workbook whose first row names the fields."""
    sheet = read(NewRecord(record_type))
    titles = [pick(column.label, column.label_en) for column in sheet.columns]
    return _workbook(pick(sheet.kind.name, sheet.kind.name_en), titles, iter(()))


@blueprint.get("/records/<record_type>/imports/<import_id>")
@allow(Access.SIGNED_IN)
def show(record_type: str, import_id: str) -> ResponseReturnValue:
    done = read(ImportView(record_type, import_id))
    refused = [line for line in done.lines if line["outcome"] == "refused"]
    return render_template("record_imported.html", kind=done.kind, done=done, refused=refused[:MOST_SHOWN])


@blueprint.get("/records/<record_type>/imports/<import_id>/result.xlsx")
@allow(Access.SIGNED_IN)
def result(record_type: str, import_id: str) -> ResponseReturnValue:
    done = read(ImportView(record_type, import_id))
    titles = [_("行"), _("名称"), _("结果"), _("说明")]
    return _workbook(_("导入结果"), titles, _result_rows(done))


def _result_rows(done: ImportDetail) -> Iterator[list[Any]]:
    for line in done.lines:
        yield [
            str(line["number"]),
            line["title"],
            outcome_words(line["outcome"]),
            " · ".join(finding_words(one, done.labels) for one in line["findings"]),
        ]


def outcome_words(outcome: str) -> str:
    return str({"created": _("新建"), "changed": _("修改"), "same": _("没有变化"), "refused": _("没有导入")}[outcome])


def finding_words(finding: Mapping[str, Any], labels: Mapping[str, tuple[str, str]]) -> str:
    text = finding["text_en"] if language() == "en" else finding["text"]
    field = str(finding["field"])
    return f"{pick(*labels.get(field, (field, '')))}: {text}" if field else str(text)


def _page(sheet: RecordSheet, step: str, problem: TableRefused | None = None, **context: Any) -> str:
    labels = {column.key: (column.label, column.label_en) for column in sheet.columns}

    def words(finding: Any) -> str:
        return finding_words({"field": finding.field, "text": finding.text, "text_en": finding.text_en}, labels)

    shared = {"kind": sheet.kind, "sheet": sheet, "step": step, "problem": problem, "most_rows": MOST_ROWS}
    return render_template("record_import.html", **shared, words=words, outcome_words=outcome_words, **context)


def _uploaded() -> tuple[str, str, Table]:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise TableRefused(_("没有收到文件"), _("请先选择文件。"))
    content = upload.stream.read(MOST_BYTES + 1)
    table = read_table(upload.filename, content)
    try:
        kept = run(KeepFile(upload.filename, content, ACCEPTED))
    except FormRejected as error:
        raise TableRefused(_("不能上传这个文件"), _("请上传 .xlsx 或 .csv 文件。")) from error
    return kept.id, kept.name, table


def _kept(file_id: str) -> tuple[str, str, Table]:
    file = read(FileDetail(file_id))
    if file.size > MOST_BYTES:
        raise TableRefused(_("文件太大"), _("一次最多 %(most)s MB。请分成几个文件。", most=MOST_BYTES // 1_000_000))
    return file.file_id, file.name, read_table(file.name, b"".join(read(FilePart(file_id, number)) for number in range(file.parts)))


def _guessed(sheet: RecordSheet, table: Table) -> dict[int, str]:
    """Column -> field whose label or key is the heading."""
    names = {name.strip().casefold(): column.key for column in sheet.columns for name in (column.label, column.label_en, column.key) if name}
    guessed: dict[int, str] = {}
    for number, heading in enumerate(table.headings):
        key = names.get(heading.strip().rstrip("*").casefold())
        if key and key not in guessed.values():
            guessed[number] = key
    return guessed


def _chosen(sheet: RecordSheet, table: Table) -> dict[int, str]:
    known = {column.key for column in sheet.columns}
    chosen: dict[int, str] = {}
    for number in range(len(table.headings)):
        key = request.form.get(f"{FIELD}{number}", "")
        if key in known and key not in chosen.values():
            chosen[number] = key
    return chosen


def _rows(table: Table, chosen: Mapping[int, str]) -> list[ImportRow]:
    return [ImportRow(number, {key: cells[at] for at, key in chosen.items() if at < len(cells)}) for number, cells in table.rows]


def _told_first(result: Imported) -> list[Any]:
    """Rows with findings, refused ones first."""
    return sorted((line for line in result.lines if line.findings), key=lambda line: line.outcome != "refused")[:MOST_SHOWN]


def _workbook(name: str, titles: list[str], rows: Iterator[list[Any]]) -> Response:
    file = io.BytesIO()
    write_sheet(cast(Any, file), name, titles, rows)
    return Response(file.getvalue(), headers={"Content-Disposition": disposition(f"{name}.xlsx")}, content_type=EXCEL_TYPE)
