"""The notifications behind the bell: read, opened, marked as read; and of what one wants to be told."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import (
    MOST_COUNTED,
    ChooseNotifications,
    MarkNotificationsRead,
    NotificationKinds,
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
ICONS = {"assigned": "user-check", "mentioned": "message", "copied": "send", "ended": "flag-filled", "substitute": "users"}


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
    run(ChooseNotifications(request.form.getlist("kind")))
    flash(_("通知的选择已经保存。"))
    return redirect(url_for("account.show"), 303)


def wanted_kinds() -> list[tuple[str, str, bool]]:
    """(kind, in words, whether the visitor is told of it)"""
    words = {
        "assigned": _("别人把待办交给我"),
        "mentioned": _("有人在留言里提到我"),
        "copied": _("有人把流程抄送给我"),
        "ended": _("我发起的流程结束了"),
        "substitute": _("我被设为别人的代理人"),
    }
    return [(kind, words[kind], on) for kind, on in read(NotificationKinds()).items()]


def bell_count(unread: int) -> str:
    """What stands at the bell."""
    return str(unread) if unread < MOST_COUNTED else f"{MOST_COUNTED - 1}+"


def headline(row: NotificationRow) -> str:
    """What happened, in a sentence."""
    name, case, task = row.by_name or _("系统"), pick(row.case, row.case_en), pick(row.task, row.task_en)
    if row.kind == "mentioned":
        return str(_("%(name)s 在“%(case)s”的留言里提到了您", name=name, case=case))
    if row.kind == "copied":
        return str(_("%(name)s 把“%(case)s”抄送给您", name=name, case=case))
    if row.kind == "substitute":
        return str(_("您被设为 %(absent)s 的代理人", absent=row.about))
    if row.kind == "ended":
        outcome = pick(row.outcome, row.outcome_en)
        if outcome:
            return str(_("您发起的“%(case)s”已经结束：%(outcome)s", case=case, outcome=outcome))
        return str(_("您发起的“%(case)s”已经结束", case=case))
    if not case:
        return str(_("%(name)s 把 %(count)s 项待办移交给您", name=name, count=row.about))
    return str(_("%(name)s 把“%(task)s”交给您办理：%(case)s", name=name, task=task, case=case))


def install() -> None:
    """The words for what notifications may be refused for."""
    BY_CODE.update(
        {
            "no_such_notification": lambda _details: (_("没有找到这条通知"), _("它不存在，或者不是您的。")),
            "unknown_kind": lambda _details: (_("没有这种通知"), _("请回到“我的账号”重新选择。")),
        }
    )


def _target(opened: NotificationOpened) -> str:
    if opened.kind == "substitute":
        return url_for("absence.show")
    if opened.instance_id is None:
        return url_for("tasklist.show")
    if opened.kind == "assigned":
        return url_for("task.show", task_id=f"{opened.instance_id}.{opened.activity_instance_id}")
    anchor = f"comment-{opened.about}" if opened.kind == "mentioned" else None
    return url_for("instances.open", instance_id=opened.instance_id, _anchor=anchor)
