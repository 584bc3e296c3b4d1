"""Several tasks at once: each is a command of its own, checked by itself; what came of each is shown, and nothing of one depends on another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import AssignTask, ClaimTask, Colleagues, EngineError, TaskRow, TaskRows, TellOfAssigned, UnclaimTask
from webui.link import read, run
from webui.messages import describe
from webui.security import Access, allow, status_of
from webui.staff import completing
from webui.staff.completing import MOST_AT_ONCE, Done
from webui.staff.list_address import asked_worklist, take_from_form

blueprint = Blueprint("together", __name__)


COMMANDS: Mapping[str, Callable[[str, Mapping[str, str]], Any]] = {
    "claim": lambda task_id, _form: ClaimTask(task_id),
    "unclaim": lambda task_id, _form: UnclaimTask(task_id),
    "assign": lambda task_id, form: AssignTask(task_id, form.get("assignee", ""), form.get("reason", ""), told=False),
}


@blueprint.post("/tasks/together")
@allow(Access.SIGNED_IN)
def act() -> ResponseReturnValue:
    take_from_form()
    operation = request.form.get("op", "")
    rows = _chosen()
    back = completing.back_to_list()
    if operation == "complete" and rows:
        return completing.ask(rows)
    if operation not in COMMANDS or not rows:
        return render_template("together.html", done=(), operation="", to="", back=back, left_out=0), 422
    if operation == "assign" and not request.form.get("assignee"):
        asked = "confirmed" in request.form
        return render_template("together_assign.html", rows=rows, colleagues=read(Colleagues()), back=back, asked=asked), 422 if asked else 200
    done = [_one(row, operation) for row in rows]
    assignee = request.form.get("assignee", "")
    if operation == "assign":
        run(TellOfAssigned(assignee, [one.row.task_id for one in done if one.problem is None and one.row.assignee != assignee]))
    to = {person.key: person.name for person in read(Colleagues())}.get(assignee, assignee) if operation == "assign" else ""
    return render_template("together.html", done=done, operation=operation, to=to, back=back, left_out=max(0, _wanted() - MOST_AT_ONCE))


def _one(row: TaskRow, operation: str) -> Done:
    try:
        run(COMMANDS[operation](row.task_id, request.form))
    except EngineError as error:
        return Done(row, describe(error, status_of(error)))
    return Done(row, None)


def _chosen() -> tuple[TaskRow, ...]:
    """The tasks that were ticked, or the first of all that the filter finds."""
    if request.form.get("all"):
        return read(replace(asked_worklist(MOST_AT_ONCE), offset=0, after=None, before=None)).rows
    return read(TaskRows(tuple(request.form.getlist("task")[:MOST_AT_ONCE])))


def _wanted() -> int:
    return request.form.get("total", 0, type=int) if request.form.get("all") else len(request.form.getlist("task"))


@blueprint.app_template_global()
def together_words(operation: str, to: str) -> str:
    texts: dict[str, str] = {"claim": _("已认领"), "unclaim": _("已交还"), "assign": _("已转给 %(name)s", name=to)}
    return texts.get(operation, "")
