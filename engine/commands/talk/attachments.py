"""Files attached to a case: added many at once, taken away by who added them; both stand in the case's log."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine import forms
from engine.commands.files import forget_file
from engine.commands.input import checked_number, checked_text, command_fact
from engine.commands.readers import require_reader
from engine.commands.searching import index_words
from engine.commands.work import Work
from engine.model.errors import InputRejected, NotFoundError
from engine.model.events import Fact
from engine.model.identity import Actor
from engine.model.values import JsonValue
from engine.store.attachments import HOLDER, Attachment
from engine.store.files import FileUse, hold_files, use_files
from engine.store.instances import LockedInstance, append_events
from engine.store.rows import insert_rows

LONGEST_REASON = 500
# Of one case, those that were removed included.
MOST_ATTACHMENTS = 500


@dataclass(frozen=True, slots=True)
class AttachmentLimits:
    """What one request may add: so many files, each of so many bytes at most."""

    files: int = forms.LIMITS.files
    file_bytes: int = forms.LIMITS.file_bytes


@dataclass(frozen=True, slots=True)
class FilesAttached:
    """`numbers` of the attachments within the case; `is_new` is false when the same request had been carried out before."""

    instance_id: str
    numbers: tuple[int, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class AttachFiles:
    """Attach own uploads (KeepFile) to a case that the actor may read, whether it runs or has ended: all of them or none.

    `request_key` makes sending twice adding once. Raises NotFoundError; InputRejected: no_files, too_many_files(maximum, given),
    attachment_size(name, megabytes), upload_gone (never kept, of somebody else, removed because nobody used it, or attached before),
    too_many_attachments(maximum).
    """

    instance_id: str
    file_ids: Sequence[str]
    request_key: str = ""
    limits: AttachmentLimits = AttachmentLimits()

    def execute(self, work: Work, actor: Actor) -> FilesAttached:
        ids = self._asked()
        request_key = checked_text(self.request_key, "request_key", maximum=64, required=False) or secrets.token_hex(16)
        head = work.instance(self.instance_id)
        require_reader(work, head, actor)
        last, before = _added_before(work, head.id, actor.user_id, request_key)
        if before:
            return FilesAttached(head.id, before, False)
        files = self._held(work, actor, ids)
        if last + len(files) > MOST_ATTACHMENTS:
            raise InputRejected("too_many_attachments", field="files", maximum=MOST_ATTACHMENTS)
        rows = [{"attachment": last + place, **_told(file)} for place, file in enumerate(files, start=1)]
        _write(work, head, actor, rows)
        common = {"instance_id": head.id, "added_by": actor.user_id, "added_at": work.now, "request_key": request_key}
        kept = [{**common, "number": row["attachment"], "file_id": file.id, **_told(file)} for row, file in zip(rows, files, strict=True)]
        insert_rows(work.connection, Attachment, kept)
        use_files(work.connection, ids, HOLDER, head.id)
        return FilesAttached(head.id, tuple(row["attachment"] for row in rows), True)

    def _asked(self) -> tuple[str, ...]:
        given = self.file_ids
        if isinstance(given, str) or not isinstance(given, Sequence):
            raise InputRejected("wrong_type", field="files", expected="list", given=type(given).__name__)
        if not given:
            raise InputRejected("no_files", field="files")
        if len(given) > self.limits.files:
            raise InputRejected("too_many_files", field="files", maximum=self.limits.files, given=len(given))
        return tuple(dict.fromkeys(checked_text(each, "files", maximum=64) for each in given))

    def _held(self, work: Work, actor: Actor, ids: tuple[str, ...]) -> list[Any]:
        """The uploads in the order in which they were named; they stay until the end of the transaction."""
        found = {row.id: row for row in hold_files(work.connection, ids, actor.user_id, alone=True)}
        taken = set(work.connection.scalars(sa.select(Attachment.file_id).where(Attachment.file_id.in_(ids))))
        gone = [id for id in ids if id not in found or id in taken]
        if gone:
            raise InputRejected("upload_gone", field="files", count=len(gone))
        for row in found.values():
            if row.size > self.limits.file_bytes:
                raise InputRejected("attachment_size", field="files", name=row.name, megabytes=self.limits.file_bytes // 1_000_000)
        return [found[id] for id in ids]


def _told(file: Any) -> dict[str, Any]:
    return {"name": file.name, "size": file.size, "type": file.type, "digest": file.digest}


def _write(work: Work, head: LockedInstance, actor: Actor, rows: list[dict[str, Any]]) -> None:
    """The events of a batch, a fact for each file; its names can be searched for by auditors."""
    files: list[JsonValue] = [*rows]
    command = command_fact("AttachFiles", process_key=head.process_key, files=files)
    append_events(work.tx, head, (command, *(Fact("attachment_added", row, head.process_key) for row in rows)), actor.user_id)
    index_words(work.connection, head, (row["name"] for row in rows))


def _added_before(work: Work, instance_id: str, user_id: str, request_key: str) -> tuple[int, tuple[int, ...]]:
    """(the highest number of the case, the numbers that this request gave)."""
    same = sa.and_(Attachment.added_by == user_id, Attachment.request_key == request_key)
    numbers = sa.func.array_agg(sa.distinct(Attachment.number)).filter(same)
    statement = sa.select(sa.func.coalesce(sa.func.max(Attachment.number), 0), numbers).where(Attachment.instance_id == instance_id)
    last, before = work.connection.execute(statement).one()
    return last, tuple(before or ())


@dataclass(frozen=True, slots=True)
class AttachmentRemoved:
    """`was_there` is false when it had been removed before."""

    instance_id: str
    number: int
    was_there: bool


@dataclass(frozen=True, slots=True)
class RemoveAttachment:
    """Take an own attachment away, with a reason: its content is no longer handed out; its name, digest and the reason stay.

    Raises NotFoundError, also for one of others; InputRejected: required, too_long.
    """

    instance_id: str
    number: int
    reason: str

    def execute(self, work: Work, actor: Actor) -> AttachmentRemoved:
        number = checked_number(self.number, "number", minimum=0)
        reason = checked_text(self.reason, "reason", maximum=LONGEST_REASON)
        head = work.instance(self.instance_id)
        require_reader(work, head, actor)
        own = (Attachment.instance_id == head.id, Attachment.number == number, Attachment.added_by == actor.user_id)
        columns = (Attachment.file_id, Attachment.name, Attachment.digest, Attachment.removed_at)
        row = work.connection.execute(sa.select(*columns).where(*own)).one_or_none()
        if row is None:
            raise NotFoundError("no_such_attachment", number=number)
        if row.removed_at is not None:
            return AttachmentRemoved(head.id, number, False)
        data: dict[str, JsonValue] = {"attachment": number, "name": row.name, "digest": row.digest, "reason": reason}
        facts = (command_fact("RemoveAttachment", process_key=head.process_key, **data), Fact("attachment_removed", data, head.process_key))
        append_events(work.tx, head, facts, actor.user_id)
        removal = {"file_id": None, "removed_at": work.now, "removed_by": actor.user_id, "removal_reason": reason}
        work.connection.execute(sa.update(Attachment).where(*own).values(removal))
        use = (FileUse.file_id == row.file_id, FileUse.holder_type == HOLDER, FileUse.holder_id == head.id)
        work.connection.execute(sa.delete(FileUse).where(*use))
        forget_file(work.connection, row.file_id)
        return AttachmentRemoved(head.id, number, True)

