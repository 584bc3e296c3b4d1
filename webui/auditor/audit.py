"""For auditors: find any case, and take the events of those found away."""

from __future__ import annotations

from typing import Any, Literal, cast

from flask import Blueprint, Response, abort, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import CompareKeptEnds, ExportEvents, FindCases, FoundCases, InputRejected, InspectInstances, ListCaseChoices
from webui.auditor import audit_search
from webui.language import language
from webui.link import engine, read, run
from webui.paging import PAGE_ROWS, asked_page
from webui.security import Access, allow
from webui.words import local

Format = Literal["csv", "jsonl", "xes"]
FORMATS = ("csv", "jsonl", "xes")

blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit")
@allow(Access.AUDITORS)
def show() -> ResponseReturnValue:
    return _page(audit_search.asked(request.args))


@blueprint.post("/audit/export")
@allow(Access.AUDITORS)
def export() -> ResponseReturnValue:
    """All cases that the question of the page finds, not only those of the page on view."""
    asked = audit_search.asked(request.form)
    if asked.filter is None:
        return _page(asked), 422
    instance_ids = read(FoundCases(asked.filter))
    if not instance_ids:
        return _page(asked, _("没有找到流程，没有可以导出的内容。")), 422
    cases = len(instance_ids)
    name = _("审计事件-%(cases)s个流程", cases=cases) if cases > 1 else _("审计事件-%(instance)s", instance=instance_ids[0])
    return events_file(instance_ids, asked_format(), name)


@blueprint.post("/audit/ends")
@allow(Access.AUDITORS)
def ends() -> ResponseReturnValue:
    """The chains against their ends as they were kept elsewhere (`tuoke verify --keep-ends`)."""
    sent = request.files.get("ends")
    nothing = audit_search.asked({})
    try:
        compared = read(CompareKeptEnds(sent.read() if sent else b""))
    except InputRejected as error:
        if error.code != "bad_chain_ends":
            raise
        return _page(nothing, ends_problem=_("这不是 tuoke verify --keep-ends 保存的完整文件，没有比较。")), 422
    return _page(nothing, compared=compared)


def asked_format() -> Format:
    chosen = request.form.get("format")
    if chosen not in FORMATS:
        abort(400)
    return cast(Format, chosen)


def events_file(instance_ids: tuple[str, ...], chosen: Format, name: str) -> Response:
    """The events of these cases, recorded before they are read; the name says what is in it, how many of them do not hold, and when it was made."""
    run(InspectInstances(instance_ids, "export"))
    exported = read(ExportEvents(instance_ids, chosen, language()))
    if exported.broken:
        name += "-" + _("%(cases)s个核对不上", cases=len(exported.broken))
    return send_file(exported.file, exported.media_type, as_attachment=True, download_name=f"{name}-{made_at()}.{chosen}")


def made_at() -> str:
    return local(engine().now()).strftime("%Y%m%d-%H%M%S")


def _page(asked: audit_search.Asked, problem: str = "", **more: Any) -> str:
    page = asked_page()
    found = read(FindCases(asked.filter, PAGE_ROWS, page.offset)) if asked.filter else None
    statuses = [("active", _("进行中")), ("completed", _("已结束")), ("terminated", _("已终止"))]
    return render_template(
        "audit/list.html",
        asked=asked,
        found=found,
        choices=read(ListCaseChoices()),
        statuses=statuses,
        problem=problem,
        pager=page.pager(found.total) if found and request.method == "GET" else None,
        export_formats=[("csv", _("表格 CSV")), ("jsonl", "JSON Lines"), ("xes", _("流程挖掘 XES"))],
        **more,
    )
