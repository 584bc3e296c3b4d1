"""Comments on a case: read, written, taken away; on the case's page and on a page of their own."""

from __future__ import annotations

import re
import secrets

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup, escape

from engine import LONGEST_COMMENT, CommentsOf, DeleteComment, InputRejected, InstanceView, PeopleToMention, WriteComment
from webui.language import pick
from webui.link import read, run
from webui.messages import BY_CODE, describe
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
        return _page(instance_id, error), status_of(error)
    told = _("留言已经写上，并抄送给提到的 %(count)s 人。", count=len(written.mentioned)) if written.mentioned else _("留言已经写上。")
    flash(told)
    return redirect(_back(instance_id), 303)


@blueprint.post("/instances/<instance_id>/comments/delete")
@allow(Access.SIGNED_IN)
def delete(instance_id: str) -> ResponseReturnValue:
    run(DeleteComment(instance_id, request.form.get("number", 0, type=int)))
    flash(_("留言已经删除。"))
    return redirect(_back(instance_id), 303)


def panel(instance_id: str, before: int | None = None) -> dict[str, object]:
    """What the part `parts/comments.html` shows: the newest, or those before one. `request_key` makes a form that is sent twice one comment."""
    return {
        "comments": read(CommentsOf(instance_id, before)),
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
            "no_such_comment": lambda _details: (_("没有这条留言"), _("它不存在，或者不是你写的。")),
        }
    )


def _accounts(given: object) -> str:
    return _("、").join(f"@{each}" for each in given) if isinstance(given, (list, tuple)) else ""


def _back(instance_id: str) -> str:
    return inside(request.form.get("next"), url_for("instances.open", instance_id=instance_id))


def _page(instance_id: str, error: InputRejected | None = None) -> str:
    head = read(InstanceView(instance_id)).head
    return render_template(
        "comments.html",
        head=head,
        name=head.title or pick(head.process_name, head.process_name_en),
        written=request.form.get("text", ""),
        comment_problem=_problem(error) if error else None,
        back=inside(request.values.get("next"), url_for("instances.open", instance_id=instance_id)),
        **panel(instance_id, request.args.get("before", type=int)),
    )


def _problem(error: InputRejected) -> str:
    if error.code == "required":
        return str(_("请写留言。"))
    if error.code == "too_long":
        length = error.details.get("length")
        return str(_("留言最多 %(maximum)s 个字，现在是 %(length)s 个字。", maximum=LONGEST_COMMENT, length=length))
    return describe(error, status_of(error)).text
