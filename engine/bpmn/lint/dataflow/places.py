"""Where a diagram holds FEEL, what is visible there, and what kind of value is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.bpmn.elements import Element
from engine.bpmn.elements import Flow as SequenceFlow
from engine.bpmn.lint.dataflow.scopes import ROOT, Variables
from engine.bpmn.lint.dataflow.solve import LOOP_NUMBERS, Flow, View
from engine.bpmn.runtime.people import STARTER, asks_for_starter
from engine.feel.inference import NUMBER, STRING, Type, context_of, list_of
from engine.feel.inference.kinds import DAYS, EVERY_KIND, MOMENT, MONTHS

TEXT = EVERY_KIND - {"list", "context", "function"}
MOMENTS = frozenset(("string", "date", MOMENT, DAYS, MONTHS))
LENGTHS = frozenset(("string", DAYS, MONTHS))
NAMES = frozenset(("string", "list"))
# A person in an assignment expression; the names are engine.bpmn.runtime.people.PERSON_FIELDS.
PERSON = context_of({"managers": list_of(STRING), **dict.fromkeys(("id", "name", "department", "departmentHead", "manager"), STRING)})
TRUTH, LISTS, NUMBERS, CONTEXTS = (frozenset((kind,)) for kind in ("boolean", "list", "number", "context"))


@dataclass(frozen=True, slots=True)
class Place:
    """One expression. `reader` is the element whose entrance or exit decides what may be there (None: at any time). `wanted` kinds: all when empty.

    `needed`: null is no answer either.
    """

    zh: str
    en: str
    source: str
    element: Element | SequenceFlow | None
    view: View
    reader: str | None
    at_exit: bool = False
    wanted: frozenset[str] = frozenset()
    needed: bool = False


def places(flow: Flow, variables: Variables) -> Iterator[Place]:
    """All expressions of a process."""
    process = variables.process
    root = View(variables.scope(ROOT).types, variables.is_open([ROOT]), (ROOT,))
    if process.title:
        yield Place("标题", "title", process.title, None, root, None)
    for one in process.flows.values():
        source = process.elements.get(one.source)
        if one.condition is not None and source is not None:
            view = flow.view(variables, source, at_exit=True)
            yield Place("条件", "condition", one.condition, one, view, source.id, True, TRUTH, True)
    for element in process.elements.values():
        yield from _of_element(flow, variables, element)


def _of_element(flow: Flow, variables: Variables, element: Element) -> Iterator[Place]:
    inside, around = flow.view(variables, element), flow.view(variables, element, inside=False)
    yield from _of_loop(flow, variables, element, around)
    yield from _of_event(flow, variables, element, inside)
    yield from _of_assignment(element, inside)
    if element.script:
        yield Place("脚本", "script", element.script, element, inside, element.id)
    reason = element.properties.get("tuoke.reason")
    if reason and element.parent is None:
        yield Place("结束原因", "reason of the end", reason.removeprefix("="), element, inside, element.id, False, TEXT)
    before: dict[str, Type] = {}
    loop = {name: kind for name, kind in inside.types.items() if element.loop is not None and name in ("loopCounter", element.loop.item)}
    for mapped in element.inputs:
        view = replace(around, types={**around.types, **loop, **before}, chain=inside.chain)
        yield Place(f"输入映射 {mapped.target}", f"input {mapped.target}", mapped.source, element, view, element.id)
        head = mapped.target.split(".")[0]
        before[head] = inside.types.get(head, flow.type_of(mapped.source, view))
    after = flow.view(variables, element, at_exit=True)
    for mapped in element.outputs:
        yield Place(f"输出映射 {mapped.target}", f"output {mapped.target}", mapped.source, element, after, element.id, True)
        head = mapped.target.split(".")[0]
        after = replace(
            after,
            types={**after.types, head: flow.type_of(mapped.source, after) if "." not in mapped.target else after.types.get(head, Type(CONTEXTS))},
        )


def _of_loop(flow: Flow, variables: Variables, element: Element, around: View) -> Iterator[Place]:
    loop = element.loop
    if loop is None:
        return
    if loop.collection:
        yield Place("输入集合", "input collection", loop.collection, element, around, element.id, False, LISTS, True)
    if loop.output_item:
        after = flow.view(variables, element, at_exit=True)
        yield Place("输出元素", "output element", loop.output_item, element, after, element.id, True)
    if loop.completion:
        counted = replace(around, types={**around.types, **dict.fromkeys(LOOP_NUMBERS, NUMBER)})
        yield Place("完成条件", "completion condition", loop.completion, element, counted, element.id, True, TRUTH, True)
    if loop.condition:
        counted = replace(around, types={**around.types, "loopCounter": NUMBER})
        yield Place("循环条件", "loop condition", loop.condition, element, counted, element.id, True, TRUTH, True)


def _of_event(flow: Flow, variables: Variables, element: Element, inside: View) -> Iterator[Place]:
    event = element.event
    if event is None or element.kind == "start_event":
        return
    host = variables.process.elements.get(element.attached_to or "")
    view = inside
    if host is not None:
        view = flow.view(variables, host, inside=host.loop is None)
    reader = element.id if host is None else host.id
    if event.timer:
        wanted = LENGTHS if event.timer_type == "cycle" else MOMENTS
        yield Place("定时器", "timer", event.timer, element, view, reader, False, wanted, True)
    if event.correlation_key:
        yield Place("关联键", "correlation key", event.correlation_key, element, view, reader, False, TEXT)


def _of_assignment(element: Element, view: View) -> Iterator[Place]:
    plan = element.assignment
    if plan is None:
        return
    for zh, en, source, wanted in (
        ("办理人", "assignee", plan.assignee, TEXT),
        ("候选组", "candidate groups", plan.groups, NAMES),
        ("候选人", "candidate users", plan.users, NAMES),
        ("到期时间", "due date", plan.due, MOMENTS),
        ("跟进时间", "follow-up date", plan.follow_up, MOMENTS),
        ("优先级", "priority", plan.priority, NUMBERS),
    ):
        if source is not None:
            yield _with_people(Place(zh, en, source, element, view, element.id, False, wanted))


def _with_people(place: Place) -> Place:
    """`starter.manager` and the like: the runtime looks the person up where an expression about people takes a field of it."""
    if place.wanted not in (TEXT, NAMES) or STARTER not in place.view.types or not asks_for_starter(place.source):
        return place
    view = replace(place.view, types={**place.view.types, STARTER: PERSON})
    return replace(place, view=view, wanted=place.wanted | {"context"})
