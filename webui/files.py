"""Files of forms: taken at once or with the form, handed out as downloads; options of registers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast
from urllib.parse import quote, unquote

from flask import Blueprint, g, jsonify, request, stream_with_context
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from werkzeug.datastructures import MultiDict

from engine import (
    LIMITS,
    FieldProblem,
    FileDetail,
    FilePart,
    FileView,
    Form,
    FormFiles,
    FormOptions,
    FormRejected,
    InspectFile,
    KeepFile,
    Lookups,
    NotFoundError,
    Option,
    RecordNames,
    RecordSource,
    file_field,
    operation_of,
    problem_text,
    removed_file,
)
from webui.language import language
from webui.link import actor, read, run, sandbox
from webui.security import Access, allow

UPLOADS = "_file."
CONTROLS = ("_q.", "_open.")
# Forms that send files along, for browsers without JavaScript: as many bytes as two of the largest files.
FORMS_WITH_FILES = frozenset({"task.submit", "start.submit", "attachments.add"})
MOST_FORM_BYTES = 2 * LIMITS.file_bytes + 10_000_000
IN_MEMORY_BYTES = 500_000
# What a browser might run when it opens it is handed out as mere bytes.
HARMLESS = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "application/zip", "application/vnd.openxmlformats")
SANDBOX = "default-src 'none'; img-src 'self'; sandbox"
PROBLEMS = "upload_problems"

blueprint = Blueprint("files", __name__)


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    # After the guard, before the CSRF check, which reads the whole form.
    state.app.before_request_funcs.setdefault(None, []).insert(1, _allow_large_forms)


def _allow_large_forms() -> None:
    if request.endpoint == "files.keep":
        # Counted while it is read, so that the answer can say it in words.
        request.max_content_length = 2**40
    elif request.endpoint in FORMS_WITH_FILES and request.mimetype == "multipart/form-data":
        request.max_content_length = MOST_FORM_BYTES


@blueprint.post("/files")
@allow(Access.SIGNED_IN)
def keep() -> ResponseReturnValue:
    """A file as the request's body, its name in X-File-Name (percent-encoded). Answers the file, or what is wrong with it in words."""
    name = unquote(request.headers.get("X-File-Name", ""), errors="replace")
    accept = tuple(token for token in request.args.get("accept", "").split(",") if token)
    if (request.content_length or 0) > LIMITS.file_bytes:
        return _refused(FieldProblem("file_size", name=name[:200], megabytes=LIMITS.file_bytes // 1_000_000), 413)
    with SpooledTemporaryFile(IN_MEMORY_BYTES) as content:
        while content.tell() <= LIMITS.file_bytes and (chunk := request.stream.read(IN_MEMORY_BYTES)):
            content.write(chunk)
        try:
            kept = run(KeepFile(name, cast(BinaryIO, content), accept))
        except FormRejected as error:
            return _refused(error.problems[""], 422)
    return jsonify(kept.as_value()), 201


def _refused(problem: FieldProblem, status: int) -> ResponseReturnValue:
    return jsonify(code=problem.code, text=problem_text(problem, language())), status


@blueprint.get("/files/<file_id>")
@allow(Access.SIGNED_IN)
def fetch(file_id: str) -> ResponseReturnValue:
    """A download; with `inline` a plain image is shown in the page."""
    file = seen(file_id)
    shown = "inline" in request.args and file.inline
    response = Response(stream_with_context(_parts(file)), content_type=_type(file))
    response.content_length = file.size
    response.headers["Content-Disposition"] = disposition(file.name, "inline" if shown else "attachment")
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if shown:
        response.headers["Cache-Control"] = "private, max-age=600"
    return response


def seen(file_id: str) -> FileView:
    """What is known of a file that is about to be shown or handed out. Administrators leave a record of having looked into its cases."""
    if actor().is_administrator and sandbox() is None:
        run(InspectFile(file_id))
    return read(FileDetail(file_id))


def _type(file: FileView) -> str:
    return file.type if file.type.startswith(HARMLESS) else "application/octet-stream"


def _parts(file: FileView) -> Iterator[bytes]:
    for number in range(file.parts):
        yield read(FilePart(file.file_id, number))


def disposition(name: str, kind: str = "attachment") -> str:
    """RFC 6266: the name in ASCII for old clients, and as it is (RFC 5987)."""
    plain = "".join(character if character.isascii() and (character.isalnum() or character in " ._-()") else "_" for character in name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


@blueprint.get("/options/<record_type>")
@allow(Access.SIGNED_IN)
def options(record_type: str) -> ResponseReturnValue:
    """What a register offers for a search, as JSON."""
    source = RecordSource(record_type, request.args.get("label") or None, request.args.get("value") or None)
    found = read(FormOptions(source, request.args.get("q", "")))
    if found is None:
        raise NotFoundError("no_such_record_type", record_type=record_type[:100])
    lines = [{"value": option.token, "label": option.label} for option in found]
    return jsonify(options=lines, more=len(lines) >= LIMITS.record_options)


class _Registers:
    """Registers as whoever is signed in may see them."""

    def find(self, source: RecordSource, search: str, limit: int) -> Sequence[Option] | None:
        found = read(FormOptions(source, search))
        return None if found is None else found[:limit]

    def named(self, source: RecordSource, tokens: Collection[str]) -> Sequence[Option] | None:
        return read(RecordNames(source, tuple(tokens)))


def lookups(form: Form, data: Mapping[str, Any] | None) -> Lookups:
    """What a form that is shown needs from outside: files that its data names, registers, and what its own controls say."""
    posted = request.form if request.method == "POST" else MultiDict[str, str]()
    asked = {name: value for name, value in posted.items() if name.startswith(CONTROLS)}
    operation = operation_of(posted)
    if operation.startswith("add:"):
        # The new row is the last one: it must not be folded away.
        asked["_open." + operation.removeprefix("add:")] = "on"
    return Lookups(read(FormFiles(form, data or {})), _Registers(), asked, request.script_root)


def taken(form: Form) -> MultiDict[str, str]:
    """What was posted, with files that came along kept and named by their ids, and without the one that was to be removed."""
    posted = MultiDict(request.form)
    removal = removed_file(posted)
    if removal is not None:
        posted.setlist(removal[0], [id for id in posted.getlist(removal[0]) if id != removal[1]])
    for control, upload in request.files.items(multi=True):
        name = control.removeprefix(UPLOADS)
        field = file_field(form, name) if control.startswith(UPLOADS) else None
        if field is None or not upload.filename:
            continue
        try:
            kept = run(KeepFile(upload.filename, cast(BinaryIO, upload.stream), field.accept, name.replace("-", ".")))
        except FormRejected as error:
            g.setdefault(PROBLEMS, {}).update(error.problems)
            continue
        posted.setlist(name, [*(posted.getlist(name) if field.multiple else ()), kept.id])
    return posted


def refuse() -> None:
    """Raises FormRejected when a file that came with the form could not be kept."""
    problems = g.get(PROBLEMS)
    if problems:
        raise FormRejected(problems)
