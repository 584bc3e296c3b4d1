"""BPMN errors: from where they happen to the nearest border that catches them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.runtime.thrown import ThrownError
from engine.bpmn.runtime.tokens import COMPLETED, ElementSpec, Token
from engine.model.errors import ProcessError

if TYPE_CHECKING:
    from engine.bpmn.runtime.step import Step


def throw_error(step: Step, origin: Token, error: ThrownError) -> None:
    """Hand a BPMN error to the nearest boundary event that catches it; uncaught it is an incident at its origin."""
    host: Token | None = origin
    while host is not None and host.host is not None:
        catcher = _catcher(host, error.code)
        if catcher is not None:
            step.fact("error_thrown", origin, code=error.code, message=error.message, caught_by=catcher.element.id)
            _catch(step, origin, host, catcher, error)
            return
        host = host.host
    step.fact("error_thrown", origin, code=error.code, message=error.message, caught_by=None)
    step.fail(origin, ProcessError("unhandled_error", error_code=error.code, message=error.message))


def _catcher(host: Token, code: str) -> ElementSpec | None:
    """The event on the border of `host` for this code, else the one for all codes. The instances of a repeated activity share the body's border."""
    if host.task_spec.role == "inner":
        return None
    for_all: ElementSpec | None = None
    for boundary in host.task_spec.boundaries:
        event = boundary.element.event
        if event is None or event.type != "error":
            continue
        if event.error_code == code:
            return boundary
        if event.error_code is None and for_all is None:
            for_all = boundary
    return for_all


def _catch(step: Step, origin: Token, host: Token, catcher: ElementSpec, error: ThrownError) -> None:
    scope = host.host
    if origin is not host and origin.element.kind == "end_event":
        origin._set_state(COMPLETED)
        step.left(origin, "completed")
        step.workflow.forget(origin)
    step.cancel(host)
    occurrence = step.enter(catcher, scope, attached_to=host.id, fired=True)
    step.scopes.set(occurrence.id, {"errorCode": error.code, "errorMessage": error.message})
    step.results(occurrence, error.values)
