"""The notifications behind the bell: read, opened, marked as read; and of what one wants to be told."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import (
    DUE_HOURS,
    MOST_COUNTED,
    ChooseNotifications,
    MarkNotificationsRead,
    MyNotificationChoices,
    NotificationOpened,
    NotificationRow,
    Notifications,
    OpenNotification,
)
from webui.language import pick
from webui.link import read, run
from webui.messages import BY_CODE
from webui.paging import PAGE_ROWS, asked_page
from webui.security import Access, allow

blueprint = Blueprint("notifications", __name__)
ICONS = {
    "arrived": "inbox",
    "offered": "hand-grab",
    "assigned": "user-check",
    "due_soon": "clock",
    "overdue": "alarm",
    "mentioned": "message",
    "copied": "send",
    "ended": "flag-filled",
    "substitute": "users",
    "incident": "alert-triangle",
}


@blueprint.get("/notifications")
@allow(Access.SIGNED_IN)
def show() -> ResponseReturnValue:
    page = asked_page()
    told = read(Notifications(PAGE_ROWS, page.offset))
    lines = [(row, ICONS[row.kind], headline(row)) for row in told.rows]
    return render_template("notifications.html", told=told, lines=lines, pager=page.pager(told.total))


@blueprint.get("/notifications/<int:notification_id>")
@allow(Access.SIGNED_IN)
def open(notification_id: int) -> ResponseReturnValue:
    """Whoever opens one has read it."""
    return redirect(_target(run(OpenNotification(notification_id))))


@blueprint.post("/notifications/read")
@allow(Access.SIGNED_IN)
def mark_all() -> ResponseReturnValue:
    run(MarkNotificationsRead(max(request.form.get("up_to", 0, type=int), 0)))
    return redirect(url_for("notifications.show"), 303)


@blueprint.post("/account/notifications")
@allow(Access.SIGNED_IN)
def choose() -> ResponseReturnValue:
    run(ChooseNotifications(request.form.getlist("kind"), request.form.get("due_hours", 0, type=int)))
    flash(_("通知的选择已经保存。"))
    return redirect(url_for("account.show"), 303)


def choices() -> dict[str, object]:
    """What the part `people/told_of.html` shows."""
    words = {
        "arrived": _("流程把待办交给我"),
        "offered": _("我的岗位有新的待办可以认领"),
        "assigned": _("别人把待办交给我"),
        "due_soon": _("我的待办快到期了"),
        "overdue": _("我的待办超期了"),
        "mentioned": _("有人在留言里提到我"),
        "copied": _("有人把流程抄送给我"),
        "ended": _("我发起的流程结束了"),
        "substitute": _("我被设为别人的代理人"),
        "incident": _("有流程停在错误上（管理员）"),
    }
    found = read(MyNotificationChoices())
    return {"told_kinds": [(kind, words[kind], on) for kind, on in found.kinds.items()], "due_hours": found.due_hours, "all_due_hours": DUE_HOURS}


def bell_count(unread: int) -> str:
    """What stands at the bell."""
    return str(unread) if unread < MOST_COUNTED else f"{MOST_COUNTED - 1}+"


def headline(row: NotificationRow) -> str:
    """What happened, in a sentence."""
    case, task = pick(row.case, row.case_en), pick(row.task, row.task_en)
    if row.kind in _OF_TASKS:
        words = _OF_TASKS[row.kind](task, case)
        return str(_("%(words)s（代 %(absent)s）", words=words, absent=row.about)) if row.about else words
    if row.kind == "substitute":
        return str(_("您被设为 %(absent)s 的代理人", absent=row.about))
    if row.kind == "incident":
        return str(_("“%(case)s”停在错误上，等您处理", case=case))
    return _ended(row, case) if row.kind == "ended" else _by_somebody(row, task, case)


_OF_TASKS: dict[str, Callable[[str, str], str]] = {
    "arrived": lambda task, case: _("“%(task)s”等您办理：%(case)s", task=task, case=case),
    "offered": lambda task, case: _("“%(task)s”可以认领：%(case)s", task=task, case=case),
    "due_soon": lambda task, case: _("“%(task)s”快到期了：%(case)s", task=task, case=case),
    "overdue": lambda task, case: _("“%(task)s”已经超期：%(case)s", task=task, case=case),
}


def _by_somebody(row: NotificationRow, task: str, case: str) -> str:
    name = row.by_name or _("系统")
    if row.kind == "mentioned":
        return str(_("%(name)s 在“%(case)s”的留言里提到了您", name=name, case=case))
    if row.kind == "copied":
        return str(_("%(name)s 把“%(case)s”抄送给您", name=name, case=case))
    if not case:
        return str(_("%(name)s 把 %(count)s 项待办移交给您", name=name, count=row.about))
    return str(_("%(name)s 把“%(task)s”交给您办理：%(case)s", name=name, task=task, case=case))


def _ended(row: NotificationRow, case: str) -> str:
    outcome = pick(row.outcome, row.outcome_en)
    if outcome:
        return str(_("您发起的“%(case)s”已经结束：%(outcome)s", case=case, outcome=outcome))
    return str(_("您发起的“%(case)s”已经结束", case=case))


def install() -> None:
    """The words for what notifications may be refused for."""
    BY_CODE.update(
        {
            "no_such_notification": lambda _details: (_("没有找到这条通知"), _("它不存在，或者不是您的。")),
            "unknown_due_hours": lambda _details: (_("没有这样的提前时间"), _("请回到“我的账号”重新选择。")),
            "unknown_kind": lambda _details: (_("没有这种通知"), _("请回到“我的账号”重新选择。")),
        }
    )


def _target(opened: NotificationOpened) -> str:
    if opened.kind == "substitute":
        return url_for("absence.show")
    if opened.instance_id is None:
        return url_for("tasklist.show")
    if opened.kind == "assigned" or opened.kind in _OF_TASKS:
        return url_for("task.show", task_id=f"{opened.instance_id}.{opened.activity_instance_id}")
    anchor = f"comment-{opened.about}" if opened.kind == "mentioned" else None
    return url_for("instances.open", instance_id=opened.instance_id, _anchor=anchor)
