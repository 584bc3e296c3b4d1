"""What comes after a task, read from the diagram. Only what the diagram says for sure is told; where it depends on data, the condition is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.model.values import Value
from engine.queries.labels import role_names
from engine.queries.reading import Reading
from engine.queries.task_page.conditions import OTHERWISE, condition_words
from engine.queries.task_page.views import Ahead, NextStep, Phrase
from engine.queries.task_page.who_next import WhoNext, groups_named

if TYPE_CHECKING:
    from engine.bpmn.elements import Element, Flow, ProcessModel
    from engine.bpmn.pack import Pack

MOST_STEPS, MOST_LOOKS, MOST_DEPTH = 12, 300, 40
ALL_DONE = Phrase("这一步的各份都办完之后", "after every part of this step is done")
JOINED = Phrase("其他并行的部分也办完之后", "after the other parallel parts are done")
_PEOPLE, _WAITS = ("user_task", "manual_task"), ("intermediate_catch_event", "receive_task", "event_based_gateway")
_CHOICES = ("exclusive_gateway", "inclusive_gateway")


@dataclass(frozen=True, slots=True)
class _Place:
    """A way through the diagram so far: where it is, what must hold for it, and the call activities around it, the innermost last.

    `started_here`: the variable `starter` is still the instance's.
    """

    model: ProcessModel
    when: tuple[Phrase, ...] = ()
    around: tuple[tuple[ProcessModel, Element], ...] = ()
    started_here: bool = True
    returned: bool = False
    seen: frozenset[tuple[str, str]] = frozenset()


def ahead_of(reading: Reading, pack: Pack, row: sa.Row[Any], scope: Mapping[str, Value]) -> Ahead:
    """What follows the open task `row`."""
    model = pack.processes.get(row.process_key)
    element = model.elements.get(row.element_id) if model else None
    if model is None or element is None:
        return Ahead(())
    roles = role_names(reading, groups_named(pack))
    own_starter = row.started_by_name if scope.get("starter") == row.started_by else ""
    walk = _Walk(pack, row.process_key, row.own_key, WhoNext(pack, roles, own_starter))
    steps = list(dict.fromkeys([*walk.leave(element, _Place(model)), *walk.happen(element, model)]))
    return Ahead(tuple(steps[:MOST_STEPS]), more=walk.looks <= 0 or len(steps) > MOST_STEPS)


class _Walk:
    """Follows sequence flows until people, an event or an end is reached; ends after MOST_LOOKS elements."""

    def __init__(self, pack: Pack, process_key: str, instance_key: str, who: WhoNext) -> None:
        self._pack = pack
        self._process_key = process_key
        self._instance_key = instance_key
        self._who = who
        self.looks = MOST_LOOKS

    def leave(self, element: Element, place: _Place) -> Iterator[NextStep]:
        """All ways that go out of an element."""
        if element.loop is not None:
            place = _also(place, ALL_DONE)
        flows = [place.model.flows[flow] for flow in element.outgoing if flow in place.model.flows]
        if not flows:
            yield from self._leave_around(element, place)
        decides = len(flows) > 1 and element.kind not in ("parallel_gateway", "event_based_gateway")
        if decides and place.returned and element.kind in _CHOICES:
            # What the part that has just ended gives out decides: nothing more is sure.
            name = Phrase(element.name, element.name_en or element.name)
            yield NextStep("open", name, place.when, process=self._other(place.model))
            return
        for flow in flows:
            words = self._condition(element, flow) if decides else None
            yield from self._reach(flow, _also(place, words) if words else place)

    def happen(self, element: Element, model: ProcessModel) -> Iterator[NextStep]:
        """Where it goes when something happens before the task is completed: its boundary events."""
        for event in model.boundaries(element.id):
            name, name_en = event.name or event.id, event.name_en or event.name or event.id
            yield from self.leave(event, _Place(model, when=(Phrase(f"办理之前发生“{name}”时", f"when “{name_en}” happens before"),)))

    def _condition(self, element: Element, flow: Flow) -> Phrase | None:
        if flow.condition is None and element.default_flow != flow.id:
            return None
        return condition_words(self._pack, element, flow) if flow.condition else _named(flow) or OTHERWISE

    def _reach(self, flow: Flow, place: _Place) -> Iterator[NextStep]:
        element = place.model.elements.get(flow.target)
        if element is None:
            return
        mark = (place.model.key, element.id)
        self.looks -= 1
        if mark in place.seen or self.looks <= 0 or len(place.seen) > MOST_DEPTH:
            return
        place = replace(place, seen=place.seen | {mark})
        yield from self._enter(element, place)

    def _enter(self, element: Element, place: _Place) -> Iterator[NextStep]:
        name = Phrase(element.name or element.id, element.name_en or element.name or element.id)
        if element.kind in _PEOPLE:
            yield NextStep("task", name, place.when, self._who.of(element, place.started_here), self._other(place.model))
        elif element.kind in _WAITS:
            yield NextStep("wait", name, place.when, process=self._other(place.model))
        elif element.kind == "sub_process":
            yield from self._begin(place.model, element.id, place)
        elif element.kind == "call_activity":
            yield from self._call(element, place)
        elif element.kind == "end_event":
            yield from self._end(element, name, place)
        else:
            joins = element.kind in ("parallel_gateway", "inclusive_gateway") and len(element.incoming) > 1
            yield from self.leave(element, _also(place, JOINED) if joins else place)

    def _begin(self, model: ProcessModel, parent: str | None, place: _Place) -> Iterator[NextStep]:
        for start in model.starts(parent):
            if start.event is None or start.event.type == "none":
                yield from self.leave(start, place)

    def _call(self, element: Element, place: _Place) -> Iterator[NextStep]:
        called = self._pack.processes.get(element.called.process_key) if element.called else None
        if called is None or element.called is None:
            name = Phrase(element.name or element.id, element.name_en or element.name or element.id)
            yield NextStep("open", name, place.when, process=self._other(place.model))
            return
        passed = any((one.source, one.target) == ("starter", "starter") for one in element.inputs)
        hidden = any(one.target == "starter" for one in element.inputs) and not passed
        still = place.started_here and (passed or (element.called.all_in and not hidden))
        around = (*place.around, (place.model, element))
        yield from self._begin(called, None, replace(place, model=called, around=around, started_here=still, returned=False))

    def _end(self, element: Element, name: Phrase, place: _Place) -> Iterator[NextStep]:
        host = place.model.elements.get(element.parent or "")
        kind = element.event.type if element.event else "none"
        if kind == "error":
            yield NextStep("open", name, place.when, process=self._other(place.model))
        elif host is not None:
            yield from self.leave(host, replace(place, returned=True))
        elif place.around:
            model, call = place.around[-1]
            yield from self.leave(call, replace(place, model=model, around=place.around[:-1], returned=True))
        elif place.model.key != self._instance_key:
            # Who has called this process is not in its diagram.
            yield NextStep("open", name, place.when, process=self._other(place.model))
        else:
            yield NextStep("end", name, place.when)

    def _leave_around(self, element: Element, place: _Place) -> Iterator[NextStep]:
        """An activity without a flow out of it ends its way, as an end event would."""
        if element.kind != "end_event":
            yield from self._end(element, Phrase(element.name, element.name_en or element.name), place)

    def _other(self, model: ProcessModel) -> Phrase | None:
        return None if model.key == self._process_key else Phrase(model.name, model.name_en or model.name)


def _also(place: _Place, words: Phrase) -> _Place:
    return place if words in place.when else replace(place, when=(*place.when, words))


def _named(flow: Flow) -> Phrase | None:
    return Phrase(flow.name, flow.name_en or flow.name) if flow.name else None
