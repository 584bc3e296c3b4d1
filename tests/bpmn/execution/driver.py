"""Packs of diagrams driven from outside: the snapshot is reloaded at every step, and the fold of the facts compared with the runtime's state."""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.bpmn.pack import Pack, load_pack
from engine.bpmn.runtime import InstanceContext, advance, state_of, visible_variables
from engine.model.events import Fact
from engine.model.fold import Folder, InstanceState
from engine.model.outcome import IncidentWait, Outcome, SubscriptionWait, TimerWait, UserTaskWait, Wait
from engine.model.stimuli import CompleteJob, CompleteUserTask, FireTimer, ReceiveMessage, ReceiveSignal, RetryIncident, Start, Stimulus
from engine.model.values import normalize
from tests.bpmn.execution.modeler import diagram, process

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
_KINDS = {"user_task": "UserTaskWait", "timer": "TimerWait", "message": "SubscriptionWait", "signal": "SubscriptionWait", "job": "JobWait"}


SETTINGS = """
[pack]
key = "tests"
name = "测试"
[[role]]
key = "staff"
name = "员工"
[[record]]
key = "customer"
name = "客户"
form = "customer"
""".encode()
FORM = b'{"id": "customer", "type": "default", "schemaVersion": 18, "components": [{"type": "textfield", "id": "n", "key": "name", "label": "n"}]}'

# Two rules that both match when `score` is above both bounds: fails with hit policy UNIQUE, which nobody can know before.
DECISION = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
<decision id="grade" name="grade"><decisionTable id="t" hitPolicy="UNIQUE">
<input id="i"><inputExpression id="ie" typeRef="number"><text>score</text></inputExpression></input><output id="o" name="grade" typeRef="string"/>
<rule id="r1"><inputEntry id="a1"><text>&gt; low</text></inputEntry><outputEntry id="b1"><text>"pass"</text></outputEntry></rule>
<rule id="r2"><inputEntry id="a2"><text>&gt; high</text></inputEntry><outputEntry id="b2"><text>"distinction"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


@functools.lru_cache(maxsize=16)
def load(*diagrams: bytes) -> Pack:
    files = {f"p{number}.bpmn": data for number, data in enumerate(diagrams)}
    return load_pack({**files, "pack.toml": SETTINGS, "customer.form": FORM, "grade.dmn": DECISION})


class Run:
    """An instance of the process `p`."""

    def __init__(self, *diagrams: bytes, start: str | None = None, check: bool = True, **variables: Any) -> None:
        """`check=False` leaves out the comparison of fold and state, for instances too large to compare at every step."""
        self.pack = load(*diagrams)
        self.context = InstanceContext("i1", "p", starter="wang")
        self.now = NOON
        self.snapshot: bytes | None = None
        self.facts: list[Fact] = []
        self.waits: dict[int, Wait] = {}
        self.outcome: Outcome
        self._check = check
        self._folder = Folder()
        self.step(Start(normalize(variables), start))

    def step(self, stimulus: Stimulus) -> Outcome:
        self.outcome = advance(self.pack, self.context, self.snapshot, stimulus, self.now)
        self.snapshot = self.outcome.snapshot
        self.facts.extend(self.outcome.facts)
        for closed in self.outcome.closed:
            self.waits.pop(closed, None)
        for wait in self.outcome.opened:
            self.waits[wait.activity_instance_id] = wait
        if self._check:
            for fact in self.outcome.facts:
                self._folder.add(fact)
            state = state_of(self.pack, self.snapshot)
            assert self._folder.state() == state
            kinds = {id: type(wait).__name__ for id, wait in self.waits.items()}
            assert kinds == {id: _KINDS.get(kind, "IncidentWait") for id, kind in state.waits.items()}
            assert bool(state.tokens) == (state.status == "active")
            self._nobody_is_lost(state)
        return self.outcome

    def _nobody_is_lost(self, state: InstanceState) -> None:
        """A token that contains no other waits for something, or at a join; only a step that reached its limit leaves others queued."""
        if any(isinstance(wait, IncidentWait) and wait.code == "step_limit_reached" for wait in self.waits.values()):
            return
        hosts = {token.scope for token in state.tokens.values()}
        for id, token in state.tokens.items():
            kind = self.pack.processes[token.process_key].elements[token.element_id].kind
            armed = any(fact.data.get("attached_to") == id for fact in self.facts) if kind == "event_based_gateway" else False
            assert id in hosts or id in state.waits or armed or kind in ("parallel_gateway", "inclusive_gateway"), f"{token} is lost"

    def waiting(self, element_id: str, nth: int = 0) -> Any:
        found = [wait for wait in self.waits.values() if wait.element_id == element_id]
        assert len(found) > nth, f"{element_id} does not wait; waiting: {self.open()}"
        return found[nth]

    def id(self, element_id: str, nth: int = 0) -> int:
        return int(self.waiting(element_id, nth).activity_instance_id)

    def open(self) -> list[str]:
        """Element ids that wait, sorted, incidents marked with `!`."""
        return sorted(("!" if isinstance(wait, IncidentWait) else "") + wait.element_id for wait in self.waits.values())

    def complete(self, *element_ids: str, nth: int = 0, **values: Any) -> Outcome:
        """Complete the user task or job, or deliver the message or signal, that each element waits for."""
        for element_id in element_ids:
            wait = self.waiting(element_id, nth)
            given = normalize(values)
            if isinstance(wait, SubscriptionWait):
                receive = ReceiveMessage if wait.type == "message" else ReceiveSignal
                self.step(receive(wait.activity_instance_id, given))
            elif isinstance(wait, TimerWait):
                self.step(FireTimer(wait.activity_instance_id))
            else:
                kind = CompleteUserTask if isinstance(wait, UserTaskWait) else CompleteJob
                self.step(kind(wait.activity_instance_id, given))
        return self.outcome

    def retry(self, element_id: str, **values: Any) -> Outcome:
        wait = self.waiting(element_id)
        assert isinstance(wait, IncidentWait)
        return self.step(RetryIncident(wait.activity_instance_id, normalize(values)))

    def pass_time(self, duration: timedelta) -> None:
        """Move the clock; due timers fire in order of their due times."""
        until = self.now + duration
        while due := sorted((wait.due_at, id) for id, wait in self.waits.items() if isinstance(wait, TimerWait) and wait.due_at <= until):
            self.now = max(self.now, due[0][0])
            self.step(FireTimer(due[0][1]))
        self.now = until

    def variables(self, scope: int = 0) -> dict[str, Any]:
        assert self.snapshot is not None
        return {name: plain(value) for name, value in visible_variables(self.pack, self.snapshot, scope).items()}

    def completed(self) -> list[str]:
        """Elements that were left as completed, in order."""
        return [fact.element_id or "" for fact in self.facts if fact.kind == "activity_left" and fact.data["outcome"] == "completed"]

    @property
    def ended(self) -> str | None:
        """The id of the end event that named the outcome; None while the instance runs."""
        return self.outcome.end.element_id if self.outcome.end else None


def run(*parts: str, definitions: str = "", start_at: str | None = None, check: bool = True, **variables: Any) -> Run:
    """One process of these parts."""
    return Run(diagram(process(*parts), definitions=definitions), start=start_at, check=check, **variables)


def plain(value: Any) -> Any:
    """Whole numbers as int, deeply, so that expectations read well."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return int(value) if type(value).__name__ == "Decimal" and value == value.to_integral_value() else value
