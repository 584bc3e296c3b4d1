"""Auditors look into cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.commands.work import Work
from engine.model.errors import InputRejected
from engine.model.identity import Actor
from engine.store.case_access import record_inspection, require_part, took_part

PURPOSES = ("replay", "export", "case_file")


@dataclass(frozen=True, slots=True)
class Inspected:
    """`recorded`: the case is none of the actor's, so it was written down."""

    instance_id: str
    recorded: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class InspectInstance:
    """To be run before a case is replayed, exported or printed (`purpose`): a foreign one cannot be read without it. Covers twelve hours.

    Whoever took part may without a record. Raises NotFoundError for staff who did not.
    """

    instance_id: str
    purpose: str = "replay"

    def execute(self, work: Work, actor: Actor) -> Inspected:
        if self.purpose not in PURPOSES:
            raise InputRejected("unknown_purpose", field="purpose", purposes=", ".join(PURPOSES))
        instance = require_part(work.connection, actor, self.instance_id)
        foreign = not took_part(work.connection, actor, instance.id)
        if foreign:
            record_inspection(work.tx, actor, instance.id, self.purpose)
        return Inspected(instance.id, foreign, work.now)
