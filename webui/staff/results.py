"""What came of the task or start that was just submitted, carried over to the page that comes next."""

from __future__ import annotations

from typing import Any

from flask import request, session
from flask_babel import gettext as _

from engine import Completed, Started
from webui.language import pick

KEY = "result"
# The session is a cookie: there is room for what one reads at a glance.
MOST_OPENED = 10
LONGEST_REASON = 200


def keep(task_name: str, completed: Completed, *, has_next: bool) -> None:
    """`has_next`: the page that comes next is another task to do."""
    _keep(_("已提交“%(task)s”", task=task_name), completed, has_next, pick(completed.outcome, completed.outcome_en), completed.reason)


def keep_start(process_name: str, started: Started) -> None:
    _keep(_("已发起“%(process)s”", process=process_name), started, started.next_task_id is not None)


def take() -> dict[str, Any] | None:
    """The result, once."""
    result: dict[str, Any] | None = session.pop(_key(), None)
    return result


def _keep(title: str, done: Completed | Started, has_next: bool, outcome: str = "", reason: str | None = None) -> None:
    session[_key()] = {
        "title": title,
        "instance_id": done.instance_id,
        "opened": [(pick(task.element_name, task.element_name_en), pick(task.who, task.who_en)) for task in done.opened[:MOST_OPENED]],
        "outcome": outcome,
        "task_id": done.task_id if isinstance(done, Completed) and done.status == "active" else None,
        "reason": (reason or "")[:LONGEST_REASON],
        "has_next": has_next,
    }


def _key() -> str:
    """What came of trying a process is no result of the work itself, and the other way round."""
    return f"{KEY}{request.script_root}"
