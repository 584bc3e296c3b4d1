"""While somebody is away or has left: substitutes of one's own, and handing over everything open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine import Colleagues, EndSubstitute, EngineError, FindAccountDetail, HandOverWork, SetSubstitute, Startable, Substitutes
from webui.link import actor, read, run
from webui.messages import BY_CODE, Problem, Texts, describe, when, who
from webui.security import Access, allow, status_of

blueprint = Blueprint("absence", __name__)


@blueprint.get("/account/substitutes")
@allow(Access.SIGNED_IN)
def show() -> ResponseReturnValue:
    return _page()


@blueprint.post("/account/substitutes")
@allow(Access.SIGNED_IN)
def set_one() -> ResponseReturnValue:
    typed = request.form
    try:
        until = _midnight(typed.get("until", "")) + timedelta(days=1)
        set_for = typed.get("substitute_id", ""), _midnight(typed.get("from", "")), until
    except (ValueError, OverflowError):
        return _page(Problem(422, _("日期不对"), _("请填写开始和结束的日期。")))
    try:
        run(SetSubstitute(actor().user_id, *set_for, typed.getlist("process"), typed.get("reason", "")))
    except EngineError as error:
        if status_of(error) >= 500:
            raise
        return _page(describe(error, 422))
    flash(_("代理人已经设好，期间对方可以替你办理，记录里会写明两个人的名字。"))
    return redirect(url_for("absence.show"), 303)


@blueprint.post("/account/substitutes/<int:substitution_id>/end")
@allow(Access.SIGNED_IN)
def end(substitution_id: int) -> ResponseReturnValue:
    run(EndSubstitute(substitution_id))
    flash(_("代理已经结束。"))
    return redirect(url_for("absence.show"), 303)


@blueprint.get("/people/<user_id>/hand-over")
@allow(Access.ADMINISTRATORS)
def hand_over(user_id: str) -> ResponseReturnValue:
    return _hand_over(user_id)


@blueprint.post("/people/<user_id>/hand-over")
@allow(Access.ADMINISTRATORS)
def hand_over_now(user_id: str) -> ResponseReturnValue:
    typed = request.form
    try:
        done = run(HandOverWork(user_id, typed.get("successor_id", ""), typed.get("reason", ""), bool(typed.get("lasting"))))
    except EngineError as error:
        if status_of(error) >= 500 or status_of(error) == 404:
            raise
        return _hand_over(user_id, describe(error, 422))
    moved = len(done.tasks)
    flash(ngettext("%(num)s 项待办已经移交。", "%(num)s 项待办已经移交。", moved))
    return redirect(url_for("people.open", user_id=user_id), 303)


def _page(problem: Problem | None = None) -> ResponseReturnValue:
    rows = read(Substitutes(actor().user_id))
    lists = {"colleagues": read(Colleagues()), "processes": read(Startable())}
    mine = [row for row in rows if row.user_id == actor().user_id]
    others = [row for row in rows if row.user_id != actor().user_id]
    today = datetime.now(_zone()).date().isoformat()
    page = render_template("people/substitutes.html", mine=mine, others=others, today=today, problem=problem, **lists)
    return make_response(page, problem.status if problem else 200)


def _hand_over(user_id: str, problem: Problem | None = None) -> ResponseReturnValue:
    account = read(FindAccountDetail(user_id))
    people = [(one.key, one.name) for one in read(Colleagues())] + [(actor().user_id, actor().name)]
    offered = [one for one in people if one[0] != user_id]
    page = render_template("people/hand_over.html", account=account, people=offered, problem=problem)
    return make_response(page, problem.status if problem else 200)


def _midnight(text: str) -> datetime:
    """The beginning of a day where the company is."""
    return datetime.combine(date.fromisoformat(text), time(), _zone())


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["TIME_ZONE"])


def _overlaps(details: Mapping[str, Any]) -> Texts:
    text = _("%(person)s 已经代理到 %(until)s。请换个时间，或先结束那一个。", person=who(details, "substitute"), until=when(details, "until"))
    return _("这段时间已经有代理人"), text


def install(app: Flask) -> None:
    """The words of this room's errors."""
    BY_CODE.update(
        {
            "own_substitute": lambda details: (_("不能由自己代理"), _("请选另一位同事。")),
            "wrong_period": lambda details: (_("时间不对"), _("结束不能早于开始或今天，最长一年。")),
            "substitute_overlaps": _overlaps,
            "not_your_people": lambda details: (_("你不能替这个人设置"), _("本人、上级和管理员可以。")),
            "own_successor": lambda details: (_("不能移交给本人"), _("请选另一位同事。")),
            "too_many_tasks": lambda details: (_("待办太多"), _("一次最多移交 %(maximum)s 项。", maximum=details.get("maximum"))),
        }
    )
