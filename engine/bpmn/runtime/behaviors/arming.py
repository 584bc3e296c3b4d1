"""Waiting for timers, messages and signals, and what happens when they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from engine.bpmn.elements import EventDefinition
from engine.bpmn.runtime.expressions import evaluate_text
from engine.bpmn.runtime.timers import Schedule, first_due, next_due
from engine.bpmn.runtime.tokens import WAITING, ElementSpec, Token
from engine.model.errors import ScriptError
from engine.model.outcome import SubscriptionWait, TimerWait, UserTaskWait
from engine.model.values import Value, to_json

if TYPE_CHECKING:
    from engine.bpmn.runtime.step import Step

_WAITED_FOR = ("timer", "message", "signal")

Plan: TypeAlias = Schedule | str | None  # a timer's first firing, or the correlation key of a message


def plan_wait(step: Step, event: EventDefinition, scope: Token) -> Plan:
    """What the event will wait for; expressions see what `scope` sees. Raises ProcessError; writes nothing."""
    if event.type == "timer":
        return first_due(event, step.view(scope), step.now)
    if event.type == "signal" or event.correlation_key is None:
        return None
    key = evaluate_text(event.correlation_key, step.view(scope), step.now)
    if key is None:  # it would wait for messages without a key, which are meant for somebody else
        raise ScriptError("correlation_key_missing", expression=event.correlation_key, message=event.name)
    return key


def wait_for(step: Step, token: Token, event: EventDefinition, plan: Plan, **detail: Any) -> None:
    """Open the wait of an event as planned."""
    if isinstance(plan, Schedule):
        schedule(step, token, plan, **detail)
        return
    wait_type: Literal["message", "signal"] = "signal" if event.type == "signal" else "message"
    step.fact("subscription_opened", token, type=wait_type, name=event.name, correlation_key=plan, **detail)
    step.open(SubscriptionWait(token.id, token.task_spec.process.key, token.element.id, wait_type, event.name or "", plan))


def schedule(step: Step, token: Token, plan: Schedule, **detail: Any) -> None:
    token.memo["timer"] = [plan.due_at.isoformat(), plan.remaining, plan.interval]
    step.fact("timer_scheduled", token, due_at=to_json(plan.due_at), remaining=plan.remaining, **detail)
    step.open(TimerWait(token.id, token.task_spec.process.key, token.element.id, plan.due_at))


def schedule_of(token: Token) -> Schedule:
    due, remaining, interval = token.memo["timer"]
    return Schedule(datetime.fromisoformat(due), remaining, interval)


def arm(step: Step, host: Token, branches: Sequence[tuple[ElementSpec, str | None]]) -> None:
    """Let events wait on behalf of `host`: (event, flow of an event-based gateway to it). They are no tokens yet and have the ids of their waits.

    All are planned before the first waits: one that fails leaves none behind.
    """
    plans: list[tuple[ElementSpec, str | None, EventDefinition, Plan]] = []
    for spec, branch in branches:
        event = spec.element.event
        if event is None:
            raise AssertionError(f"{spec.element.id} has no event to wait for")
        plans.append((spec, branch, event, plan_wait(step, event, host)))
    for spec, branch, event, plan in plans:
        waiting = host._add_child(spec, WAITING)
        waiting.memo["armed"] = host.id
        if branch is not None:
            waiting.memo["branch"] = branch
        wait_for(step, waiting, event, plan, attached_to=host.id)


def arm_boundaries(step: Step, host: Token) -> None:
    """Arm all timers, messages and signals on the activity's border, once in its life."""
    if host.memo.get("border"):
        return
    specs = [spec for spec in host.task_spec.boundaries if spec.element.event is not None and spec.element.event.type in _WAITED_FOR]
    if specs:
        arm(step, host, [(spec, None) for spec in specs])
        host.memo["border"] = True


def happen(step: Step, event: Token, values: Mapping[str, Value]) -> None:
    """An armed event has happened."""
    host = event.host
    if host.element.kind == "event_based_gateway":
        _win(step, host, event, values)
        return
    interrupting = event.element.interrupting
    again = next_due(schedule_of(event), step.now) if not interrupting and "timer" in event.memo else None
    spec, scope, host_id = event.task_spec, host.host, host.id
    if interrupting:
        step.cancel(host)
    elif again is not None:
        schedule(step, event, again, attached_to=host.id)
    elif "timer" in event.memo:
        step.disarm(event)
    occurrence = step.enter(spec, scope, attached_to=host_id, fired=True)
    step.results(occurrence, values)


def _win(step: Step, gateway: Token, event: Token, values: Mapping[str, Value]) -> None:
    gateway.memo["branch"] = event.memo["branch"]
    flow = step.flow(gateway, event.memo["branch"])
    gateway.chosen = (flow,)
    scope = gateway.host
    known = {child.id for child in scope.tokens()}
    gateway.complete()
    winner = next(child for child in scope.tokens() if child.id not in known)
    step.results(winner, values)


def offer(step: Step, token: Token, wait: UserTaskWait) -> None:
    """A user task opens."""
    step.open(wait)
    step.fact(
        "task_opened",
        token,
        assignee=wait.assignee,
        candidate_groups=list(wait.candidate_groups),
        candidate_users=list(wait.candidate_users),
        form_id=wait.form_id,
        priority=wait.priority,
        due_at=to_json(wait.due_at),
        follow_up_at=to_json(wait.follow_up_at),
    )
