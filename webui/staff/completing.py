"""Several of the same task completed with one answer: each is checked by itself against its own data and is a transaction of its own.

What could not be completed stays selected below the result, with what was filled in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _

from engine import (
    CompleteTask,
    EngineError,
    FieldProblem,
    FormRejected,
    SameTasks,
    TaskAlreadyClaimed,
    TaskForm,
    TaskNotOpen,
    TaskRow,
    TaskRows,
    TasksToComplete,
    operation_of,
)
from webui import forms
from webui.link import read, run
from webui.messages import Problem, describe, is_fragment_request
from webui.paging import PAGE_ROWS
from webui.security import Access, allow, status_of
from webui.staff.list_address import asked_tab, list_arguments

# Each task is a transaction: more would keep people waiting in front of one request.
MOST_AT_ONCE = 200
SEEN, LISTED, TICKED = "_seen.", "_listed", "_task"

blueprint = Blueprint("completing", __name__)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one task; `problem` None: it went well."""

    row: TaskRow
    problem: Problem | None


def ask(rows: Sequence[TaskRow]) -> ResponseReturnValue:
    """The form for all of the rows, or which of them go together."""
    groups = read(TasksToComplete(tuple(row.task_id for row in rows)))
    if len(groups) != 1 or groups[0].one_case_only:
        left_out = len(rows) - sum(len(group.tasks) for group in groups)
        return render_template("completing_choose.html", groups=groups, left_out=left_out, tab=asked_tab(), back=back_to_list()), 422
    same = groups[0]
    ticked = [task.row.task_id for task in same.tasks if not task.has_draft]
    return _page(same, forms.of_same(same), ticked, {task.row.task_id: task.seen_digest for task in same.tasks})


@blueprint.post("/tasks/together/complete")
@allow(Access.SIGNED_IN)
def submit() -> ResponseReturnValue:
    """One address for the buttons of the form and for its fields when they change."""
    listed, ticked = (tuple(request.form.getlist(name)[:MOST_AT_ONCE]) for name in (LISTED, TICKED))
    groups = read(TasksToComplete(listed))
    if len(groups) > 1 or any(group.one_case_only for group in groups):
        return ask(read(TaskRows(listed)))
    same = groups[0] if groups else None
    typed = forms.posted(same.form) if same else {}
    if same and operation_of(request.form) != "submit":
        return _page(same, forms.of_same(same, typed), ticked, _seen(listed))
    if not ticked and same:
        return _page(same, forms.of_same(same, typed), ticked, _seen(listed), nothing=True, status=422)
    return _complete(same, typed, listed, ticked)


def _complete(same: SameTasks | None, typed: Mapping[str, Any], listed: Sequence[str], ticked: Sequence[str]) -> ResponseReturnValue:
    """Whoever is no longer among those that can be completed is told why; the others are completed one by one."""
    answer = same.answer(typed) if same else {}
    open_now = {task.row.task_id for task in same.tasks} if same else set()
    done, rejected = [], {}
    for row in read(TaskRows(tuple(ticked))):
        error = _one(row.task_id, answer) if row.task_id in open_now else _why_not(row.task_id)
        if isinstance(error, FormRejected):
            rejected[row.task_id] = error
        done.append(Done(row, _in_words(error, same, typed) if error else None))
    good = {one.row.task_id for one in done if one.problem is None}
    left = read(TasksToComplete(tuple(task_id for task_id in listed if task_id not in good)))
    if not left:
        return _answer(render_template("completing.html", **_result(done, ()), same=None))
    # What is wrong in every one of them is said beside the fields.
    alike = next(iter(rejected.values())).problems if done and len(rejected) == len(done) else {}
    shown = _problems_alike(rejected.values()) if alike else {}
    fresh = {task.row.task_id: task.seen_digest for task in left[0].tasks}
    still = [one.row.task_id for one in done if one.problem is not None]
    return _page(left[0], forms.of_same(left[0], typed, shown), still, fresh, done=done, status=422 if shown and not good else 200)


def _one(task_id: str, answer: Mapping[str, Any]) -> EngineError | None:
    try:
        run(CompleteTask(task_id, answer, request.form.get(SEEN + task_id) or None))
    except EngineError as error:
        return error
    return None


def _why_not(task_id: str) -> EngineError:
    """Who was faster, as far as the person may know."""
    try:
        view = read(TaskForm(task_id))
    except EngineError as error:
        return error
    if view.is_open and view.row.assignee:
        return TaskAlreadyClaimed(task_id=task_id, assignee=view.row.assignee, assignee_name=view.row.assignee_name, at=view.row.claimed_at)
    return TaskNotOpen(task_id=task_id, state=view.row.state, by_name=view.closed_by, at=view.closed_at)


def _problems_alike(errors: Any) -> Mapping[str, FieldProblem]:
    first, *others = errors
    return {path: problem for path, problem in first.problems.items() if all(other.problems.get(path) == problem for other in others)}


def _in_words(error: EngineError, same: SameTasks | None, typed: Mapping[str, Any]) -> Problem:
    status = status_of(error)
    view = forms.of_same(same, typed, error.problems).view if isinstance(error, FormRejected) and same else None
    if view is None:
        return describe(error, status)
    found = [f"{problem.label}{_('：') if problem.label else ''}{problem.text}" for problem in view.problems]
    return Problem(status, _("填写的内容不适合这一项"), " · ".join(found[:5]), error.code)


def _seen(listed: Sequence[str]) -> dict[str, str | None]:
    """What the person has before the eyes, by the task: it goes back with each command."""
    return {task_id: request.form.get(SEEN + task_id) for task_id in listed}


def _page(
    same: SameTasks,
    form: forms.ScreenForm,
    ticked: Sequence[str],
    seen: Mapping[str, str | None],
    *,
    done: Sequence[Done] = (),
    nothing: bool = False,
    status: int = 200,
) -> Response:
    here = {task.row.task_id for task in same.tasks}
    # Selected, and taken by somebody else meanwhile: they stay in sight, and submitting says who was faster.
    gone = () if done else read(TaskRows(tuple(task_id for task_id in ticked if task_id not in here)))
    context = {
        "gone": gone,
        "same": same,
        "form": form,
        "ticked": ticked,
        "seen": seen,
        "nothing": nothing,
        "differing": same.differing(),
        **_result(done, ticked),
    }
    if is_fragment_request() and operation_of(request.form) != "submit":
        return make_response(render_template("parts/completing_form.html", **context), status)
    return _answer(render_template("completing.html", **context), status)


def _result(done: Sequence[Done], ticked: Sequence[str]) -> dict[str, Any]:
    return {"done": done, "tab": asked_tab(), "back": back_to_list(ticked)}


def _answer(page: str, status: int = 200) -> Response:
    """A whole page, of which htmx takes the middle."""
    response = make_response(page, status)
    if is_fragment_request():
        response.headers.update({"HX-Retarget": "#main", "HX-Reswap": "innerHTML", "HX-Reselect": "#main > .page"})
    return response


def back_to_list(ticked: Sequence[str] = ()) -> str:
    """The list as it was, with what is still selected: ticks stand on one page of it, all that it finds is one tick."""
    if len(ticked) > PAGE_ROWS:
        return url_for("tasklist.show", **list_arguments(page=True, tab=asked_tab(), all="1"))
    return url_for("tasklist.show", **list_arguments(page=True, tab=asked_tab(), ticked=list(ticked)))
