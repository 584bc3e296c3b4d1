"""What was done in a sandbox, and why something was refused there, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from engine import OpenSandbox
from webui.language import language, pick
from webui.messages import BY_CODE
from webui.words import stamp

Details = Mapping[str, Any]
Step = Mapping[str, Any]


def durations() -> list[tuple[str, str]]:
    """How far time can be moved at once."""
    return [("PT1H", _("1 小时")), ("P1D", _("1 天")), ("P7D", _("1 周")), ("P1M", _("1 个月"))]


def step_words(step: Step, opened: OpenSandbox) -> str:
    """One step as a sentence."""
    named: dict[str, str] = {"task": pick(*opened.names(str(step.get("element", "")))), "name": str(step.get("name", ""))}
    if "as" in step:
        named["role"] = role_words(opened, str(step["as"]))
    words = _STEPS.get(str(step["kind"]))
    return words(step, named, opened) if words else str(step["kind"])


def role_words(opened: OpenSandbox, role: str) -> str:
    key, _colon, number = role.partition(":")
    found = next((one for one in opened.roles if one.key == key), None)
    name = pick(found.name, found.name_en) if found else key
    return f"{name} {number}" if number not in ("", "1") else name


def _started(step: Step, named: dict[str, str], opened: OpenSandbox) -> str:
    process = pick(*opened.process_names(str(step["process"])))
    return str(_("%(role)s 发起“%(process)s”", role=named["role"], process=process))


def _moved(step: Step, named: dict[str, str], opened: OpenSandbox) -> str:
    return str(_("时间前进 %(duration)s", duration=dict(durations()).get(str(step["text"]), str(step["text"]))))


_STEPS: Mapping[str, Callable[[Step, dict[str, str], OpenSandbox], str]] = {
    "start": _started,
    "task": lambda step, named, opened: _("%(role)s 提交“%(task)s”", role=named["role"], task=named["task"]),
    "claim": lambda step, named, opened: _("%(role)s 认领“%(task)s”", role=named["role"], task=named["task"]),
    "unclaim": lambda step, named, opened: _("%(role)s 交还“%(task)s”", role=named["role"], task=named["task"]),
    "withdraw": lambda step, named, opened: _("%(role)s 撤回了提交", role=named["role"]),
    "advance": _moved,
    "until": lambda step, named, opened: _("时间到了 %(at)s", at=stamp(datetime.fromisoformat(str(step["at"])))),
    "message": lambda step, named, opened: _("收到消息“%(name)s”", name=named["name"]),
    "signal": lambda step, named, opened: _("收到信号“%(name)s”", name=named["name"]),
    "retry": lambda step, named, opened: _("重试出现异常的一步"),
    "file": lambda step, named, opened: _("%(role)s 上传“%(name)s”", role=named["role"], name=named["name"]),
    "record": lambda step, named, opened: _("台账里先有一条记录"),
}


def _too_many(details: Details) -> tuple[str, str]:
    return _("试运行太多"), _("一个人最多同时有 %(maximum)s 个试运行。先结束不再需要的。", maximum=details.get("maximum"))


def _too_many_steps(details: Details) -> tuple[str, str]:
    return _("步骤太多"), _("一个试运行最多 %(maximum)s 步。请重新开始，或另开一个。", maximum=details.get("maximum"))


def _runaway(details: Details) -> tuple[str, str]:
    told = _("连续自动执行了 %(rounds)s 次仍没有停下，已经停止，这一步没有算数。", rounds=details.get("rounds"))
    return _("流程停不下来"), told + _("请检查图里是否有不等人的循环，或重复得太快的定时器。")


def _stopped(details: Details) -> tuple[str, str]:
    return _("有一步不能重走"), _("第 %(number)s 步在现在的文件里走不通。先去掉它和它后面的步骤，再继续。", number=details.get("number"))


def _bad_values(details: Details) -> tuple[str, str]:
    text = _("请写成 FEEL 的上下文，例如 { amount: 100 }。")
    return _("数据不能这样写"), f"{text}{details['reason']}" if details.get("reason") else text


def _differs(details: Details) -> tuple[str, str]:
    reason = details.get("reason_en" if language() == "en" else "reason", "")
    return _("录下的场景走不出同样的结果"), _("没有存下。第一处不同：%(reason)s", reason=reason)


def _not_recordable(details: Details) -> tuple[str, str]:
    return _("这些步骤不能存为场景"), _("场景里没有“重试”，发起之前只能移动时间。请撤销这些步骤再存。")


def _no_subscription(details: Details) -> tuple[str, str]:
    return _("现在没有谁在等这条消息"), _("名称和关联键都要和图中一致。没有内容被改动。")


_WORDS: dict[str, Callable[[Details], tuple[str, str]]] = {
    "too_many_sandboxes": _too_many,
    "too_many_sandbox_steps": _too_many_steps,
    "too_many_due": _runaway,
    "sandbox_stopped": _stopped,
    "bad_values": _bad_values,
    "no_subscription": _no_subscription,
    "recording_differs": _differs,
    "sandbox_not_recordable": _not_recordable,
    "sandbox_empty": lambda details: (_("还没有发起流程"), _("先走几步，再存为场景。")),
    "sandbox_no_such_task": lambda details: (
        _("这一步要办的待办现在没有"),
        _("元素 %(element)s 没有这个岗位能办的待办。流程现在等着什么，见下面。", element=details.get("element_id")),
    ),
    "sandbox_full": lambda details: (
        _("试运行放不下了"),
        _("一个试运行最多放 %(megabytes)s MB。请重新开始，用小一点的附件。", megabytes=details.get("megabytes")),
    ),
    "scenarios_busy": lambda details: (_("正在运行别的场景"), _("请等它们运行完，再试一次。")),
    "sandbox_incident": lambda details: (_("流程停在异常上"), _("场景要能走通。请先改好图，或撤销出现异常的一步。")),
    "bad_scenario_file": lambda details: (_("文件名不能这样写"), _("只用小写字母、数字、下划线和连字符，例如 refused_by_manager。")),
    "no_such_sandbox": lambda details: (_("没有找到这个试运行"), _("它可能已经结束。放着不用的试运行两周后自动清除。请从流程包重新开始。")),
    "sandbox_changed": lambda details: (_("这个试运行刚刚在另一个窗口里走了一步"), _("请看过现在的情况再继续。没有内容被改动。")),
    "sandbox_started": lambda details: (_("这个试运行已经发起了一个流程"), _("一个试运行走一个流程。要从头走，请在控制台选择“重新开始”。")),
    "not_in_sandbox": lambda details: (_("试运行里没有这个功能"), _("试运行里可以发起、办理、看流程和台账。其他功能请在正式的页面使用。")),
    "sandbox_time_goes_on": lambda details: (_("时间只能向前"), _("要回到从前，请撤销最后几步。")),
    "bad_moment": lambda details: (_("请选择日期和时间"), _("没有内容被改动。")),
    "no_such_role": lambda details: (_("没有这个岗位"), _("岗位写在 pack.toml 里。")),
}


def install() -> None:
    BY_CODE.update(_WORDS)
