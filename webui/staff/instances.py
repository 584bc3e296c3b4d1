"""Process instances: which there are, where each stands, what happened; ending and mending them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import (
    CurrentWork,
    InspectInstances,
    InstanceDetail,
    InstanceList,
    InstanceView,
    ProcessCall,
    Progress,
    RetryIncident,
    TerminateInstance,
    is_instance_id,
)
from webui import drawing
from webui.language import pick
from webui.link import actor, read, run, sandbox
from webui.pages import inside
from webui.paging import PAGE_ROWS, asked_page, asked_search
from webui.security import Access, allow
from webui.staff import attachments, comments, results
from webui.staff.reading import decision_cards

Status = Literal["active", "completed", "terminated"]
STATUSES = ("active", "completed", "terminated")

blueprint = Blueprint("instances", __name__)


@blueprint.get("/instances")
@allow(Access.SIGNED_IN)
def show() -> ResponseReturnValue:
    status = request.args.get("status")
    chosen = cast(Status, status) if status in STATUSES else None
    page, search = asked_page(), asked_search()
    found = read(InstanceList(search=search, status=chosen, limit=PAGE_ROWS, offset=page.offset))
    names = [("", _("全部")), ("active", _("进行中")), ("completed", _("已结束")), ("terminated", _("已终止"))]
    return render_template("instances.html", found=found, search=search, chosen=chosen or "", statuses=names, pager=page.pager(found.total))


@blueprint.get("/instances/<instance_id>")
@allow(Access.SIGNED_IN)
def open(instance_id: str) -> ResponseReturnValue:
    """Administrators may read every case; that they read a foreign one is on record, as it is for auditors."""
    if actor().is_administrator and sandbox() is None and is_instance_id(instance_id):
        run(InspectInstances((instance_id,), "page", again=False))
    return _page(instance_id)


@blueprint.post("/instances/<instance_id>/terminate")
@allow(Access.ADMINISTRATORS)
def terminate(instance_id: str) -> ResponseReturnValue:
    reason = request.form.get("reason", "").strip()
    if not reason:
        return _page(instance_id, _("请写明原因。")), 422
    run(TerminateInstance(instance_id, reason))
    flash(_("流程已经终止。"))
    return redirect(url_for("instances.open", instance_id=instance_id), 303)


@blueprint.post("/instances/<instance_id>/incidents/<int:activity_instance_id>/retry")
@allow(Access.ADMINISTRATORS)
def retry(instance_id: str, activity_instance_id: int) -> ResponseReturnValue:
    run(RetryIncident(instance_id, activity_instance_id))
    flash(_("已经重试。没有再次出现在这里，就是成功了。"))
    return redirect(inside(request.form.get("next"), url_for("instances.open", instance_id=instance_id)), 303)


def _page(instance_id: str, termination_problem: str = "") -> str:
    view = read(InstanceView(instance_id))
    call = _asked_call(view)
    return render_template(
        "instance.html",
        view=view,
        shown=drawing.show(call.process_key, call.version, instance_id, view.progress.get(call.process_key) or Progress(call.process_key)),
        standing=standing(view.open_tasks),
        decisions=decision_cards(view.decisions),
        result=results.take(),
        termination_problem=termination_problem,
        **comments.panel(instance_id),
        **attachments.panel(instance_id),
    )


def _asked_call(view: InstanceDetail) -> ProcessCall:
    """The process of the diagram: the one asked for, else the innermost that is at work, else the outermost."""
    asked = request.args.get("process")
    active = [call for call in view.calls if call.process_key in view.progress and view.progress[call.process_key].active]
    return next((call for call in view.calls if call.process_key == asked), None) or (active or view.calls)[-1 if active else 0]


def standing(open_tasks: Iterable[CurrentWork]) -> str:
    names = dict.fromkeys(pick(task.element_name, task.element_name_en) for task in open_tasks)
    return _("现在：%(names)s", names=_("、").join(names)) if names else ""
