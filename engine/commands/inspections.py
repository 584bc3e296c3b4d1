"""Auditors look into cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.commands.work import Work
from engine.model.errors import InputRejected
from engine.model.identity import Actor, is_instance_id
from engine.store.attachments import HOLDER
from engine.store.case_access import foreign_cases, record_inspections, unrecorded
from engine.store.files import FileUse, UploadedFile

PURPOSES = ("replay", "export", "case_file", "page")
MOST_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Inspected:
    """`recorded`: how many of the cases are none of the actor's, so that it was written down."""

    recorded: int
    at: datetime


@dataclass(frozen=True, slots=True)
class InspectInstances:
    """To be run before cases are replayed, exported or printed (`purpose`): a foreign one cannot be read without it. Covers twelve hours.

    Whoever took part may without a record. Raises NotFoundError for staff who did not. `again` False: what a record of the last hours covers is not
    written down once more.
    """

    instance_ids: Sequence[str]
    purpose: str
    again: bool = True

    def execute(self, work: Work, actor: Actor) -> Inspected:
        if self.purpose not in PURPOSES:
            raise InputRejected("unknown_purpose", field="purpose", purposes=", ".join(PURPOSES))
        instance_ids = list(dict.fromkeys(filter(is_instance_id, self.instance_ids)))
        if not instance_ids or len(self.instance_ids) > MOST_AT_ONCE:
            raise InputRejected("wrong_number", field="instance_ids", minimum=1, maximum=MOST_AT_ONCE)
        foreign = foreign_cases(work.connection, actor, instance_ids)
        if not self.again:
            foreign = unrecorded(work.connection, actor, foreign, work.now)
        record_inspections(work.tx, actor, foreign, self.purpose)
        return Inspected(len(foreign), work.now)


@dataclass(frozen=True, slots=True)
class InspectFile:
    """To be run before an administrator, who may see every file, opens one: that is a look into the foreign cases which hold it.

    What a record of the last hours covers is not written down once more; nor is a file of one's own, or one that there is not.
    """

    file_id: str

    def execute(self, work: Work, actor: Actor) -> Inspected:
        # An id is letters and digits; whatever else is asked for is no file.
        if not actor.is_administrator or not self.file_id.isalnum():
            return Inspected(0, work.now)
        others = sa.exists().where(UploadedFile.id == FileUse.file_id, UploadedFile.uploaded_by != actor.user_id)
        held = sa.select(FileUse.holder_id).where(FileUse.file_id == self.file_id, FileUse.holder_type.in_(("instance", HOLDER)), others)
        instance_ids = sorted(set(work.connection.scalars(held.limit(MOST_AT_ONCE))))
        foreign = foreign_cases(work.connection, actor, instance_ids) if instance_ids else []
        foreign = unrecorded(work.connection, actor, foreign, work.now)
        record_inspections(work.tx, actor, foreign, "page")
        return Inspected(len(foreign), work.now)
