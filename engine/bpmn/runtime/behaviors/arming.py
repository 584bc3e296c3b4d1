"""Waiting for timers, messages and signals, and what happens when they come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.bpmn.elements import EventDefinition
from engine.bpmn.runtime.expressions import evaluate_text
from engine.bpmn.runtime.timers import Schedule, first_due, next_due
from engine.bpmn.runtime.tokens import WAITING, ElementSpec, Token
from engine.model.outcome import SubscriptionWait, TimerWait
from engine.model.values import Value, to_json

if TYPE_CHECKING:
    from engine.bpmn.runtime.step import Step


def wait_for(step: Step, token: Token, event: EventDefinition, scope: Token, **detail: Any) -> None:
    """Open the wait of an event; expressions see what `scope` sees. Raises ProcessError before anything is written."""
    view = step.view(scope)
    if event.type == "timer":
        schedule(step, token, first_due(event, view, step.now), **detail)
        return
    key = evaluate_text(event.correlation_key, view, step.now) if event.correlation_key is not None else None
    wait_type = "signal" if event.type == "signal" else "message"
    step.fact("subscription_opened", token, type=wait_type, name=event.name, correlation_key=key, **detail)
    process_key, element_id = token.task_spec.process.key, token.element.id
    step.open(SubscriptionWait(token.id, process_key, element_id, "signal" if event.type == "signal" else "message", event.name or "", key))


def schedule(step: Step, token: Token, plan: Schedule, **detail: Any) -> None:
    token.memo["timer"] = [plan.due_at.isoformat(), plan.remaining, plan.interval]
    step.fact("timer_scheduled", token, due_at=to_json(plan.due_at), remaining=plan.remaining, **detail)
    step.open(TimerWait(token.id, token.task_spec.process.key, token.element.id, plan.due_at))


def schedule_of(token: Token) -> Schedule:
    due, remaining, interval = token.memo["timer"]
    return Schedule(datetime.fromisoformat(due), remaining, interval)


def arm(step: Step, host: Token, spec: ElementSpec, **memo: Any) -> None:
    """Let an event wait on behalf of `host`. It is no token yet; it has the id of its wait."""
    event = spec.element.event
    waiting = host._add_child(spec, WAITING)
    waiting.memo.update(memo, armed=host.id)
    try:
        if event is None:  # a receive task behind an event-based gateway carries its message itself
            raise AssertionError(f"{spec.element.id} has no event to wait for")
        wait_for(step, waiting, event, host, attached_to=host.id)
    except BaseException:
        for other in list(host.armed()):
            step.disarm(other)
        raise


def arm_boundaries(step: Step, host: Token) -> None:
    """Arm all timers, messages and signals on the activity's border, once."""
    if any(True for _ in host.armed()):
        return
    for boundary in host.task_spec.process.boundaries(host.element.id):
        if boundary.event is not None and boundary.event.type in ("timer", "message", "signal"):
            arm(step, host, host.task_spec.process_spec.spec(boundary.id))


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
