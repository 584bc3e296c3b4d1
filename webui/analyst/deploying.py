"""Deploying a process pack: the page for people, the JSON interface for tools. Both check alike, and a pack with errors changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import (
    ContentChanged,
    DefinitionRejected,
    Deployment,
    DeployPack,
    InputRejected,
    PackFiles,
    PackRelease,
    Packs,
    PackView,
    digest_of,
    files_of,
    require_green,
)
from webui.analyst.findings import FileFindings, as_json, grouped
from webui.link import read, run
from webui.messages import is_fragment_request
from webui.sandbox import mount
from webui.security import Access, allow, csrf, receives
from webui.tools import BY_PASSWORD, EXAMPLE

MEGABYTES = 20
# Beside the files: names, boundaries, the note.
MOST_BYTES = MEGABYTES * 1_000_000 + 200_000
LONGEST_NOTE = 2000

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
    files: dict[str, bytes] = {}
    try:
        into, base = _into(request.form.get("into", ""))
        files = _files(into, base)
        deployment = _deployed(files, base or None)
    except DefinitionRejected as error:
        return _page(Refusal(len(error.findings), grouped(error.findings, files)), status=422)
    except InputRejected as error:
        missing = {"no_files": _("请先选择文件。"), "note_required": _("请写这次改了什么")}.get(error.code)
        if missing is None:
            raise
        return _page(missing=missing, status=422)
    if deployment.unchanged:
        flash(_("和现在的部署完全一样，没有产生新版本。"))
    else:
        flash(_("已经部署：%(processes)s", processes=_("、").join(version_words(deployment))))
    address = url_for("packs.open", key=deployment.pack_key, part="releases")
    if is_fragment_request():
        return Response(headers={"HX-Redirect": address})
    return redirect(address, 303)


@blueprint.post("/api/deployments")
@allow(Access.ANALYSTS)
@receives(MOST_BYTES)
def deploy() -> ResponseReturnValue:
    """As `submit`. A request with the session's cookie needs the CSRF token, one with name and password does not: no browser sends those unasked."""
    if not g.get(BY_PASSWORD):
        csrf.protect()
    try:
        deployment = _deployed(_files())
    except DefinitionRejected as error:
        return _json({"error": error.code, "findings": [as_json(finding) for finding in error.findings]}, 422)
    return _json(_described(deployment), 200 if deployment.unchanged else 201)


csrf.exempt(deploy)


def _deployed(files: dict[str, bytes], running: str | None = None) -> Deployment:
    """Checked, tried and deployed; what runs already is not tried again. Raises DefinitionRejected also for scenarios that fail."""
    note = _note()
    digest = digest_of(files)
    if all(pack.newest.digest != digest for pack in read(Packs())):
        require_green(files, mount.sandboxes().server)
    return run(DeployPack(files, note, running=running))


def _into(chosen: str) -> tuple[str, str]:
    """Key of a pack and the deployment of it that the page knew of; both empty when the files are a whole pack."""
    key, _colon, base = chosen.partition(":")
    return key, base


def _note() -> str:
    """Raises InputRejected("note_required")."""
    note = request.values.get("note", "").strip()
    if not note:
        raise InputRejected("note_required", field="note")
    return note


def _files(into: str = "", base: str = "") -> dict[str, bytes]:
    """What was sent. `into` names a pack whose other files stay as they are in its deployment `base`; ContentChanged when that is not the newest."""
    sent = [(upload.filename.replace("\\", "/").rpartition("/")[2], upload.read()) for upload in request.files.getlist("files") if upload.filename]
    if not sent and request.mimetype == "application/zip":
        sent = [("pack.zip", request.get_data())]
    if not sent:
        raise InputRejected("no_files")
    files = files_of(sent)
    if not into:
        return files
    before = read(PackView(into))
    if base and base != before.release.deployment_id:
        raise ContentChanged("pack_changed", at=before.release.deployed_at, by=before.release.deployed_by_name)
    kept = read(PackFiles(into, before.release.deployment_id))
    return kept | {place(name, kept): content for name, content in files.items()}


def place(name: str, kept: dict[str, bytes]) -> str:
    """Where a file of that name is in the pack: a scenario is in its folder."""
    found = [old for old in kept if old.rpartition("/")[2] == name]
    return found[0] if len(found) == 1 and name not in kept else name


def version_words(deployment: Deployment) -> list[str]:
    """Every process with the version that it got."""
    return [_("%(name)s 第 %(version)s 版", name=one.name, version=one.version) for one in deployment.processes]


def _page(refusal: Refusal | None = None, missing: str = "", status: int = 200) -> Response:
    context: dict[str, Any] = {"refusal": refusal, "missing": missing}
    if is_fragment_request():
        return make_response(render_template("packs/refusal.html", **context), status)
    host = request.host_url.rstrip("/")
    context |= {"packs": read(Packs()), "megabytes": MEGABYTES, "longest_note": LONGEST_NOTE, "example": EXAMPLE.format(host=host)}
    context |= {"into": _into(request.form.get("into") or request.args.get("into", ""))[0], "note": request.form.get("note", "")[:LONGEST_NOTE]}
    return make_response(render_template("packs/deploy.html", **context), status)


def _described(deployment: Deployment) -> dict[str, Any]:
    view = read(PackView(deployment.pack_key, deployment.id))
    release: PackRelease = view.release
    return {
        "deployment_id": deployment.id,
        "pack": deployment.pack_key,
        "digest": deployment.digest,
        "unchanged": deployment.unchanged,
        "processes": [{"key": one.key, "version": one.version, "name": one.name} for one in deployment.processes],
        "files": {"added": release.added, "changed": release.changed, "removed": release.removed},
        "warnings": [as_json(finding) for finding in view.warnings],
    }


def _json(content: dict[str, Any], status: int) -> Response:
    return Response(current_app.json.dumps(content, ensure_ascii=False), status, mimetype="application/json")
