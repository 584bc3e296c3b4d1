"""New tasks of people who have left go to whoever took over their work."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from engine.commands.input import command_fact
from engine.model.events import Fact
from engine.model.identity import HANDED_OVER, SYSTEM, Actor, task_id
from engine.store.assigning import successors
from engine.store.database import Transaction
from engine.store.event_log import ChainEnd
from engine.store.instances import LockedInstance, append_events
from engine.store.notifications import notify
from engine.store.tables import WorkItem


def pass_on(tx: Transaction, head: LockedInstance, end: ChainEnd, items: tuple[dict[str, Any], ...], actor: Actor) -> tuple[dict[str, Any], ...]:
    """The rows of the tasks that a step opened, those of absent people with their successors, which is written down. Costs a statement only
    where a task opened for somebody else."""
    named = {item["assignee"] for item in items} - {None, actor.user_id}
    instead = successors(tx.connection, sorted(named)) if named else {}
    passed = tuple({**item, "assignee": instead.get(item["assignee"], item["assignee"])} for item in items)
    moved = replace(head, end=end, revision=head.revision + 1)
    for old, new in zip(items, passed, strict=True):
        if old["assignee"] == new["assignee"]:
            continue
        number, public = new["activity_instance_id"], task_id(head.id, new["activity_instance_id"])
        command = command_fact("AssignTask", task_id=public, assignee=new["assignee"], reason=HANDED_OVER)
        told = {"assignee": new["assignee"], "previous": old["assignee"], "reason": HANDED_OVER}
        facts = (command, Fact("task_assigned", told, new["process_key"], new["element_id"], number))
        moved = replace(moved, end=append_events(tx, moved, facts, SYSTEM.user_id, [new["assignee"]]), revision=moved.revision + 1)
        tx.connection.execute(
            sa.update(WorkItem)
            .where(WorkItem.instance_id == head.id, WorkItem.activity_instance_id == number)
            .values(assignee=new["assignee"])
        )
        notify(tx, [new["assignee"]], "assigned", SYSTEM, head.id, number)
    return passed
