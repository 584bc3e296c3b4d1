"""Working copies of packs as pages: what is in one, what changed and by whom; files come, go and are taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import pgettext

from engine import (
    CreatePack,
    DefinitionRejected,
    DiscardWorkingCopy,
    EngineError,
    InputRejected,
    NotFoundError,
    OpenWorkingCopy,
    PutWorkingFiles,
    RemoveWorkingFile,
    RenameWorkingFile,
    SaveWorkingFile,
    UpdateWorkingCopy,
    WorkingCopyDetail,
    WorkingCopyView,
    WorkingFile,
    WorkingFileRow,
    WorkingFiles,
    WorkingFindings,
    WorkingHistory,
    WorkingNames,
    WorkingVersionContent,
    files_of,
    pack_zip,
)
from webui.analyst.deploying import MOST_BYTES, place, put_words
from webui.analyst.downloads import download, media_type_of
from webui.analyst.findings import grouped
from webui.analyst.templates import new_file
from webui.link import read, run
from webui.messages import describe
from webui.security import Access, allow, receives, status_of

KINDS = ("bpmn", "dmn", "form", "settings", "scenario", "other")
# Files that have an editor; others are only taken away and brought back.
EDITABLE = frozenset({"bpmn", "dmn", "form", "settings", "scenario"})
HISTORY_LINES = 60

blueprint = Blueprint("working", __name__)


@dataclass(frozen=True, slots=True)
class FileGroup:
    kind: str
    title: str
    files: tuple[WorkingFileRow, ...]


@blueprint.post("/packs/<key>/edit")
@allow(Access.ANALYSTS)
def begin(key: str) -> ResponseReturnValue:
    run(OpenWorkingCopy(key))
    return redirect(request.form.get("next") == "file" and _file_address(key, request.form.get("file", "")) or url_for("working.show", key=key), 303)


@blueprint.post("/new-pack")
@allow(Access.ANALYSTS)
def create() -> ResponseReturnValue:
    key = request.form.get("key", "").strip()
    try:
        run(CreatePack(key, request.form.get("name", ""), request.form.get("name_en", "")))
    except EngineError as error:
        problem = describe(error, status_of(error))
        return Response(render_template("working/new.html", problem=problem, given=request.form), problem.status)
    return redirect(url_for("working.show", key=key), 303)


@blueprint.get("/new-pack")
@allow(Access.ANALYSTS)
def ask_new() -> ResponseReturnValue:
    return render_template("working/new.html", problem=None, given={})


@blueprint.get("/packs/<key>/edit")
@allow(Access.ANALYSTS)
def show(key: str) -> ResponseReturnValue:
    return _page(key)


@blueprint.post("/packs/<key>/edit/add")
@allow(Access.ANALYSTS)
def add(key: str) -> ResponseReturnValue:
    """A new file of a kind, with the least that its editor needs."""
    try:
        name, content = new_file(request.form.get("kind", ""), request.form.get("id", "").strip(), request.form.get("name", "").strip())
        run(SaveWorkingFile(key, name, content, None))
    except EngineError as error:
        return _refused(key, error)
    return redirect(_file_address(key, name), 303)


@blueprint.post("/packs/<key>/edit/upload")
@allow(Access.ANALYSTS)
@receives(MOST_BYTES)
def upload(key: str) -> ResponseReturnValue:
    """A whole pack as a zip, or single files, from another tool; nothing is taken when one of them cannot be."""
    sent = [(one.filename.replace("\\", "/").rpartition("/")[2], one.read()) for one in request.files.getlist("files") if one.filename]
    try:
        if not sent:
            raise InputRejected("no_files")
        there = {one.name: b"" for one in read(WorkingCopyView(key)).files}
        files = {place(name, there): content for name, content in files_of(sent).items()}
        put = run(PutWorkingFiles(key, files, _number("revision"), whole=request.form.get("whole") == "1"))
    except EngineError as error:
        return _refused(key, error)
    flash(put_words(put.files, put.removed))
    return redirect(url_for("working.show", key=key), 303)


@blueprint.post("/packs/<key>/edit/rename")
@allow(Access.ANALYSTS)
def rename(key: str) -> ResponseReturnValue:
    try:
        run(RenameWorkingFile(key, request.form.get("file", ""), request.form.get("new_name", ""), _number("revision")))
    except EngineError as error:
        return _refused(key, error)
    return redirect(url_for("working.show", key=key), 303)


@blueprint.post("/packs/<key>/edit/remove")
@allow(Access.ANALYSTS)
def remove(key: str) -> ResponseReturnValue:
    try:
        run(RemoveWorkingFile(key, request.form.get("file", ""), _number("revision")))
    except EngineError as error:
        return _refused(key, error)
    return redirect(url_for("working.show", key=key), 303)


@blueprint.post("/packs/<key>/edit/update")
@allow(Access.ANALYSTS)
def update(key: str) -> ResponseReturnValue:
    """Take in what was deployed since the copy was made."""
    try:
        updated = run(UpdateWorkingCopy(key, _number("revision")))
    except EngineError as error:
        return _refused(key, error)
    flash(_("已取入新的部署中的改动：%(count)s 个文件。", count=len(updated.taken)))
    if updated.kept:
        flash(_("两边都改过，保留了工作副本的：%(files)s。请对照新的部署再改。", files=_("、").join(updated.kept)))
    return redirect(url_for("working.show", key=key), 303)


@blueprint.post("/packs/<key>/edit/discard")
@allow(Access.ANALYSTS)
def discard(key: str) -> ResponseReturnValue:
    try:
        run(DiscardWorkingCopy(key, _number("revision")))
    except EngineError as error:
        return _refused(key, error)
    return redirect(url_for("packs.show"), 303)


@blueprint.get("/packs/<key>/edit/pack.zip")
@allow(Access.ANALYSTS)
def archive(key: str) -> ResponseReturnValue:
    return download(pack_zip(read(WorkingFiles(key))), f"{key}.zip", "application/zip")


@blueprint.get("/packs/<key>/edit/download")
@allow(Access.ANALYSTS)
def file(key: str) -> ResponseReturnValue:
    """A file as it is now, or as the version of that number had it."""
    version = request.args.get("version", type=int)
    found = read(WorkingVersionContent(key, version)) if version is not None else read(WorkingFile(key, request.args.get("name", "")))
    return download(found.content, found.name.rpartition("/")[2], media_type_of(found.name))


def _number(field: str) -> int:
    """A revision from the page; 0, which none has, when it is no number."""
    return request.form.get(field, 0, type=int)


def _file_address(key: str, name: str) -> str:
    return url_for("editor.open", key=key, name=name)


def _refused(key: str, error: EngineError) -> ResponseReturnValue:
    """The page again with what was wrong on it; nothing has changed."""
    if isinstance(error, NotFoundError):
        raise error
    findings = grouped(error.findings) if isinstance(error, DefinitionRejected) else []
    return _page(key, {"problem": describe(error, status_of(error)), "refused": findings}, status_of(error))


def _page(key: str, context: dict[str, Any] | None = None, status: int = 200) -> Response:
    view: WorkingCopyDetail = read(WorkingCopyView(key))
    found = read(WorkingFindings(key))
    titles = dict(zip(KINDS, (pgettext("many", "流程图"), _("决策表"), pgettext("many", "表单"), _("设置"), _("场景"), _("其他文件")), strict=True))
    groups = [FileGroup(kind, titles[kind], tuple(one for one in view.files if one.kind == kind)) for kind in KINDS]
    page = render_template(
        "working/copy.html",
        view=view,
        groups=[group for group in groups if group.files],
        names=read(WorkingNames(key)),
        editable=EDITABLE,
        found=found,
        findings=grouped(found.findings),
        history=read(WorkingHistory(key, limit=HISTORY_LINES)),
        actions=_actions(),
        changes=_changes(),
        **{"problem": None, "refused": [], **(context or {})},
    )
    return Response(page, status)


def _actions() -> dict[str, str]:
    """What happened to a file, in words."""
    return {
        "added": _("新建"),
        "saved": _("修改"),
        "renamed": _("改名"),
        "removed": _("删除"),
        "uploaded": _("上传"),
        "updated": _("取自新的部署"),
    }


def _changes() -> dict[str, str]:
    return {"added": _("新增"), "changed": _("有改动")}
