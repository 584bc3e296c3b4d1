"""Who may look into which case, and the record of who did.

Staff read the cases that they started, took part in, or have a task of. Auditors read all; before they read a case that is none of theirs, the
command InspectInstances records it, and what shows or hands out a case asks for that record: a foreign case cannot be read without a trace.

A table of its own, not an event of the case: looking must not lengthen the case's hash chain, wait for its lock, or change what is executed again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine.model.errors import NotAllowedError, NotFoundError
from engine.model.identity import Actor, is_auditor, is_instance_id
from engine.store.database import Transaction
from engine.store.event_stream import Connection, LoggedInstance, logged_instance
from engine.store.registers import Inspection, Participation
from engine.store.rows import insert_rows
from engine.store.tables import Instance, WorkItem

# One record covers a working day of moving through the same case.
COVERS = timedelta(hours=12)


def took_part(connection: Connection, actor: Actor, instance_id: str) -> bool:
    """Started it, did something in it, or has a task of it now."""
    ways = (sa.select(column).where(column == instance_id, *conditions) for column, *conditions in _ways(actor))
    return connection.execute(sa.union_all(*ways).limit(1)).first() is not None


def _ways(actor: Actor) -> tuple[tuple[Any, ...], ...]:
    """How one takes part: (column with the instance's id, conditions)."""
    return (
        (Instance.id, Instance.started_by == actor.user_id),
        (Participation.instance_id, Participation.user_id == actor.user_id),
        (WorkItem.instance_id, WorkItem.assignee == actor.user_id, WorkItem.state == "open"),
    )


def require_auditor(actor: Actor) -> None:
    if not is_auditor(actor):
        raise NotAllowedError("auditors_only")


def require_part(connection: Connection, actor: Actor, instance_id: object) -> LoggedInstance:
    """The instance, for auditors and for who took part. Raises NotFoundError, also for those who may not know of it."""
    instance = logged_instance(connection, instance_id) if isinstance(instance_id, str) and is_instance_id(instance_id) else None
    if instance is None or not (is_auditor(actor) or took_part(connection, actor, instance.id)):
        raise NotFoundError("no_such_instance", instance_id=str(instance_id)[:100])
    return instance


def require_readable(connection: Connection, actor: Actor, instance_id: object, now: datetime) -> LoggedInstance:
    """The instance, to be shown or handed out. Raises NotFoundError; NotAllowedError("inspection_not_recorded") for an auditor without the record."""
    instance = require_part(connection, actor, instance_id)
    if not took_part(connection, actor, instance.id) and not _is_recorded(connection, actor, instance.id, now):
        raise NotAllowedError("inspection_not_recorded", instance_id=instance.id)
    return instance


def require_all_readable(connection: Connection, actor: Actor, instance_ids: Sequence[str], now: datetime) -> None:
    """As require_readable, for many at once."""
    missing = unrecorded(connection, actor, foreign_cases(connection, actor, instance_ids), now)
    if missing:
        raise NotAllowedError("inspection_not_recorded", instance_id=missing[0], count=len(missing))


def unrecorded(connection: Connection, actor: Actor, foreign: Sequence[str], now: datetime) -> list[str]:
    """Those of the foreign cases into which no record of the actor's last hours covers a look, in order of their ids."""
    if not foreign:
        return []
    recorded = sa.select(Inspection.instance_id).where(
        Inspection.instance_id == sa.any_(sa.literal(list(foreign), sa.ARRAY(sa.Text()))),
        Inspection.actor == actor.user_id,
        Inspection.at > now - COVERS,
    )
    return sorted(set(foreign) - set(connection.scalars(recorded)))


def record_inspections(tx: Transaction, actor: Actor, instance_ids: Sequence[str], purpose: str) -> None:
    rows = [{"at": tx.now, "actor": actor.user_id, "instance_id": instance_id, "purpose": purpose} for instance_id in instance_ids]
    insert_rows(tx.connection, Inspection, rows)


def foreign_cases(connection: Connection, actor: Actor, instance_ids: Sequence[str]) -> list[str]:
    """Those in which the actor took no part. Raises NotFoundError for what is no instance, or may not be known to the actor."""
    wanted = sa.func.unnest(sa.literal(list(instance_ids), sa.ARRAY(sa.Text()))).column_valued("wanted")
    exists, part = sa.exists().where(Instance.id == wanted), _part(actor, wanted)
    foreign = []
    for instance_id, is_there, took_part_in_it in connection.execute(sa.select(wanted, exists, part)):
        if not is_there or not (took_part_in_it or is_auditor(actor)):
            raise NotFoundError("no_such_instance", instance_id=instance_id[:100])
        if not took_part_in_it:
            foreign.append(instance_id)
    return foreign


def _part(actor: Actor, instance_id: Any) -> sa.ColumnElement[bool]:
    return sa.or_(*(sa.exists().where(column == instance_id, *conditions) for column, *conditions in _ways(actor)))


def recorded_look(actor: Actor, instance_id: Any, now: datetime) -> sa.ColumnElement[bool]:
    """The condition that an auditor's look into a case is on record: what it holds may be shown to them."""
    if not is_auditor(actor):
        return sa.false()
    return sa.exists().where(Inspection.instance_id == instance_id, Inspection.actor == actor.user_id, Inspection.at > now - COVERS)


def _is_recorded(connection: Connection, actor: Actor, instance_id: str, now: datetime) -> bool:
    return bool(connection.scalar(sa.select(recorded_look(actor, instance_id, now))))
