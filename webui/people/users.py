"""People: found, made, changed, closed and opened again, with new passwords. Auditors read."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _
from flask_babel import ngettext

from engine import (
    AccountDetail,
    ActivePeople,
    Departments,
    EndSessionsOf,
    EngineError,
    FindAccountDetail,
    FindPerson,
    InputRejected,
    MailAddressOf,
    People,
    ResetPassword,
    Roles,
    SetActive,
    SetMailAddressOf,
)
from webui.link import read, run
from webui.messages import Problem, describe
from webui.paging import PAGE_ROWS, asked_page, asked_search
from webui.people.people_form import PersonFields, as_typed, command_of, of_account, offered, problems_of
from webui.security import Access, allow, status_of

FILTERS = ("role", "department", "permission", "status")

blueprint = Blueprint("people", __name__)


@blueprint.get("/people")
@allow(Access.PEOPLE_READERS)
def show() -> ResponseReturnValue:
    page, search = asked_page(), asked_search()
    chosen = {name: request.args.get(name, "")[:100] for name in FILTERS}
    query = People(search, chosen["role"], chosen["department"], chosen["permission"], chosen["status"] or "active", PAGE_ROWS, page.offset)
    found = read(query)
    lists = {"roles": read(Roles()), "departments": read(Departments())}
    filtered = bool(search or any(chosen.values()))
    return render_template("people/list.html", found=found, search=search, chosen=chosen, filtered=filtered, pager=page.pager(found.total), **lists)


@blueprint.get("/new-person")
@allow(Access.ADMINISTRATORS)
def new() -> ResponseReturnValue:
    return _form(PersonFields(department_id=request.args.get("department", "")))


@blueprint.post("/new-person")
@allow(Access.ADMINISTRATORS)
def create() -> ResponseReturnValue:
    fields = as_typed(request.form, request.form.get("user_id", ""))
    try:
        command = command_of(fields, read(ActivePeople()), active=True)
        saved = run(replace(command, must_be_new=True, one_time_password=True))
    except EngineError as error:
        return _refused(error, fields)
    return _handed_over(saved.user_id, saved.one_time_password or "", created=True)


@blueprint.get("/people/<user_id>")
@allow(Access.PEOPLE_READERS)
def open(user_id: str) -> ResponseReturnValue:
    account = read(FindAccountDetail(user_id))
    return _form(_fields_of(account), account)


@blueprint.post("/people/<user_id>")
@allow(Access.ADMINISTRATORS)
def save(user_id: str) -> ResponseReturnValue:
    account = read(FindAccountDetail(user_id))
    fields = as_typed(request.form, account.user_id)
    try:
        run(command_of(fields, read(ActivePeople()), account.active))
    except EngineError as error:
        return _refused(error, fields, account)
    flash(_("%(name)s 已经保存。", name=fields.name.strip()))
    return redirect(url_for("people.open", user_id=user_id), 303)


@blueprint.get("/people/<user_id>/close")
@allow(Access.ADMINISTRATORS)
def before_closing(user_id: str) -> ResponseReturnValue:
    """What the person still has in hand, before the account is closed."""
    return render_template("people/close.html", account=read(FindAccountDetail(user_id)), problem=None)


@blueprint.post("/people/<user_id>/close")
@allow(Access.ADMINISTRATORS)
def close(user_id: str) -> ResponseReturnValue:
    account = read(FindAccountDetail(user_id))
    try:
        run(SetActive(user_id, False))
    except EngineError as error:
        if status_of(error) >= 500:
            raise
        return make_response(render_template("people/close.html", account=account, problem=describe(error, 422)), 422)
    flash(_("%(name)s 的账号已经停用，登录都已退出。", name=account.name))
    return redirect(url_for("people.open", user_id=user_id), 303)


@blueprint.post("/people/<user_id>/reopen")
@allow(Access.ADMINISTRATORS)
def reopen(user_id: str) -> ResponseReturnValue:
    run(SetActive(user_id, True))
    flash(_("账号已经恢复。"))
    return redirect(url_for("people.open", user_id=user_id), 303)


@blueprint.post("/people/<user_id>/password")
@allow(Access.ADMINISTRATORS)
def reset_password(user_id: str) -> ResponseReturnValue:
    saved = run(ResetPassword(user_id))
    return _handed_over(saved.user_id, saved.one_time_password or "", created=False)


@blueprint.post("/people/<user_id>/sign-out")
@allow(Access.ADMINISTRATORS)
def end_sessions(user_id: str) -> ResponseReturnValue:
    ended = run(EndSessionsOf(user_id))
    flash(ngettext("%(num)s 处登录已经退出。", "%(num)s 处登录已经退出。", ended))
    return redirect(url_for("people.open", user_id=user_id), 303)


@blueprint.post("/people/<user_id>/mail")
@allow(Access.ADMINISTRATORS)
def write_mail(user_id: str) -> ResponseReturnValue:
    account, typed = read(FindAccountDetail(user_id)), request.form.get("address", "")
    try:
        run(SetMailAddressOf(user_id, typed))
    except InputRejected as error:
        return _form(_fields_of(account), account, {"mail": describe(error, 422)}, status=422, typed_mail=typed)
    flash(_("验证码已经发往 %(address)s，本人填到“我的账号”以后才开始发通知。", address=typed.strip()) if typed.strip() else _("邮箱已经去掉。"))
    return redirect(url_for("people.open", user_id=user_id), 303)


def _fields_of(account: AccountDetail) -> PersonFields:
    people = read(ActivePeople())
    former = "" if account.manager_id is None else read(FindPerson(account.manager_id)).name
    return of_account(account, people, former)


def _refused(error: EngineError, fields: PersonFields, account: AccountDetail | None = None) -> Response:
    """The form again, with everything that was typed."""
    status = status_of(error)
    if status >= 500 or status in (403, 404):
        raise error
    problems, problem = problems_of(error, status)
    return _form(fields, account, problems, problem, status)


def _form(
    fields: PersonFields,
    account: AccountDetail | None = None,
    problems: dict[str, Problem] | None = None,
    problem: Problem | None = None,
    status: int = 200,
    typed_mail: str | None = None,
) -> Response:
    lists = {"roles": read(Roles()), "departments": read(Departments()), "people": offered(read(ActivePeople()))}
    mail = read(MailAddressOf(account.user_id)) if account else None
    mailed = {"mail": mail, "sends_mail": current_app.config["SENDS_MAIL"], "typed_mail": typed_mail}
    page = render_template("people/edit.html", fields=fields, account=account, problems=problems or {}, problem=problem, **lists, **mailed)
    return make_response(page, status)


def _handed_over(user_id: str, password: str, *, created: bool) -> Response:
    """The only time that the password is shown."""
    account = read(FindAccountDetail(user_id))
    return make_response(render_template("people/one_time.html", account=account, password=password, created=created))
