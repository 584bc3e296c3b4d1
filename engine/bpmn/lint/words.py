"""Names of kinds of elements and events in messages: (Chinese, English)."""

from __future__ import annotations

KINDS: dict[str, tuple[str, str]] = {
    "none_task": ("任务", "a task"),
    "user_task": ("用户任务", "a user task"),
    "manual_task": ("手工任务", "a manual task"),
    "service_task": ("服务任务", "a service task"),
    "script_task": ("脚本任务", "a script task"),
    "business_rule_task": ("业务规则任务", "a business rule task"),
    "send_task": ("发送任务", "a send task"),
    "receive_task": ("接收任务", "a receive task"),
    "exclusive_gateway": ("排他网关", "an exclusive gateway"),
    "parallel_gateway": ("并行网关", "a parallel gateway"),
    "inclusive_gateway": ("包容网关", "an inclusive gateway"),
    "event_based_gateway": ("事件网关", "an event-based gateway"),
    "sub_process": ("子流程", "a sub-process"),
    "call_activity": ("调用活动", "a call activity"),
    "start_event": ("开始事件", "a start event"),
    "end_event": ("结束事件", "an end event"),
    "intermediate_catch_event": ("中间捕获事件", "an intermediate catch event"),
    "intermediate_throw_event": ("中间抛出事件", "an intermediate throw event"),
    "boundary_event": ("边界事件", "a boundary event"),
}
EVENTS: dict[str, tuple[str, str]] = {
    "none": ("空", "none"),
    "timer": ("定时", "timer"),
    "message": ("消息", "message"),
    "signal": ("信号", "signal"),
    "error": ("错误", "error"),
    "terminate": ("终止", "terminate"),
}
TIMERS: dict[str, tuple[str, str]] = {"date": ("日期", "a date"), "duration": ("时长", "a duration"), "cycle": ("周期", "a cycle")}


def shorten(text: str, limit: int = 120) -> str:
    """Text for a message: one line, not too long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
