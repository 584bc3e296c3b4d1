"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from engine import DEMO_PASSWORD, SYSTEM, AccountRow, NotAllowedError, SignIn, Users
from webui import form_pages, kept_forms, problems, security
from webui.attempts import attempt
from webui.link import home
from webui.messages import Problem, describe
from webui.pages import inside
from webui.security import Access, allow

blueprint = Blueprint("signin", __name__)


@blueprint.get("/sign-in")
@allow(Access.ANYONE)
def show() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(inside(request.args.get("next")))
    return _page()


@blueprint.post("/sign-in")
@allow(Access.ANYONE)
def submit() -> ResponseReturnValue:
    return _sign_in(request.form.get("user_id", "").strip(), request.form.get("password", ""))


@blueprint.post("/sign-in/here")
@allow(Access.ANYONE)
def here() -> ResponseReturnValue:
    """In the place of a notice on the page of a form: only whoever that page was shown to goes on with it."""
    page = request.form.get(form_pages.PAGE, "")
    user_id = form_pages.shown_to(page)
    if user_id is None:
        abort(400)
    try:
        with attempt(user_id):
            signed_in = home().run(SignIn(user_id, request.form.get("password", "")), SYSTEM)
    except NotAllowedError as error:
        if error.code == security.TOO_MANY:
            raise
        return problems.in_notice("parts/sign_in_here.html", 422, user_id=user_id, page=page, problem=describe(error, 422))
    security.sign_in(signed_in)
    return Response(headers={"X-CSRF-Token": generate_csrf(), "HX-Trigger": "signed-in"})


@blueprint.post("/sign-in/demo")
@allow(Access.ANYONE)
def demo() -> ResponseReturnValue:
    """One click, for the accounts that demo mode makes and shows."""
    user_id = request.form.get("user_id", "")
    if user_id not in {account.user_id for account in _demo_accounts()}:
        abort(404)
    return _sign_in(user_id, DEMO_PASSWORD)


@blueprint.post("/sign-out")
@allow(Access.ANYONE)
def leave() -> ResponseReturnValue:
    by_provider = session.get(security.BY_PROVIDER)
    security.sign_out()
    return redirect(url_for("signin.show", left="provider" if by_provider else None))


def _sign_in(user_id: str, password: str) -> ResponseReturnValue:
    try:
        with attempt(user_id):
            signed_in = home().run(SignIn(user_id, password), SYSTEM)
    except NotAllowedError as error:
        if error.code == security.TOO_MANY:
            raise
        return make_response(_page(describe(error, 422)), 422)
    security.sign_in(signed_in)
    return redirect(inside(request.form.get("next")), 303)


def _page(problem: Problem | None = None) -> Response:
    target, user_id = inside(request.values.get("next")), request.form.get("user_id", "")
    left_provider = request.args.get("left") == "provider"
    shown = {"problem": problem, "accounts": _demo_accounts(), "next": target, "user_id": user_id, "left_provider": left_provider}
    shown["kept"] = kept_forms.is_kept()
    return make_response(render_template("signin.html", **shown))


def _demo_accounts() -> list[AccountRow]:
    if not current_app.config["DEMO"]:
        return []
    return [account for account in home().read(Users(), SYSTEM) if account.is_demo and account.active]
