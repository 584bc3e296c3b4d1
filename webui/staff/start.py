"""Starting a process."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from engine import FormRejected, NotAllowedError, Startable, StartForm, StartInstance, StartView, operation_of
from webui import drawing, files, forms
from webui.language import pick
from webui.link import read, run
from webui.messages import is_fragment_request
from webui.security import Access, allow, status_of
from webui.staff import results

blueprint = Blueprint("start", __name__)


@blueprint.get("/start")
@allow(Access.SIGNED_IN)
def choose() -> ResponseReturnValue:
    return render_template("start.html", definitions=read(Startable()))


@blueprint.get("/start/<key>")
@allow(Access.SIGNED_IN)
def form(key: str) -> ResponseReturnValue:
    start = _read(key)
    return _answer(start, forms.shown_again(start.form, lambda typed: forms.of_start(start, typed)))


@blueprint.post("/start/<key>")
@allow(Access.SIGNED_IN)
def submit(key: str) -> ResponseReturnValue:
    start = _read(key)
    typed = forms.posted(start.form)
    operation = operation_of(request.form)
    try:
        if operation == "submit":
            files.refuse()
            return _start(start, typed)
        typed = forms.after_operation(start.form, typed, operation, start.scope)
    except FormRejected as error:
        return _answer(start, forms.of_start(start, typed, error.problems), status_of(error))
    form = forms.of_start(start, typed)
    return Response(status=204) if is_fragment_request() and form.stands() else _answer(start, form)


def _read(key: str) -> StartView:
    start = read(StartForm(key))
    if not start.may_start:
        raise NotAllowedError(start.reason or "may_not_start", key=key)
    return start


def _start(start: StartView, typed: dict[str, Any]) -> ResponseReturnValue:
    definition = start.definition
    started = run(StartInstance(definition.key, typed))
    results.keep_start(pick(definition.name, definition.name_en), started)
    following = started.next_task_id
    address = url_for("task.show", task_id=following) if following else url_for("instances.open", instance_id=started.instance_id)
    if is_fragment_request():
        return Response(headers={"HX-Redirect": address})
    return redirect(address, 303)


def _answer(start: StartView, form: forms.ScreenForm, status: int = 200) -> Response:
    definition = start.definition
    if is_fragment_request():
        body = render_template("parts/start_form.html", form=form, definition=definition)
    else:
        shown = drawing.show(definition.key, definition.version)
        documentation = pick(definition.documentation, definition.documentation_en)
        body = render_template("start_form.html", form=form, definition=definition, documentation=documentation, shown=shown)
    return make_response(body, status)
