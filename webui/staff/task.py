"""One task: read it, take it, give it back, fill in its form, complete it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _

from engine import (
    BackgroundOfTask,
    ClaimTask,
    CompleteTask,
    ConflictError,
    CourseOfTask,
    DraftSaved,
    FormRejected,
    SaveDraft,
    TaskForm,
    TaskNotOpen,
    TaskSaid,
    TaskView,
    UnclaimTask,
    WithdrawCompletion,
    operation_of,
)
from webui import drawing, files, form_pages, forms
from webui.language import pick
from webui.link import read, run
from webui.messages import Problem, describe, is_fragment_request
from webui.security import Access, allow, status_of
from webui.staff import attachments, comments, next_task, results, task_left
from webui.staff.ahead import groups
from webui.staff.list_address import asked_tab, list_arguments
from webui.staff.tasklist import listing
from webui.words import moment

blueprint = Blueprint("task", __name__)


@blueprint.get("/tasks/<task_id>")
@allow(Access.SIGNED_IN)
def show(task_id: str) -> ResponseReturnValue:
    try:
        view = read(TaskForm(task_id))
    except ConflictError as error:
        return task_left.answer(task_id, error)
    form = forms.shown_again(view.form, lambda typed: forms.of_task(view, typed))
    return _page(view, form, lost=task_left.unsent(view))


@blueprint.get("/tasks/<task_id>/course")
@allow(Access.SIGNED_IN)
def course(task_id: str) -> ResponseReturnValue:
    """The diagram and what has happened, for the page of the task; who has no scripts sees them on the page of the instance."""
    found = read(CourseOfTask(task_id))
    instance_id = task_id.partition(".")[0]
    if not is_fragment_request():
        return redirect(url_for("instances.open", instance_id=instance_id, process=found.calls[-1].process_key if found.calls else None))
    shown = [drawing.show(call.process_key, call.version, instance_id, found.progress.get(call.process_key)) for call in found.calls[-1:]]
    return render_template("parts/task_course.html", shown=shown, steps=found.steps, instance_id=instance_id)


@blueprint.get("/tasks/<task_id>/said/<int:earlier_number>")
@allow(Access.SIGNED_IN)
def said(task_id: str, earlier_number: int) -> ResponseReturnValue:
    """All that was filled in at an earlier step of the case, as it was then."""
    found = read(TaskSaid(task_id, earlier_number))
    shown = forms.for_reading(found.form, found.values, found.scope, found.rights) if found.form else None
    if is_fragment_request():
        return render_template("parts/task_said.html", shown=shown)
    return render_template("task_said.html", shown=shown, said=found, task_id=task_id)


@blueprint.post("/tasks/<task_id>/claim")
@allow(Access.SIGNED_IN)
def claim(task_id: str) -> ResponseReturnValue:
    try:
        run(ClaimTask(task_id))
    except ConflictError as error:
        return _conflict(task_id, error)
    return _back_to(task_id)


@blueprint.post("/tasks/<task_id>/unclaim")
@allow(Access.SIGNED_IN)
def unclaim(task_id: str) -> ResponseReturnValue:
    try:
        run(UnclaimTask(task_id))
    except ConflictError as error:
        return _conflict(task_id, error)
    return _back_to(task_id, tab="groups")


@blueprint.post("/tasks/<task_id>/withdraw")
@allow(Access.SIGNED_IN)
def withdraw(task_id: str) -> ResponseReturnValue:
    """Take one's completion back while the next has not begun; the task opens again with what was submitted."""
    try:
        withdrawn = run(WithdrawCompletion(task_id))
    except ConflictError as error:
        return _conflict(task_id, error)
    return _back_to(withdrawn.task_id)


def _back_to(task_id: str, **otherwise: str) -> ResponseReturnValue:
    """The task beside the list that one came from, at the same place of it; `otherwise`: of no list."""
    place = {"at": request.args["at"]} if request.args.get("at") else {}
    return redirect(url_for("task.show", task_id=task_id, **{**otherwise, **list_arguments(page=True), **place}), 303)


@blueprint.post("/tasks/<task_id>")
@allow(Access.SIGNED_IN)
def submit(task_id: str) -> ResponseReturnValue:
    """One address for all buttons of the form: submit, save, refresh, add and remove rows."""
    try:
        view = read(TaskForm(task_id))
    except ConflictError as error:
        return task_left.answer(task_id, error)
    typed = forms.posted(view.form)
    if not view.can_complete:
        return _conflict(task_id, TaskNotOpen(state=view.row.state, by_name=view.closed_by, at=view.closed_at), typed)
    operation = operation_of(request.form)
    try:
        if operation == "submit":
            files.refuse()
            return _complete(view, typed)
        typed = forms.after_operation(view.form, typed, operation, view.scope)
        saved = run(SaveDraft(task_id, typed, form_pages.seen_draft())) if view.form else None
    except ConflictError as error:
        return _conflict(task_id, error, typed)
    except FormRejected as error:
        return _form_answer(view, forms.of_task(view, typed, error.problems), status_of(error))
    form = forms.of_task(view, typed, saved_at=saved.at if saved else None)
    if saved and is_fragment_request() and form.stands():
        return _kept(saved)
    return _form_answer(view, replace(form, revision=saved.revision) if saved else form)


def _kept(saved: DraftSaved) -> Response:
    """Nothing on the page has to change but the word that the draft is kept."""
    said = quote(_("草稿已存 %(at)s", at=moment(saved.at)))
    return Response(status=204, headers={"X-Draft-Revision": str(saved.revision), "X-Draft-Saved": said})


def _complete(view: TaskView, typed: Mapping[str, Any]) -> ResponseReturnValue:
    draft = form_pages.seen_draft() if view.form else None
    completed = run(CompleteTask(view.row.task_id, typed, request.form.get(form_pages.SEEN) or None, draft))
    address, has_next = next_task.address_after(view.row, completed)
    results.keep(pick(view.row.element_name, view.row.element_name_en), completed, has_next=has_next)
    if is_fragment_request():
        return Response(headers={"HX-Redirect": address})
    return redirect(address, 303)


def _form_answer(view: TaskView, form: forms.ScreenForm, status: int = 200) -> Response:
    """The form alone for htmx, the whole page for everybody else."""
    if is_fragment_request():
        action = url_for("task.submit", task_id=view.row.task_id, **list_arguments(page=True))
        return make_response(render_template("parts/form_answer.html", form=form, action=action), status)
    return _page(view, form, status)


def _conflict(task_id: str, error: ConflictError, typed: Mapping[str, Any] | None = None) -> Response:
    """Somebody was faster: the task as it stands now, who did what and when, and what was typed, so that nothing is lost."""
    try:
        view = read(TaskForm(task_id))
    except ConflictError as taken:
        return task_left.answer(task_id, taken)
    status = status_of(error)
    still_open = view.can_complete and typed is not None
    seen = form_pages.seen_draft()
    if error.code == "draft_changed" and still_open and typed is not None and seen:
        return _form_answer(view, forms.beside_newer(view, typed, seen.revision), status)
    form = forms.of_task(view, typed) if still_open else forms.of_task(view)
    lost = forms.typed_text(view, typed) if typed and not still_open else None
    return task_left.in_place(_page(view, form, status, conflict=describe(error, status), lost=lost))


def _page(view: TaskView, form: forms.ScreenForm, status: int = 200, *, conflict: Problem | None = None, lost: Any = None) -> Response:
    background = read(BackgroundOfTask(view.row.task_id))
    context = {
        "view": view,
        "form": form,
        "conflict": conflict,
        "lost": lost,
        "background": background,
        "ahead": groups(background.ahead),
        "documentation": pick(view.documentation, view.documentation_en),
        "result": results.take() if status == 200 else None,
        **attachments.panel(view.row.instance_id, "task"),
        **comments.panel(view.row.instance_id, place="task"),
    }
    if is_fragment_request():
        return make_response(render_template("parts/task.html", tab=asked_tab(), **context), status)
    return make_response(render_template("tasks.html", **context, **listing()), status)
