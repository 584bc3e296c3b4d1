"""What queries of the task list and of copies answer with; as engine.queries.views."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.model.outcome import InstanceStatus


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A user task of a process, and how many of it there are; `own_…`: the process that was started, another one where this one was called."""

    own_process_key: str
    own_process_name: str
    own_process_name_en: str
    process_key: str
    process_name: str
    process_name_en: str
    element_id: str
    element_name: str
    element_name_en: str
    number: int


@dataclass(frozen=True, slots=True)
class CopyRow:
    """A copy for information that the actor got. `element_name` is that of the task it is about, empty: the whole instance."""

    copy_id: int
    instance_id: str
    title: str | None
    business_key: str | None
    process_name: str
    process_name_en: str
    element_name: str
    element_name_en: str
    status: InstanceStatus
    sent_by_name: str
    sent_at: datetime
    note: str
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class CopyPage:
    """`unread` counts all that the actor has not read; `after` is the cursor of the next page."""

    rows: tuple[CopyRow, ...]
    total: int
    unread: int
    after: int | None


@dataclass(frozen=True, slots=True)
class CopyLine:
    """To whom an instance was brought to notice, and whether it was read."""

    user_name: str
    sent_by_name: str
    sent_at: datetime
    read_at: datetime | None
