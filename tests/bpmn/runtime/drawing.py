"""Process models drawn in a few words, and instances driven through them with a reload at every step.

draw = Drawing("p")
draw.chain("start", draw.user("a"), draw.end("done"))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.bpmn.elements import Assignment, Called, Element, EventDefinition, Flow, JobSettings, Mapped, ProcessModel
from engine.bpmn.runtime import InstanceContext, advance, state_of, visible_variables
from engine.model.events import Fact
from engine.model.fold import fold
from engine.model.outcome import Outcome, Wait
from engine.model.stimuli import Start, Stimulus
from engine.model.values import normalize

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


class Drawing:
    """Collects elements and flows; `model()` is the finished process."""

    def __init__(self, key: str, parent: str | None = None, into: Drawing | None = None) -> None:
        self.key = key
        self.parent = parent
        self.elements: dict[str, Element] = into.elements if into else {}
        self.flows: dict[str, Flow] = into.flows if into else {}

    def add(self, kind: Any, id: str, **fields: Any) -> str:
        fields.setdefault("name", id)
        self.elements[id] = Element(id=id, kind=kind, parent=self.parent, **fields)
        return id

    def start(self, id: str = "start", **fields: Any) -> str:
        return self.add("start_event", id, **fields)

    def end(self, id: str = "end", **fields: Any) -> str:
        return self.add("end_event", id, **fields)

    def user(self, id: str, groups: str | None = '"staff"', **fields: Any) -> str:
        return self.add("user_task", id, assignment=Assignment(groups=groups), **fields)

    def script(self, id: str, expression: str, result: str, **fields: Any) -> str:
        return self.add("script_task", id, script=expression, result_variable=result, **fields)

    def job(self, id: str, type: str = "work", **fields: Any) -> str:
        return self.add("service_task", id, job=JobSettings(type), **fields)

    def call(self, id: str, process: str, **fields: Any) -> str:
        both = {name: fields.pop(name) for name in ("all_in", "all_out") if name in fields}
        return self.add("call_activity", id, called=Called(process, **both), **fields)

    def boundary(self, id: str, host: str, event: EventDefinition, interrupting: bool = True, **fields: Any) -> str:
        return self.add("boundary_event", id, attached_to=host, event=event, interrupting=interrupting, **fields)

    def sub(self, id: str, **fields: Any) -> Drawing:
        self.add("sub_process", id, **fields)
        return Drawing(self.key, id, self)

    def flow(self, source: str, target: str, condition: str | None = None, default: bool = False) -> str:
        id = f"{source}->{target}" if f"{source}->{target}" not in self.flows else f"{source}->{target}#{len(self.flows)}"
        self.flows[id] = Flow(id, source, target, condition=condition)
        self.elements[source] = replace(self.elements[source], outgoing=(*self.elements[source].outgoing, id))
        self.elements[target] = replace(self.elements[target], incoming=(*self.elements[target].incoming, id))
        if default:
            self.elements[source] = replace(self.elements[source], default_flow=id)
        return id

    def chain(self, *ids: str) -> None:
        for source, target in zip(ids, ids[1:], strict=False):
            self.flow(source, target)

    def model(self, **fields: Any) -> ProcessModel:
        return ProcessModel(self.key, self.key, "", "", "", f"{self.key}.bpmn", self.elements, self.flows, **fields)


def timer(text: str, kind: Any = "duration") -> EventDefinition:
    return EventDefinition("timer", timer_type=kind, timer=text)


def message(name: str, key: str | None = None) -> EventDefinition:
    return EventDefinition("message", name=name, correlation_key=key)


def signal(name: str) -> EventDefinition:
    return EventDefinition("signal", name=name)


def error(code: str | None) -> EventDefinition:
    return EventDefinition("error", error_code=code)


def maps(**targets: str) -> tuple[Mapped, ...]:
    return tuple(Mapped(source, target) for target, source in targets.items())


_digests = iter(range(10**9))


@dataclass(frozen=True)
class TestPack:
    __test__ = False
    processes: Mapping[str, ProcessModel]
    decisions: Mapping[str, Any]
    digest: str


def pack(*models: ProcessModel, decisions: Mapping[str, Any] | None = None) -> TestPack:
    return TestPack({model.key: model for model in models}, decisions or {}, f"test-{next(_digests)}")


class Run:
    """An instance in memory. After every step: snapshot dumped and loaded again, fold(facts) compared with the runtime's state."""

    def __init__(self, *models: ProcessModel, decisions: Mapping[str, Any] | None = None, **variables: Any) -> None:
        self.pack = pack(*models, decisions=decisions)
        self.context = InstanceContext("i1", models[0].key, starter="wang")
        self.now = NOON
        self.snapshot: bytes | None = None
        self.facts: list[Fact] = []
        self.waits: dict[int, Wait] = {}
        self.outcome: Outcome
        self.step(Start(normalize(variables)))

    def step(self, stimulus: Stimulus) -> Outcome:
        self.outcome = advance(self.pack, self.context, self.snapshot, stimulus, self.now)
        self.snapshot = self.outcome.snapshot
        self.facts.extend(self.outcome.facts)
        for closed in self.outcome.closed:
            self.waits.pop(closed, None)
        for wait in self.outcome.opened:
            self.waits[wait.activity_instance_id] = wait
        state = state_of(self.pack, self.snapshot)
        assert fold(self.facts) == state
        kinds = {id: type(wait).__name__ for id, wait in self.waits.items()}
        names = {"user_task": "UserTaskWait", "timer": "TimerWait", "message": "SubscriptionWait", "signal": "SubscriptionWait", "job": "JobWait"}
        assert kinds == {id: names.get(kind, "IncidentWait") for id, kind in state.waits.items()}
        return self.outcome

    def waiting(self, element_id: str, nth: int = 0) -> Any:
        found = [wait for wait in self.waits.values() if wait.element_id == element_id]
        assert len(found) > nth, f"{element_id} does not wait; waiting: {self.open()}"
        return found[nth]

    def id(self, element_id: str, nth: int = 0) -> int:
        return int(self.waiting(element_id, nth).activity_instance_id)

    def open(self) -> list[str]:
        """Element ids that wait, sorted, incidents marked with `!`."""
        return sorted(("!" if type(wait).__name__ == "IncidentWait" else "") + wait.element_id for wait in self.waits.values())

    def complete(self, element_id: str, nth: int = 0, **values: Any) -> Outcome:
        from engine.model.stimuli import CompleteJob, CompleteUserTask

        wait = self.waiting(element_id, nth)
        kind = CompleteUserTask if type(wait).__name__ == "UserTaskWait" else CompleteJob
        return self.step(kind(wait.activity_instance_id, normalize(values)))

    def pass_time(self, duration: timedelta) -> None:
        """Move the clock; due timers fire in order of their due times."""
        from engine.model.stimuli import FireTimer

        end = self.now + duration
        while due := sorted((wait.due_at, id) for id, wait in self.waits.items() if type(wait).__name__ == "TimerWait" and wait.due_at <= end):
            self.now = max(self.now, due[0][0])
            self.step(FireTimer(due[0][1]))
        self.now = end

    def variables(self, scope: int = 0) -> dict[str, Any]:
        assert self.snapshot is not None
        return visible_variables(self.pack, self.snapshot, scope)

    def completed(self) -> list[str]:
        """Elements that were left as completed, in order."""
        return [fact.element_id or "" for fact in self.facts if fact.kind == "activity_left" and fact.data["outcome"] == "completed"]
