"""The registers: what the processes have written down, to find, to read, to correct by hand and to take along as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _

from engine import (
    ConflictError,
    FieldProblem,
    FormRejected,
    NotAllowedError,
    NotFoundError,
    RecordDetail,
    RecordKind,
    RecordList,
    RecordPage,
    RecordTypes,
    RecordView,
    SaveRecord,
    form_view,
    operation_of,
)
from webui import files, forms
from webui.language import language, pick
from webui.link import engine, read, run
from webui.messages import Problem, is_fragment_request
from webui.paging import PAGE_ROWS, asked_page, asked_search
from webui.problems import answer
from webui.security import Access, allow, status_of
from webui.spreadsheet import cell
from webui.words import stamp

REASON, LONGEST_REASON = "_reason", 2000
MOST_EXPORTED = 10_000

blueprint = Blueprint("records", __name__)


@blueprint.get("/records")
@allow(Access.SIGNED_IN)
def choose() -> ResponseReturnValue:
    kinds = read(RecordTypes())
    if not kinds:
        return answer(Problem(403, _("你的岗位没有台账可看"), _("谁可以看哪本台账由流程规定。需要时请联系管理员。")))
    return redirect(url_for("records.show", record_type=kinds[0].key))


@blueprint.get("/records/<record_type>")
@allow(Access.SIGNED_IN)
def show(record_type: str) -> ResponseReturnValue:
    kinds = read(RecordTypes())
    page, search = asked_page(), asked_search()
    found = read(RecordList(record_type, search, PAGE_ROWS, page.offset))
    return render_template("records.html", kinds=kinds, kind=_kind(kinds, record_type), found=found, search=search, pager=page.pager(found.total))


@blueprint.get("/records/<record_type>/export.csv")
@allow(Access.SIGNED_IN)
def export(record_type: str) -> ResponseReturnValue:
    """Every record that the search finds, in the columns of the list."""
    search = asked_search()
    found = read(RecordList(record_type, search, PAGE_ROWS, 0))
    if found.total > MOST_EXPORTED:
        return answer(Problem(422, _("一次最多导出 %(most)s 条", most=MOST_EXPORTED), _("请先搜索，缩小范围后再导出。")))
    table = _table(record_type, search, found)
    name = quote(f"{pick(found.kind.name, found.kind.name_en)}.csv")
    headers = {"Content-Disposition": f"attachment; filename=\"records.csv\"; filename*=UTF-8''{name}"}
    return Response("\ufeff" + table, headers=headers, content_type="text/csv; charset=utf-8")


@blueprint.get("/records/<record_type>/<record_id>")
@allow(Access.SIGNED_IN)
def open(record_type: str, record_id: str) -> ResponseReturnValue:
    view = read(RecordView(record_type, record_id))
    content = forms.for_reading(view.form, view.values, view.values)
    return render_template("record.html", kind=view.kind, view=view, content=content)


@blueprint.get("/records/<record_type>/<record_id>/edit")
@allow(Access.SIGNED_IN)
def edit(record_type: str, record_id: str) -> ResponseReturnValue:
    view = _editable(record_type, record_id)
    return _form(view, _screen(view))


@blueprint.post("/records/<record_type>/<record_id>/edit")
@allow(Access.SIGNED_IN)
def save(record_type: str, record_id: str) -> ResponseReturnValue:
    """Keeps the revision that the page was opened with, so that nobody's change in between is overwritten."""
    view = _editable(record_type, record_id)
    seen = request.form.get("_seen", "")
    if not seen.isdecimal() or len(seen) > 9:
        abort(400)
    typed = forms.posted(view.form)
    operation = operation_of(request.form)
    try:
        if operation == "submit":
            return _save(view, typed, int(seen))
        typed = forms.after_operation(view.form, typed, operation, view.values)
    except FormRejected as error:
        return _form(view, _screen(view, typed, error.problems, seen), status_of(error))
    return _form(view, _screen(view, typed, seen=seen))


def _save(view: RecordDetail, typed: Mapping[str, Any], seen: int) -> ResponseReturnValue:
    reason = request.form.get(REASON, "").strip()
    if not reason:
        return _without_reason(view, typed, seen)
    files.refuse()
    try:
        saved = run(SaveRecord(view.kind.key, view.record_id, typed, reason, seen))
    except ConflictError as error:
        if error.code != "record_exists":
            raise
        return _form(view, _screen(view, typed, _taken(error), str(seen)), 409)
    flash(_("已保存。") if saved.revision != seen else _("内容没有变化，没有留下改动。"))
    address = url_for("records.open", record_type=view.kind.key, record_id=view.record_id)
    return Response(headers={"HX-Redirect": address}) if is_fragment_request() else redirect(address, 303)


def _without_reason(view: RecordDetail, typed: Mapping[str, Any], seen: int) -> Response:
    problem = Problem(422, _("请填写修改原因"), _("原因会和改动一起留在记录里，填写的内容都还在。"))
    if is_fragment_request():
        return answer(problem)
    return _form(view, _screen(view, typed, seen=str(seen)), 422, problem)


def _taken(error: ConflictError) -> dict[str, FieldProblem]:
    """Said beside the field whose value another record has."""
    text = _("台账里另一条记录已经用了这个值")
    return {str(error.details["field"]): FieldProblem("pattern", message=text, message_en=text)}


def _editable(record_type: str, record_id: str) -> RecordDetail:
    view = read(RecordView(record_type, record_id))
    if not view.kind.may_edit:
        raise NotAllowedError("may_not_edit", record_type=record_type)
    return view


def _screen(
    view: RecordDetail, typed: Mapping[str, Any] | None = None, problems: Mapping[str, FieldProblem] = forms.NO_PROBLEMS, seen: str | None = None
) -> forms.ScreenForm:
    data = view.values if typed is None else typed
    zone, known = ZoneInfo(current_app.config["TIME_ZONE"]), files.lookups(view.form, data)
    content = form_view(view.form, data, view.values, {}, problems, engine().now(), language=language(), zone=zone, lookups=known)
    return forms.ScreenForm(content, True, seen or str(view.revision))


def _form(view: RecordDetail, form: forms.ScreenForm, status: int = 200, problem: Problem | None = None) -> Response:
    template = "parts/record_form.html" if is_fragment_request() else "record_edit.html"
    reason = request.form.get(REASON, "")[:LONGEST_REASON]
    return make_response(render_template(template, view=view, kind=view.kind, form=form, reason=reason, problem=problem), status)


def _table(record_type: str, search: str, found: RecordPage) -> str:
    english = language() == "en"
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow([*(cell(pick(column.label, column.label_en)) for column in found.columns), _("更新")])
    written: set[str] = set()
    for offset in range(0, found.total, PAGE_ROWS):
        part = found if offset == 0 else read(RecordList(record_type, search, PAGE_ROWS, offset))
        for row in part.rows:
            # A record that changed meanwhile moves to the front and pushes others to the next page a second time.
            if row.record_id not in written:
                written.add(row.record_id)
                writer.writerow([*map(cell, row.cells_en if english else row.cells), stamp(row.changed_at)])
    return lines.getvalue()


def _kind(kinds: Iterable[RecordKind], key: str) -> RecordKind:
    found = next((kind for kind in kinds if kind.key == key), None)
    if found is None:
        raise NotFoundError("not_found", record_type=key)
    return found
