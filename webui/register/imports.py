"""A table into a register: upload, say which column is which field, look at what would happen, import, take the result along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import ImportDetail, Imported, ImportLine, ImportRecords, ImportView, NewRecord, RecordSheet
from webui.language import language, pick
from webui.link import read, run
from webui.register.tables import MOST_BYTES, MOST_ROWS, TableRefused
from webui.register.uploads import chosen_columns, guessed, import_rows, kept, left_out, uploaded, workbook
from webui.security import Access, allow, receives

SAMPLES = 3
MOST_SHOWN = 300
# Steps that only look: whether empty cells take away what a record holds.
CHECKS = {"preview": False, "preview_clear": True}

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
        file_id, name, table = uploaded() if step == "upload" else kept(request.form.get("file", ""))
    except TableRefused as refused:
        return _page(sheet, "upload", problem=refused), 422
    context: dict[str, Any] = {"file_id": file_id, "file_name": name, "table": table}
    if step not in (*CHECKS, "import"):
        return _page(sheet, "columns", **context, chosen=guessed(sheet.columns, table), samples=table.rows[:SAMPLES])
    chosen = chosen_columns(sheet.columns, table)
    if not chosen:
        problem = TableRefused(_("还没有选列"), _("请至少为一列选择对应的字段。"))
        return _page(sheet, "columns", **context, chosen={}, samples=table.rows[:SAMPLES], problem=problem), 422
    update, whole = "update" in request.form, "whole" in request.form
    clear = update and CHECKS.get(step, "clear" in request.form)
    result = run(ImportRecords(record_type, import_rows(table, chosen), name[:190], update, clear, whole, check=step in CHECKS))
    if result.import_id is not None:
        return redirect(url_for("imports.show", record_type=record_type, import_id=result.import_id), 303)
    context |= {"chosen": chosen, "result": result, "update": update, "clear": clear, "whole": whole, "lines": _told_first(result)}
    context |= {"most": MOST_SHOWN, "left_out": _("、").join(left_out(table, chosen))}
    return _page(sheet, "preview", **context, refused=step == "import")


@blueprint.get("/records/<record_type>/import/template.xlsx")
@allow(Access.SIGNED_IN)
def template(record_type: str) -> ResponseReturnValue:
    """An empty workbook whose first row names the fields."""
    sheet = read(NewRecord(record_type))
    titles = [pick(column.label, column.label_en) for column in sheet.columns]
    return workbook(pick(sheet.kind.name, sheet.kind.name_en), titles, iter(()))


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
    return workbook(_("导入结果"), titles, _result_rows(done))


def _result_rows(done: ImportDetail) -> Iterator[list[Any]]:
    for line in done.lines:
        yield [
            str(line["number"]),
            line["title"],
            outcome_words(line["outcome"]),
            " · ".join(finding_words(one, done.labels) for one in line["findings"]),
        ]


def outcome_words(outcome: str) -> str:
    return str({"created": _("新建"), "changed": _("有修改"), "same": _("没有变化"), "refused": _("没有导入")}[outcome])


def finding_words(finding: Mapping[str, Any], labels: Mapping[str, tuple[str, str]]) -> str:
    text = finding["text_en"] if language() == "en" else finding["text"]
    field = str(finding["field"])
    return f"{pick(*labels.get(field, (field, '')))}: {text}" if field else str(text)


def _page(sheet: RecordSheet, step: str, problem: TableRefused | None = None, **context: Any) -> str:
    labels = {column.key: (column.label, column.label_en) for column in sheet.columns}

    def words(finding: Any) -> str:
        return finding_words({"field": finding.field, "text": finding.text, "text_en": finding.text_en}, labels)

    def changes(line: ImportLine) -> list[tuple[str, str, str]]:
        said = ((name, *(sheet.words(name, value, language()) for value in pair)) for name, pair in line.changes.items())
        return [(pick(*labels.get(name, (name, ""))), old, new) for name, old, new in said]

    locked = {name.casefold() for column in sheet.locked for name in (column.label, column.label_en, column.key) if name}
    shared = {"kind": sheet.kind, "sheet": sheet, "step": step, "problem": problem, "most_rows": MOST_ROWS, "locked": locked}
    return render_template("record_import.html", **shared, words=words, changes=changes, outcome_words=outcome_words, **context)


def _told_first(result: Imported) -> list[Any]:
    """Rows that there is something to say of, refused ones first."""
    said = (line for line in result.lines if line.findings or line.changes)
    return sorted(said, key=lambda line: line.outcome != "refused")[:MOST_SHOWN]
