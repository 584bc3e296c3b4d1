"""Reads and locks an instance, and writes what a step of it brought, in a handful of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from engine.model.events import Fact
from engine.model.outcome import Outcome
from engine.store import job_queue
from engine.store.addressees import open_tasks
from engine.store.database import Transaction
from engine.store.drafts import Draft
from engine.store.event_log import ChainEnd, Stamp, stamped
from engine.store.notifications import Notification, passed
from engine.store.registers import Participation
from engine.store.rows import insert_rows
from engine.store.tables import (
    Definition,
    Deployment,
    Event,
    Incident,
    Instance,
    Job,
    Subscription,
    Timer,
    WorkItem,
)
from engine.store.waits import open_waits


@dataclass(frozen=True, slots=True)
class LockedInstance:
    """An instance that this transaction holds. `snapshot` None and `revision` 0: about to be inserted."""

    id: str
    definition_id: int
    process_key: str
    version: int
    deployment_id: str
    digest: str
    business_key: str | None
    starter: str | None
    started_by: str
    started_at: datetime
    status: str
    title: str | None
    revision: int
    end: ChainEnd
    snapshot: bytes | None


@dataclass(frozen=True, slots=True)
class LockedTask:
    """A user task and its instance, both held by this transaction."""

    instance: LockedInstance
    activity_instance_id: int
    process_key: str
    element_id: str
    element_name: str
    form_id: str | None
    state: str
    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    claimed_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    on_behalf_of: str | None


@dataclass(frozen=True, slots=True)
class StepRows:
    """What the commands know beyond the outcome: rows of the user tasks that opened, the task that was completed and for whom, who took part."""

    work_items: Sequence[dict[str, Any]] = ()
    completed_id: int = 0
    participants: Sequence[str] = ()
    jobs: list[job_queue.DeferredJob] = field(default_factory=list)
    on_behalf_of: str | None = None


_HEAD = (
    Instance.id,
    Instance.definition_id,
    Instance.process_key,
    Definition.version,
    Definition.deployment_id,
    Deployment.digest,
    Instance.business_key,
    Instance.starter,
    Instance.started_by,
    Instance.started_at,
    Instance.status,
    Instance.title,
    Instance.revision,
    Instance.last_sequence,
    Instance.last_hash,
    Instance.snapshot,
)
_TASK = (
    WorkItem.activity_instance_id,
    WorkItem.process_key.label("task_process_key"),
    WorkItem.element_id,
    WorkItem.element_name,
    WorkItem.form_id,
    WorkItem.state,
    WorkItem.assignee,
    WorkItem.candidate_groups,
    WorkItem.candidate_users,
    WorkItem.claimed_at,
    WorkItem.closed_at,
    WorkItem.closed_by,
    WorkItem.on_behalf_of,
)
_DEFINED = (
    sa.select(*_HEAD)
    .join(Definition, Definition.id == Instance.definition_id)
    .join(Deployment, Deployment.id == Definition.deployment_id)
    .where(Instance.id == sa.bindparam("instance_id"))
)
_LOCK_INSTANCE = _DEFINED.with_for_update(of=Instance)
_LOCK_INSTANCE_IF_FREE = _DEFINED.with_for_update(of=Instance, skip_locked=True)
# Both rows: READ COMMITTED reads again only what it locks, and a rival's completion must be seen.
_LOCK_TASK = (
    _DEFINED.add_columns(*_TASK)
    .join(WorkItem, WorkItem.instance_id == Instance.id)
    .where(WorkItem.activity_instance_id == sa.bindparam("activity_instance_id"))
    .with_for_update(of=[Instance, WorkItem])
)


def lock_instance(connection: sa.Connection, instance_id: str, *, wait: bool = True) -> LockedInstance | None:
    """The instance, held until the end of the transaction. None: there is none, or (`wait` False) somebody else holds it."""
    statement = _LOCK_INSTANCE if wait else _LOCK_INSTANCE_IF_FREE
    row = connection.execute(statement, {"instance_id": instance_id}).one_or_none()
    return None if row is None else _head(row)


def lock_task(connection: sa.Connection, instance_id: str, activity_instance_id: int) -> LockedTask | None:
    """The task and its instance, held until the end of the transaction."""
    row = connection.execute(_LOCK_TASK, {"instance_id": instance_id, "activity_instance_id": activity_instance_id}).one_or_none()
    if row is None:
        return None
    return LockedTask(
        _head(row),
        row.activity_instance_id,
        row.task_process_key,
        row.element_id,
        row.element_name,
        row.form_id,
        row.state,
        row.assignee,
        tuple(row.candidate_groups),
        tuple(row.candidate_users),
        row.claimed_at,
        row.closed_at,
        row.closed_by,
        row.on_behalf_of,
    )


def _head(row: Any) -> LockedInstance:
    return LockedInstance(
        row.id,
        row.definition_id,
        row.process_key,
        row.version,
        row.deployment_id,
        row.digest,
        row.business_key,
        row.starter,
        row.started_by,
        row.started_at,
        row.status,
        row.title,
        row.revision,
        ChainEnd(row.last_sequence, bytes(row.last_hash)),
        bytes(row.snapshot),
    )


# Closing waits and moving the instance on is one statement: each part of it is one more row type that may have waited.

# A parameter named like a column would be taken for a value to set.
_OF_INSTANCE = sa.bindparam("of_instance", type_=sa.Text())
_BY, _AT = sa.bindparam("by", type_=sa.Text()), sa.bindparam("moment", type_=sa.DateTime(timezone=True))
_IDS = sa.bindparam("ids", type_=ARRAY(sa.Integer()))
_EVERYTHING = sa.bindparam("everything", type_=sa.Boolean())
_COMPLETED_ID = sa.bindparam("completed_id", type_=sa.Integer())
_BEHALF = sa.bindparam("behalf", type_=sa.Text())


def _closed(entity: type[Timer] | type[Subscription] | type[Job] | type[Incident] | type[WorkItem]) -> sa.ColumnElement[bool]:
    return sa.and_(entity.instance_id == _OF_INSTANCE, sa.or_(_EVERYTHING, entity.activity_instance_id == sa.any_(_IDS)))


_PARTICIPANTS = sa.func.unnest(sa.bindparam("participants", type_=ARRAY(sa.Text()))).column_valued("participant")
_TOOK_PART = (
    insert(Participation)
    .from_select(["user_id", "instance_id", "first_at"], sa.select(_PARTICIPANTS, _OF_INSTANCE, _AT))
    .on_conflict_do_nothing()
    .cte("took_part")
)
_CLOSE = (
    *(sa.delete(entity).where(_closed(entity)).cte(f"closed_{entity.__tablename__}") for entity in (Timer, Subscription, Job)),
    # What others have typed into it stays theirs to read.
    sa.delete(Draft).where(Draft.instance_id == _OF_INSTANCE, Draft.activity_instance_id == _COMPLETED_ID, Draft.user_id == _BY).cte("sent_drafts"),
    sa.update(Incident).where(_closed(Incident), Incident.resolved_at.is_(None)).values(resolved_at=_AT, resolved_by=_BY).cte("closed_incidents"),
    sa.update(WorkItem)
    .where(_closed(WorkItem), WorkItem.state == "open")
    .values(
        state=sa.case((WorkItem.activity_instance_id == _COMPLETED_ID, "completed"), else_="cancelled"),
        assignee=sa.case((WorkItem.activity_instance_id == _COMPLETED_ID, _BY), else_=WorkItem.assignee),
        closed_at=_AT,
        closed_by=_BY,
        words="",
        title_words="",
        word_grams=[],
        on_behalf_of=sa.case((WorkItem.activity_instance_id == _COMPLETED_ID, _BEHALF), else_=WorkItem.on_behalf_of),
    )
    .cte("closed_work_items"),
    passed(_AT, Notification.instance_id == _OF_INSTANCE, sa.or_(_EVERYTHING, Notification.activity_instance_id == sa.any_(_IDS))).cte("passed"),
)
_MOVING = ("title", "status", "outcome", "reason", "end_element_id", "ended_at", "revision", "last_sequence", "last_hash", "snapshot")
# Only the last step can be taken back, and only while the instance goes on.
_CAN_UNDO = sa.and_(_COMPLETED_ID > 0, sa.not_(_EVERYTHING))
_UPDATE = (
    sa.update(Instance)
    .where(Instance.id == _OF_INSTANCE)
    .values(
        {name: sa.bindparam("new_" + name, type_=Instance.__table__.c[name].type) for name in _MOVING}
        | {
            "undo_task": sa.case((_CAN_UNDO, _COMPLETED_ID)),
            "undo_sequence": sa.case((_CAN_UNDO, Instance.last_sequence + 1)),
            "undo_snapshot": sa.case((_CAN_UNDO, Instance.snapshot)),
        }
    )
    .add_cte(*_CLOSE, _TOOK_PART)
)
_FIXED = ("definition_id", "process_key", "business_key", "starter", "started_by", "started_at")
_INSERT = (
    insert(Instance)
    .values(
        id=_OF_INSTANCE,
        **{name: sa.bindparam("new_" + name, type_=Instance.__table__.c[name].type) for name in (*_FIXED, *_MOVING)},
    )
    .add_cte(_TOOK_PART)
)


def save_step(tx: Transaction, head: LockedInstance, outcome: Outcome, command: Fact, by: str, rows: StepRows) -> ChainEnd:
    """Write a step: close and open waits, append the events (the command first), move the instance on, put its jobs into the queue.

    Answers the new end of the chain.
    """
    events, end = stamped((command, *outcome.facts), head.end, Stamp(head.id, tx.now, by, rows.on_behalf_of))
    ended = outcome.status != "active"
    values: dict[str, Any] = {
        "of_instance": head.id,
        "participants": list(rows.participants),
        "moment": tx.now,
        "new_title": outcome.title if outcome.title is not None else head.title,
        "new_status": outcome.status,
        "new_outcome": outcome.end.outcome if outcome.end else None,
        "new_reason": _reason(outcome),
        "new_end_element_id": outcome.end.element_id if outcome.end else None,
        "new_ended_at": tx.now if ended else None,
        "new_revision": head.revision + 1,
        "new_last_sequence": end.sequence,
        "new_last_hash": end.hash,
        "new_snapshot": outcome.snapshot,
    }
    if head.snapshot is None:
        values |= {"new_" + name: getattr(head, name) for name in _FIXED}
        tx.connection.execute(_INSERT, values)
    else:
        ids = {*outcome.closed, *(wait.activity_instance_id for wait in outcome.opened)}
        values |= {"by": by, "ids": sorted(ids), "everything": ended, "completed_id": rows.completed_id, "behalf": rows.on_behalf_of}
        tx.connection.execute(_UPDATE, values)
    insert_rows(tx.connection, Event, events)
    open_tasks(tx, rows.work_items, by)
    job_queue.defer(tx.connection, [*rows.jobs, *open_waits(tx, head.id, outcome)])
    return end


def append_events(
    tx: Transaction, head: LockedInstance, facts: Sequence[Fact], by: str, participants: Sequence[str] = (), on_behalf_of: str | None = None
) -> ChainEnd:
    """Write events of a command that leaves the runtime's state alone (claim, assign): the instance gets only its new end of the chain."""
    events, end = stamped(facts, head.end, Stamp(head.id, tx.now, by, on_behalf_of))
    tx.connection.execute(
        _UPDATE_CHAIN,
        {
            "of_instance": head.id,
            "participants": list(participants),
            "moment": tx.now,
            "new_revision": head.revision + 1,
            "new_last_sequence": end.sequence,
            "new_last_hash": end.hash,
        },
    )
    insert_rows(tx.connection, Event, events)
    return end


_UPDATE_CHAIN = (
    sa.update(Instance)
    .where(Instance.id == _OF_INSTANCE)
    .values({name: sa.bindparam("new_" + name, type_=Instance.__table__.c[name].type) for name in ("revision", "last_sequence", "last_hash")})
    .add_cte(_TOOK_PART)
)


def _reason(outcome: Outcome) -> str | None:
    if outcome.status == "terminated":
        return next((str(fact.data.get("reason") or "") for fact in outcome.facts if fact.kind == "instance_terminated"), None)
    return outcome.end.reason if outcome.end else None
