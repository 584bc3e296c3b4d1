"""All that happened to a record in one line of time: its changes, and the processes and tasks behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine import InstanceRow, RecordChangeLine, RecordDetail, RecordTask


@dataclass(frozen=True, slots=True)
class Happening:
    """One of the three is set; `ended` tells the end of an instance from its start."""

    at: datetime
    change: RecordChangeLine | None = None
    task: RecordTask | None = None
    instance: InstanceRow | None = None
    ended: bool = False


def happenings(view: RecordDetail) -> tuple[Happening, ...]:
    """Last first."""
    found = [Happening(change.at, change=change) for change in view.changes]
    found += [Happening(task.at, task=task) for task in view.tasks if task.completed]
    for row in view.instances:
        found.append(Happening(row.started_at, instance=row))
        if row.ended_at is not None:
            found.append(Happening(row.ended_at, instance=row, ended=True))
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))
