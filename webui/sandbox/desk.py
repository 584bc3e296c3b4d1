"""The desk of a sandbox: where the process stands, who can do what next, the clock, the steps so far."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _

from engine import (
    SYSTEM,
    AwaitedEvents,
    BeginSandbox,
    ConflictError,
    CutSandbox,
    DefinitionRejected,
    DiagramSvg,
    EndSandbox,
    EngineError,
    FormRejected,
    InputRejected,
    InstanceDetail,
    InstanceView,
    MySandboxes,
    NotFoundError,
    OpenSandbox,
    OpenTasks,
    OpenWorkingCopy,
    Recording,
    RenewSandbox,
    SaveWorkingFile,
    Startable,
    TaskRow,
    problem_text,
)
from webui import drawing
from webui.language import language, pick
from webui.link import read, run
from webui.messages import Problem, describe
from webui.sandbox import mount
from webui.sandbox.words import durations, role_words, step_words
from webui.security import Access, allow, status_of

SCENARIO_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")

blueprint = Blueprint("sandbox", __name__)


@dataclass(frozen=True, slots=True)
class Way:
    """Where somebody can go on as a role."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class OpenWork:
    """An open task and the roles that may do it now; none: nobody of the pack's roles can."""

    row: TaskRow
    name: str
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Beginning:
    """A process that can be started by hand, and by whom."""

    name: str
    ways: tuple[Way, ...]


@blueprint.post("/packs/<key>/try")
@allow(Access.ANALYSTS)
def begin(key: str) -> ResponseReturnValue:
    try:
        begun = run(BeginSandbox(key, released=request.form.get("released") == "1"))
    except DefinitionRejected:
        flash(_("检查有错误，改好后才能试运行。"))
        return redirect(url_for("working.show", key=key, _anchor="findings"), 303)
    except ConflictError as error:
        problem = describe(error, status_of(error))
        return Response(render_template("sandbox/list.html", found=read(MySandboxes()), problem=problem), problem.status)
    return redirect(url_for("sandbox.show", sandbox_id=begun.sandbox_id), 303)


@blueprint.get("/sandboxes")
@allow(Access.ANALYSTS)
def mine() -> ResponseReturnValue:
    return render_template("sandbox/list.html", found=read(MySandboxes()), problem=None)


@blueprint.get("/sandboxes/<sandbox_id>")
@allow(Access.ANALYSTS)
def show(sandbox_id: str) -> ResponseReturnValue:
    return _page(mount.enter(sandbox_id))


@blueprint.post("/sandboxes/<sandbox_id>/step")
@allow(Access.ANALYSTS)
def step(sandbox_id: str) -> ResponseReturnValue:
    """Time moves, something arrives from outside, something that failed is tried again."""
    opened = mount.enter(sandbox_id)
    try:
        opened.do(_asked_step(opened))
    except EngineError as error:
        return _refused(sandbox_id, error)
    return _back(sandbox_id)


@blueprint.post("/sandboxes/<sandbox_id>/cut")
@allow(Access.ANALYSTS)
def cut(sandbox_id: str) -> ResponseReturnValue:
    """Undo: the last step, all, or those from one on."""
    try:
        run(CutSandbox(sandbox_id, _number("revision"), max(_number("keep"), 0)))
    except EngineError as error:
        return _refused(sandbox_id, error)
    return _back(sandbox_id)


@blueprint.post("/sandboxes/<sandbox_id>/renew")
@allow(Access.ANALYSTS)
def renew(sandbox_id: str) -> ResponseReturnValue:
    """Walk the same steps with the files as they are now."""
    try:
        run(RenewSandbox(sandbox_id, _number("revision")))
    except EngineError as error:
        return _refused(sandbox_id, error)
    flash(_("已换成现在的文件，走过的步骤重走了一遍。"))
    return _back(sandbox_id)


@blueprint.post("/sandboxes/<sandbox_id>/end")
@allow(Access.ANALYSTS)
def end(sandbox_id: str) -> ResponseReturnValue:
    run(EndSandbox(sandbox_id))
    mount.sandboxes().forget(sandbox_id)
    flash(_("试运行已经结束，什么也没有留下。"))
    return redirect(url_for("sandbox.mine"), 303)


@blueprint.post("/sandboxes/<sandbox_id>/record")
@allow(Access.ANALYSTS)
def record(sandbox_id: str) -> ResponseReturnValue:
    """The run so far becomes a scenario of the working copy, which is opened when there is none."""
    opened = mount.enter(sandbox_id)
    form = request.form
    try:
        file = _scenario_file(form.get("file", ""))
        recording = Recording(form.get("name", ""), form.get("description", ""), form.getlist("variables"))
        content = opened.record(file, recording, ZoneInfo(current_app.config["TIME_ZONE"]))
        run(OpenWorkingCopy(opened.detail.pack_key))
        run(SaveWorkingFile(opened.detail.pack_key, file, content, None))
    except EngineError as error:
        return _refused(sandbox_id, error)
    flash(_("已存为场景“%(file)s”，试过一遍，通过。可以在这里修改。", file=file))
    return redirect(url_for("working.show", key=opened.detail.pack_key, _anchor="scenarios"), 303)


def _scenario_file(text: str) -> str:
    """Raises InputRejected("bad_scenario_file")."""
    name = text.strip().removesuffix(".toml")
    if not SCENARIO_NAME.fullmatch(name):
        raise InputRejected("bad_scenario_file", field="file")
    return f"scenarios/{name}.toml"


def _number(field: str) -> int:
    return request.form.get(field, 0, type=int)


def _back(sandbox_id: str) -> Response:
    return redirect(url_for("sandbox.show", sandbox_id=sandbox_id), 303)  # type: ignore[return-value]


def _asked_step(opened: OpenSandbox) -> dict[str, Any]:
    """The step that the pressed button and its fields ask for. Raises InputRejected."""
    form = request.form
    kind = form.get("kind", "")
    if kind == "advance":
        return {"kind": "advance", "text": form.get("text", "")[:50]}
    if kind == "until":
        return {"kind": "until", "at": _moment(form.get("at", ""))}
    if kind in ("message", "signal"):
        arrived = {"kind": kind, "name": form.get("name", ""), "data": opened.values_of(form.get("data", ""))}
        return arrived | ({"key": form.get("key") or None} if kind == "message" else {})
    if kind == "retry":
        return {"kind": "retry", "instance": form.get("instance", ""), "activity": _number("activity")}
    raise InputRejected("unknown_sandbox_step", kind=kind[:50])


def _moment(text: str) -> str:
    """What a field for date and time holds, in the zone of the installation; with an offset as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputRejected("bad_moment", field="at", text=text[:50]) from error
    zone = ZoneInfo(current_app.config["TIME_ZONE"])
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()


def _refused(sandbox_id: str, error: EngineError) -> ResponseReturnValue:
    """The desk again with what was wrong on it; nothing has changed."""
    if isinstance(error, NotFoundError):
        raise error
    mount.leave()
    return _page(mount.enter(sandbox_id), describe(error, status_of(error)))


def _page(opened: OpenSandbox, problem: Problem | None = None) -> Response:
    detail = opened.detail
    view = opened.read(InstanceView(opened.instance_id), SYSTEM) if opened.instance_id else None
    stopped = opened.live.stopped
    page = render_template(
        "sandbox/desk.html",
        opened=opened,
        detail=detail,
        view=view,
        problem=problem,
        pack_name=pick(*opened.pack_names),
        stopped=(stopped[0], _why(stopped[1])) if stopped else None,
        beginnings=[] if view else list(_beginnings(opened)),
        tasks=list(_tasks(opened)) if view else [],
        awaited=opened.read(AwaitedEvents(view.head.instance_id), SYSTEM) if view and view.head.status == "active" else (),
        shown=_shown(opened, view) if view else None,
        steps=[step_words(one, opened) for one in detail.steps],
        durations=durations(),
        now_local=opened.now().astimezone(ZoneInfo(current_app.config["TIME_ZONE"])).strftime("%Y-%m-%dT%H:%M"),
        given=request.form if request.endpoint == "sandbox.record" else None,
        list_address=mount.address(detail.sandbox_id, opened.roles[0].key, url_for("tasklist.show")) if opened.roles else "",
    )
    return Response(page, problem.status if problem else 200)


def _why(error: EngineError) -> Problem:
    """Why a step cannot be walked again; a form says which fields."""
    problem = describe(error, status_of(error))
    if not isinstance(error, FormRejected):
        return problem
    fields = _("；").join(f"{path}{_('：')}{problem_text(one, language())}" for path, one in sorted(error.problems.items()))
    return Problem(problem.status, _("表单不接受填写的内容"), fields, problem.code)


def _beginnings(opened: OpenSandbox) -> Iterator[Beginning]:
    """Every process that starts by hand, with the roles that may."""
    found: dict[str, tuple[str, list[Way]]] = {}
    for role in opened.roles:
        for row in opened.read(Startable(), opened.person(role.key)):
            way = Way(pick(role.name, role.name_en), _inside(opened, role.key, url_for("start.form", key=row.key)))
            found.setdefault(row.key, (pick(row.name, row.name_en), []))[1].append(way)
    return (Beginning(name, tuple(ways)) for name, ways in found.values())


def _tasks(opened: OpenSandbox) -> Iterator[OpenWork]:
    for row in opened.read(OpenTasks(opened.instance_id or ""), SYSTEM):
        roles = [opened.role_of(row.assignee)] if row.assignee else [group.key for group in row.candidate_groups]
        known = [role for role in roles if role is not None and any(role.partition(":")[0] == one.key for one in opened.roles)]
        page = url_for("task.show", task_id=row.task_id)
        ways = tuple(Way(role_words(opened, role), _inside(opened, role, page)) for role in known)
        yield OpenWork(row, pick(row.element_name, row.element_name_en), ways)


def _inside(opened: OpenSandbox, role: str, path: str) -> str:
    return mount.address(opened.detail.sandbox_id, role, path.removeprefix(request.script_root))


def _shown(opened: OpenSandbox, view: InstanceDetail) -> drawing.Shown:
    """The diagram of the process that is asked for, else of the innermost that is at work."""
    asked = request.args.get("process")
    active = [call for call in view.calls if call.process_key in view.progress and view.progress[call.process_key].active]
    call = next((call for call in view.calls if call.process_key == asked), None) or (active or view.calls)[-1 if active else 0]
    svg = opened.read(DiagramSvg(call.process_key, call.version, view.head.instance_id, language()), SYSTEM)
    role = opened.roles[0].key if opened.roles else "nobody"
    address = _inside(opened, role, url_for("diagrams.xml", process_key=call.process_key, version=call.version))
    return drawing.Shown(call.process_key, address, drawing.marks(view.progress.get(call.process_key)), svg)
