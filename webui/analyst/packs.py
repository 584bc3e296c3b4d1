"""The catalogue of process packs: every deployment with its diagrams, decisions, forms, roles and files, to look at and to take away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import pgettext

from engine import (
    DiagramSvg,
    FormPreview,
    FormUse,
    FormView,
    NotFoundError,
    PackDetail,
    PackFile,
    PackFiles,
    PackForm,
    PackProcess,
    Packs,
    PackView,
    RecordPreview,
    RecordPreviewOf,
    SubProcessSvg,
    WorkingCopies,
    form_view,
    is_analyst,
    pack_zip,
)
from webui.analyst.downloads import download, media_type_of
from webui.analyst.findings import grouped
from webui.language import LANGUAGES, language
from webui.link import actor, engine, read
from webui.messages import is_fragment_request
from webui.security import Access, allow

LONGEST_PATH = 300

blueprint = Blueprint("packs", __name__)


@dataclass(frozen=True, slots=True)
class Part:
    """A tab of a pack's page; `count` None: nothing to count."""

    name: str
    text: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A process with its drawing; `path` tells apart the places where the same process may be opened."""

    process: PackProcess
    path: str
    address: str
    links: dict[str, str]
    drawing: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A form as staff see it where `use` stands, or without any rights of a task."""

    form: PackForm
    use: FormUse | None
    language: str
    view: FormView


@blueprint.get("/packs")
@allow(Access.PACK_READERS)
def show() -> ResponseReturnValue:
    copies = read(WorkingCopies()) if is_analyst(actor()) else ()
    return render_template("packs/list.html", packs=read(Packs()), copies=copies)


@blueprint.get("/packs/<key>")
@allow(Access.PACK_READERS)
def open(key: str) -> ResponseReturnValue:
    view = read(PackView(key, _deployment()))
    parts = _parts(view)
    part = next((one.name for one in parts if one.name == request.args.get("part")), parts[0].name)
    shown: dict[str, Any] = {}
    if part == "diagrams":
        shown["opened"] = [_opened(view, process) for process in outermost(view.processes)]
    elif part == "forms" and view.forms:
        shown["preview"] = _preview(view)
    elif part == "records" and view.record_types:
        shown["sheet"], shown["filled"] = _record_sheet(view)
    return render_template("packs/pack.html", view=view, parts=parts, part=part, warnings=grouped(view.warnings), **shown)


@blueprint.get("/packs/<key>/processes/<process_key>")
@allow(Access.PACK_READERS)
def process(key: str, process_key: str) -> ResponseReturnValue:
    """A called process, or the inside of a collapsed sub-process, opened where it is called or on a page of its own."""
    view = read(PackView(key, _deployment()))
    found = next((one for one in view.processes if one.key == process_key), None)
    if found is None:
        raise NotFoundError("no_such_process", key=process_key[:100])
    inside = request.args.get("inside")
    drawing = read(SubProcessSvg(process_key, found.version.version, inside, language())) if inside else ""
    opened = _opened(view, found, request.args.get("path", "")[:LONGEST_PATH])
    template = "packs/opened.html" if is_fragment_request() else "packs/process.html"
    return render_template(template, view=view, one=opened, drawing=drawing)


@blueprint.get("/packs/<key>/pack.zip")
@allow(Access.PACK_READERS)
def archive(key: str) -> ResponseReturnValue:
    return download(pack_zip(read(PackFiles(key, _deployment()))), f"{key}.zip", "application/zip")


@blueprint.get("/packs/<key>/file")
@allow(Access.PACK_READERS)
def file(key: str) -> ResponseReturnValue:
    name = request.args.get("name", "")
    content = read(PackFile(key, name, _deployment()))
    return download(content, name.rpartition("/")[2], media_type_of(name))


def outermost(processes: Iterable[PackProcess]) -> list[PackProcess]:
    """Those that nobody calls, and what cannot be reached from them: processes that call each other in a circle."""
    by_key = {process.key: process for process in processes}
    shown = [process for process in by_key.values() if process.top]
    reached: set[str] = set()
    waiting = [process.key for process in shown]
    for process in [*by_key.values(), None]:
        while waiting:
            key = waiting.pop()
            if key not in reached and key in by_key:
                reached.add(key)
                waiting += [call.process_key for call in by_key[key].calls if call.process_key]
        if process is not None and process.key not in reached:
            shown.append(process)
            waiting.append(process.key)
    return shown


def _deployment() -> str | None:
    return request.args.get("deployment") or None


def _parts(view: PackDetail) -> list[Part]:
    return [
        Part("diagrams", pgettext("many", "流程图"), len(view.processes)),
        Part("decisions", _("决策表"), len(view.decisions)),
        Part("forms", pgettext("many", "表单"), len(view.forms)),
        Part("records", _("台账"), len(view.record_types)),
        Part("roles", _("岗位"), len(view.roles)),
        Part("scenarios", _("场景"), len(view.scenarios)),
        Part("files", _("文件"), len(view.files)),
        Part("releases", _("部署记录"), len(view.releases)),
    ]


def _opened(view: PackDetail, process: PackProcess, path: str = "") -> Opened:
    path = f"{path}.{process.key}" if path else process.key
    version = process.version.version
    return Opened(
        process=process,
        path=path,
        address=url_for("diagrams.xml", process_key=process.key, version=version),
        links={call.element_id: f"#in-{path}-{call.element_id}" for call in process.calls if call.process_key},
        drawing=read(DiagramSvg(process.key, version, language=language())),
    )


def _record_sheet(view: PackDetail) -> tuple[RecordPreview, FormView]:
    """The register that is asked for, the first one else, and its form, as the people of a role will see them."""
    asked = request.args.get("record")
    kind = next((one for one in view.record_types if one.key == asked), view.record_types[0])
    sheet = read(RecordPreviewOf(view.key, kind.key, request.args.get("role"), view.release.deployment_id))
    zone = ZoneInfo(current_app.config["TIME_ZONE"])
    return sheet, form_view(sheet.form, None, {}, sheet.rights, {}, engine().now(), language=language(), zone=zone)


def _preview(view: PackDetail) -> Preview:
    """The form that is asked for, the first one else, in the language that is asked for."""
    form_id = request.args.get("form")
    found = read(FormPreview(view.key, form_id, view.release.deployment_id)) if form_id else view.forms[0]
    use = next((use for use in found.uses if use.element_id == request.args.get("use")), found.uses[0] if found.uses else None)
    asked = request.args.get("language")
    shown = asked if asked in LANGUAGES else language()
    zone = ZoneInfo(current_app.config["TIME_ZONE"])
    rights = use.rights if use else {}
    return Preview(found, use, shown, form_view(found.form, None, {}, rights, {}, engine().now(), language=shown, zone=zone))
