"""Editing one file of a working copy: the page, and what its scripts ask for — content, saving, who else is here, a form as staff will see it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import (
    DefinitionRejected,
    EngineError,
    InputRejected,
    NotFoundError,
    SaveWorkingFile,
    WatchWorkingFile,
    WorkingContext,
    WorkingCopyView,
    WorkingFile,
    WorkingFindings,
    WorkingFormPreview,
    WorkingNames,
    WorkingSettings,
    form_view,
)
from webui.analyst.deploying import MOST_BYTES
from webui.analyst.downloads import media_type_of
from webui.analyst.findings import MOST_SHOWN, as_line, grouped
from webui.language import LANGUAGES, language
from webui.link import engine, read, run
from webui.messages import describe
from webui.security import CONTENT_SECURITY_POLICY, Access, allow, receives, status_of
from webui.words import moment

# Which bundle edits what; text is for scenarios.
EDITORS = {"bpmn": "bpmn", "dmn": "dmn", "form": "form", "settings": "settings", "scenario": "text"}
# What can be changed as text too: what the libraries have no editor for, or cannot open.
DRAWN = frozenset({"bpmn", "dmn", "form"})
OWN_EDITORS = frozenset({"settings", "text"})
# The libraries' code fields put style elements into the page.
STYLES_INLINE = CONTENT_SECURITY_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")

blueprint = Blueprint("editor", __name__)


@blueprint.get("/packs/<key>/edit/file")
@allow(Access.ANALYSTS)
def open(key: str) -> ResponseReturnValue:
    view = read(WorkingCopyView(key))
    file = next((one for one in view.files if one.name == request.args.get("name")), None)
    if file is None or file.kind not in EDITORS:
        raise NotFoundError("no_such_file", name=request.args.get("name", "")[:200])
    as_text = request.args.get("as") == "text" and file.kind in DRAWN
    editor = "text" if as_text else EDITORS[file.kind]
    addresses = _addresses(key, file.name)
    response = make_response(
        render_template(
            "working/file.html",
            view=view,
            file=file,
            editor=editor,
            bundle="editor-form-zh" if editor == "form" and language() == "zh" else f"editor-{editor}",
            addresses=addresses,
            siblings=[one for one in view.files if one.kind in EDITORS],
            names=read(WorkingNames(key)),
            as_text=as_text,
            other=addresses["drawn" if as_text else "text"] if file.kind in DRAWN else None,
        )
    )
    if editor not in OWN_EDITORS:
        response.headers["Content-Security-Policy"] = STYLES_INLINE
    return response


def _addresses(key: str, name: str) -> dict[str, str]:
    """What the scripts of an editor ask and where they lead."""
    asked = {one: url_for(f"editor.{one}", key=key, name=name) for one in ("content", "save", "watch", "preview", "findings")}
    asked |= {one: url_for(f"editor.{one}", key=key) for one in ("context", "settings")}
    drawn = url_for("editor.open", key=key, name=name)
    leads = {"drawn": drawn, "text": f"{drawn}&as=text", "opened": url_for("editor.open", key=key)}
    leads["download"] = url_for("working.file", key=key, name=name)
    return asked | leads | {"added": url_for("working.show", key=key, _anchor="add-title")}


@blueprint.get("/packs/<key>/edit/content")
@allow(Access.ANALYSTS)
def content(key: str) -> ResponseReturnValue:
    """The file's bytes; X-Revision is what a save has to expect."""
    file = read(WorkingFile(key, request.args.get("name", "")))
    return Response(file.content, mimetype=media_type_of(file.name), headers={"X-Revision": str(file.revision)})


@blueprint.post("/packs/<key>/edit/content")
@allow(Access.ANALYSTS)
@receives(MOST_BYTES)
def save(key: str) -> ResponseReturnValue:
    """The body is the file. 200 saved, 409 somebody was faster (by whom, when, which revision), 422 no editor could open it again."""
    name, expected = request.args.get("name", ""), request.args.get("expected", type=int)
    try:
        saved = run(SaveWorkingFile(key, name, request.get_data(), expected))
    except EngineError as error:
        return _json(_problem(error), status_of(error))
    return _json({"revision": saved.revision, "at": moment(saved.at)})


@blueprint.post("/packs/<key>/edit/watch")
@allow(Access.ANALYSTS)
def watch(key: str) -> ResponseReturnValue:
    try:
        seen = run(WatchWorkingFile(key, request.args.get("name", "")))
    except EngineError as error:
        return _json(_problem(error), status_of(error))
    here = [{"name": name, "file": file} for name, file in seen.others]
    return _json({"revision": seen.file_revision, "by_name": seen.by_name, "at": moment(seen.at), "others": here})


@blueprint.get("/packs/<key>/edit/context")
@allow(Access.ANALYSTS)
def context(key: str) -> ResponseReturnValue:
    """What can be chosen in a diagram: forms with their fields, decisions, processes, roles, registers."""
    return _json(asdict(read(WorkingContext(key))))


@blueprint.post("/packs/<key>/edit/preview")
@allow(Access.ANALYSTS)
@receives(MOST_BYTES)
def preview(key: str) -> ResponseReturnValue:
    """The form in the body as staff will see it, rendered by what renders it for them; 422 with the findings when it cannot be shown."""
    asked = request.args.get("language")
    shown = asked if asked in LANGUAGES else language()
    try:
        found = read(WorkingFormPreview(key, request.args.get("name", ""), request.get_data()))
    except DefinitionRejected as error:
        return make_response(render_template("working/preview_failed.html", findings=grouped(error.findings)), 422)
    use = next((one for one in found.uses if one.element_id == request.args.get("use")), found.uses[0] if found.uses else None)
    zone = ZoneInfo(current_app.config["TIME_ZONE"])
    view = form_view(found.form, None, {}, use.rights if use else {}, {}, engine().now(), language=shown, zone=zone)
    return make_response(render_template("working/preview.html", found=found, use=use, view=view, shown=shown))


@blueprint.post("/packs/<key>/edit/settings")
@allow(Access.ANALYSTS)
@receives(MOST_BYTES)
def settings(key: str) -> ResponseReturnValue:
    """pack.toml as a form: the body is {text, edits}; told are the text after the edits, and what it says. Nothing is stored."""
    try:
        found = read(WorkingSettings(key, *_settings_asked()))
    except EngineError as error:
        return _json(_problem(error), status_of(error))
    problem = as_line(found.problem) if found.problem else None
    told = " ".join(str(problem[name]) for name in ("message", "proposal") if problem[name]) if problem else None
    return _json({"text": found.text, "settings": asdict(found.settings) if found.settings else None, "problem": told})


def _settings_asked() -> tuple[str, tuple[dict[str, Any], ...]]:
    """Raises InputRejected where the body is not what the editor sends."""
    try:
        asked = json.loads(request.get_data())
        text, edits = asked["text"], asked["edits"]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise InputRejected("settings_edit") from error
    if not isinstance(text, str) or not isinstance(edits, list) or not all(isinstance(one, dict) for one in edits):
        raise InputRejected("settings_edit")
    return text, tuple(edits)


@blueprint.post("/packs/<key>/edit/findings")
@allow(Access.ANALYSTS)
def findings(key: str) -> ResponseReturnValue:
    """What the checks say with the body in the file's place, errors first; nothing is stored."""
    try:
        found = read(WorkingFindings(key, {request.args.get("name", ""): request.get_data()}))
    except EngineError as error:
        return _json(_problem(error), status_of(error))
    lines = [{"file": one.file, **as_line(one)} for one in sorted(found.findings[:MOST_SHOWN], key=lambda one: (one.severity, one.line or 0))]
    return _json({"findings": lines})


def _problem(error: EngineError) -> dict[str, Any]:
    problem = describe(error, status_of(error))
    details = {name: error.details.get(name) for name in ("revision", "by", "by_name")}
    at = error.details.get("at")
    findings = [as_line(one) for one in error.findings] if isinstance(error, DefinitionRejected) else []
    told = {"error": error.code, "title": problem.title, "text": problem.text, "findings": findings}
    return told | details | {"at": moment(datetime.fromisoformat(at)) if isinstance(at, str) else None}


def _json(content: dict[str, Any], status: int = 200) -> Response:
    return Response(current_app.json.dumps(content, ensure_ascii=False), status, mimetype="application/json")
