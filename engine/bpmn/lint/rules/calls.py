"""Processes do not call themselves without ever waiting."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.elements import Element, ProcessModel
from engine.bpmn.lint.subject import PackParts, Subject
from engine.model.findings import Finding

_WAITING = frozenset({"user_task", "manual_task", "receive_task", "service_task", "intermediate_catch_event", "event_based_gateway"})


def check(subject: Subject) -> Iterator[Finding]:
    """A process that comes to a call of itself before anything waits calls without end. Where it is certain to, that is refused; where a
    condition or another process lies in between, it may be meant, and is only pointed out."""
    direct = {element.id: certain for element, certain in _calls(subject.process) if _key(element) == subject.process.key}
    for identifier, certain in direct.items():
        element = subject.process.elements[identifier]
        if certain:
            yield subject.report("bpmn_calls_itself", element)
        else:
            yield subject.report("bpmn_call_cycle", element, path=f"{subject.process.key} → {subject.process.key}")
    others = {_key(element): element for element, _ in reversed(_calls(subject.process)) if element.id not in direct}
    for key, element in others.items():
        path = _path_back(subject.pack, subject.process.key, key)
        if path is not None:
            yield subject.report("bpmn_call_cycle", element, path=" → ".join(path if len(path) <= 8 else [*path[:6], "…", path[-1]]))


def _key(element: Element) -> str:
    return element.called.process_key if element.called is not None else ""


def _path_back(pack: PackParts, origin: str, first: str) -> list[str] | None:
    """Keys from `origin` over `first` back to `origin`, along calls without a wait before them."""
    pending, seen = [[origin, first]], {first}
    while pending:
        path = pending.pop(0)
        if path[-1] == origin:
            return path
        process = pack.processes.get(path[-1])
        for element, _ in _calls(process) if process is not None else ():
            key = _key(element)
            if key not in seen:
                seen.add(key)
                pending.append([*path, key])
    return None


def _calls(process: ProcessModel) -> list[tuple[Element, bool]]:
    """Call activities that are reached from the none start before anything waits, and whether they certainly are."""
    start = [element.id for element in process.starts() if element.event is None or element.event.type == "none"]
    certain = _before_waits(process, start, certainly=True)
    return [
        (element, element.id in certain)
        for identifier in _before_waits(process, start, certainly=False)
        if (element := process.elements[identifier]).called
    ]


def _before_waits(process: ProcessModel, pending: list[str], certainly: bool) -> dict[str, None]:
    """Ids of elements that a token comes to before any wait, in the order of the walk; with `certainly` only where no condition decides."""
    seen: dict[str, None] = {}
    pending = list(pending)
    while pending:
        element = process.elements.get(pending.pop(0))
        if element is None or element.id in seen or (certainly and element.loop is not None):
            continue
        seen[element.id] = None
        if _waits(element):
            continue
        flows = [process.flows[flow] for flow in element.outgoing if flow in process.flows]
        chooses = len(flows) > 1 and element.kind in ("exclusive_gateway", "inclusive_gateway")
        joins = element.kind in ("parallel_gateway", "inclusive_gateway") and len(element.incoming) > 1
        inside = element.kind in ("sub_process", "call_activity")
        holds = element.kind == "sub_process" and any(_waits(inner) for inner in process.elements.values() if inner.parent == element.id)
        if not (holds or (certainly and (chooses or joins or inside))):
            pending += [flow.target for flow in flows if not (certainly and flow.condition is not None)]
        if element.kind == "sub_process":
            pending += [inner.id for inner in process.starts(element.id)]
    return seen


def _waits(element: Element) -> bool:
    return element.kind in _WAITING or (element.kind == "send_task" and element.job is not None)
