"""Comments on a case: read, written, taken away; on the case's page and on a page of their own."""

from __future__ import annotations

import re
import secrets

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup, escape

from engine import (
    LONGEST_COMMENT,
    ChangeComment,
    CommentsOf,
    ConflictError,
    DeleteComment,
    EngineError,
    InputRejected,
    InstanceView,
    PeopleToMention,
    WriteComment,
)
from webui.language import pick
from webui.link import read, run
from webui.messages import BY_CODE, describe, is_fragment_request, when
from webui.pages import inside
from webui.security import Access, allow, status_of

blueprint = Blueprint("comments", __name__)
# Only what begins like a web address; the punctuation after it, Chinese too, belongs to the sentence.
_ADDRESS = re.compile(r"https?://[^\s<>\"'\u2018-\u201f\u3000-\u303f\uff00-\uffef]+(?<![.,;:!?)])")


@blueprint.get("/instances/<instance_id>/comments")
@allow(Access.SIGNED_IN)
def show(instance_id: str) -> ResponseReturnValue:
    return _page(instance_id)


@blueprint.get("/instances/<instance_id>/mentions")
@allow(Access.SIGNED_IN)
def people(instance_id: str) -> ResponseReturnValue:
    """Whom the text may mean, while it is being written."""
    found = read(PeopleToMention(instance_id, request.args.get("q", "")))
    return jsonify(people=[{"name": one.name, "account": one.user_id, "written": one.written} for one in found])


@blueprint.post("/instances/<instance_id>/comments")
@allow(Access.SIGNED_IN)
def write(instance_id: str) -> ResponseReturnValue:
    try:
        written = run(WriteComment(instance_id, request.form.get("text", ""), request.form.get("request_key", "")))
    except InputRejected as error:
        return _refused(instance_id, error)
    told = _("留言已经写上，并抄送给提到的 %(count)s 人。", count=len(written.mentioned)) if written.mentioned else _("留言已经写上。")
    return _done(instance_id, told)


@blueprint.post("/instances/<instance_id>/comments/change")
@allow(Access.SIGNED_IN)
def change(instance_id: str) -> ResponseReturnValue:
    text, number = request.form.get("text", ""), request.form.get("number", 0, type=int)
    try:
        changed = run(ChangeComment(instance_id, number, text, request.form.get("seen", "")))
    except (InputRejected, ConflictError) as error:
        return _refused(instance_id, error, number)
    return _done(instance_id, _("留言已经修改，改之前的文字审计人员看得到。") if changed.is_changed else _("文字没有变。"))


@blueprint.post("/instances/<instance_id>/comments/delete")
@allow(Access.SIGNED_IN)
def delete(instance_id: str) -> ResponseReturnValue:
    run(DeleteComment(instance_id, request.form.get("number", 0, type=int)))
    return _done(instance_id, _("留言已经删除。"))


def panel(instance_id: str, before: int | None = None, place: str = "") -> dict[str, object]:
    """What the part `parts/comments.html` shows: the newest, or those before one. `request_key` makes a form that is sent twice one comment.

    `place`: "task" where it can be folded.
    """
    return {
        "comments": read(CommentsOf(instance_id, before)),
        "comments_case": instance_id,
        "comments_place": place,
        "comments_before": before,
        "request_key": secrets.token_hex(16),
        "longest_comment": LONGEST_COMMENT,
    }


def linked(text: str) -> Markup:
    """The text, escaped, with its web addresses as links."""
    parts: list[Markup] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        address = found.group()
        parts.append(escape(text[end : found.start()]))
        parts.append(Markup('<a href="{0}" rel="noopener noreferrer nofollow">{0}</a>').format(address))
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def install() -> None:
    """The words for what comments may be refused for."""
    BY_CODE.update(
        {
            "unknown_mention": lambda details: (
                _("没有找到提到的人"),
                _("“@%(name)s”不是任何人的姓名或账号。请写完整的姓名或账号。", name=details.get("name")),
            ),
            "ambiguous_mention": lambda details: (
                _("提到的人不止一位"),
                _("有几个人叫“%(name)s”。请改写账号：%(accounts)s。", name=details.get("name"), accounts=_accounts(details.get("accounts"))),
            ),
            "mention_cannot_see": lambda details: (
                _("提到的人看不到这个流程"),
                _("%(name)s 看不到这个流程。请先抄送给他们，再在留言里提到。", name=details.get("name")),
            ),
            "too_many_mentions": lambda details: (
                _("提到的人太多"),
                _("一条留言最多提到 %(maximum)s 人。", maximum=details.get("maximum")),
            ),
            "comment_changed": lambda details: (
                _("这条留言变过了"),
                _("它在%(when)s改过或删除了。请看过现在的文字再改。", when=when(details)),
            ),
            "too_many_editions": lambda _details: (_("修改的次数太多"), _("一条留言不能再修改了。请另写一条。")),
            "no_such_comment": lambda _details: (_("没有这条留言"), _("它不存在，或者不是你写的。")),
        }
    )


def _accounts(given: object) -> str:
    return _("、").join(f"@{each}" for each in given) if isinstance(given, (list, tuple)) else ""


def _back(instance_id: str) -> str:
    return inside(request.form.get("next"), url_for("instances.open", instance_id=instance_id))


def _done(instance_id: str, told: str) -> ResponseReturnValue:
    """The comments as they are now where they are part of a page; without scripts the page that one came from."""
    if is_fragment_request():
        return _part(instance_id, comment_told=told)
    flash(told, "comments")
    return redirect(_back(instance_id), 303)


def _refused(instance_id: str, error: EngineError, number: int = 0) -> tuple[str, int]:
    """What was typed stays where it was typed: in the new comment, or in the one with that number."""
    problem = {"number": number, "text": request.form.get("text", ""), "problem": _problem(error)}
    show = _part if is_fragment_request() else _page
    return show(instance_id, comment_refused=problem), status_of(error)


def _part(instance_id: str, **more: object) -> str:
    place = "task" if request.form.get("place") == "task" else ""
    return render_template("parts/comments.html", back=request.form.get("next", ""), **panel(instance_id, place=place), **more)


def _page(instance_id: str, **more: object) -> str:
    head = read(InstanceView(instance_id)).head
    return render_template(
        "comments.html",
        name=head.title or pick(head.process_name, head.process_name_en),
        back=inside(request.values.get("next"), url_for("instances.open", instance_id=instance_id)),
        **panel(instance_id, request.args.get("before", type=int)),
        **more,
    )


def _problem(error: EngineError) -> str:
    if error.code == "required":
        return str(_("请写留言。"))
    if error.code == "too_long":
        length = error.details.get("length")
        return str(_("留言最多 %(maximum)s 个字，现在是 %(length)s 个字。", maximum=LONGEST_COMMENT, length=length))
    return describe(error, status_of(error)).text
