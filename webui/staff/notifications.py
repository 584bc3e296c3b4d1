"""The notifications behind the bell: read, opened, marked as read; and of what one wants to be told."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

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
    notification_words,
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
OF_TASKS = frozenset({"arrived", "offered", "assigned", "due_soon", "overdue"})


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
    by_mail = request.form.getlist("by_mail") if "mail_offered" in request.form else None
    run(ChooseNotifications(request.form.getlist("kind"), request.form.get("due_hours", 0, type=int), by_mail))
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
    told = [(each, words[each.kind]) for each in found.kinds]
    return {"told_kinds": told, "told_choices": found, "all_due_hours": DUE_HOURS, "sends_mail": current_app.config["SENDS_MAIL"]}


@blueprint.get("/notifications/bell")
@allow(Access.SIGNED_IN)
def bell() -> ResponseReturnValue:
    """The number at the bell, for a page that stays open: nothing is sent while it has not changed."""
    unread = current_user.unread
    shown = bell_count(unread) if unread else ""
    response = jsonify(unread=unread, shown=shown, label=bell_label(unread), news=_("有新的通知"))
    response.add_etag()
    return response.make_conditional(request)


@blueprint.app_template_filter()
def bell_label(unread: int) -> str:
    """What a screen reader says of the bell."""
    return str(_("通知，%(count)s 条未读", count=bell_count(unread)) if unread else _("通知"))


@blueprint.app_template_filter()
def bell_count(unread: int) -> str:
    """What stands at the bell."""
    return str(unread) if unread < MOST_COUNTED else f"{MOST_COUNTED - 1}+"


def headline(row: NotificationRow) -> str:
    """What happened, in a sentence."""
    return pick(*notification_words(row))


def install() -> None:
    """The words for what notifications may be refused for."""
    BY_CODE.update(
        {
            "no_such_notification": lambda _details: (_("没有找到这条通知"), _("它不存在，或者不是你的。")),
            "bad_mail_address": lambda _details: (_("这不是邮箱地址"), _("应形如 name@example.com。")),
            "mail_code_too_soon": lambda _details: (_("刚刚发过验证码"), _("请先看邮箱；没有收到时，一分钟以后再发一次。")),
            "unknown_due_hours": lambda _details: (_("没有这样的提前时间"), _("请回到“我的账号”重新选择。")),
            "unknown_kind": lambda _details: (_("没有这种通知"), _("请回到“我的账号”重新选择。")),
        }
    )


def _target(opened: NotificationOpened) -> str:
    if opened.kind == "substitute":
        return url_for("absence.show")
    if opened.instance_id is None:
        return url_for("tasklist.show", tab="mine")
    if opened.kind in OF_TASKS:
        return url_for("task.show", task_id=f"{opened.instance_id}.{opened.activity_instance_id}")
    anchor = f"comment-{opened.about}" if opened.kind == "mentioned" else None
    return url_for("instances.open", instance_id=opened.instance_id, _anchor=anchor)
