"""What came of the task or start that was just submitted, carried over to the page that comes next."""

from __future__ import annotations

from typing import Any

from flask import session
from flask_babel import gettext as _

KEY = "result"
MOST_OPENED = 10


def keep(task_name: str, completed: Any, outcome: str) -> None:
    _keep(_("已提交“%(task)s”", task=task_name), completed, outcome)


def keep_start(process_name: str, started: Any) -> None:
    _keep(_("已发起“%(process)s”", process=process_name), started, "")


def take() -> dict[str, Any] | None:
    """The result, once."""
    result: dict[str, Any] | None = session.pop(KEY, None)
    return result


def _keep(title: str, done: Any, outcome: str) -> None:
    session[KEY] = {
        "title": title,
        "instance_id": done.instance_id,
        "opened": [list(pair) for pair in done.opened[:MOST_OPENED]],
        "outcome": outcome,
        "has_next": done.next_task_id is not None,
    }
