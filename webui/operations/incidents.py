"""What is stuck on an error, for administrators."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine import ActingAuditors, AssignTask, Colleagues, DatabaseRole, FailingMails, Incidents, RetryMails, UnattendedTasks
from webui.link import read, run
from webui.security import Access, allow

blueprint = Blueprint("incidents", __name__)


@blueprint.get("/incidents")
@allow(Access.ADMINISTRATORS)
def show() -> ResponseReturnValue:
    unattended = read(UnattendedTasks())
    colleagues = read(Colleagues()) if unattended else ()
    stuck = {"incidents": read(Incidents()), "unattended": unattended, "mails": read(FailingMails()), "role": read(DatabaseRole())}
    return render_template("incidents.html", **stuck, auditors=read(ActingAuditors()), colleagues=colleagues)


@blueprint.post("/incidents/tasks/<task_id>/assign")
@allow(Access.ADMINISTRATORS)
def assign(task_id: str) -> ResponseReturnValue:
    """Give a task that nobody can do to somebody who can."""
    run(AssignTask(task_id, request.form.get("assignee", "")))
    flash(_("待办已经转给别人办理。"))
    return redirect(url_for("incidents.show"), 303)


@blueprint.post("/incidents/mails/retry")
@allow(Access.ADMINISTRATORS)
def retry_mails() -> ResponseReturnValue:
    count = run(RetryMails())
    flash(ngettext("%(num)s 封邮件马上再发一次。", "%(num)s 封邮件马上再发一次。", count))
    return redirect(url_for("incidents.show"), 303)
