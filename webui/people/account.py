"""One's own account: who one is here, language, colours, password."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _
from flask_login import current_user

from engine import ChangeLanguage, ChangePassword, EngineError, MyAccount
from webui import language, pages, security
from webui.link import read, run
from webui.messages import Problem, describe
from webui.security import Access, allow, status_of

KEPT = timedelta(days=365)

blueprint = Blueprint("account", __name__)


@blueprint.get("/account")
@allow(Access.SIGNED_IN)
def show() -> ResponseReturnValue:
    return _page()


@blueprint.post("/account/password")
@allow(Access.SIGNED_IN)
def change_password() -> ResponseReturnValue:
    new = request.form.get("new", "")
    if new != request.form.get("again", ""):
        return _page(Problem(422, _("两次输入的新密码不一样"), _("请重新输入。")))
    try:
        run(ChangePassword(request.form.get("old", ""), new))
    except EngineError as error:
        if status_of(error) >= 500:
            raise
        return _page(describe(error, 422))
    security.renew()
    flash(_("密码已经修改，其他地方的登录都已退出。"))
    return redirect(url_for("account.show"), 303)


@blueprint.post("/preferences")
@allow(Access.ANYONE)
def preferences() -> ResponseReturnValue:
    """Language and colours: kept in this browser, the language of a signed-in user in the account too."""
    response = make_response(redirect(pages.inside(request.form.get("next")), 303))
    wanted = request.form.get("language")
    if wanted in language.LANGUAGES:
        _keep(response, language.COOKIE, wanted)
        if current_user.is_authenticated:
            run(ChangeLanguage(wanted))
    theme = request.form.get("theme")
    if theme in pages.THEMES:
        _keep(response, pages.THEME_COOKIE, theme)
    return response


def _keep(response: Response, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=KEPT, samesite="Lax", secure=request.is_secure)


def _page(problem: Problem | None = None) -> ResponseReturnValue:
    return make_response(render_template("account.html", account=read(MyAccount()), problem=problem), problem.status if problem else 200)
