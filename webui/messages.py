"""What went wrong, in the user's language: a title, what happened, and what to do now. Keyed by the error's stable code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext as _

from engine import EngineError
from webui.words import moment

Texts = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """`actions` are (text, address) of the ways on; `reference` stands in the log beside what failed."""

    status: int
    title: str
    text: str
    code: str = ""
    actions: tuple[tuple[str, str], ...] = ()
    reference: str = ""


def is_fragment_request() -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def describe(error: EngineError, status: int) -> Problem:
    texts = BY_CODE.get(error.code)
    title, text = texts(error.details) if texts else _by_status(status)
    return Problem(status, title, text, error.code)


def describe_status(status: int) -> Problem:
    title, text = _by_status(status)
    return Problem(status, title, text)


def when(details: Mapping[str, Any], name: str = "at") -> str:
    """The time in an error's details, which may be text when it went through the event log."""
    value = details.get(name)
    if isinstance(value, datetime):
        return moment(value)
    try:
        return moment(datetime.fromisoformat(str(value)))
    except ValueError:
        return str(value or "")


def who(details: Mapping[str, Any], *names: str) -> str:
    return next((str(details[name]) for name in names if details.get(name)), _("另一位同事"))


def isolated(text: str) -> str:
    """A name inside a sentence, so that the direction of its writing does not turn the sentence round."""
    return f"\u2068{text}\u2069" if text else ""


def _task_not_open(details: Mapping[str, Any]) -> Texts:
    person, at = who(details, "by_name", "by"), when(details)
    if details.get("state") == "cancelled":
        return _("这项待办已经取消"), _("流程在 %(at)s 走了别的方向，不再需要办理它。", at=at)
    return (
        _("%(person)s 已经办理了这项待办", person=person),
        _("%(person)s 在 %(at)s 完成了它，你填写的内容没有提交，流程没有被重复推进。", person=person, at=at),
    )


def _already_claimed(details: Mapping[str, Any]) -> Texts:
    person, at = who(details, "assignee_name", "assignee"), when(details)
    return _("%(person)s 已经认领了这项待办", person=person), _("认领时间：%(at)s。需要你来办时，请对方先交还。", at=at)


def _bad_value(details: Mapping[str, Any]) -> Texts:
    return _("有内容不能保存"), _("请检查“%(field)s”：含有不能保存的字符，或内容过长。", field=details.get("field") or _("填写的内容"))


def _bad_password(details: Mapping[str, Any]) -> Texts:
    return _("新密码不能用"), _("密码的长度应为 %(minimum)s 到 %(maximum)s 个字符。", minimum=details.get("minimum"), maximum=details.get("maximum"))


def _stale(details: Mapping[str, Any]) -> Texts:
    if not details.get("by"):
        return _("有人刚刚修改过"), _("请重新打开，核对后再保存。")
    named = {"person": who(details, "by_name", "by"), "at": when(details), "title": isolated(str(details.get("title") or ""))}
    return _("%(person)s 刚刚修改过", **named), _("“%(title)s”在 %(at)s 有了改动，你的还没有保存。请核对后再保存。", **named)


BY_CODE: dict[str, Callable[[Mapping[str, Any]], Texts]] = {
    "task_not_open": _task_not_open,
    "task_already_claimed": _already_claimed,
    "instance_not_active": lambda details: (_("这个流程已经结束"), _("结束后的流程不能再办理，经过与数据仍然可以查看。")),
    "content_changed": lambda details: (_("你看到的内容刚刚有变化"), _("在你填写时数据有了更新。请核对后再次提交，你填写的内容都还在。")),
    "stale_revision": _stale,
    "draft_changed": lambda details: (
        _("你在另一个页面里也填了这项待办"),
        _("那一份 %(at)s 存过，没有被盖掉。请看过以后再决定用哪一份。", at=when(details)),
    ),
    "no_files": lambda details: (_("没有收到文件"), _("请先选择文件。")),
    "administrators_only": lambda details: (_("只有管理员可以打开这一页"), _("需要时请联系管理员。")),
    "analysts_only": lambda details: (_("只有流程分析人员可以这样做"), _("需要时请联系管理员。")),
    "auditors_only": lambda details: (_("只有审计人员可以打开这一页"), _("需要时请联系管理员。")),
    "too_many_cases": lambda details: (
        _("找到的流程太多"),
        _("一次最多导出 %(maximum)s 个流程，请缩小查找范围。没有导出任何内容。", maximum=details.get("maximum")),
    ),
    "pdf_unavailable": lambda details: (_("不能生成 PDF"), _("这里没有安装排版程序或中文字体，请联系管理员。")),
    "wrong_sign_in": lambda details: (_("账号或密码不对"), _("请重新输入。忘记密码时请联系管理员重设。")),
    "wrong_password": lambda details: (_("原密码不对"), _("请重新输入。")),
    "may_not_start": lambda details: (_("你不能发起这个流程"), _("发起它的岗位在流程中规定。需要时请联系管理员。")),
    "no_such_start": lambda details: (_("这个流程不能手工发起"), _("它由别的流程、消息或定时器启动。")),
    "not_your_task": lambda details: (_("这项待办不归你办"), _("只有办理人或候选岗位的人可以这样做。")),
    "no_candidates": lambda details: (_("这项待办不能交还"), _("它指定由你办理，没有别的岗位可以认领。")),
    "record_exists": lambda details: (_("台账里已经有这一条"), _("唯一的编号已被另一条记录使用，请先查找。")),
    "bad_password": _bad_password,
    "too_busy": lambda details: (_("现在使用的人太多"), _("没有内容被改动，请过几秒再试。")),
    **dict.fromkeys(("bad_text", "too_long", "too_large", "too_deep", "number_out_of_range", "wrong_type"), _bad_value),
    "database_unavailable": lambda details: (_("数据库暂时连接不上"), _("没有内容被改动。请稍候再试；一直这样时请联系管理员。")),
    "lost_race": lambda details: (_("同时操作的人太多"), _("没有内容被改动，请再试一次。")),
}


def _by_status(status: int) -> Texts:
    if status == 413:
        limit = (request.max_content_length or 0) // 1_000_000
        return _("提交的内容太大"), _("一次最多提交 %(limit)s MB，请精简后再提交。", limit=limit)
    known: dict[int, Texts] = {
        400: (_("请求不完整"), _("没有内容被改动。请返回上一页，刷新后再试；地址是手工输入的，请核对。")),
        401: (_("需要登录"), _("请登录后再打开这一页。")),
        403: (_("你没有权限这样做"), _("没有内容被改动。需要时请联系管理员，说明你要打开的是哪一页。")),
        404: (_("没有找到"), _("它可能已经不在，或者你看不到它。请检查地址，或从待办开始。")),
        405: (_("不能这样打开"), _("请从页面上的按钮操作。")),
        409: (_("内容刚刚有变化"), _("请重新打开后再操作。")),
        422: (_("提交的内容不能接受"), _("请检查后再提交，没有内容被改动。")),
        429: (_("尝试的次数太多"), _("为了账号安全，请过一分钟再试。")),
        503: (_("服务暂时不可用"), _("没有内容被改动。请稍候再试。")),
    }
    if status in known:
        return known[status]
    return known[400] if status < 500 else (_("系统出错了"), _("没有内容被改动，错误已经记录。请再试一次；一直这样时请联系管理员。"))
