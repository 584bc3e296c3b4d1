"""Gateways. Joins count tokens per incoming flow, among the tokens of their own scope."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.bpmn.elements import Flow, ProcessModel
from engine.bpmn.runtime.behaviors.arming import arm
from engine.bpmn.runtime.behaviors.base import Behavior
from engine.bpmn.runtime.expressions import evaluate_boolean
from engine.bpmn.runtime.tokens import WAITING, Token
from engine.model.errors import NoFlowTaken

if TYPE_CHECKING:
    from engine.bpmn.runtime.step import Step


class Exclusive(Behavior):
    """The first flow, in document order, whose condition holds."""

    def choose(self, step: Step, token: Token) -> tuple[Flow, ...]:
        element = token.element
        flows = [step.flow(token, flow_id) for flow_id in element.outgoing]
        if len(flows) <= 1 and not any(flow.condition for flow in flows):
            return tuple(flows)
        view = step.view(token)
        for flow in flows:
            if flow.id != element.default_flow and (flow.condition is None or evaluate_boolean(flow.condition, view, step.now)):
                return (flow,)
        if element.default_flow is None:
            raise NoFlowTaken(element=element.id, name=element.name)
        return (step.flow(token, element.default_flow),)


class _Join(Behavior):
    """Arrivals wait in state WAITING; the oldest of each incoming flow are consumed together."""

    def waiting(self, token: Token) -> dict[str, Token]:
        """The oldest waiting arrival per incoming flow, at this element in this scope, `token` included."""
        oldest: dict[str, Token] = {}
        for other in token.host.tokens():
            if other.task_spec is token.task_spec and (other.state == WAITING or other is token):
                oldest.setdefault(other.memo.get("flow", ""), other)
        return oldest

    def consume(self, step: Step, token: Token, arrivals: dict[str, Token]) -> None:
        for other in arrivals.values():
            if other is not token:
                step.merge(other)


class Parallel(_Join):
    """Waits for one token on every incoming flow, then sends one down every outgoing flow."""

    def enter(self, step: Step, token: Token) -> bool:
        if len(token.element.incoming) <= 1:
            return True
        arrivals = self.waiting(token)
        if len(arrivals) < len(token.element.incoming):
            token._set_state(WAITING)
            token.phase = "enter"
            return False
        if arrivals[token.memo.get("flow", "")] is not token:
            # An older token waits on my flow: it goes first, I stay for the next round.
            token._set_state(WAITING)
            arrivals[token.memo.get("flow", "")].wake("enter")
            return False
        self.consume(step, token, arrivals)
        return True

    def choose(self, step: Step, token: Token) -> tuple[Flow, ...]:
        return tuple(step.flow(token, flow_id) for flow_id in token.element.outgoing)


class Inclusive(_Join):
    """Splits by conditions; joins when no token can still arrive on a flow that has none (BPMN 2.0.2, table 13.3)."""

    def enter(self, step: Step, token: Token) -> bool:
        if len(token.element.incoming) <= 1:
            return True
        if token.memo.pop("fire", False):
            self.consume(step, token, self.waiting(token))
            return True
        token._set_state(WAITING)
        return False

    def can_fire(self, step: Step, token: Token) -> bool:
        arrivals = self.waiting(token)
        if arrivals.get(token.memo.get("flow", "")) is not token:
            return False
        ways = ways_into(token.task_spec.process, token.element.id)
        for element_id in {other.element.id for other in token.host.tokens() if other.task_spec is not token.task_spec}:
            reached = ways.get(element_id)
            if reached and reached.isdisjoint(arrivals):
                return False
        token.memo["fire"] = True
        token.phase = "enter"
        return True

    def choose(self, step: Step, token: Token) -> tuple[Flow, ...]:
        element = token.element
        flows = [step.flow(token, flow_id) for flow_id in element.outgoing]
        if len(flows) <= 1 and not any(flow.condition for flow in flows):
            return tuple(flows)
        view = step.view(token)
        chosen = [
            flow for flow in flows if flow.id != element.default_flow and (flow.condition is None or evaluate_boolean(flow.condition, view, step.now))
        ]
        if not chosen and element.default_flow is not None:
            chosen = [step.flow(token, element.default_flow)]
        if not chosen:
            raise NoFlowTaken(element=element.id, name=element.name)
        return tuple(chosen)


class EventBased(Behavior):
    """Arms the events behind its flows; the first that happens wins."""

    def enter(self, step: Step, token: Token) -> bool:
        if not any(True for _ in token.armed()):
            arm(step, token, [(token.task_spec.target(step.flow(token, flow_id)), flow_id) for flow_id in token.element.outgoing])
        return False

    def choose(self, step: Step, token: Token) -> tuple[Flow, ...]:
        return (step.flow(token, token.memo["branch"]),)


class _Identity:
    """Wraps a process so that the cache is keyed by the object, not by its content."""

    __slots__ = ("process",)

    def __init__(self, process: ProcessModel) -> None:
        self.process = process

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and self.process is other.process

    def __hash__(self) -> int:
        return id(self.process)


def ways_into(process: ProcessModel, join_id: str) -> Mapping[str, frozenset[str]]:
    """Element -> the incoming flows of the join that a token there can reach without passing the join.

    The events on an activity's border count as ways out of it.
    """
    return _ways_into(_Identity(process), join_id)


@lru_cache(maxsize=256)
def _ways_into(key: _Identity, join_id: str) -> Mapping[str, frozenset[str]]:
    ways: dict[str, set[str]] = {}
    for flow_id in key.process.elements[join_id].incoming:
        for element_id in _upstream(key.process, flow_id, join_id):
            ways.setdefault(element_id, set()).add(flow_id)
    return {element_id: frozenset(flows) for element_id, flows in ways.items()}


def _upstream(process: ProcessModel, flow_id: str, join_id: str) -> set[str]:
    found: set[str] = set()
    stack = [process.flows[flow_id].source]
    while stack:
        element_id = stack.pop()
        if element_id in found or element_id == join_id:
            continue
        found.add(element_id)
        element = process.elements[element_id]
        stack.extend(process.flows[incoming].source for incoming in element.incoming)
        if element.attached_to is not None:
            stack.append(element.attached_to)
    return found
