"""What each kind of element does when a token reaches it; one module per family, `behavior_of` picks."""

from __future__ import annotations

from engine.bpmn.elements import Element
from engine.bpmn.runtime.behaviors.activities import BusinessRule, CallActivity, Job, Pass, Receive, Script, SubProcess, UserTask
from engine.bpmn.runtime.behaviors.base import Behavior
from engine.bpmn.runtime.behaviors.events import Boundary, Catch, EndEvent, StartEvent, Throwing
from engine.bpmn.runtime.behaviors.gateways import EventBased, Exclusive, Inclusive, Parallel
from engine.bpmn.runtime.behaviors.loops import LoopBody, MultiInstanceBody

_BEHAVIORS: dict[str, Behavior] = {
    "none_task": Pass(),
    "user_task": UserTask(),
    "manual_task": UserTask(),
    "service_task": Job(),
    "send_task": Job(),
    "receive_task": Receive(),
    "script_task": Script(),
    "business_rule_task": BusinessRule(),
    "sub_process": SubProcess(),
    "call_activity": CallActivity(),
    "exclusive_gateway": Exclusive(),
    "parallel_gateway": Parallel(),
    "inclusive_gateway": Inclusive(),
    "event_based_gateway": EventBased(),
    "start_event": StartEvent(),
    "end_event": EndEvent(),
    "intermediate_catch_event": Catch(),
    "intermediate_throw_event": Throwing(),
    "boundary_event": Boundary(),
}
_MULTI, _LOOP = MultiInstanceBody(), LoopBody()


def behavior_of(element: Element) -> Behavior:
    """What one instance of the element does."""
    return _BEHAVIORS[element.kind]


def body_of(element: Element) -> Behavior | None:
    """What the body around the instances of a repeated activity does; None for one that is not repeated."""
    if element.loop is None:
        return None
    return _LOOP if element.loop.type == "standard" else _MULTI


__all__ = ["Behavior", "behavior_of", "body_of"]
