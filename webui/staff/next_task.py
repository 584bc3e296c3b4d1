"""What opens when a task has been completed: the next one, or the list at the same place, as the person wants it."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine import Completed, InputRejected, OpenNextTask, OpensNextTask, TaskAfter, TaskRow, Worklist
from webui.link import read, run
from webui.pages import inside
from webui.security import Access, allow
from webui.staff.list_address import asked_worklist, is_narrowed, list_arguments

blueprint = Blueprint("next_task", __name__)


@blueprint.post("/tasks/next")
@allow(Access.SIGNED_IN)
def switch() -> ResponseReturnValue:
    run(OpenNextTask(request.form.get("opens") == "1"))
    return redirect(inside(request.form.get("next"), url_for("tasklist.show")), 303)


@blueprint.app_template_global()
def opens_next() -> bool:
    return read(OpensNextTask())


def address_after(row: TaskRow, completed: Completed) -> tuple[str, bool]:
    """(where the person is led who completed the task, whether that is the next one to do)."""
    if not opens_next():
        following = _behind(row, around=False)
        if following:
            return url_for("tasklist.show", **list_arguments(page=True), at=following), False
        return url_for("tasklist.show", **list_arguments()), False
    following = _next(row, completed)
    if following:
        return url_for("task.show", task_id=following, **list_arguments()), True
    return url_for("task.show", task_id=completed.task_id, tab="done"), False


def _next(row: TaskRow, completed: Completed) -> str | None:
    """From a list that is searched, narrowed or sorted the next of it; else what the same case has for the person, then the first of the list."""
    worklist = asked_worklist()
    if is_narrowed() or worklist.tab == "groups":
        return _behind(row, around=True)
    if completed.next_task_id:
        return completed.next_task_id
    rows = read(Worklist("mine")).rows
    ids = [each.task_id for each in rows if each.instance_id == completed.instance_id] or [each.task_id for each in rows]
    return ids[0] if ids else None


def _behind(row: TaskRow, *, around: bool) -> str | None:
    """The task is completed already: an address that names no list must not end in an error."""
    worklist = asked_worklist()
    if worklist.tab not in ("mine", "groups"):
        worklist = Worklist("mine")
    try:
        found = read(TaskAfter(worklist, row, around))
    except InputRejected:
        found = read(TaskAfter(Worklist(worklist.tab), row, around))
    return found.task_id if found else None
