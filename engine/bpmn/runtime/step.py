"""One step: a stimulus goes in, tokens move one at a time until everything waits, facts and waits come out.

A token that fails stops where it is with an incident; the rest of the instance goes on. Nothing here knows a database, a clock or a user interface.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.bpmn.elements import Flow, Mapped
from engine.bpmn.runtime.catching import throw_error
from engine.bpmn.runtime.expressions import evaluate
from engine.bpmn.runtime.people import People
from engine.bpmn.runtime.scopes import Scopes, ScopeView, assign_path
from engine.bpmn.runtime.thrown import ThrownError
from engine.bpmn.runtime.tokens import CANCELLED, ERROR, FUTURE, READY, STARTED, WAITING, ElementSpec, Token, TokenWorkflow
from engine.model.errors import NoFlowTaken, ProcessError, StepLimitReached
from engine.model.events import EventKind, Fact
from engine.model.outcome import End, IncidentWait, InstanceStatus, Throw, Wait
from engine.model.values import JsonValue, Value

if TYPE_CHECKING:
    from engine.bpmn.runtime.library import Library

STEP_LIMIT = 20_000  # token runs in one step; a loop without a wait stops here as an incident instead of holding the transaction
TOKEN_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class InstanceContext:
    """Who this instance is; constant for its life."""

    instance_id: str
    process_key: str
    business_key: str | None = None
    starter: str | None = None
    version: int = 0
    deployment_id: str = ""


class Step:
    """The state of one step and the moves that behaviors are made of."""

    def __init__(
        self,
        library: Library,
        context: InstanceContext,
        workflow: TokenWorkflow,
        stored: Mapping[int, dict[str, JsonValue]],
        now: datetime,
        people: People,
    ) -> None:
        self.library = library
        self.context = context
        self.workflow = workflow
        self.now = now
        self.people = people
        self.scopes = Scopes(workflow, stored, self._variables_changed)
        self.facts: list[Fact] = []
        self.opened: dict[int, Wait] = {}
        self.closed: dict[int, None] = {}
        self.thrown: list[Throw] = []
        self.status: InstanceStatus = "active"
        self.end: End | None = None
        workflow.step = self

    # What is recorded

    def fact(self, kind: EventKind, token: Token | None = None, **data: JsonValue) -> None:
        if token is None or token.host is None:
            self.facts.append(Fact(kind, data, self.context.process_key))
        else:
            self.facts.append(Fact(kind, data, token.task_spec.process.key, token.element.id, token.id))

    def _variables_changed(self, scope: int, changes: dict[str, Any]) -> None:
        self.fact("variables_changed", self.workflow.token(scope), scope=scope, changes=changes)

    def open(self, wait: Wait) -> None:
        self.closed.pop(wait.activity_instance_id, None)
        self.opened[wait.activity_instance_id] = wait

    def close(self, activity_instance_id: int) -> None:
        self.opened.pop(activity_instance_id, None)
        self.closed[activity_instance_id] = None

    # Variables and expressions

    def view(self, token: Token, extra: Mapping[str, Value] | None = None) -> ScopeView:
        return ScopeView(self.scopes, token, extra)

    def mapped(self, token: Token, mappings: tuple[Mapped, ...], current: Callable[[str], Value]) -> dict[str, Value]:
        """Evaluate mappings in order, each seeing the results of those before it; a dotted target goes into the context that `current` has."""
        results: dict[str, Value] = {}
        for mapping in mappings:
            assign_path(results, mapping.target, evaluate(mapping.source, self.view(token, results), self.now), current)
        return results

    def take_inputs(self, token: Token) -> dict[str, Value]:
        """The input mappings become locals."""
        if not token.element.inputs:
            return {}
        inputs = self.mapped(token, token.element.inputs, lambda _: None)
        before = self.scopes.raw(token.id)
        self.scopes.set(token.id, inputs)
        token.memo["before"] = {name: [before[name]] if name in before else [] for name in inputs}
        return inputs

    def undo_inputs(self, token: Token) -> None:
        """The locals as they were before the input mappings: a second try does not build upon the first."""
        self.scopes.put_back(token.id, token.memo.pop("before", {}))

    def give_outputs(self, token: Token) -> None:
        """The output mappings go up; those of one of many instances start at its own scope, where the output element's variable is."""
        if token.element.outputs:
            loop = token.element.loop
            own = token.task_spec.role == "inner" and loop is not None and loop.type != "standard"
            self.scopes.propagate(token, self.mapped(token, token.element.outputs, self.view(token).get), own=own)

    def results(self, token: Token, values: Mapping[str, Value]) -> None:
        """What an activity brought: local when output mappings choose what leaves it, else up to where each name is defined."""
        if token.element.outputs:
            self.scopes.set(token.id, values)
        else:
            self.scopes.propagate(token, values)

    # Moves of tokens

    def enter(self, spec: ElementSpec, host: Token, flow: str | None = None, **memo: Any) -> Token:
        """A new token at an element inside `host`, queued."""
        token = host._add_child(spec, FUTURE)
        token.memo.update(memo)
        self._entered(token, host, flow)
        token._set_state(READY)
        return token

    def room_for(self, count: int) -> None:
        """Raises StepLimitReached when `count` more tokens are too many; asked before anything is written."""
        if len(self.workflow.tasks) + count > TOKEN_LIMIT:
            raise StepLimitReached("too_many_tokens", limit=TOKEN_LIMIT)

    def _entered(self, token: Token, host: Token, flow: str | None) -> None:
        if flow is not None:
            token.memo["flow"] = flow
        data: dict[str, JsonValue] = {"scope": host.id, "flow": flow}
        if "attached_to" in token.memo:
            data["attached_to"] = token.memo["attached_to"]
        self.fact("activity_entered", token, **data)

    def left(self, token: Token, outcome: str) -> None:
        """The token is gone: so are its armed events, its wait and its locals."""
        for event in list(token.armed()):
            self.disarm(event)
        self.close(token.id)
        self.scopes.drop(token.id)
        self.fact("activity_left", token, outcome=outcome)

    def disarm(self, event: Token) -> None:
        self.close(event.id)
        self.workflow.forget(event)

    def cancel(self, token: Token) -> None:
        """Cancel a token and everything inside it, inside first, and remove it."""
        for child in list(token.tokens()):
            self.cancel(child)
        token._set_state(CANCELLED)
        token.task_spec._on_cancel(token)
        self.workflow.forget(token)

    def merge(self, token: Token) -> None:
        """An arrival that a join consumes."""
        self.left(token, "merged")
        self.workflow.forget(token)

    def take_flows(self, token: Token) -> None:
        """Called by the library when a token completes: it leaves, its successors come."""
        host = token.host
        self.left(token, "completed")
        for flow in token.chosen:
            child = token._add_child(token.task_spec.target(flow), FUTURE)
            if "branch" in token.memo:  # the event that an event-based gateway waited for has happened already
                child.memo["fired"] = True
            self._entered(child, host, flow.id)

    def completed(self, token: Token) -> None:
        """Called by the library after the successors were told: hand them to the host, remove the token, let the host look."""
        host = token.host
        for child in list(token.children):
            self.workflow.adopt(host, child)
        self.workflow.forget(token)
        behavior = host.task_spec.behavior
        wakes = not any(True for _ in host.tokens()) if behavior is None else behavior.wakes(host, token)
        enough = "enough" in host.memo
        if wakes and (host.phase == "wait" or enough):
            host.wake("check", first=enough)

    # The loop

    def run(self) -> None:
        """Run queued tokens one at a time until everything waits, or the step limit stops a loop that never does."""
        runs = 0
        queue = self.workflow.queue
        while True:
            while queue:
                token = queue.popleft()
                if token.state != READY or self.workflow.token(token.id) is not token:
                    continue
                runs += 1
                if runs > STEP_LIMIT:
                    self.fail(token, StepLimitReached(limit=STEP_LIMIT))
                    return
                self._run_one(token)
            if not self._joins_that_can_fire():
                self._tell_standstill()
                return

    def _run_one(self, token: Token) -> None:
        try:
            token.run()
        except ProcessError as error:
            self.fail(token, error)
        except ThrownError as error:
            throw_error(self, token, error)

    def _joins_that_can_fire(self) -> bool:
        """Inclusive joins decide only when nothing else moves; in every scope the first that can fire is queued."""
        arrivals = [token for token in self.workflow.tasks.values() if token.state == WAITING and not token.is_armed]
        oldest: dict[tuple[int, ElementSpec], Token] = {}
        for token in sorted(arrivals, key=lambda each: int(each.id)):
            oldest.setdefault((token.host.id, token.task_spec), token)
        fired: set[int] = set()
        for token in oldest.values():
            if token.host.id not in fired and token.task_spec.behavior.can_fire(self, token):
                token._set_state(READY)
                fired.add(token.host.id)
        return bool(fired)

    def _tell_standstill(self) -> None:
        """When nothing moves, nothing waits and tokens only stand at joins, none of them can ever go on: that is said, not kept silent."""
        stuck: Token | None = None
        for token in self.workflow.tasks.values():
            if token is self.workflow.root or (token.state == STARTED and any(True for _ in token.tokens())):
                continue
            if token.state != WAITING or token.is_armed:
                return
            stuck = token if stuck is None or token.id < stuck.id else stuck
        if stuck is not None:
            self.fail(stuck, NoFlowTaken("join_waits_for_ever", element=stuck.element.id, name=stuck.element.name))

    def run_token(self, token: Token) -> bool | None:
        """The library's run hook: go on with the token's phase. None: it waits."""
        behavior = token.task_spec.behavior
        if token.phase in ("enter", "check"):
            done = behavior.enter(self, token) if token.phase == "enter" else behavior.check(self, token)
            if not done:
                if token.phase == "enter":
                    token.phase = "wait"
                return None
            token.phase = "outputs"
        if token.phase == "outputs":
            if token.task_spec.role != "body":
                self.give_outputs(token)
            if token.task_spec.role == "inner":
                token.host.task_spec.behavior.collect(self, token)
            behavior.leaving(self, token)
            token.phase = "flows"
        token.chosen = behavior.choose(self, token)
        if len(token.chosen) > 1:
            self.room_for(len(token.chosen) - 1)
        return True

    def run_root(self, token: Token) -> bool | None:
        """The instance looks at its tokens: without any it has ended."""
        if any(True for _ in token.tokens()):
            token.phase = "wait"
            return None
        self.status = "completed"
        end = self.end or End(None, "", None)
        self.fact("instance_completed", end_element_id=end.element_id, outcome=end.outcome, reason=end.reason)
        self.end = end
        token.phase = "wait"
        return None

    def fail(self, token: Token, error: ProcessError) -> None:
        """The token stands still with an incident."""
        token._set_state(ERROR)
        details = "；".join(f"{key}: {value}" for key, value in error.details.items())
        self.fact("incident_raised", token, code=error.code, message=details)
        self.open(IncidentWait(token.id, token.task_spec.process.key, token.element.id, error.code, details))

    def flow(self, token: Token, flow_id: str) -> Flow:
        return token.task_spec.process.flows[flow_id]
