"""Releasing a working copy: what it changes, whether it was checked and tried, and the button."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine import LONGEST_NOTE, SIGNS, EngineError, InputRejected, NotFoundError, ReleaseView, ReleaseWorkingCopy, kind_words, property_words
from webui.analyst.deploying import version_words
from webui.analyst.findings import grouped
from webui.language import language
from webui.link import read, run
from webui.messages import Problem, describe
from webui.security import Access, allow, status_of

LONGEST_VALUE = 300

blueprint = Blueprint("releasing", __name__)


@blueprint.get("/packs/<key>/edit/release")
@allow(Access.ANALYSTS)
def show(key: str) -> ResponseReturnValue:
    return _page(key)


@blueprint.post("/packs/<key>/edit/release")
@allow(Access.ANALYSTS)
def release(key: str) -> ResponseReturnValue:
    """`base` is the deployment that the page compared with; nothing is released when another one runs by now."""
    form = request.form
    running = read(ReleaseView(key, language())).active_instances
    command = ReleaseWorkingCopy(key, form.get("revision", 0, type=int), form.get("base") or None, form.get("note", ""))
    try:
        deployment = run(command)
    except NotFoundError:
        raise
    except EngineError as error:
        return _page(key, describe(error, status_of(error)), isinstance(error, InputRejected))
    flash(_("已经发布：%(processes)s", processes=_("、").join(version_words(deployment))))
    if running:
        flash(ngettext("%(num)s 个在进行的流程留在原来的版本。", "%(num)s 个在进行的流程留在原来的版本。", running))
    return redirect(url_for("packs.open", key=deployment.pack_key, part="releases"), 303)


def _page(key: str, problem: Problem | None = None, at_note: bool = False) -> Response:
    sheet = read(ReleaseView(key, language()))
    page = render_template(
        "working/release.html",
        view=sheet.copy,
        sheet=sheet,
        findings=grouped(sheet.findings.findings),
        problem=problem,
        at_note=at_note,
        note=request.form.get("note", "")[:LONGEST_NOTE],
        longest_note=LONGEST_NOTE,
        signs=SIGNS | {"rewritten": "="},
        states=_states(),
        short=_short,
        kind_of=lambda type: kind_words(type, language()),
        property_of=lambda path: property_words(path, language()),
    )
    return Response(page, problem.status if problem else 200)


def _states() -> dict[str, str]:
    """What became of a file, an element or a row."""
    return {
        "added": _("新增"),
        "removed": _("去掉"),
        "changed": _("有改动"),
        "moved": _("移动了位置"),
        "rewritten": _("只有写法不同"),
    }


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
