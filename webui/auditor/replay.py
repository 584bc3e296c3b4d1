"""A case step by step: its diagram, data and form as they were right after each event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import (
    MOST_MOMENTS,
    CommentsOnRecord,
    DiagramSvg,
    FormView,
    InputRejected,
    InspectInstances,
    MomentForm,
    MomentView,
    NotAllowedError,
    ProcessCall,
    Replay,
    ReplayMoments,
    ReplaySteps,
    ReplayView,
    form_view,
    is_instance_id,
)
from webui import drawing
from webui.language import language
from webui.link import Query, read, run
from webui.security import Access, allow
from webui.staff import attachments

AnswerT = TypeVar("AnswerT")

blueprint = Blueprint("replay", __name__)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment with what shows it. `diagram` None: nothing was entered yet."""

    view: MomentView
    diagram: drawing.Shown | None
    form: FormView | None


@blueprint.get("/audit/<instance_id>")
@allow(Access.SIGNED_IN)
def show(instance_id: str) -> ResponseReturnValue:
    """Opening a case is recorded each time; moving through it is covered by that record."""
    if not is_instance_id(instance_id):
        abort(404)
    if "at" not in request.args:
        run(InspectInstances((instance_id,), "replay"))
    return replay_page(instance_id)


@blueprint.get("/audit/<instance_id>/moment")
@allow(Access.SIGNED_IN)
def moment(instance_id: str) -> ResponseReturnValue:
    """What the slider fetches: one moment, or those beside each other up to `until`."""
    first = _asked_sequence("at")
    until = _asked_sequence("until") if "until" in request.args else first
    if not first <= until < first + MOST_MOMENTS:
        abort(404)
    found = recorded(instance_id, "replay", ReplayMoments(instance_id, first, until))
    return "\n".join(render_template("audit/moment.html", case_id=instance_id, moment=_moment(each, drawn=False)) for each in found)


@blueprint.get("/audit/<instance_id>/steps")
@allow(Access.SIGNED_IN)
def steps(instance_id: str) -> ResponseReturnValue:
    """The page of the list that a moment is on, when the slider goes there."""
    at = _asked_sequence("at")
    return render_template("audit/steps.html", case_id=instance_id, at=at, steps=recorded(instance_id, "replay", ReplaySteps(instance_id, at)))


def replay_page(instance_id: str, **more: Any) -> str:
    at = _asked_sequence("at") if "at" in request.values else None
    view: ReplayView = recorded(instance_id, "replay", Replay(instance_id, at))
    files = attachments.panel(instance_id, "replay")
    page = {"view": view, "case_id": instance_id, "moment": _moment(view.moment) if view.moment else None, "most_moments": MOST_MOMENTS}
    proved = recorded(instance_id, "replay", CommentsOnRecord(instance_id))
    return render_template("audit/replay.html", **page, **files, proved_comments=proved, **more)


def recorded(instance_id: str, purpose: str, query: Query[AnswerT]) -> AnswerT:
    """Reads a case; a foreign one is recorded first, unless the record of the last hours covers it. What was never a moment of it is not found."""
    try:
        return read(query)
    except NotAllowedError as error:
        if error.code != "inspection_not_recorded":
            raise
    except InputRejected:
        abort(404)
    run(InspectInstances((instance_id,), purpose))
    return recorded(instance_id, purpose, query)


def _asked_sequence(name: str) -> int:
    """The number in the address. What is no number, or too large a one, is no moment."""
    text = request.values.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10) or int(text) < 1:
        abort(404)
    return int(text)


def _moment(view: MomentView, *, drawn: bool = True) -> Moment:
    """`drawn`: with the server's drawing, for pages; the viewer that is on the page already draws for itself."""
    call = _asked_call(view)
    return Moment(view, _shown(view, call, drawn) if call else None, _form(view, view.form) if view.form else None)


def _asked_call(view: MomentView) -> ProcessCall | None:
    """The process of the diagram: the one asked for, else that on which the event happened."""
    calls = {call.process_key: call for call in view.calls}
    return calls.get(request.values.get("process", "")) or calls.get(view.process_key) or next(iter(calls.values()), None)


def _shown(view: MomentView, call: ProcessCall, drawn: bool) -> drawing.Shown:
    progress = view.progress.get(call.process_key)
    picture = read(DiagramSvg(call.process_key, call.version, language=language(), progress=progress)) if drawn else ""
    address = url_for("diagrams.xml", process_key=call.process_key, version=call.version)
    return drawing.Shown(call.process_key, address, drawing.marks(progress), picture)


def _form(view: MomentView, shown: MomentForm) -> FormView:
    """Read-only, at the time of the event: what says today in it said that day."""
    zone = ZoneInfo(current_app.config["TIME_ZONE"])
    return form_view(shown.form, shown.submitted, shown.scope, shown.rights, {}, view.step.line.at, language=language(), readonly=True, zone=zone)
