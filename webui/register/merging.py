"""Two records that are the same, side by side: which one remains, whose value it keeps in each field, and why."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import (
    FormRejected,
    MergeField,
    MergeRecords,
    MergeSheet,
    MergeSide,
    NotAllowedError,
    RecordsToMerge,
    StaleRevision,
    problem_text,
)
from webui.language import language, pick
from webui.link import read, run
from webui.messages import Problem, describe, isolated
from webui.register.asking import SEEN_FIRST, SEEN_SECOND, seen_revision
from webui.security import Access, allow

FIRST, SECOND = "first", "second"
FIELD = "field."
LONGEST_REASON = 2000
SENT = (SEEN_FIRST, SEEN_SECOND, "stays", "reason")

blueprint = Blueprint("merging", __name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody has chosen: the side that remains, fields whose value comes from another side than proposed, and the reason."""

    stays: str
    fields: dict[str, str]
    reason: str = ""

    def side(self, field: MergeField) -> str:
        """Proposed is what the record that remains has; where it has nothing, what the other one has."""
        mine, other = (field.first, field.second) if self.stays == FIRST else (field.second, field.first)
        proposed = self.goes if other and not mine and field.may_write else self.stays
        return self.fields.get(field.key, proposed)

    @property
    def goes(self) -> str:
        return SECOND if self.stays == FIRST else FIRST

    def taken(self, sheet: MergeSheet) -> tuple[str, ...]:
        return tuple(field.key for field in sheet.fields if field.differs and self.side(field) == self.goes)


@blueprint.get("/records/<record_type>/<record_id>/merge/<other_id>")
@allow(Access.SIGNED_IN)
def show(record_type: str, record_id: str, other_id: str) -> ResponseReturnValue:
    return _page(read(RecordsToMerge(record_type, record_id, other_id)), Choice(FIRST, {}))


@blueprint.post("/records/<record_type>/<record_id>/merge/<other_id>")
@allow(Access.SIGNED_IN)
def merge(record_type: str, record_id: str, other_id: str) -> ResponseReturnValue:
    """`step` look only shows the result. Keeps the revisions that the page was opened with: what changed since is shown before anything is merged."""
    sheet = read(RecordsToMerge(record_type, record_id, other_id))
    choice = _chosen(sheet)
    if request.form.get("step") == "back":
        return _page(sheet, choice)
    if not choice.reason:
        return _page(sheet, choice, Problem(422, _("请填写原因"), _("原因会留在两条记录的经过里，选好的内容都还在。")))
    if request.form.get("step") == "look":
        return _result_page(sheet, choice)
    sides = {FIRST: (sheet.first, seen_revision(SEEN_FIRST)), SECOND: (sheet.second, seen_revision(SEEN_SECOND))}
    (stays, seen_stays), (goes, seen_goes) = sides[choice.stays], sides[choice.goes]
    ids = (stays.record_id, goes.record_id)
    try:
        run(MergeRecords(record_type, *ids, choice.taken(sheet), choice.reason, seen_stays, seen_goes))
    except StaleRevision as error:
        told, now = describe(error, 409), _("下面已经是最新的内容，选好的都还在，请核对后再合并。")
        return _page(sheet, choice, Problem(409, told.title, f"{told.text} {now}"))
    except FormRejected as error:
        return _page(sheet, choice, Problem(422, _("这样合并后的内容不合要求"), _told(sheet, error)))
    except NotAllowedError as error:
        return _page(sheet, choice, describe(error, 403))
    flash(_("已合并：“%(title)s”并入这条记录，它的经过、流程和文件都在这里。", title=isolated(goes.title)))
    return redirect(url_for("record.open", record_type=record_type, record_id=stays.record_id), 303)


def _chosen(sheet: MergeSheet) -> Choice:
    stays = request.form.get("stays", "")
    if stays not in (FIRST, SECOND):
        abort(400)
    given = {field.key: request.form.get(FIELD + field.key, "") for field in sheet.fields}
    fields = {key: side for key, side in given.items() if side in (FIRST, SECOND)}
    return Choice(stays, fields, request.form.get("reason", "").strip()[:LONGEST_REASON])


def _told(sheet: MergeSheet, error: FormRejected) -> str:
    labels = {field.key: pick(field.label, field.label_en) for field in sheet.fields}
    lines = (f"{labels.get(name.partition('.')[0], name)}: {problem_text(problem, language())}" for name, problem in error.problems.items())
    return " ".join(lines)


def _result_page(sheet: MergeSheet, choice: Choice) -> ResponseReturnValue:
    """The record that would remain, and what would be given up: nothing brings two records apart again."""
    sides = {FIRST: sheet.first, SECOND: sheet.second}
    stays, goes = (isolated(sides[side].title) for side in (choice.stays, choice.goes))
    kept, given_up = [], []
    for field in sheet.fields:
        words = {FIRST: pick(field.first, field.first_en), SECOND: pick(field.second, field.second_en)}
        side = choice.side(field)
        label, lost = pick(field.label, field.label_en), words[SECOND if side == FIRST else FIRST]
        if words[side]:
            kept.append((label, words[side], field.differs and side == choice.goes))
        if field.differs and lost:
            given_up.append((label, lost, words[side]))
    context = {"kind": sheet.kind, "stays": stays, "goes": goes, "kept": kept, "given_up": given_up, "choice": choice}
    sent = [(name, value) for name, value in request.form.items() if name in SENT or name.startswith(FIELD)]
    return render_template("record_merge_result.html", **context, sent=sent)


def _page(sheet: MergeSheet, choice: Choice, problem: Problem | None = None) -> ResponseReturnValue:
    differing = [field for field in sheet.fields if field.differs]
    same = [field for field in sheet.fields if not field.differs]
    sides: tuple[tuple[str, MergeSide], ...] = ((FIRST, sheet.first), (SECOND, sheet.second))
    context = {"kind": sheet.kind, "sheet": sheet, "sides": sides, "differing": differing, "same": same, "choice": choice, "problem": problem}
    return render_template("record_merge.html", **context), problem.status if problem else 200
