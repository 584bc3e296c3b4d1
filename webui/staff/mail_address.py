"""Where one's notifications are mailed to: typed, proved by a code, taken away."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import ConfirmMailAddress, InputRejected, SetMailAddress
from webui.link import run
from webui.people import account
from webui.security import Access, allow, status_of

blueprint = Blueprint("mail_address", __name__)


@blueprint.post("/account/mail")
@allow(Access.SIGNED_IN)
def save() -> ResponseReturnValue:
    typed = "" if "remove" in request.form else request.form.get("address", "")
    try:
        run(SetMailAddress(typed))
    except InputRejected as error:
        return account.page_with(error, status_of(error), typed_address=typed)
    flash(_("验证码已经发往 %(address)s，请到邮箱里查看，填在下面。", address=typed) if typed else _("不再给你发邮件。"))
    return redirect(url_for("account.show"), 303)


@blueprint.post("/account/mail/confirm")
@allow(Access.SIGNED_IN)
def confirm() -> ResponseReturnValue:
    try:
        result = run(ConfirmMailAddress(request.form.get("code", "")))
    except InputRejected:
        result = "wrong"
    if result == "confirmed":
        flash(_("邮箱已经确认，以后的通知会发到那里。"))
        return redirect(url_for("account.show"), 303)
    words = {
        "wrong": _("验证码不对，请看最近的一封邮件。"),
        "expired": _("验证码已经失效，请重新发送。"),
    }
    return account.page_with(None, 422, code_problem=words[result])
