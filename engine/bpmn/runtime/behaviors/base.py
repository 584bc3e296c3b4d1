"""What every behavior answers, and the rules that all elements share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.elements import Flow
from engine.bpmn.runtime.expressions import evaluate_boolean
from engine.bpmn.runtime.tokens import Token
from engine.model.errors import NoFlowTaken

if TYPE_CHECKING:
    from engine.bpmn.runtime.step import Step


class Behavior:
    """Stateless: everything about a token is in the token.

    A method that raises ProcessError leaves nothing half-done: it evaluates first, then writes.
    """

    def enter(self, step: Step, token: Token) -> bool:
        """The token has arrived. True: it can leave at once; False: it waits."""
        return True

    def check(self, step: Step, token: Token) -> bool:
        """A host was woken because something inside it ended. True: it can leave."""
        return True

    def wakes(self, host: Token, child: Token) -> bool:
        """Shall the host look at itself now that `child` has left?"""
        return not any(True for _ in host.tokens())

    def collect(self, step: Step, token: Token) -> None:
        """Asked of a body when one of its instances, `token`, is about to leave: keep what it brought."""

    def leaving(self, step: Step, token: Token) -> None:
        """Last words before the flows are chosen, after the output mappings."""

    def can_fire(self, step: Step, token: Token) -> bool:
        """May a waiting arrival go on now that nothing else moves?"""
        return False

    def choose(self, step: Step, token: Token) -> tuple[Flow, ...]:
        """All unconditional flows and those whose condition holds; the default when no condition does."""
        if token.task_spec.role == "inner":
            return ()
        flows = [step.flow(token, flow_id) for flow_id in token.element.outgoing]
        conditional = [flow for flow in flows if flow.condition is not None and flow.id != token.element.default_flow]
        if not conditional and token.element.default_flow is None:
            return tuple(flows)
        view = step.view(token)
        taken = {flow.id for flow in conditional if evaluate_boolean(flow.condition or "", view, step.now)}
        if not taken and token.element.default_flow is not None:
            taken.add(token.element.default_flow)
        chosen = tuple(flow for flow in flows if flow.id in taken or (flow.condition is None and flow.id != token.element.default_flow))
        if not chosen:
            raise NoFlowTaken(element=token.element.id, name=token.element.name)
        return chosen
