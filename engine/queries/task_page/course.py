"""Where the instance of a task stands on its diagrams and what has happened: what takes the whole log, asked for by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.model.errors import NotFoundError
from engine.model.identity import Actor
from engine.queries.cases.decisions import earlier_decisions
from engine.queries.cases.heads import versions
from engine.queries.cases.history import in_words
from engine.queries.cases.story import read_log, tell
from engine.queries.labels import element_of
from engine.queries.reading import Query, Reading
from engine.queries.task_page.past import completion
from engine.queries.task_page.views import TaskCourse
from engine.queries.tasks import require_task
from engine.queries.views import EarlierDecision, ProcessCall

MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class CourseOfTask(Query[TaskCourse]):
    """For whoever may see the task; others get NotFoundError."""

    task_id: str

    def answer(self, reading: Reading, actor: Actor) -> TaskCourse:
        row = require_task(reading, actor, self.task_id)
        pack = reading.pack(row.deployment_id, row.digest)
        events = read_log(reading, row.instance_id)
        story = tell(pack, events)
        calls = _path(story.calls(row.version), row.process_key, versions(reading, row.deployment_id))
        return TaskCourse(calls, story.progress(), in_words(reading, pack, events, most=MOST_LINES))


def _path(calls: Sequence[ProcessCall], process_key: str, known: Mapping[str, int]) -> tuple[ProcessCall, ...]:
    """The calls that lead to the process, from the outermost."""
    by_key = {call.process_key: call for call in calls}
    path: list[ProcessCall] = []
    current = by_key.get(process_key)
    while current is not None:
        path.insert(0, replace(current, version=known.get(current.process_key, current.version)))
        current = by_key.get(current.parent_key or "")
    return tuple(path)


@dataclass(frozen=True, slots=True)
class TaskSaid(Query[EarlierDecision]):
    """A completed task of the same instance as it was then, for whoever may see the task `task_id`: what that one hides stays hidden."""

    task_id: str
    number: int

    def answer(self, reading: Reading, actor: Actor) -> EarlierDecision:
        row = require_task(reading, actor, self.task_id)
        done = completion(reading, row.instance_id, self.number)
        if done is None:
            raise NotFoundError("no_such_task", task_id=f"{row.instance_id}.{self.number}")
        pack = reading.pack(row.deployment_id, row.digest)
        story = tell(pack, read_log(reading, row.instance_id, done.sequence))
        (said,) = earlier_decisions(reading, pack, row.instance_id, story.decided[-1:])
        own = element_of(pack, row.process_key, row.element_id)
        hidden = {key: right for key, right in (own.assignment.field_rights if own and own.assignment else {}).items() if right == "hidden"}
        return replace(said, rights={**said.rights, **hidden})
