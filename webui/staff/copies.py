"""Copies for information: send one, open one, mark them as read."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import Colleagues, CopiesOf, InputRejected, InstanceView, MarkCopiesRead, Roles, SendCopy
from webui.language import pick
from webui.link import read, run
from webui.messages import describe
from webui.pages import inside
from webui.security import Access, allow, status_of

blueprint = Blueprint("copies", __name__)


@blueprint.get("/instances/<instance_id>/copies")
@allow(Access.SIGNED_IN)
def write(instance_id: str) -> ResponseReturnValue:
    return _page(instance_id)


@blueprint.post("/instances/<instance_id>/copies")
@allow(Access.SIGNED_IN)
def send(instance_id: str) -> ResponseReturnValue:
    number, roles = request.form.get("number", 0, type=int), request.form.getlist("role_key")
    try:
        sent = run(SendCopy(instance_id, request.form.getlist("user_id"), request.form.get("note", ""), max(number, 0), roles))
    except InputRejected as error:
        return _page(instance_id, error), status_of(error)
    flash(_("已经抄送给 %(count)s 人。", count=len(sent.sent_to)))
    return redirect(inside(request.form.get("next"), url_for("instances.open", instance_id=instance_id)), 303)


@blueprint.get("/copies/<instance_id>")
@allow(Access.SIGNED_IN)
def open(instance_id: str) -> ResponseReturnValue:
    """Whoever opens what was sent has read it."""
    read(CopiesOf(instance_id))
    run(MarkCopiesRead(instance_id))
    return redirect(url_for("instances.open", instance_id=instance_id))


@blueprint.post("/copies/read")
@allow(Access.SIGNED_IN)
def mark_all() -> ResponseReturnValue:
    run(MarkCopiesRead())
    return redirect(url_for("tasklist.show", tab="copies"), 303)


def _page(instance_id: str, error: InputRejected | None = None) -> str:
    head = read(InstanceView(instance_id)).head
    return render_template(
        "copy.html",
        head=head,
        name=head.title or pick(head.process_name, head.process_name_en),
        number=request.values.get("number", "0"),
        colleagues=read(Colleagues()),
        chosen=request.form.getlist("user_id"),
        roles=read(Roles()),
        chosen_roles=request.form.getlist("role_key"),
        note=request.form.get("note", ""),
        sent=read(CopiesOf(instance_id)),
        problem=describe(error, status_of(error)) if error else None,
        back=inside(request.values.get("next"), url_for("instances.open", instance_id=instance_id)),
    )
