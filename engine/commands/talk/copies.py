"""Copies for information (抄送): an instance is brought to somebody's notice, who may read it from then on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.commands.input import checked_text, command_fact
from engine.commands.readers import require_reader
from engine.commands.work import Work
from engine.model.errors import InputRejected, NotFoundError
from engine.model.events import Fact
from engine.model.identity import Actor, is_instance_id
from engine.model.values import JsonValue
from engine.store.instances import LockedInstance, append_events
from engine.store.notifications import notify
from engine.store.registers import Membership, User
from engine.store.rows import insert_rows
from engine.store.tables import WorkItem
from engine.store.worklists import Copy

LONGEST_NOTE = 1000
MOST_READERS = 50


@dataclass(frozen=True, slots=True)
class CopySent:
    """`sent_to` are the readers' ids."""

    instance_id: str
    sent_to: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class SendCopy:
    """Bring an instance to the notice of users, with a note. Whoever may read it may; `activity_instance_id`: the task that it is about, 0: none.

    `role_keys`: to everybody else who has one of the roles now; who gets a role later does not get the copy.
    Raises NotFoundError; InputRejected: required, unknown_user (also for accounts that are not active), nobody_has_role, too_many_readers.
    """

    instance_id: str
    user_ids: Sequence[str]
    note: str = ""
    activity_instance_id: int = 0
    role_keys: Sequence[str] = ()

    def execute(self, work: Work, actor: Actor) -> CopySent:
        note = checked_text(self.note, "note", maximum=LONGEST_NOTE, required=False)
        readers = _checked_readers(work, (*self.user_ids, *_having(work, actor, self.role_keys)))
        head = work.instance(self.instance_id)
        require_reader(work, head, actor)
        process_key, element_id = self._place(work, head)
        data: dict[str, JsonValue] = {"to": list(readers), "note": note}
        place: dict[str, JsonValue] = {"process_key": process_key, "element_id": element_id, "activity_instance_id": self.activity_instance_id}
        fact = Fact("copy_sent", data, process_key, element_id, self.activity_instance_id)
        append_events(work.tx, head, (command_fact("SendCopy", user_ids=list(readers), note=note, **place), fact), actor.user_id)
        common = {"instance_id": head.id, "activity_instance_id": self.activity_instance_id, "sent_by": actor.user_id, "sent_at": work.now}
        insert_rows(work.connection, Copy, [{**common, "user_id": reader, "note": note, "read_at": None} for reader in readers])
        notify(work.tx, readers, "copied", actor, head.id, self.activity_instance_id)
        return CopySent(head.id, readers, work.now)

    def _place(self, work: Work, head: LockedInstance) -> tuple[str, str | None]:
        """Process and element of the task, or the instance's own process."""
        if self.activity_instance_id == 0:
            return head.process_key, None
        wanted = (WorkItem.instance_id == head.id, WorkItem.activity_instance_id == self.activity_instance_id)
        row = work.connection.execute(sa.select(WorkItem.process_key, WorkItem.element_id).where(*wanted)).one_or_none()
        if row is None:
            raise NotFoundError("no_such_task", task_id=f"{head.id}.{self.activity_instance_id}")
        return row.process_key, row.element_id


@dataclass(frozen=True, slots=True)
class CopiesRead:
    """`count`: how many were unread."""

    count: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MarkCopiesRead:
    """The actor has read the copies of an instance; None: all that the actor has."""

    instance_id: str | None = None

    def execute(self, work: Work, actor: Actor) -> CopiesRead:
        wanted = [Copy.user_id == actor.user_id, Copy.read_at.is_(None)]
        if self.instance_id is not None:
            wanted.append(Copy.instance_id == (self.instance_id if is_instance_id(self.instance_id) else ""))
        return CopiesRead(work.connection.execute(sa.update(Copy).where(*wanted).values(read_at=work.now)).rowcount, work.now)


def _having(work: Work, actor: Actor, role_keys: Sequence[str]) -> Sequence[str]:
    """Everybody but the actor who has one of the roles, in order of logins."""
    keys = [checked_text(key, "role_keys") for key in role_keys]
    if not keys:
        return ()
    held = sa.exists().where(Membership.user_id == User.id, Membership.group_key.in_(keys))
    found = work.connection.scalars(sa.select(User.id).where(held, User.active, User.id != actor.user_id).order_by(User.id)).all()
    if not found:
        raise InputRejected("nobody_has_role", field="role_keys")
    return found


def _checked_readers(work: Work, given: Sequence[str]) -> tuple[str, ...]:
    readers = tuple(dict.fromkeys(checked_text(each, "user_ids") for each in given))
    if not readers:
        raise InputRejected("required", field="user_ids")
    if len(readers) > MOST_READERS:
        raise InputRejected("too_many_readers", field="user_ids", maximum=MOST_READERS)
    known = set(work.connection.scalars(sa.select(User.id).where(User.id.in_(readers), User.active)))
    unknown = [each for each in readers if each not in known]
    if unknown:
        raise InputRejected("unknown_user", field="user_ids", user_id=unknown[0])
    return readers
