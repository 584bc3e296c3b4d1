"""The lists of the registers: what the processes have written down, to find, to narrow down and to look through for what is there twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import (
    Arrangement,
    DistinguishRecords,
    DuplicatePairs,
    InputRejected,
    NotFoundError,
    RecordFilters,
    RecordKind,
    RecordTypes,
    RememberedRecordList,
    RememberRecordList,
)
from webui.link import read, run
from webui.messages import Problem
from webui.paging import PAGE_ROWS, asked_page
from webui.problems import answer
from webui.register.asking import Asked, asked_list
from webui.security import Access, allow

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
    """Asked for nothing, the list looks as the person has had it remembered; `all` asks for it as the pack says."""
    kinds = read(RecordTypes())
    kind, page, asked = find_kind(kinds, record_type), asked_page(), asked_list()
    remembered = read(RememberedRecordList(record_type))
    if remembered not in (None, Arrangement()) and not request.args:
        return redirect(_address(record_type, remembered))
    filters = read(RecordFilters(record_type))
    problem = None
    try:
        found = read(asked.query(record_type, PAGE_ROWS, page.offset))
    except InputRejected as error:
        problem = _wrong_range(error)
        found = read(asked_list().query(record_type, PAGE_ROWS, 0).without_filters())
    applied: dict[str, Any] = {one.field: one for one in asked.filters}
    context = {
        "kinds": kinds,
        "kind": kind,
        "found": found,
        "asked": asked,
        "filters": filters,
        "applied": applied,
        "problem": problem,
        "remembered": remembered,
        "remembered_address": _address(record_type, remembered) if remembered else "",
    }
    return render_template("records.html", **context, pager=page.pager(found.total)), 422 if problem else 200


def _address(record_type: str, kept: Arrangement) -> str:
    return url_for("records.show", **Asked.arranged(kept).arguments(record_type))


@blueprint.post("/records/<record_type>/remember")
@allow(Access.SIGNED_IN)
def remember(record_type: str) -> ResponseReturnValue:
    """Of the list that the address asks for: columns, order and filters; with `forget` nothing any more."""
    asked, forget = asked_list(), "forget" in request.form
    run(RememberRecordList(record_type, None if forget else asked.arrangement))
    flash(_("不再记住：打开台账时按流程规定的样子显示。") if forget else _("已记住：以后打开这本台账就是这些列、次序和筛选。"))
    arguments = asked.arguments(record_type)
    return redirect(url_for("records.show", **(arguments if len(arguments) > 1 else {**arguments, "all": "1"})), 303)


def _wrong_range(error: InputRejected) -> str:
    given = error.details.get("given", "")
    if error.code == "wrong_date":
        return str(_("“%(given)s”不是日期，请写成 2026-01-31 的样子。", given=given))
    return str(_("“%(given)s”不是数字。", given=given))


@blueprint.get("/records/<record_type>/duplicates")
@allow(Access.SIGNED_IN)
def duplicates(record_type: str) -> ResponseReturnValue:
    page = asked_page()
    found = read(DuplicatePairs(record_type, PAGE_ROWS, page.offset))
    before = url_for("records.duplicates", record_type=record_type, page=page.number - 1) if page.number > 1 else None
    after = url_for("records.duplicates", record_type=record_type, page=page.number + 1) if found.more else None
    return render_template("record_duplicates.html", kind=found.kind, found=found, before=before, after=after, first=page.offset + 1)


@blueprint.post("/records/<record_type>/duplicates")
@allow(Access.SIGNED_IN)
def distinguish(record_type: str) -> ResponseReturnValue:
    first, second = request.form.get("first", ""), request.form.get("second", "")
    run(DistinguishRecords(record_type, first, second, request.form.get("reason", "").strip()[:500]))
    flash(_("已记住：这两条不是同一个。"))
    if request.form.get("back") == "record":
        return redirect(url_for("record.open", record_type=record_type, record_id=first), 303)
    return redirect(url_for("records.duplicates", record_type=record_type), 303)


def find_kind(kinds: Iterable[RecordKind], key: str) -> RecordKind:
    """Raises NotFoundError."""
    found = next((kind for kind in kinds if kind.key == key), None)
    if found is None:
        raise NotFoundError("not_found", record_type=key)
    return found
