"""The files of a case: added, removed, looked at; on the pages of the case and of its tasks, and on a page of their own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import BinaryIO, cast

from flask import Blueprint, Flask, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from engine import (
    LONGEST_REASON,
    AttachFiles,
    AttachmentLimits,
    FieldProblem,
    FilesOfCase,
    FormRejected,
    InputRejected,
    InspectInstances,
    KeepFile,
    NotFoundError,
    RemoveAttachment,
    Settings,
    is_auditor,
    is_instance_id,
    problem_text,
)
from webui.language import language
from webui.link import actor, read, run, sandbox
from webui.messages import BY_CODE, describe, is_fragment_request
from webui.pages import inside
from webui.security import Access, allow, status_of

MEGABYTE = 1_000_000
LIMITS = "ATTACHMENT_LIMITS"
# Where the panel stands and something can be added; on the page of the replay files are only read.
PLACES = ("task", "case")

blueprint = Blueprint("attachments", __name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the panel says of the request before: what was done, what was not and why, and a removal that lacks something."""

    told: str = ""
    problems: tuple[str, ...] = ()
    removal: int = 0
    removal_problem: str = ""

    @property
    def says_something(self) -> bool:
        return self != Answer()


@blueprint.get("/instances/<instance_id>/files")
@allow(Access.SIGNED_IN)
def show(instance_id: str) -> ResponseReturnValue:
    """Who may look into every case leaves a record of having looked into this one."""
    if is_auditor(actor()) and sandbox() is None and is_instance_id(instance_id):
        run(InspectInstances((instance_id,), "page", again=False))
    return _page(instance_id, Answer())


@blueprint.post("/instances/<instance_id>/files")
@allow(Access.SIGNED_IN)
def add(instance_id: str) -> ResponseReturnValue:
    """Uploads that the page has sent before (`file_id`), or files that come along. What can be kept is added; the rest is said, file by file."""
    if not read(FilesOfCase(instance_id)).may_add:
        raise NotFoundError("no_such_instance", instance_id=instance_id)
    limits = _limits()
    ids, problems = _kept(limits)
    added, status = 0, 422
    if ids or not problems:
        try:
            added = len(run(AttachFiles(instance_id, ids, request.form.get("request_key", ""), limits)).numbers)
        except InputRejected as error:
            problems.append(describe(error, status_of(error)).text)
    told = _("已添加 %(count)s 个文件。", count=added) if added else ""
    return _answer(instance_id, Answer(told, tuple(problems)), status if problems else 200)


@blueprint.post("/instances/<instance_id>/files/remove")
@allow(Access.SIGNED_IN)
def remove(instance_id: str) -> ResponseReturnValue:
    number = request.form.get("number", 0, type=int)
    try:
        run(RemoveAttachment(instance_id, number, request.form.get("reason", "")))
    except InputRejected as error:
        return _answer(instance_id, Answer(removal=number, removal_problem=_reason_problem(error)), status_of(error))
    return _answer(instance_id, Answer(_("附件已经移除。")), 200)


def panel(instance_id: str, place: str = "case", answer: Answer | None = None) -> dict[str, object]:
    """What the part `parts/files.html` shows; without `case_files` for who sees a task but not its case."""
    try:
        found = read(FilesOfCase(instance_id))
    except NotFoundError:
        return {"case_files": None}
    limits = _limits()
    return {
        "case_files": found,
        "may_attach": found.may_add and place in PLACES,
        "files_of": instance_id,
        "files_place": place,
        "files_answer": answer or Answer(),
        "files_key": secrets.token_hex(16),
        "file_limits": {"files": limits.files, "bytes": limits.file_bytes, "megabytes": limits.file_bytes // MEGABYTE, "reason": LONGEST_REASON},
    }


def install(app: Flask, settings: Settings) -> None:
    """How much may be attached at once, and the words for what attachments may be refused for."""
    app.config[LIMITS] = AttachmentLimits(settings.attachments_at_once, settings.attachment_megabytes * MEGABYTE)
    BY_CODE.update(
        {
            "too_many_files": lambda details: (
                _("文件太多"),
                _("一次最多添加 %(maximum)s 个文件，请分几次。没有添加任何文件。", maximum=details.get("maximum")),
            ),
            "attachment_size": lambda details: (_("文件太大"), _too_large(details.get("name"), details.get("megabytes"))),
            "upload_gone": lambda _details: (_("上传的文件已经不在"), _("请重新选择文件。没有添加任何文件。")),
            "too_many_attachments": lambda details: (
                _("附件太多"),
                _("一个流程最多有 %(maximum)s 个附件，移除的也算。没有添加任何文件。", maximum=details.get("maximum")),
            ),
            "no_such_attachment": lambda _details: (_("没有这个附件"), _("它不存在，或者不是你添加的。")),
        }
    )


def _limits() -> AttachmentLimits:
    return cast(AttachmentLimits, current_app.config[LIMITS])


def _too_large(name: object, megabytes: object) -> str:
    return str(_("“%(name)s”太大，一个文件最多 %(megabytes)s MB。", name=name, megabytes=megabytes))


def _kept(limits: AttachmentLimits) -> tuple[list[str], list[str]]:
    """(ids of what was uploaded before or came along, what is wrong with the rest)."""
    problems: list[str] = []
    ids = request.form.getlist("file_id")
    uploads = [upload for upload in request.files.getlist("files") if upload.filename]
    if len(ids) + len(uploads) > limits.files:
        # Refused as a whole, before anything of it is kept.
        return ids + ["" for _upload in uploads], problems
    for upload in uploads:
        try:
            ids.append(_keep(upload, limits))
        except FormRejected as error:
            problems += [problem_text(problem, language()) for problem in error.problems.values()]
    return ids, problems


def _keep(upload: FileStorage, limits: AttachmentLimits) -> str:
    name = upload.filename or ""
    size = upload.stream.seek(0, 2)
    if size > limits.file_bytes:
        raise FormRejected({"": FieldProblem("file_size", name=name[:200], megabytes=limits.file_bytes // MEGABYTE)})
    return run(KeepFile(name, cast(BinaryIO, upload.stream))).id


def _reason_problem(error: InputRejected) -> str:
    if error.code == "required":
        return str(_("请写明原因。"))
    if error.code == "too_long":
        return str(_("原因最多 %(maximum)s 个字，现在是 %(length)s 个字。", maximum=LONGEST_REASON, length=error.details.get("length")))
    return describe(error, status_of(error)).text


def _answer(instance_id: str, answer: Answer, status: int) -> ResponseReturnValue:
    """The panel alone for htmx; else the page that was left, or this one when something is to be said of single files."""
    if is_fragment_request():
        place = request.form.get("place", "")
        return make_response(render_template("parts/files.html", **panel(instance_id, place if place in PLACES else "case", answer)), status)
    if status != 200:
        return _page(instance_id, answer, status)
    flash(answer.told)
    return redirect(inside(request.form.get("next"), url_for("attachments.show", instance_id=instance_id)), 303)


def _page(instance_id: str, answer: Answer, status: int = 200) -> Response:
    context = panel(instance_id, "case", answer)
    if context["case_files"] is None:
        raise NotFoundError("no_such_instance", instance_id=instance_id[:100])
    back = inside(request.values.get("next"), "")
    return make_response(render_template("files.html", back=back, **context), status)
