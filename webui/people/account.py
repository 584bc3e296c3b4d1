"""One's own account: name, language, colours, password, and where one is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from engine import (
    ChangeLanguage,
    ChangeName,
    ChangePassword,
    EndOtherSessions,
    EndSession,
    EngineError,
    FindPerson,
    InputRejected,
    MyAccount,
    MySessions,
)
from webui import language, pages
from webui.accounts import session_limits
from webui.link import actor, read, run
from webui.messages import Problem, describe
from webui.people.devices import device_words
from webui.people.people_form import problems_of
from webui.security import Access, allow, status_of
from webui.staff import notifications

KEPT = timedelta(days=365)

blueprint = Blueprint("account", __name__)


@blueprint.get("/account")
@allow(Access.SIGNED_IN)
def show() -> ResponseReturnValue:
    return _page()


@blueprint.post("/account/name")
@allow(Access.SIGNED_IN)
def change_name() -> ResponseReturnValue:
    try:
        run(ChangeName(request.form.get("name", "")))
    except InputRejected as error:
        return _page(name_problem=problems_of(error, 422)[0].get("name"), typed_name=request.form.get("name", ""))
    flash(_("姓名已经修改。"))
    return redirect(url_for("account.show"), 303)


@blueprint.get("/account/password")
@allow(Access.SIGNED_IN)
def choose_password() -> ResponseReturnValue:
    """For who came with a one-time password; others find the same fields among their settings."""
    return _password_page()


@blueprint.post("/account/password")
@allow(Access.SIGNED_IN)
def change_password() -> ResponseReturnValue:
    answer = _password_page if current_user.must_change_password else _page
    new = request.form.get("new", "")
    if new != request.form.get("again", ""):
        return answer(Problem(422, _("两次输入的新密码不一样"), _("请重新输入。")))
    try:
        run(ChangePassword(request.form.get("old", ""), new, current_user.session_id))
    except EngineError as error:
        if status_of(error) >= 500:
            raise
        return answer(describe(error, 422))
    flash(_("密码已经修改，其他地方的登录都已退出。"))
    return redirect(url_for("account.show"), 303)


@blueprint.post("/account/sessions/<session_id>/end")
@allow(Access.SIGNED_IN)
def end_session(session_id: str) -> ResponseReturnValue:
    run(EndSession(session_id))
    flash(_("那里的登录已经退出。"))
    return redirect(url_for("account.show"), 303)


@blueprint.post("/account/sessions/end-others")
@allow(Access.SIGNED_IN)
def end_other_sessions() -> ResponseReturnValue:
    ended = run(EndOtherSessions(current_user.session_id))
    flash(ngettext("%(num)s 处登录已经退出。", "%(num)s 处登录已经退出。", ended))
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


def page_with(error: InputRejected | None, status: int, **shown: object) -> ResponseReturnValue:
    """The page with what is wrong with the address of mail beside its field."""
    return _page(status=status, more={"address_problem": describe(error, status) if error else None, **shown})


def _page(
    problem: Problem | None = None,
    name_problem: Problem | None = None,
    typed_name: str | None = None,
    status: int = 200,
    more: Mapping[str, object] | None = None,
) -> ResponseReturnValue:
    account, person = read(MyAccount()), read(FindPerson(actor().user_id))
    sessions = [(each, device_words(each.device)) for each in read(MySessions(*session_limits()))]
    shown: dict[str, object] = {"account": account, "person": person, "sessions": sessions} | notifications.choices()
    shown |= {"problem": problem, "name_problem": name_problem, "typed_name": typed_name, **(more or {})}
    status = (problem or name_problem or Problem(status, "", "")).status
    return make_response(render_template("people/account.html", **shown), status)


def _password_page(problem: Problem | None = None) -> ResponseReturnValue:
    return make_response(render_template("people/password.html", problem=problem), problem.status if problem else 200)
