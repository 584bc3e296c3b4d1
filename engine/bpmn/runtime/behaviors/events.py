"""Start, end, intermediate and boundary events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.bpmn.elements import EventDefinition
from engine.bpmn.runtime.behaviors.arming import plan_wait, wait_for
from engine.bpmn.runtime.behaviors.base import Behavior
from engine.bpmn.runtime.expressions import evaluate_text
from engine.bpmn.runtime.thrown import ThrownError
from engine.bpmn.runtime.tokens import Token
from engine.model.outcome import End, JobWait, Throw
from engine.model.values import Value, to_json

if TYPE_CHECKING:
    from engine.bpmn.runtime.step import Step


class StartEvent(Behavior):
    """Passes; whatever triggered it has brought its values already."""


class Boundary(Behavior):
    """An occurrence of an event that was armed on its host; waits for nothing more."""


class Catch(Behavior):
    """Waits in the flow, unless an event-based gateway has waited for it."""

    def enter(self, step: Step, token: Token) -> bool:
        if token.memo.get("fired") or token.element.event is None or token.element.event.type == "none":
            return True
        step.take_inputs(token)
        wait_for(step, token, token.element.event, plan_wait(step, token.element.event, token))
        return False


def throw(step: Step, token: Token, event: EventDefinition) -> None:
    """Send a message or signal on its way, with the token's own locals as its values."""
    inputs = step.take_inputs(token)
    view = step.view(token)
    key = evaluate_text(event.correlation_key, view, step.now) if event.correlation_key is not None and event.type == "message" else None
    values = {name: to_json(value) for name, value in inputs.items()}
    name = event.name or ""
    if event.type == "signal":
        step.thrown.append(Throw("signal", name, None, values))
        step.fact("signal_thrown", token, name=name, values=values)
    else:
        step.thrown.append(Throw("message", name, key, values))
        step.fact("message_thrown", token, name=name, correlation_key=key, values=values)


def open_job(step: Step, token: Token, inputs: Mapping[str, Value]) -> None:
    """Hand the element's work to a connector. Its values are `inputs`, what the input mappings gave, or everything visible without mappings."""
    job = token.element.job
    if job is None:
        raise AssertionError(f"{token.element.id} has no job")
    values = inputs if token.element.inputs else dict(step.view(token))
    step.fact("job_created", token, type=job.type, retries=job.retries)
    encoded = {name: to_json(value) for name, value in values.items()}
    step.open(JobWait(token.id, token.task_spec.process.key, token.element.id, job.type, job.headers, job.retries, encoded))


class Throwing(Behavior):
    """An intermediate throw event: none passes, message and signal are sent, a message with a job type is a connector's work."""

    def enter(self, step: Step, token: Token) -> bool:
        event = token.element.event
        if token.element.job is not None:
            open_job(step, token, step.take_inputs(token))
            return False
        if event is not None and event.type in ("message", "signal"):
            throw(step, token, event)
        return True


class EndEvent(Throwing):
    """Ends its path; error leaves the scope, terminate empties it. At the top level it names the outcome."""

    def enter(self, step: Step, token: Token) -> bool:
        event = token.element.event
        if event is not None and event.type == "error":
            inputs = step.take_inputs(token)
            message = inputs.get("errorMessage")
            raise ThrownError(event.error_code or "", message if isinstance(message, str) else "", inputs)
        if event is not None and event.type == "terminate":
            self._reason(step, token)  # what may fail comes before anybody is cancelled
            for sibling in [other for other in token.host.tokens() if other is not token]:
                step.cancel(sibling)
        return super().enter(step, token)

    def leaving(self, step: Step, token: Token) -> None:
        if token.host.id == 0:
            step.end = End(token.element.id, token.element.name or token.element.id, self._reason(step, token))

    @staticmethod
    def _reason(step: Step, token: Token) -> str | None:
        source = token.element.properties.get("tuoke.reason")
        return evaluate_text(source.removeprefix("="), step.view(token), step.now) if source and token.host.id == 0 else None
