"""Why a completion cannot be taken back, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from flask_babel import gettext as _

from webui.messages import BY_CODE, Texts

_REASONS: dict[str, Callable[[], str]] = {
    "begun": lambda: _("下一步已经有人在办。需要改动时，请联系办理的人退回。"),
    "ended": lambda: _("流程已经结束。"),
    "moved_on": lambda: _("在这以后流程又往前走了。"),
    "not_last": lambda: _("在这以后流程又往前走了。"),
    "effects": lambda: _("它引出的消息或系统操作已经发出，收不回来。"),
    "jobs": lambda: _("它取消了系统正在执行的操作，不能恢复原样。"),
    "others_tasks": lambda: _("它取消了别人的待办，不能恢复原样。"),
    "incident": lambda: _("它取消了停在异常上的步骤，不能恢复原样。"),
}


def _not_withdrawable(details: Mapping[str, Any]) -> Texts:
    if details.get("reason") == "begun" and details.get("by_name"):
        text = _("%(person)s 已经在办下一步。需要改动时，请联系对方退回。", person=details["by_name"])
    else:
        text = _REASONS.get(str(details.get("reason")), _REASONS["moved_on"])()
    return _("已经不能撤回"), text


def install(app: Flask) -> None:
    BY_CODE["not_withdrawable"] = _not_withdrawable
    BY_CODE["not_your_completion"] = lambda details: (_("只能撤回自己办理的"), _("需要时请联系办理的人。"))
