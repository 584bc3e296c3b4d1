"""The names and types that every element of every process can see, as a fixed point over the whole pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine import feel
from engine.bpmn.elements import Element, Mapped, ProcessModel
from engine.bpmn.lint.dataflow.connectors import RESULTS
from engine.bpmn.lint.dataflow.form_types import type_in, written
from engine.bpmn.lint.dataflow.parts import FlowParts
from engine.bpmn.lint.dataflow.paths import Paths
from engine.bpmn.lint.dataflow.scopes import AT_START, MOST_ROUNDS, ROOT, Variables
from engine.feel.inference import ANY, DATE_TIME, NULL, NUMBER, STRING, Type, context_of, list_of
from engine.feel.inference.data import items_of

ENGINE_NAMES: Mapping[str, Type] = {"starter": STRING, "businessKey": STRING, "startedAt": DATE_TIME}
LOOP_NUMBERS = ("numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances", "numberOfTerminatedInstances")


@dataclass(frozen=True, slots=True)
class View:
    """What an expression sees. With `open`, names may come from outside as well."""

    types: Mapping[str, Type]
    open: bool
    chain: tuple[str, ...]


@dataclass(slots=True)
class Flow:
    """The pack with the variables of each process. `called`: keys of processes that others call."""

    parts: FlowParts
    processes: dict[str, Variables] = field(default_factory=dict)
    called: frozenset[str] = frozenset()

    def view(self, variables: Variables, element: Element | None, *, at_exit: bool = False, inside: bool = True) -> View:
        """What an element's own expressions see: before its work, or after it (`at_exit`: the results too), or from around it (`inside` false)."""
        chain = variables.chain(element)
        if element is not None and not inside:
            chain = chain[1:]
        types = variables.names(chain)
        if element is not None and inside and not at_exit:
            own = variables.scope(element.id)
            outer = variables.names(chain[1:])
            types = {**outer, **{name: kind for name, kind in own.types.items() if AT_START in own.writers[name]}}
        open_ = variables.is_open(chain if at_exit or not inside or element is None else chain[1:])
        if at_exit and element is not None and element.called is not None:
            types, open_ = self._with_callee(element, types, open_)
        return View(types, open_, tuple(chain))

    def _with_callee(self, element: Element, types: dict[str, Type], open_: bool) -> tuple[dict[str, Type], bool]:
        """What a call brings back lies in the call's own scope."""
        callee = self.processes.get(element.called.process_key) if element.called is not None else None
        if callee is None:
            return types, True
        root = callee.scope(ROOT)
        return {**types, **root.types}, open_ or root.open

    def type_of(self, source: str | None, view: View) -> Type:
        """What an expression gives. A name that nothing has written so far holds nothing, unless it may come from outside."""
        if source is None:
            return NULL
        try:
            return type_in(feel.compile(source), view.types, view.open)
        except feel.FeelError:
            return ANY


def solve(parts: FlowParts) -> Flow:
    """Pass over all processes until nothing changes; what still changes then is of any type."""
    flow = Flow(parts)
    flow.called = frozenset(
        element.called.process_key for process in parts.processes.values() for element in process.elements.values() if element.called is not None
    )
    for key, process in parts.processes.items():
        flow.processes[key] = Variables(process, Paths(process))
    for variables in flow.processes.values():
        _enter(flow, variables)
    pending = list(parts.processes)
    rounds: dict[str, int] = dict.fromkeys(pending, 0)
    while pending:
        key = pending.pop(0)
        rounds[key] += 1
        if rounds[key] > MOST_ROUNDS:
            _give_up(flow.processes[key])
            continue
        for dependent in _pass(flow, flow.processes[key]):
            if dependent not in pending:
                pending.append(dependent)
    return flow


def _give_up(variables: Variables) -> None:
    for scope in variables.scopes.values():
        scope.types = dict.fromkeys(scope.types, ANY)


def _enter(flow: Flow, variables: Variables) -> None:
    """What is there when an instance begins."""
    process, parts = variables.process, flow.parts
    startable = process.key not in flow.called or any(process.key in role.can_start for role in parts.settings.roles)
    if startable:
        for name, kind in ENGINE_NAMES.items():
            variables.write(ROOT, name, kind, AT_START)
    for start in process.starts():
        event = start.event.type if start.event is not None else "none"
        form = parts.forms.get(start.assignment.form_id or "") if start.assignment is not None else None
        if form is not None and start.assignment is not None:
            for name, kind in written(form, ENGINE_NAMES, start.assignment.field_rights).items():
                variables.write(ROOT, name, kind, AT_START)
        elif event in ("message", "signal") or (event == "none" and startable):
            variables.opens(ROOT)
    variables.given = frozenset(variables.scope(ROOT).types)


def _pass(flow: Flow, variables: Variables) -> list[str]:
    """One pass over a process; keys of processes that have to be looked at (again)."""
    before = _state_of(variables)
    dependents: list[str] = []
    for _ in range(MOST_ROUNDS):
        variables.changed = False
        for identifier in variables.paths.order:
            dependents += _writes(flow, variables, variables.process.elements[identifier])
        if not variables.changed:
            break
    else:
        _give_up(variables)
    if _state_of(variables) != before:
        dependents += [key for key, other in flow.processes.items() if key != variables.process.key and _calls(other.process, variables.process.key)]
    return list(dict.fromkeys(dependents))


def _state_of(variables: Variables) -> tuple[object, ...]:
    root = variables.scope(ROOT)
    return tuple(sorted(root.types.items(), key=lambda entry: entry[0])), root.open


def _calls(process: ProcessModel, key: str) -> bool:
    return any(element.called is not None and element.called.process_key == key for element in process.elements.values())


def _writes(flow: Flow, variables: Variables, element: Element) -> list[str]:
    """Enter everything that an element writes; keys of called processes that get something new."""
    _loop(flow, variables, element)
    _inputs(flow, variables, element)
    called = _call(flow, variables, element)
    results, open_ = _results(flow, variables, element)
    chain = variables.chain(element)
    if element.outputs:
        for name, kind in results.items():
            variables.write(element.id, name, kind, element.id)
        if open_:
            variables.opens(element.id)
        _outputs(flow, variables, element)
    else:
        variables.propagate(chain, results, element.id)
        if open_:
            variables.opens(ROOT)
    return called


def _loop(flow: Flow, variables: Variables, element: Element) -> None:
    loop = element.loop
    if loop is None:
        return
    variables.write(element.id, "loopCounter", NUMBER, AT_START)
    around = flow.view(variables, element, inside=False)
    if loop.item:
        variables.write(element.id, loop.item, items_of(flow.type_of(loop.collection, around)), AT_START)
    if loop.output_item and loop.output_item.split(".")[0].isidentifier() and not loop.output_item.startswith('"'):
        variables.write(element.id, loop.output_item.split(".")[0], NULL, AT_START)
    if loop.output_collection:
        item = flow.type_of(loop.output_item, flow.view(variables, element, at_exit=True))
        variables.propagate(variables.chain(element)[1:], {loop.output_collection: list_of(item)}, element.id)


def _inputs(flow: Flow, variables: Variables, element: Element) -> None:
    if not element.inputs:
        return
    local: dict[str, Type] = {}
    loop = {"loopCounter", element.loop.item} if element.loop is not None else set()
    around = flow.view(variables, element, inside=False)
    own = {name: kind for name, kind in variables.scope(element.id).types.items() if name in loop}
    for mapped in element.inputs:
        view = View({**around.types, **own, **local}, around.open, around.chain)
        _assign(local, mapped, flow.type_of(mapped.source, view), view.types)
    for name, kind in local.items():
        variables.write(element.id, name, kind, AT_START)


def _outputs(flow: Flow, variables: Variables, element: Element) -> None:
    found: dict[str, Type] = {}
    base = flow.view(variables, element, at_exit=True)
    for mapped in element.outputs:
        view = View({**base.types, **found}, base.open, base.chain)
        _assign(found, mapped, flow.type_of(mapped.source, view), view.types)
    variables.propagate(variables.chain(element)[1:], found, element.id)


def _assign(target: dict[str, Type], mapped: Mapped, kind: Type, current: Mapping[str, Type]) -> None:
    """`a.b` puts a member into what `a` is."""
    head, *rest = mapped.target.split(".")
    if not rest:
        target[head] = kind
        return
    for name in reversed(rest[1:]):
        kind = context_of({name: kind}, open=True)
    known = target.get(head, current.get(head, NULL))
    members = dict(known.members) if "context" in known.kinds else {}
    target[head] = context_of({**members, rest[0]: kind}, open=True)


def _results(flow: Flow, variables: Variables, element: Element) -> tuple[dict[str, Type], bool]:
    """What an element's own work brings, and whether it may bring anything else."""
    plan, event = element.assignment, element.event
    if element.kind in ("user_task", "manual_task"):
        form = flow.parts.forms.get(plan.form_id or "") if plan is not None else None
        if form is None or plan is None:
            return {}, True
        view = flow.view(variables, element)
        return written(form, view.types, plan.field_rights, view.open), False
    if element.kind == "script_task":
        kind = flow.type_of(element.script, flow.view(variables, element))
        return ({element.result_variable: kind} if element.result_variable else {}), False
    if element.kind == "business_rule_task":
        return _decided(flow, variables, element), False
    if element.job is not None:
        result = RESULTS.get(element.job.type)
        return ({}, True) if result is None else (result(flow.parts, element.job.headers), False)
    if element.kind == "boundary_event" and event is not None and event.type == "error":
        for name in ("errorCode", "errorMessage"):
            variables.write(element.id, name, STRING, AT_START)
        return {}, True
    catches = element.kind in ("receive_task", "intermediate_catch_event", "boundary_event")
    return {}, catches and event is not None and event.type in ("message", "signal")


def _decided(flow: Flow, variables: Variables, element: Element) -> dict[str, Type]:
    shape = flow.parts.decisions.get(element.decision_id or "")
    if not element.result_variable:
        return {}
    if shape is None:
        return {element.result_variable: ANY}
    return {element.result_variable: shape.result(element.decision_id or "", flow.view(variables, element).types)}


def _call(flow: Flow, variables: Variables, element: Element) -> list[str]:
    """What goes into the called process, and what comes back when nothing is mapped."""
    called = element.called
    callee = flow.processes.get(called.process_key) if called is not None else None
    if called is None or callee is None:
        return []
    view = flow.view(variables, element)
    own = variables.scope(element.id)
    given = view.types if called.all_in else {name: kind for name, kind in own.types.items() if AT_START in own.writers[name]}
    callee.changed = False
    for name, kind in given.items():
        callee.write(ROOT, name, kind, AT_START)
    if called.all_in and view.open:
        callee.opens(ROOT)
    if called.all_out and not element.outputs:
        root = callee.scope(ROOT)
        back = {name: kind for name, kind in root.types.items() if root.writers[name] - {AT_START}}
        variables.propagate(variables.chain(element)[1:], back, element.id)
        if root.open:
            variables.opens(ROOT)
    return [called.process_key] if callee.changed else []
