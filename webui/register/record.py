"""One record: all that happened to it, correcting it by hand with a reason, adding one, taking one out of use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _

from engine import (
    ArchiveRecord,
    ConflictError,
    FieldProblem,
    Form,
    FormRejected,
    FormRights,
    NewRecord,
    NotAllowedError,
    RecordColumn,
    RecordDetail,
    RecordKind,
    RecordView,
    SaveRecord,
    SimilarRecord,
    SimilarRecords,
    StaleRevision,
    WrongCreditCodes,
    form_view,
    operation_of,
)
from webui import files, forms, kept_forms
from webui.language import language, pick
from webui.link import engine, read, run
from webui.messages import Problem, describe, is_fragment_request
from webui.problems import answer
from webui.register.asking import seen_revision
from webui.register.happenings import happenings
from webui.security import Access, allow, status_of

REASON, LONGEST_REASON = "_reason", 2000
KNOWN, CODE_MEANT = "_known", "_code_meant"
AS_WAS = "as_was"
PARTS = ("content", "history", "files")

blueprint = Blueprint("record", __name__)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A record that is edited, or (`view` None) a new one."""

    kind: RecordKind
    form: Form
    rights: FormRights
    view: RecordDetail | None = None

    @property
    def record_id(self) -> str | None:
        return self.view.record_id if self.view else None

    @property
    def values(self) -> Mapping[str, Any]:
        return self.view.values if self.view else {}

    @property
    def action(self) -> str:
        if self.view is None:
            return url_for("record.create", record_type=self.kind.key)
        return url_for("record.save", record_type=self.kind.key, record_id=self.view.record_id)


@blueprint.get("/records/<record_type>/<record_id>")
@allow(Access.SIGNED_IN)
def open(record_type: str, record_id: str) -> ResponseReturnValue:
    """A record that was merged leads to the one that took its place; `as_was` shows it as it was."""
    view = read(RecordView(record_type, record_id))
    if view.merged_into is not None and AS_WAS not in request.args:
        return redirect(url_for("record.open", record_type=record_type, record_id=view.merged_into, came_from=record_id))
    part = request.args.get("part", "content")
    content = forms.for_reading(view.form, view.values, view.values, view.rights)
    similar = read(SimilarRecords(record_type, view.values, record_id))
    came_from = next((one for one in view.merged if one.record_id == request.args.get("came_from")), None)
    context = {"kind": view.kind, "view": view, "content": content, "similar": similar, "happenings": happenings(view), "came_from": came_from}
    return render_template("record.html", **context, part=part if part in PARTS else "content")


@blueprint.get("/records/<record_type>/new")
@allow(Access.SIGNED_IN)
def add(record_type: str) -> ResponseReturnValue:
    sheet = _new(record_type)
    return _form(sheet, forms.shown_again(sheet.form, lambda typed: _screen(sheet, typed)))


@blueprint.post("/records/<record_type>/new")
@allow(Access.SIGNED_IN)
def create(record_type: str) -> ResponseReturnValue:
    return _posted(_new(record_type))


@blueprint.get("/records/<record_type>/<record_id>/edit")
@allow(Access.SIGNED_IN)
def edit(record_type: str, record_id: str) -> ResponseReturnValue:
    sheet = _editable(record_type, record_id)
    return _form(sheet, forms.shown_again(sheet.form, lambda typed: _screen(sheet, typed)))


@blueprint.post("/records/<record_type>/<record_id>/edit")
@allow(Access.SIGNED_IN)
def save(record_type: str, record_id: str) -> ResponseReturnValue:
    """Keeps the revision that the page was opened with, so that nobody's change in between is overwritten."""
    return _posted(_editable(record_type, record_id))


@blueprint.post("/records/<record_type>/<record_id>/archive")
@allow(Access.SIGNED_IN)
def archive(record_type: str, record_id: str) -> ResponseReturnValue:
    """Out of use, or with `restore` back into it."""
    reason, restore = request.form.get("reason", "").strip()[:LONGEST_REASON], "restore" in request.form
    if not reason:
        return answer(Problem(422, _("请填写原因"), _("原因会留在这条记录的经过里。请返回填写。")))
    run(ArchiveRecord(record_type, record_id, reason, seen_revision(), restore))
    flash(_("已恢复使用。") if restore else _("已停用：列表和表单里不再出现，经过都还在。"))
    return redirect(url_for("record.open", record_type=record_type, record_id=record_id), 303)


def _posted(sheet: Sheet) -> ResponseReturnValue:
    seen = seen_revision() if sheet.view else 0
    typed = forms.posted(sheet.form)
    operation = operation_of(request.form)
    try:
        if operation == "submit":
            return _save(sheet, typed, seen)
        typed = forms.after_operation(sheet.form, typed, operation, sheet.values)
    except FormRejected as error:
        return _form(sheet, _screen(sheet, typed, error.problems, str(seen)), status_of(error), typed=typed)
    return _form(sheet, _screen(sheet, typed, seen=str(seen)), typed=typed)


def _save(sheet: Sheet, typed: Mapping[str, Any], seen: int) -> ResponseReturnValue:
    reason = request.form.get(REASON, "").strip()[:LONGEST_REASON]
    if sheet.view is not None and not reason:
        return _refused(sheet, typed, seen, _("请填写修改原因"), _("原因会和改动一起留在记录里，填写的内容都还在。"))
    files.refuse()
    similar = _similar(sheet, typed)
    if sheet.view is None and {one.record_id for one in similar} - set(request.form.getlist(KNOWN)):
        return _refused(sheet, typed, seen, _("可能已经登记过"), _("请先看看下面相似的记录。确实不是同一个时，勾选后再保存。"))
    asked = {column.key for column in _wrong_codes(sheet, typed)}
    if asked - set(request.form.getlist(CODE_MEANT)):
        return _refused(sheet, typed, seen, _("信用代码可能写错了"), _("它的校验位不对。请对照营业执照核对；确实这样写时，勾选后再保存。"))
    try:
        saved = run(SaveRecord(sheet.kind.key, sheet.record_id, typed, reason, seen if sheet.view else None))
    except StaleRevision as error:
        return _overtaken(_editable(sheet.kind.key, str(sheet.record_id)), typed, seen, describe(error, 409))
    except ConflictError as error:
        if error.code != "record_exists":
            raise
        return _form(sheet, _screen(sheet, typed, _taken(error), str(seen)), 409, typed=typed)
    flash(_("已登记。") if saved.created else _("已保存。") if saved.revision != seen else _("内容没有变化，没有留下改动。"))
    address = url_for("record.open", record_type=sheet.kind.key, record_id=saved.record_id)
    return Response(headers={"HX-Redirect": address}) if is_fragment_request() else redirect(address, 303)


def _refused(sheet: Sheet, typed: Mapping[str, Any], seen: int, title: str, text: str) -> Response:
    """Nothing was saved, and what was typed is still there."""
    return _form(sheet, _screen(sheet, typed, seen=str(seen)), 422, Problem(422, title, text), typed)


def _overtaken(sheet: Sheet, typed: Mapping[str, Any], seen: int, told: Problem) -> Response:
    """Somebody was faster: what was typed is still there, what the others changed is said, and saving again means it."""
    changes = [change for change in sheet.view.changes if change.revision > seen and not change.of_title] if sheet.view else []
    fields = {field.key: f"{pick(field.label, field.label_en)}: {field.new or '—'}" for change in reversed(changes) for field in change.fields}
    theirs = _("对方改成：%(fields)s。", fields="; ".join(fields.values())) if fields else ""
    return _form(sheet, _screen(sheet, typed), 409, Problem(409, told.title, f"{told.text} {theirs}"), typed)


def _taken(error: ConflictError) -> dict[str, FieldProblem]:
    """Said beside the field whose value another record has."""
    text = _("台账里另一条记录已经用了这个值")
    return {str(error.details["field"]): FieldProblem("pattern", message=text, message_en=text)}


def _new(record_type: str) -> Sheet:
    new = read(NewRecord(record_type))
    return Sheet(new.kind, new.form, new.rights)


def _editable(record_type: str, record_id: str) -> Sheet:
    view = read(RecordView(record_type, record_id))
    if not view.kind.may_edit:
        raise NotAllowedError("may_not_edit", record_type=record_type)
    if view.archived_at is not None:
        code = "record_merged" if view.merged_into else "record_archived"
        raise ConflictError(code, record_type=record_type, record_id=record_id)
    return Sheet(view.kind, view.form, view.rights, view)


def _screen(
    sheet: Sheet, typed: Mapping[str, Any] | None = None, problems: Mapping[str, FieldProblem] = forms.NO_PROBLEMS, seen: str | None = None
) -> forms.ScreenForm:
    data = sheet.values if typed is None and sheet.view else typed
    zone, known = ZoneInfo(current_app.config["TIME_ZONE"]), files.lookups(sheet.form, data)
    shown = form_view(sheet.form, data, sheet.values, sheet.rights, problems, engine().now(), language=language(), zone=zone, lookups=known)
    return forms.ScreenForm(shown, True, seen or (str(sheet.view.revision) if sheet.view else "0"))


def _similar(sheet: Sheet, typed: Mapping[str, Any] | None) -> tuple[SimilarRecord, ...]:
    return read(SimilarRecords(sheet.kind.key, {**sheet.values, **(typed or {})}, sheet.record_id))


def _wrong_codes(sheet: Sheet, typed: Mapping[str, Any] | None) -> tuple[RecordColumn, ...]:
    """Of what was typed now: a code that stands there already is nobody's slip today."""
    changed = {name: value for name, value in (typed or {}).items() if value != sheet.values.get(name)}
    return read(WrongCreditCodes(sheet.kind.key, changed))


def _form(
    sheet: Sheet, form: forms.ScreenForm, status: int = 200, problem: Problem | None = None, typed: Mapping[str, Any] | None = None
) -> Response:
    fragment = is_fragment_request()
    reason = (kept_forms.sent() or request.form).get(REASON, "")[:LONGEST_REASON]
    context = {"sheet": sheet, "kind": sheet.kind, "view": sheet.view, "form": form, "reason": reason, "problem": problem}
    template = "parts/record_form.html" if fragment else "record_edit.html"
    context |= {"similar": _similar(sheet, typed), "known": request.form.getlist(KNOWN)}
    context |= {"wrong_codes": _wrong_codes(sheet, typed), "codes_meant": request.form.getlist(CODE_MEANT)}
    return make_response(render_template(template, **context, fragment=fragment), status)
