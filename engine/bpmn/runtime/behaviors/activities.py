"""Tasks, sub-processes and call activities."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import orjson

from engine.bpmn.elements import Assignment
from engine.bpmn.runtime.behaviors.arming import arm_boundaries, offer, plan_wait, wait_for
from engine.bpmn.runtime.behaviors.base import Behavior
from engine.bpmn.runtime.behaviors.events import open_job, throw
from engine.bpmn.runtime.expressions import MOST_REASONS, as_json_number, evaluate, evaluate_names, evaluate_time, evaluate_user
from engine.bpmn.runtime.people import STARTER, asks_for_starter
from engine.bpmn.runtime.scopes import ScopeView
from engine.bpmn.runtime.tokens import Token
from engine.dmn import DmnEvaluationError
from engine.model.errors import DecisionError, ProcessError
from engine.model.outcome import UserTaskWait
from engine.model.values import JsonValue, to_json

if TYPE_CHECKING:
    from engine.bpmn.runtime.step import Step

DEFAULT_PRIORITY = 50
CALL_DEPTH_LIMIT = 30


class Activity(Behavior):
    """Input mappings first, then the activity's own work."""

    def enter(self, step: Step, token: Token) -> bool:
        step.take_inputs(token)
        return self.begin(step, token)

    def begin(self, step: Step, token: Token) -> bool:
        """The activity's own work. True: done at once. One that waits arms its border before it opens its wait."""
        return True

    def border(self, step: Step, token: Token) -> None:
        """Arm the events on the activity's border; the body of a repeated one has armed them."""
        if token.task_spec.role == "token":
            arm_boundaries(step, token)


class Pass(Activity):
    """A task without a type does nothing."""


class UserTask(Activity):
    """Offers work to people; manual tasks are done elsewhere and confirmed here."""

    def begin(self, step: Step, token: Token) -> bool:
        plan = token.element.assignment or Assignment()
        view, now = step.view(token), step.now
        assignee, groups, users = _who(step, token, plan)
        priority = as_json_number(evaluate(plan.priority, view, now) if plan.priority else None, DEFAULT_PRIORITY, 0, 100, plan.priority or "")
        due = evaluate_time(plan.due, view, now) if plan.due else None
        follow_up = evaluate_time(plan.follow_up, view, now) if plan.follow_up else None
        wait = UserTaskWait(
            token.id, token.task_spec.process.key, token.element.id, assignee, groups, users, plan.form_id, priority, due, follow_up
        )
        self.border(step, token)
        offer(step, token, wait)
        return False


def _who(step: Step, token: Token, plan: Assignment) -> tuple[str | None, tuple[str, ...], tuple[str, ...]]:
    """(assignee, candidate groups, candidate users). Expressions that name nobody leave the task to the lane: it is never lost."""

    def view(source: str) -> ScopeView:
        if not asks_for_starter(source):
            return step.view(token)
        plain = step.view(token).get(STARTER)
        return step.view(token, {STARTER: step.people.person(plain if isinstance(plain, str) else None)})

    groups = evaluate_names(plan.groups, view(plan.groups), step.now) if plan.groups else ()
    users = evaluate_names(plan.users, view(plan.users), step.now) if plan.users else ()
    assignee = evaluate_user(plan.assignee, view(plan.assignee), step.now) if plan.assignee else None
    if not (groups or users or assignee) and token.element.lane:
        groups = (token.element.lane,)
    return assignee or None, groups, users


class Job(Activity):
    """A service task; also a send task, which throws its message itself when no job type is given."""

    def enter(self, step: Step, token: Token) -> bool:
        element = token.element
        if element.job is None and element.event is not None:
            throw(step, token, element.event)
            return True
        inputs = step.take_inputs(token)
        self.border(step, token)
        open_job(step, token, inputs)
        return False


class Receive(Activity):
    """Waits for its message."""

    def begin(self, step: Step, token: Token) -> bool:
        if token.memo.get("fired"):
            return True
        if token.element.event is None:
            raise AssertionError(f"{token.element.id} has no message")
        plan = plan_wait(step, token.element.event, token)
        self.border(step, token)
        wait_for(step, token, token.element.event, plan)
        return False


class Script(Activity):
    """One FEEL expression into one variable."""

    def begin(self, step: Step, token: Token) -> bool:
        value = evaluate(token.element.script or "null", step.view(token), step.now)
        if token.element.result_variable:
            step.results(token, {token.element.result_variable: value})
        return True


class BusinessRule(Activity):
    """A decision; what it saw and which rules matched is history."""

    def begin(self, step: Step, token: Token) -> bool:
        decision_id = token.element.decision_id or ""
        model = step.library.decisions.get(decision_id)
        if model is None:
            raise DecisionError("unknown_decision", decision_id=decision_id)
        try:
            result = model.evaluate(decision_id, step.view(token), now=step.now)
        except DmnEvaluationError as error:
            raise DecisionError("decision_failed", decision_id=decision_id, message=str(error)) from error
        evaluations: list[JsonValue] = [
            {
                "decision_id": each.decision_id,
                "decision_name": each.decision_name,
                "hit_policy": each.hit_policy,
                "inputs": [[label, to_json(value)] for label, value in each.inputs],
                "matched_rules": list(each.matched_rules),
                "output": to_json(each.output),
            }
            for each in result.evaluations
        ]
        why = list(dict.fromkeys(note.message for note in result.notes))[-MOST_REASONS:] if result.value is None else []
        step.fact("decision_evaluated", token, decision_id=decision_id, evaluations=evaluations, **({"reasons": why} if why else {}))
        if token.element.result_variable:
            step.results(token, {token.element.result_variable: result.value})
        return True


class SubProcess(Activity):
    """Hosts the tokens of an embedded sub-process."""

    def begin(self, step: Step, token: Token) -> bool:
        step.room_for(1)
        self.border(step, token)
        if not any(True for _ in token.tokens()):
            start = token.task_spec.process.starts(token.element.id)[0]
            step.enter(token.task_spec.process_spec.spec(start.id), token)
        return False

    def check(self, step: Step, token: Token) -> bool:
        return not self._goes_on(token)

    @staticmethod
    def _goes_on(token: Token) -> bool:
        if any(True for _ in token.tokens()):
            token.phase = "wait"
            return True
        return False


class CallActivity(SubProcess):
    """Hosts another process of the pack behind a wall: it sees what went in, and what comes out is chosen.

    What the call's own locals (input mappings, the item of a repeated call) are named stays inside, as with every activity.
    """

    def begin(self, step: Step, token: Token) -> bool:
        called = token.element.called
        if called is None:
            raise AssertionError(f"{token.element.id} calls nothing")
        if any(True for _ in token.tokens()):
            return False
        if _call_depth(token) > CALL_DEPTH_LIMIT:
            raise ProcessError("calls_too_deep", limit=CALL_DEPTH_LIMIT, process=called.process_key)
        step.room_for(1)
        spec = token.task_spec.process_spec.library.process_spec(called.process_key)
        self.border(step, token)
        own = step.scopes.names(token.id)
        if called.all_in:
            step.scopes.set(token.id, {name: value for name, value in step.view(token).items() if name not in own})
        token.memo["call"] = {name: _mark(value) for name, value in step.scopes.raw(token.id).items()}
        token.memo["call"][""] = called.process_key
        token.memo["shields"] = list(own)
        start = next(each for each in spec.model.starts() if each.event is None or each.event.type == "none")
        step.enter(spec.spec(start.id), token)
        return False

    def check(self, step: Step, token: Token) -> bool:
        if self._goes_on(token):
            return False
        called = token.element.called
        if called is not None and called.all_out and not token.element.outputs:
            given, shields = token.memo["call"], set(token.memo.get("shields", ()))
            raw = {name: value for name, value in step.scopes.raw(token.id).items() if name not in shields}
            changed = {name: step.scopes.get(token.id, name) for name, value in raw.items() if given.get(name) != _mark(value)}
            step.scopes.propagate(token, changed, own=False)
        return True


def _call_depth(token: Token) -> int:
    depth = 0
    host: Token | None = token.host
    while host is not None:
        depth += "call" in host.memo
        host = host.host
    return depth


def _mark(value: JsonValue) -> str:
    """A short digest that tells whether a variable was changed inside the call: an unchanged copy must not overwrite what others did meanwhile."""
    return hashlib.blake2b(orjson.dumps(value, option=orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()
