"""The registers: what the processes have written down, to find and to read."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import NotFoundError, RecordKind, RecordList, RecordTypes, RecordView
from webui import forms
from webui.link import read
from webui.messages import Problem
from webui.paging import PAGE_ROWS, asked_page, asked_search
from webui.problems import answer
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
    kinds = read(RecordTypes())
    page, search = asked_page(), asked_search()
    found = read(RecordList(record_type, search, PAGE_ROWS, page.offset))
    return render_template("records.html", kinds=kinds, kind=_kind(kinds, record_type), found=found, search=search, pager=page.pager(found.total))


@blueprint.get("/records/<record_type>/<record_id>")
@allow(Access.SIGNED_IN)
def open(record_type: str, record_id: str) -> ResponseReturnValue:
    view = read(RecordView(record_type, record_id))
    content = forms.for_reading(view.form, view.values, view.values)
    return render_template("record.html", kind=view.kind, view=view, content=content)


def _kind(kinds: Iterable[RecordKind], key: str) -> RecordKind:
    found = next((kind for kind in kinds if kind.key == key), None)
    if found is None:
        raise NotFoundError("not_found", record_type=key)
    return found
