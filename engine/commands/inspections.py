"""Auditors look into cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.commands.work import Work
from engine.model.errors import InputRejected
from engine.model.identity import Actor, is_instance_id
from engine.store.case_access import foreign_cases, record_inspections, unrecorded

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
