"""What was asked of an instance, as a person would say it: each recorded command."""

from __future__ import annotations

# Type of a recorded command -> Chinese, English.
_COMMANDS = {
    "StartInstance": ("发起流程", "start the process"),
    "TerminateInstance": ("终止流程", "terminate the process"),
    "ClaimTask": ("认领待办", "claim a task"),
    "UnclaimTask": ("交还待办", "give a task back"),
    "AssignTask": ("转给别人办理", "assign a task"),
    "CompleteTask": ("办理待办", "complete a task"),
    "WithdrawCompletion": ("撤回办理", "withdraw what was completed"),
    "SendCopy": ("抄送", "send a copy"),
    "WriteComment": ("写留言", "write a comment"),
    "ChangeComment": ("修改留言", "change a comment"),
    "DeleteComment": ("删除留言", "delete a comment"),
    "AttachFiles": ("添加附件", "attach files"),
    "RemoveAttachment": ("移除附件", "remove an attachment"),
    "FireTimer": ("时间到了，继续流程", "go on, the time has come"),
    "CompleteJob": ("系统完成一步，继续流程", "go on, the system completed a step"),
    "FailJob": ("系统没有完成一步", "the system failed at a step"),
    "CorrelateMessage": ("收到消息", "receive a message"),
    "BroadcastSignal": ("收到信号", "receive a signal"),
    "RetryIncident": ("重试异常", "retry an incident"),
}


def command_words(type: str) -> tuple[str, str]:
    """In Chinese and in English; one that has no words is called by its type."""
    return _COMMANDS.get(type, (type, type))
