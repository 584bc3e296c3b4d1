"""The one place that touches SpiffWorkflow: its task tree and step protocol, used as token stepper.

A `Token` is a SpiffWorkflow task at one element. The tree is the nesting of scopes, not the past: when a token leaves, its successors are handed to
the scope's host and the token is removed. So the tree holds only what is alive, whatever the age of the instance, and none of the library's tree
walks is ever needed. Task data stays empty: variables live in `scopes`.

States: FUTURE created · READY queued · STARTED waits, or contains others · WAITING an arrival at a join, or an armed event · ERROR an incident.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.elements import Element, Flow, ProcessModel

if TYPE_CHECKING:
    from engine.bpmn.runtime.behaviors.base import Behavior
    from engine.bpmn.runtime.library import Library
    from engine.bpmn.runtime.step import Step

FUTURE, WAITING, READY = TaskState.FUTURE, TaskState.WAITING, TaskState.READY
STARTED, COMPLETED, ERROR, CANCELLED = TaskState.STARTED, TaskState.COMPLETED, TaskState.ERROR, TaskState.CANCELLED

# enter: nothing done yet · wait: entered, somebody else moves it on · check: a host looks at its children · outputs, flows: on the way out
Phase = Literal["enter", "wait", "check", "outputs", "flows"]
# token: an ordinary element · body: hosts the instances of a repeated activity · inner: one of these instances
Role = Literal["token", "body", "inner"]
ROOT_SPEC = "instance"


class Token(Task):  # type: ignore[misc]
    """A task of the library with integer id and without data. `memo` is its private, JSON-able memory and is part of the snapshot."""

    id: int
    workflow: TokenWorkflow
    task_spec: ElementSpec

    def __init__(self, workflow: TokenWorkflow, spec: Any, parent: Token | None, state: int, identity: int) -> None:
        self.phase: Phase = "enter"
        self.chosen: tuple[Flow, ...] = ()
        super().__init__(workflow, spec, parent, state, identity)

    @property
    def memo(self) -> dict[str, Any]:
        memory: dict[str, Any] = self.internal_data
        return memory

    @property
    def element(self) -> Element:
        return self.task_spec.element

    @property
    def is_armed(self) -> bool:
        """True for an event that waits on behalf of its host (boundary event, branch of an event-based gateway); it is no token of the diagram."""
        return "armed" in self.memo

    @property
    def host(self) -> Token:
        """The token around this one; the root token for top-level ones."""
        parent: Token = self.parent
        return parent

    def tokens(self) -> Iterator[Token]:
        """The tokens that this one contains, armed events left out."""
        tasks = self.workflow.tasks
        return (child for child in [tasks[identity] for identity in self._children] if "armed" not in child.internal_data)

    def armed(self) -> Iterator[Token]:
        tasks = self.workflow.tasks
        return (child for child in [tasks[identity] for identity in self._children] if "armed" in child.internal_data)

    def wake(self, phase: Phase, *, first: bool = False) -> None:
        """Queue this token to go on with `phase`, `first`: before all others; one with an incident stays where it is until it is retried."""
        self.phase = phase
        if self._state == ERROR:
            return
        self._set_state(READY)
        if first:
            self.workflow.queue.rotate(1)

    def run(self) -> bool | None:
        """One step of the library's protocol; a token that neither completed nor became a waiting arrival has STARTED."""
        result: bool | None = self.task_spec._run(self)
        if result:
            self.complete()
        elif self._state == READY:
            self._set_state(STARTED)
        return result

    def _add_child(self, task_spec: Any, state: int = FUTURE) -> Token:
        return Token(self.workflow, task_spec, self, state, self.workflow.next_id())

    def _set_state(self, value: int) -> None:
        self._state = value
        if value == READY:
            self.workflow.queue.append(self)

    def _inherit_data(self) -> None:
        """Variables are not copied along the tree."""


class ElementSpec(BpmnSpecMixin):  # type: ignore[misc]
    """One element as the library's task spec; what it does is in `behavior`."""

    def __init__(self, process_spec: ProcessSpec, name: str, element: Element, behavior: Behavior, role: Role) -> None:
        super().__init__(process_spec, name)
        self.element = element
        self.process = process_spec.model
        self.process_spec = process_spec
        self.behavior = behavior
        self.role = role
        self.bpmn_id = element.id
        self.bpmn_name = element.name
        self.lane = element.lane

    def target(self, flow: Flow) -> ElementSpec:
        return self.process_spec.spec(flow.target)

    @property
    def boundaries(self) -> tuple[ElementSpec, ...]:
        """The events on the element's border, in document order."""
        return tuple(self.process_spec.spec(identity) for identity in self.process_spec.border.get(self.element.id, ()))

    def test(self) -> None:
        """Checked at deployment, not at every step."""

    def _predict_hook(self, my_task: Token) -> None:
        """No predicted tasks: the tree holds what is, not what may come."""

    def _update_hook(self, my_task: Token) -> bool:
        return True

    def _on_ready(self, my_task: Token) -> None:
        """Nothing happens before the token runs."""

    def _run_hook(self, my_task: Token) -> bool | None:
        return my_task.workflow.step.run_token(my_task)

    def _on_complete_hook(self, my_task: Token) -> None:
        my_task.workflow.step.take_flows(my_task)

    def _on_error(self, my_task: Token) -> None:
        """The step loop turns the exception into an incident."""

    def _on_cancel(self, my_task: Token) -> None:
        my_task.workflow.step.left(my_task, "cancelled")


class RootSpec(BpmnStartTask):  # type: ignore[misc]
    """The instance itself as the outermost host."""

    behavior = None

    def test(self) -> None:
        """It has no flows."""

    def _run_hook(self, my_task: Token) -> bool | None:
        return my_task.workflow.step.run_root(my_task)


class ProcessSpec(BpmnProcessSpec):  # type: ignore[misc]
    """A process model as the library's process spec; immutable once built, shared by all instances and threads."""

    def __init__(self, model: ProcessModel, library: Library) -> None:
        super().__init__(name=model.key)
        self.model = model
        self.library = library
        self.start = RootSpec(self, ROOT_SPEC)
        self.border: dict[str, list[str]] = {}
        for element in model.elements.values():
            if element.attached_to is not None:
                self.border.setdefault(element.attached_to, []).append(element.id)

    def spec(self, element_id: str) -> ElementSpec:
        """What a token arriving at the element meets. Names are prefixed: the library gives `Start`, `End` and `Root` a meaning of their own."""
        found: ElementSpec = self.task_specs[f"element:{element_id}"]
        return found

    def inner(self, element_id: str) -> ElementSpec:
        """The repeated activity inside a multi-instance or loop body."""
        found: ElementSpec = self.task_specs[f"each:{element_id}"]
        return found


class TokenWorkflow(BpmnWorkflow):  # type: ignore[misc]
    """The library's workflow, with tokens, an explicit queue and no polling."""

    step: Step

    def __init__(self, spec: ProcessSpec, next_id: int) -> None:
        self.queue: deque[Token] = deque()
        self._next_id = next_id
        super().__init__(spec, deserializing=True)

    def next_id(self) -> int:
        self._next_id += 1
        return self._next_id

    @property
    def last_id(self) -> int:
        return self._next_id

    def create_root(self) -> Token:
        """The instance's own token, id 0. The library takes an id of 0 for none, so it is given afterwards."""
        root = Token(self, self.spec.start, None, STARTED, -1)
        root.phase = "wait"
        del self.tasks[root.id]
        root.id = 0
        self.tasks[0] = self.task_tree = root
        return root

    @property
    def root(self) -> Token:
        root: Token = self.task_tree
        return root

    def token(self, identity: int) -> Token | None:
        found: Token | None = self.tasks.get(identity)
        return found

    def update_waiting_tasks(self) -> None:
        """Joins and events are told when something happens; nothing is polled."""

    def _task_completed_notify(self, task: Token) -> None:
        self.step.completed(task)

    def adopt(self, host: Token, child: Token) -> None:
        """Hang `child` under `host`."""
        child.parent._children.remove(child.id)
        child.parent = host
        host._children.append(child.id)

    def forget(self, token: Token) -> None:
        """Remove a token and all below it from the tree, silently."""
        self._remove_task(token.id)

    def _remove_task(self, task_id: int) -> None:
        stack, order = [self.tasks[task_id]], []
        while stack:
            token = stack.pop()
            order.append(token)
            stack.extend(token.children)
        top = order[0]
        if top.parent is not None:
            top.parent._children.remove(top.id)
        for token in order:
            del self.tasks[token.id]
