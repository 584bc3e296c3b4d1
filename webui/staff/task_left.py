"""A task that somebody else took or completed while it was being filled in: who, when, and what was typed here, for reading and copying."""

from __future__ import annotations

from flask import make_response, render_template, request
from flask.wrappers import Response

from engine import ConflictError, FormView, TaskView, WhatWasTyped
from webui import forms
from webui.link import read
from webui.messages import describe, is_fragment_request
from webui.security import status_of


def unsent(view: TaskView) -> FormView | None:
    """The actor's own draft of a task that the actor cannot complete any more."""
    if view.can_complete:
        return None
    typed = forms.typed_before(view.form) or (view.draft.values if view.draft else None)
    return forms.typed_text(view, typed) if typed else None


def answer(task_id: str, error: ConflictError) -> Response:
    """For those who see nothing else of the task any more. Raises `error` when they have typed nothing."""
    left = read(WhatWasTyped(task_id))
    typed = forms.typed_before(left.form) or (left.draft.values if left.draft else {})
    if request.method == "POST" and forms.OPERATION in request.form:
        typed = forms.posted(left.form)
    if not typed or left.form is None:
        raise error
    status = status_of(error)
    shown = forms.for_reading(left.form, typed, left.scope, left.rights)
    template = "parts/task_left.html" if is_fragment_request() else "task_left.html"
    return in_place(make_response(render_template(template, left=left, lost=shown, problem=describe(error, status)), status))


def in_place(response: Response) -> Response:
    """In the place of the task on the page that htmx is on."""
    if is_fragment_request():
        response.headers["HX-Retarget"] = "#task"
        response.headers["HX-Reswap"] = "innerHTML"
    return response
