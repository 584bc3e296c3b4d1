"""Forms on paper: a page to print, and the same as a PDF."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from engine import FormView, NotAllowedError, NotFoundError, RecordView, StartForm, TaskForm, form_pdf
from webui import forms
from webui.files import disposition
from webui.language import pick
from webui.link import actor, engine, read
from webui.security import Access, allow
from webui.words import stamp

blueprint = Blueprint("paper", __name__)


@dataclass(frozen=True, slots=True)
class Paper:
    """A form for reading, the lines above it, and where it can be had on screen and as a PDF."""

    view: FormView
    head: tuple[tuple[str, str], ...]
    back: str
    pdf: str


@blueprint.get("/tasks/<task_id>/print")
@allow(Access.SIGNED_IN)
def task(task_id: str) -> ResponseReturnValue:
    """The form of a task: what was submitted, or what there is so far."""
    return _page(_task(task_id))


@blueprint.get("/tasks/<task_id>/form.pdf")
@allow(Access.SIGNED_IN)
def task_pdf(task_id: str) -> ResponseReturnValue:
    return _pdf(_task(task_id))


@blueprint.get("/start/<key>/print")
@allow(Access.SIGNED_IN)
def start(key: str) -> ResponseReturnValue:
    """The form that starts a process, to be filled in by hand."""
    return _page(_start(key))


@blueprint.get("/start/<key>/form.pdf")
@allow(Access.SIGNED_IN)
def start_pdf(key: str) -> ResponseReturnValue:
    return _pdf(_start(key))


@blueprint.get("/records/<record_type>/<record_id>/print")
@allow(Access.SIGNED_IN)
def record(record_type: str, record_id: str) -> ResponseReturnValue:
    return _page(_record(record_type, record_id))


@blueprint.get("/records/<record_type>/<record_id>/form.pdf")
@allow(Access.SIGNED_IN)
def record_pdf(record_type: str, record_id: str) -> ResponseReturnValue:
    return _pdf(_record(record_type, record_id))


def _task(task_id: str) -> Paper:
    found = read(TaskForm(task_id))
    if found.form is None:
        raise NotFoundError("not_found", task_id=task_id[:100])
    data = found.submitted if found.submitted is not None else found.draft.values if found.draft else {}
    view = forms.for_reading(found.form, data, found.scope, found.rights)
    row, words = found.row, view.words
    name = " · ".join(filter(None, (pick(row.element_name, row.element_name_en), row.title)))
    head = [(words["task"], name), (words["doer"], found.closed_by or words["not_done"])]
    if row.completed_at:
        head.append((words["done_at"], stamp(row.completed_at)))
    back, pdf = (url_for(endpoint, task_id=row.task_id) for endpoint in ("task.show", "paper.task_pdf"))
    return Paper(view, tuple(head), back, pdf)


def _start(key: str) -> Paper:
    found = read(StartForm(key))
    if not found.may_start:
        raise NotAllowedError(found.reason or "may_not_start", key=key)
    if found.form is None:
        raise NotFoundError("not_found", key=key[:100])
    view = forms.blank(found.form, found.scope, found.rights)
    definition = found.definition
    head = ((view.words["process"], pick(definition.name, definition.name_en)),)
    return Paper(view, head, url_for("start.form", key=definition.key), url_for("paper.start_pdf", key=definition.key))


def _record(record_type: str, record_id: str) -> Paper:
    found = read(RecordView(record_type, record_id))
    view = forms.for_reading(found.form, found.values, found.values, found.rights)
    kind = found.kind
    head = ((pick(kind.name, kind.name_en), found.title or ""), (view.words["changed_at"], stamp(found.changed_at)))
    back, pdf = (url_for(endpoint, record_type=kind.key, record_id=found.record_id) for endpoint in ("record.open", "paper.record_pdf"))
    return Paper(view, head, back, pdf)


def _page(paper: Paper) -> str:
    return render_template("forms/print.html", paper=paper, view=paper.view, now=engine().now())


def _pdf(paper: Paper) -> Response:
    answer = Response(form_pdf(paper.view, paper.head, engine().now(), actor().name), content_type="application/pdf")
    answer.headers["Content-Disposition"] = disposition(f"{paper.view.title}.pdf")
    return answer
