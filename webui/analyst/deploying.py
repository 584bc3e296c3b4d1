"""Bringing a process pack: the page for people, which leads to the release page, and the JSON interface for tools, which releases at once.

Both check alike, and a pack with errors changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import (
    ConflictError,
    DefinitionRejected,
    Deployment,
    InputRejected,
    NotFoundError,
    PackFiles,
    PackRelease,
    Packs,
    PackView,
    ReleaseFiles,
    SuiteProgress,
    TakeUpload,
    WorkingFiles,
    digest_of,
    files_of,
    release_tried,
    require_green,
)
from webui.analyst import progress
from webui.analyst.findings import FileFindings, as_json, grouped
from webui.link import actor, home, read, run
from webui.messages import is_fragment_request
from webui.sandbox import mount
from webui.sandbox.scenarios import one_of_few
from webui.security import Access, allow, csrf, receives
from webui.tools import BY_PASSWORD, EXAMPLE

MEGABYTES = 20
MOST_TOLD = 20
BY_NAMES = "auto"
# Beside the files: names, boundaries, a note.
MOST_BYTES = MEGABYTES * 1_000_000 + 200_000

blueprint = Blueprint("deploying", __name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was deployed: findings by file, and how many of them there are."""

    count: int
    files: list[FileFindings]


@blueprint.get("/deploy")
@allow(Access.ANALYSTS)
def show() -> ResponseReturnValue:
    return _page()


@blueprint.post("/deploy")
@allow(Access.ANALYSTS)
@receives(MOST_BYTES)
def submit() -> ResponseReturnValue:
    """Checked and put into the working copy, from where it is compared, tried and released."""
    chosen, files = request.form.get("into", ""), {}
    into = "" if chosen == BY_NAMES else chosen
    try:
        files = _files()
        into = _meant(files) if chosen == BY_NAMES else into
        beside = _beside(into)
        files = {place(name, beside): content for name, content in files.items()}
        taken = run(TakeUpload(files, into, request.form.get("over", type=int)))
    except DefinitionRejected as error:
        return _page(Refusal(len(error.findings), grouped(error.findings, _beside(into) | files)), status=422)
    except ConflictError as error:
        if error.code != "working_copy_has_changes":
            raise
        return _page(occupied={**error.details, "whole": not into}, status=409)
    except InputRejected as error:
        missing = {"no_files": _("请先选择文件。")}
        missing["several_packs"] = _("几个流程包里都有这个名称的文件，请在“怎么用这些文件”里选一个。")
        if error.code not in missing:
            raise
        return _page(missing=missing[error.code], status=422)
    if not taken.differs:
        flash(_("和现在的部署完全一样，没有产生新版本。"))
        address = url_for("packs.open", key=taken.pack_key, part="releases")
    else:
        flash(put_words(taken.files, taken.removed))
        address = url_for("releasing.show", key=taken.pack_key)
    if is_fragment_request():
        return Response(headers={"HX-Redirect": address})
    return redirect(address, 303)


@blueprint.post("/api/deployments")
@allow(Access.ANALYSTS)
@receives(MOST_BYTES)
def deploy() -> ResponseReturnValue:
    """Checked, tried, released. A request with the session's cookie needs the CSRF token, one with name and password does not: no browser sends those
    unasked. Who accepts application/x-ndjson is told of every scenario as it ends; the last line is the answer with its `status`.
    """
    if not g.get(BY_PASSWORD):
        csrf.protect()
    try:
        files = _files()
    except DefinitionRejected as error:
        return _json(_refused(error), 422)
    note = _note()
    if progress.is_wanted():
        return progress.streamed(lambda told: _answer(files, note, told))
    return _json(*_answer(files, note, lambda done, total, last: None))


csrf.exempt(deploy)


def _answer(files: dict[str, bytes], note: str, told: SuiteProgress) -> tuple[dict[str, Any], int]:
    """What a tool is told in the end, and its status."""
    try:
        deployment = _released(files, note, told)
    except DefinitionRejected as error:
        return _refused(error), 422
    return _described(deployment), 200 if deployment.unchanged else 201


def _refused(error: DefinitionRejected) -> dict[str, Any]:
    return {"error": error.code, "findings": [as_json(finding) for finding in error.findings]}


def _released(files: dict[str, bytes], note: str, told: SuiteProgress) -> Deployment:
    """What runs already is not tried again. Raises DefinitionRejected also for scenarios that fail."""
    digest = digest_of(files)
    running = {pack.key: pack.newest for pack in read(Packs())}
    if any(newest.digest == digest for newest in running.values()):
        return run(ReleaseFiles(files, note, ""))
    with one_of_few():
        suite = require_green(files, mount.sandboxes().server, told)
    newest = running.get(suite.pack_key)
    return release_tried(home(), files, suite, note, newest.deployment_id if newest else "", actor())


def _note() -> str:
    """Raises InputRejected("note_required")."""
    note = request.values.get("note", "").strip()
    if not note:
        raise InputRejected("note_required", field="note")
    return note


def _files() -> dict[str, bytes]:
    """What was sent. Raises InputRejected("no_files"), DefinitionRejected."""
    sent = [(upload.filename.replace("\\", "/").rpartition("/")[2], upload.read()) for upload in request.files.getlist("files") if upload.filename]
    if not sent and request.mimetype == "application/zip":
        sent = [("pack.zip", request.get_data())]
    if not sent:
        raise InputRejected("no_files")
    return files_of(sent)


def _meant(files: Mapping[str, bytes]) -> str:
    """The pack that files sent without a pack.toml belong to, because it has files of these names; "" when they are a pack of their own.

    Raises InputRejected("several_packs").
    """
    if "pack.toml" in files:
        return ""
    names = {name.rpartition("/")[2] for name in files}
    having = [pack.key for pack in read(Packs()) if names & {file.name.rpartition("/")[2] for file in read(PackView(pack.key)).files}]
    if len(having) > 1:
        raise InputRejected("several_packs", field="into")
    return having[0] if having else ""


def _beside(key: str) -> dict[str, bytes]:
    """The files that an upload into a pack comes to: of its working copy, else of what runs; none for a whole pack. Raises NotFoundError."""
    if not key:
        return {}
    try:
        return dict(read(WorkingFiles(key)))
    except NotFoundError:
        return read(PackFiles(key))


def place(name: str, kept: Mapping[str, bytes]) -> str:
    """Where a file of that name is in the pack: a scenario is in its folder."""
    found = [old for old in kept if old.rpartition("/")[2] == name]
    return found[0] if len(found) == 1 and name not in kept else name


def put_words(files: Sequence[str], removed: Sequence[str]) -> str:
    """What an upload did in the working copy."""
    told = [_("已放进工作副本：%(files)s", files=_("、").join(files))] if files else []
    told += [_("已从工作副本去掉：%(files)s", files=_("、").join(removed))] if removed else []
    return str(_("；").join(told) or _("和工作副本里的完全一样，没有改动。"))


def version_words(deployment: Deployment) -> list[str]:
    """Every process with the version that it got."""
    return [_("%(name)s 第 %(version)s 版", name=one.name, version=one.version) for one in deployment.processes]


def _page(refusal: Refusal | None = None, missing: str = "", occupied: Mapping[str, Any] | None = None, status: int = 200) -> Response:
    """`occupied` says whose changes are in the working copy already: it is taken when its `revision` comes back as `over`."""
    told = _occupied(occupied) if occupied else None
    context: dict[str, Any] = {"refusal": refusal, "missing": missing, "occupied": told}
    if is_fragment_request():
        return make_response(render_template("packs/refusal.html", **context), status)
    host = request.host_url.rstrip("/")
    context |= {"packs": read(Packs()), "megabytes": MEGABYTES, "example": EXAMPLE.format(host=host)}
    context["into"] = request.form.get("into", request.args.get("into", BY_NAMES))
    return make_response(render_template("packs/deploy.html", **context), status)


def _occupied(details: Mapping[str, Any]) -> dict[str, Any]:
    at = datetime.fromisoformat(str(details["at"]))
    return {**details, "at": at, "key": details["pack_key"], "files": list(details["files"])[:MOST_TOLD]}


def _described(deployment: Deployment) -> dict[str, Any]:
    view = read(PackView(deployment.pack_key, deployment.id))
    release: PackRelease = view.release
    tested = release.tested
    return {
        "deployment_id": deployment.id,
        "pack": deployment.pack_key,
        "digest": deployment.digest,
        "unchanged": deployment.unchanged,
        "processes": [{"key": one.key, "version": one.version, "name": one.name} for one in deployment.processes],
        "files": {"added": release.added, "changed": release.changed, "removed": release.removed},
        "tested": None if tested is None else {"digest": tested.digest, "scenarios": tested.scenarios, "percent": tested.percent},
        "warnings": [as_json(finding) for finding in view.warnings],
    }


def _json(content: dict[str, Any], status: int) -> Response:
    return Response(current_app.json.dumps(content, ensure_ascii=False), status, mimetype="application/json")
