"""Taking a completion back: the state before it comes again, by moves that are facts like all others; nothing that was recorded is unsaid.

What came after the completion is cancelled, what was gone enters again under new ids, variables are set back, timers and subscriptions are armed as
they were (a timer with its former due time). The state is the former one but for the ids.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.bpmn.runtime.behaviors.arming import offer, plan_wait, schedule, schedule_of, wait_for
from engine.bpmn.runtime.snapshot import Stored, decode, revive
from engine.bpmn.runtime.tokens import ERROR, FUTURE, READY, Token, TokenWorkflow
from engine.model.errors import NotWithdrawable, ProcessError
from engine.model.events import Fact
from engine.model.stimuli import WithdrawCompletion
from engine.model.values import JsonValue

if TYPE_CHECKING:
    from engine.bpmn.runtime.step import Step

KindOf = Callable[[Token], "str | None"]
# Memory of a token that names another token.
_REFERENCES = ("armed", "attached_to")


def withdraw(step: Step, stimulus: WithdrawCompletion, kind_of: KindOf) -> None:
    """Bring the state before the completion back. Raises NotWithdrawable(reason) when that cannot be exact; then nothing has changed.

    `reason`: not_last (the task is open, or was not there), others_tasks, jobs, incident.
    """
    stored = decode(stimulus.before)
    former = revive(stored, step.library)
    completed = former.token(stimulus.activity_instance_id)
    if completed is None or kind_of(completed) != "user_task" or step.workflow.token(completed.id) is not None:
        raise NotWithdrawable(reason="not_last")
    gone = [token for token in _all(former) if step.workflow.token(token.id) is None]
    for token in gone:
        _require_exact(token, kind_of(token), completed)
    _cancel_later(step, former)
    _Return(step, stored, kind_of).bring_back(former, gone, completed, stimulus)


def last_id(snapshot: bytes) -> int:
    """The last activity instance id that was given when the snapshot was taken."""
    return decode(snapshot).last_id


def _all(workflow: TokenWorkflow) -> list[Token]:
    """Every token, hosts before what they contain."""
    return [token for token in workflow.tasks.values() if token is not workflow.root]


def _require_exact(token: Token, kind: str | None, completed: Token) -> None:
    reasons = {"user_task": "others_tasks", "job": "jobs", "incident": "incident"}
    if token is not completed and kind in reasons:
        raise NotWithdrawable(reason=reasons[kind])
    if token.state in (READY, ERROR):
        raise NotWithdrawable(reason="incident")


def _cancel_later(step: Step, former: TokenWorkflow) -> None:
    """Everything that was not there yet, the outermost first, which takes what it contains along."""
    later = [token for token in _all(step.workflow) if former.token(token.id) is None and former.token(token.host.id) is not None]
    for token in later:
        step.cancel(token)


class _Return:
    """Rebuilds the former state in the live workflow; `_ids` maps former ids to those of what entered again."""

    def __init__(self, step: Step, stored: Stored, kind_of: KindOf) -> None:
        self._step, self._stored, self._kind_of = step, stored, kind_of
        self._ids: dict[int, int] = {}

    def bring_back(self, former: TokenWorkflow, gone: list[Token], completed: Token, stimulus: WithdrawCompletion) -> None:
        step = self._step
        for token in _all(former):
            if token not in gone:
                self._as_it_was(token)
        for token in gone:
            self._enter_again(token)
        step.workflow.root.phase, step.workflow.root._state = former.root.phase, former.root.state
        self._order(former)
        self._variables()
        for token in gone:
            self._wait_again(token, completed, stimulus)
        step.end = self._stored.end
        # Told before what it cancels.
        told: dict[str, JsonValue] = {"reopened": self._ids[completed.id]}
        head = Fact("completion_withdrawn", told, completed.task_spec.process.key, completed.element.id, completed.id)
        step.facts.insert(0, head)

    def _twin(self, former_id: int) -> Token:
        token = self._step.workflow.token(self._ids.get(former_id, former_id))
        if token is None:
            raise AssertionError(f"{former_id} is neither there nor entered again")
        return token

    def _as_it_was(self, token: Token) -> None:
        twin = self._twin(token.id)
        if twin.state == ERROR and token.state != ERROR:
            self._step.fact("incident_resolved", twin)
            self._step.close(twin.id)
        twin._state, twin.phase, twin.internal_data = token.state, token.phase, deepcopy(token.memo)

    def _enter_again(self, token: Token) -> None:
        host = self._twin(token.host.id)
        again = host._add_child(token.task_spec, FUTURE)
        self._ids[token.id] = again.id
        memo = deepcopy(token.memo)
        memo.update({name: self._ids.get(memo[name], memo[name]) for name in _REFERENCES if name in memo})
        again.internal_data = memo
        again._state, again.phase = token.state, token.phase
        if not again.is_armed:
            self._step._entered(again, host, memo.get("flow"))

    def _order(self, former: TokenWorkflow) -> None:
        """Joins take the oldest arrival first: siblings stand in their former order."""
        for host in [former.root, *_all(former)]:
            self._twin(host.id)._children = [self._ids.get(identity, identity) for identity in host._children]

    def _variables(self) -> None:
        scopes = self._step.scopes
        former = {self._ids.get(scope, scope): names for scope, names in self._stored.scopes.items()}
        for scope in sorted({*former, *scopes.stored()}):
            scopes.restore(scope, former.get(scope, {}))

    def _wait_again(self, token: Token, completed: Token, stimulus: WithdrawCompletion) -> None:
        step, again, kind = self._step, self._twin(token.id), self._kind_of(token)
        if token is completed:
            self._open_again(again, stimulus)
        detail = {"attached_to": again.host.id} if again.is_armed else {}
        if kind == "timer":
            schedule(step, again, schedule_of(again), **detail)
        elif kind in ("message", "signal") and again.element.event is not None:
            event = again.element.event
            try:
                plan = plan_wait(step, event, again.host if again.is_armed else again)
            except ProcessError as error:
                raise NotWithdrawable(reason="incident") from error
            wait_for(step, again, event, plan, **detail)

    def _open_again(self, again: Token, stimulus: WithdrawCompletion) -> None:
        offer(self._step, again, replace(stimulus.task, activity_instance_id=again.id))
