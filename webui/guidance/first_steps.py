"""The first steps of a person: what that person may do here, each with the page where it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import Actor, FirstSteps, FirstStepsView, RecordTypes, ShowFirstSteps, Startable, is_analyst, is_auditor
from webui.link import actor, read, run, sandbox
from webui.pages import inside
from webui.security import Access, allow

blueprint = Blueprint("first_steps", __name__)


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, why, and where."""

    title: str
    text: str
    address: str


@blueprint.app_context_processor
def guidance() -> dict[str, object]:
    return {"first_steps": first_steps}


@blueprint.post("/help/first-steps")
@allow(Access.SIGNED_IN)
def choose() -> ResponseReturnValue:
    run(ShowFirstSteps(request.form.get("shown") == "1"))
    return redirect(inside(request.form.get("next"), url_for("tasklist.show")), 303)


def first_steps(*, always: bool = False) -> list[Step]:
    """Those of the actor; none in a sandbox, and none when the actor has put them aside, unless `always`."""
    if sandbox() is not None:
        return []
    view = read(FirstSteps())
    if not (view.shown or always):
        return []
    return [*_staff(actor(), view), *_analyst(actor()), *_auditor(actor()), *_administrator(actor())]


def _staff(who: Actor, view: FirstStepsView) -> Iterator[Step]:
    tasks = url_for("tasklist.show")
    if who.groups:
        yield Step(_("看看有什么等着你"), _("“我的待办”归你办；“组内待领”是你的岗位里谁都可以办的，认领后归你。"), tasks)
    if read(Startable()):
        yield Step(_("发起一个流程"), _("填好第一张表单，以后每一步会自动到该办的人手里。"), url_for("start.choose"))
    if view.leads and who.groups:
        text = _("在“组内待领”里勾选几项可以一起认领；归你以后，可以几项一起转办给同事。")
        yield Step(_("安排大家的待办"), text, url_for("tasklist.show", tab="groups"))
    if who.groups:
        yield Step(_("看流程走到了哪里"), _("你发起或参与过的流程：现在在谁手上，前面的人填了什么，结果如何。"), url_for("instances.show"))
    if read(RecordTypes()):
        yield Step(_("查台账"), _("按名称、电话或编号查找，看到每次改动是谁、为什么改的。"), url_for("records.choose"))
    if who.groups:
        yield Step(_("外出前请好代理人"), _("代理人在那几天替你办理，记录里两个人的名字都在。"), url_for("absence.show"))


def _analyst(who: Actor) -> Iterator[Step]:
    if not is_analyst(who):
        return
    yield Step(_("看现在用的流程包"), _("每张图、每个决策表和员工看到的表单，以及检查的提醒。"), url_for("packs.show"))
    yield Step(_("新建或修改流程"), _("在浏览器里画图、改表单，自动保存在工作副本里；部署以前，正在用的流程不变。"), url_for("working.ask_new"))
    yield Step(_("上传和发布"), _("有问题的包会连同位置和改法一起退回；发布前左右对照，已发起的流程按原来的版本走完。"), url_for("deploying.show"))


def _auditor(who: Actor) -> Iterator[Step]:
    if not is_auditor(who):
        return
    yield Step(_("查找和回放流程"), _("按客户、人员、时间查找，逐步回放，核对记录没有被改动，带走卷宗。"), url_for("audit.show"))
    yield Step(_("看人员和权限的改动"), _("谁在什么时候改了哪个账号、岗位或部门，只增不改。"), url_for("account_log.show"))


def _administrator(who: Actor) -> Iterator[Step]:
    if not who.is_administrator:
        return
    yield Step(_("建立账号"), _("写明岗位和直属上级，一次性密码只显示一次。"), url_for("people.new"))
    yield Step(_("给岗位安排人"), _("没有人的岗位收到的待办没有人能办。"), url_for("roles.show"))
    yield Step(_("处理异常"), _("停住的流程和没有人能办的待办都在这里，可以重试或转办。"), url_for("incidents.show"))
