"""All that stands beside the form of a task and does not grow with its instance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.bpmn.runtime import visible_variables
from engine.model.identity import Actor
from engine.model.values import Value
from engine.queries.reading import Query, Reading
from engine.queries.task_page.ahead import ahead_of
from engine.queries.task_page.glance import glance, hidden_keys
from engine.queries.task_page.past import MOST_STEPS, completion, last_completions, past_steps
from engine.queries.task_page.views import Ahead, TaskBackground
from engine.queries.tasks import require_task, stand_in
from engine.queries.views import ProcessCall
from engine.queries.waiting import waits
from engine.store.checked_log import NO_END

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack


@dataclass(frozen=True, slots=True)
class BackgroundOfTask(Query[TaskBackground]):
    """For whoever may see the task; others get NotFoundError. The same number of statements whatever the instance has been through."""

    task_id: str

    def answer(self, reading: Reading, actor: Actor) -> TaskBackground:
        row = require_task(reading, actor, self.task_id)
        pack = reading.pack(row.deployment_id, row.digest)
        number = row.activity_instance_id
        own = completion(reading, row.instance_id, number) if row.state == "completed" else None
        past = last_completions(reading, row.instance_id, own.sequence if own else NO_END)
        scope = visible_variables(pack, bytes(row.snapshot), number)
        hidden = hidden_keys(pack, row)
        now = waits(reading, actor, {row.instance_id: pack}, {row.instance_id: row.started_by}).current.get(row.instance_id, ())
        others = tuple(work for work in now if (work.kind, work.number) != ("user_task", number))
        return TaskBackground(
            calls=_calls(pack, row),
            glance=glance(reading, actor, pack, row, past[:MOST_STEPS], scope, hidden),
            past=past_steps(reading, pack, past[:MOST_STEPS], hidden),
            more_past=len(past) > MOST_STEPS,
            others=others,
            ahead=_ahead(reading, pack, row, scope),
            acting_for=_absent(reading, actor, row),
        )


def _absent(reading: Reading, actor: Actor, row: sa.Row[Any]) -> str:
    """Whose task the actor does, or would do, as a substitute."""
    absent = stand_in(actor, row)
    if absent is None and row.state == "open" and row.assignee == actor.user_id and row.on_behalf_of:
        return reading.user_names([row.on_behalf_of])[row.on_behalf_of]
    return absent.name if absent else ""


def _calls(pack: Pack, row: sa.Row[Any]) -> tuple[ProcessCall, ...]:
    keys = dict.fromkeys((row.own_key, row.process_key))
    return tuple(_call(pack, key, row, depth) for depth, key in enumerate(keys))


def _call(pack: Pack, key: str, row: sa.Row[Any], depth: int) -> ProcessCall:
    model = pack.processes.get(key)
    return ProcessCall(key, row.version, model.name if model else key, model.name_en if model else "", None, row.own_key if depth else None, depth)


def _ahead(reading: Reading, pack: Pack, row: sa.Row[Any], scope: Mapping[str, Value]) -> Ahead:
    """Only while the task can still lead somewhere."""
    if row.state != "open" or row.status != "active":
        return Ahead(())
    return ahead_of(reading, pack, row, scope)
