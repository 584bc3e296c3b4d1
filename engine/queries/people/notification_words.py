"""What a notification says, in Chinese and English: at the bell and in mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.model.identity import SYSTEM

if TYPE_CHECKING:
    from engine.queries.people.notifications import NotificationRow

Pair = tuple[str, str]


def notification_words(row: NotificationRow) -> Pair:
    """What happened, in a sentence."""
    case, task = (row.case, row.case_en or row.case), (row.task, row.task_en or row.task)
    zh, en = _WORDS[row.kind](row, case, task)
    if row.about and row.kind in ("arrived", "due_soon", "overdue"):
        return f"{zh}（代 {row.about}）", f"{en} (for {row.about})"
    return zh, en


def _name(row: NotificationRow) -> Pair:
    return (row.by_name, row.by_name) if row.by_name else (SYSTEM.name, "The system")


def _assigned(row: NotificationRow, case: Pair, task: Pair) -> Pair:
    zh, en = _name(row)
    if not row.case:
        return f"{zh} 把 {row.about} 项待办交给了你", f"{en} handed {row.about} tasks to you"
    return f"{zh} 把“{task[0]}”交给你办理：{case[0]}", f"{en} handed the task “{task[1]}” to you: {case[1]}"


def _mentioned(row: NotificationRow, case: Pair, _task: Pair) -> Pair:
    zh, en = _name(row)
    return f"{zh} 在“{case[0]}”的留言里提到了你", f"{en} mentioned you in a comment on “{case[1]}”"


def _copied(row: NotificationRow, case: Pair, _task: Pair) -> Pair:
    zh, en = _name(row)
    return f"{zh} 把“{case[0]}”抄送给你", f"{en} sent you a copy of “{case[1]}”"


def _ended(row: NotificationRow, case: Pair, _task: Pair) -> Pair:
    outcome = row.outcome_en or row.outcome
    zh = f"你发起的“{case[0]}”已经结束" + (f"：{row.outcome}" if row.outcome else "")
    return zh, f"“{case[1]}”, which you started, has ended" + (f": {outcome}" if outcome else "")


_WORDS: dict[str, Callable[[NotificationRow, Pair, Pair], Pair]] = {
    "arrived": lambda _row, case, task: (f"“{task[0]}”等你办理：{case[0]}", f"“{task[1]}” waits for you: {case[1]}"),
    "offered": lambda _row, case, task: (f"“{task[0]}”可以认领：{case[0]}", f"“{task[1]}” can be claimed: {case[1]}"),
    "assigned": _assigned,
    "due_soon": lambda _row, case, task: (f"“{task[0]}”快到期了：{case[0]}", f"“{task[1]}” is due soon: {case[1]}"),
    "overdue": lambda _row, case, task: (f"“{task[0]}”已经超期：{case[0]}", f"“{task[1]}” is overdue: {case[1]}"),
    "mentioned": _mentioned,
    "copied": _copied,
    "ended": _ended,
    "substitute": lambda row, _case, _task: (f"你被设为 {row.about} 的代理人", f"You are the substitute of {row.about}"),
    "incident": lambda _row, case, _task: (f"“{case[0]}”停在错误上，等你处理", f"“{case[1]}” has stopped on an error and waits for you"),
}
