"""An instance's event log read once, from the beginning: where it stands in each process, who called whom, what was decided with what in view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from engine.model.values import JsonValue
from engine.queries.labels import element_of
from engine.queries.views import ProcessCall, Progress
from engine.store.checked_log import NO_END, ReadEvent, read_between

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack
    from engine.queries.reading import Reading


def read_log(reading: Reading, instance_id: str, last: int = NO_END) -> list[ReadEvent]:
    """All events of an instance, or those up to one."""
    return read_between(reading.connection, instance_id, 1, last)


@dataclass(slots=True)
class _Course:
    """One process of the instance so far."""

    visits: Counter[str] = field(default_factory=Counter)
    active: Counter[str] = field(default_factory=Counter)
    completed: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    flows: set[str] = field(default_factory=set)

    def progress(self, process_key: str) -> Progress:
        active = {element: count for element, count in self.active.items() if count > 0}
        return Progress(
            process_key,
            active,
            frozenset(self.completed - active.keys()),
            frozenset(self.cancelled - self.completed - active.keys()),
            frozenset(self.flows),
            {element: count for element, count in self.visits.items() if count > 0},
        )


@dataclass(frozen=True, slots=True)
class _Token:
    process_key: str
    element_id: str
    scope: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A completed user task: its event's place, what was submitted, and the JSON variables that it saw when it was submitted."""

    sequence: int
    at: datetime
    actor: str
    process_key: str
    element_id: str
    activity_instance_id: int
    data: Mapping[str, JsonValue]
    seen: Mapping[str, JsonValue]


class Story:
    """Takes events one by one. Ids of activity instances are never used twice, so those that have left are kept for whoever asks later."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._courses: dict[str, _Course] = {}
        self._calls: dict[str, tuple[str | None, str | None]] = {}
        self._tokens: dict[int, _Token] = {}
        self._bodies: set[int] = set()
        self._variables: dict[int, dict[str, JsonValue]] = {}
        self.decided: list[Decided] = []
        self.withdrawn: list[Decided] = []

    def add(self, event: ReadEvent) -> None:
        handler = _HANDLERS.get(event.kind)
        if handler is not None:
            handler(self, event)

    def progress(self) -> dict[str, Progress]:
        """By process key, the outermost process first."""
        return {key: course.progress(key) for key, course in self._courses.items()}

    def calls(self, version: int) -> tuple[ProcessCall, ...]:
        """`version` is the instance's: that of each called process is filled in by whoever knows it."""
        depths: dict[str, int] = {}
        calls = []
        for key, (parent, element_id) in self._calls.items():
            model = self._pack.processes.get(key)
            depths[key] = depths[parent] + 1 if parent is not None else 0
            calls.append(ProcessCall(key, version, model.name if model else key, model.name_en if model else "", element_id, parent, depths[key]))
        return tuple(calls)

    def seen_by(self, activity_instance_id: int) -> dict[str, JsonValue]:
        """JSON variables that an activity instance sees, from the outermost scope inwards; a call activity is a wall."""
        chain = []
        current, first = activity_instance_id, True
        while True:
            chain.append(current)
            token = self._tokens.get(current)
            if token is None or (not first and self._is_call(token)):
                break
            current, first = token.scope, False
        seen: dict[str, JsonValue] = {}
        for scope in reversed(chain):
            seen.update(self._variables.get(scope, {}))
        return seen

    def _is_call(self, token: _Token) -> bool:
        element = element_of(self._pack, token.process_key, token.element_id)
        return element is not None and element.kind == "call_activity"

    def _course(self, process_key: str) -> _Course:
        return self._courses.setdefault(process_key, _Course())

    def _started(self, event: ReadEvent) -> None:
        self._calls[event.process_key] = (None, None)
        self._course(event.process_key)

    def _entered(self, event: ReadEvent) -> None:
        token = _Token(event.process_key, event.element_id, int(event.data["scope"]))
        self._tokens[event.activity_instance_id] = token
        course, host = self._course(token.process_key), self._tokens.get(token.scope)
        if token.process_key not in self._calls and host is not None:
            self._calls[token.process_key] = (host.process_key, host.element_id)
        course.visits[token.element_id] += 1
        course.active[token.element_id] += 1
        if event.data.get("flow"):
            course.flows.add(event.data["flow"])
        if host is not None and (host.process_key, host.element_id) == (token.process_key, token.element_id):
            self._is_repeated(token.scope, course, token.element_id)

    def _is_repeated(self, body: int, course: _Course, element_id: str) -> None:
        """A repeated activity has a token around its single instances: people see the instances."""
        if body not in self._bodies:
            self._bodies.add(body)
            course.visits[element_id] -= 1
            course.active[element_id] -= 1

    def _left(self, event: ReadEvent) -> None:
        course, outcome = self._course(event.process_key), event.data.get("outcome")
        self._variables.pop(event.activity_instance_id, None)
        if event.activity_instance_id not in self._bodies:
            course.active[event.element_id] -= 1
        if outcome == "merged":
            course.visits[event.element_id] -= 1
        else:
            (course.completed if outcome == "completed" else course.cancelled).add(event.element_id)

    def _changed(self, event: ReadEvent) -> None:
        names = self._variables.setdefault(int(event.data["scope"]), {})
        for name, change in event.data["changes"].items():
            if "new" in change:
                names[name] = change["new"]
            else:
                names.pop(name, None)

    def _task_completed(self, event: ReadEvent) -> None:
        number = event.activity_instance_id
        place = (event.sequence, event.at, event.actor, event.process_key, event.element_id, number)
        self.decided.append(Decided(*place, event.data, self.seen_by(number)))

    def _withdrawn(self, event: ReadEvent) -> None:
        """It counts as a decision no more; what was submitted is still there for whoever asks."""
        taken = [each for each in self.decided if each.activity_instance_id == event.activity_instance_id]
        self.withdrawn += taken
        self.decided = [each for each in self.decided if each not in taken]


_HANDLERS: dict[str, Callable[[Story, ReadEvent], None]] = {
    "instance_started": Story._started,
    "activity_entered": Story._entered,
    "activity_left": Story._left,
    "variables_changed": Story._changed,
    "task_completed": Story._task_completed,
    "completion_withdrawn": Story._withdrawn,
}


def tell(pack: Pack, events: Iterable[ReadEvent]) -> Story:
    """The story of all these events, which must be one instance's, complete and in order."""
    story = Story(pack)
    for event in events:
        story.add(event)
    return story
