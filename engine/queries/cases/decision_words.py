"""What a completed task decided and said, in short.

Its decision is the choice that the analyst names (`tuoke.outcome`), else the one on which the flows behind the step depend.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from engine.forms import Form
from engine.forms.components import TextField, offers_one
from engine.model.values import JsonValue, from_json
from engine.queries.labels import element_of, label_words, top_fields
from engine.queries.value_words import value_words

if TYPE_CHECKING:
    from engine.bpmn.elements import Element, ProcessModel
    from engine.bpmn.pack import Pack

_WORD = re.compile(r"\w+")
# Where the next thing that somebody does or that happens outside begins: what is asked behind it is not decided here.
_STOPS = ("user_task", "manual_task", "receive_task", "call_activity", "intermediate_catch_event", "event_based_gateway")


class Deciding:
    """For one pack; what was found once is kept, because a history asks for the same steps again and again."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._asked: dict[tuple[str, str], frozenset[str]] = {}

    def outcome(self, process_key: str | None, element_id: str | None, form: Form, values: Mapping[str, JsonValue]) -> tuple[str, str]:
        """What was chosen, in Chinese and English; twice nothing where the step decides nothing, or more than one thing."""
        keys = self._keys(process_key or "", element_id or "")
        choices = [component for key, component in top_fields(form) if key in keys and values.get(key) is not None and offers_one(component)]
        if len(choices) != 1:
            return "", ""
        key = getattr(choices[0], "key", "")
        value = from_json(values[key])
        return value_words(choices[0], value, "zh"), value_words(choices[0], value, "en")

    def _keys(self, process_key: str, element_id: str) -> frozenset[str]:
        place = (process_key, element_id)
        if place not in self._asked:
            element = element_of(self._pack, *place)
            named = element.assignment.outcome if element and element.assignment else None
            self._asked[place] = frozenset([named]) if named else frozenset(self._behind(process_key, element) if element else ())
        return self._asked[place]

    def _behind(self, process_key: str, element: Element) -> Iterator[str]:
        """Words of the conditions of all flows that can be reached before somebody acts again; of a caller's, what is given out under that name."""
        pending: list[tuple[str, Element]] = [(process_key, element)]
        seen = {(process_key, element.id)}
        while pending:
            key, current = pending.pop()
            model = self._pack.processes[key]
            for flow in (model.flows[each] for each in current.outgoing if each in model.flows):
                yield from _WORD.findall(flow.condition or "")
            for place in _next(self._pack, model, current):
                if (place[0], place[1].id) not in seen:
                    seen.add((place[0], place[1].id))
                    pending.append(place)


def _next(pack: Pack, model: ProcessModel, element: Element) -> Iterator[tuple[str, Element]]:
    """What is left next when `element` has been left."""
    for flow in element.outgoing:
        target = model.elements.get(model.flows[flow].target) if flow in model.flows else None
        if target is not None and target.kind == "sub_process":
            yield from ((model.key, start) for start in model.starts(target.id))
        elif target is not None and target.kind not in _STOPS:
            yield model.key, target
    host = model.elements.get(element.parent or "")
    if element.kind == "end_event" and host is not None:
        yield model.key, host
    elif element.kind == "end_event":
        yield from ((each.key, call) for each in pack.processes.values() for call in each.elements.values() if _calls(call, model.key))


def _calls(element: Element, process_key: str) -> bool:
    return element.called is not None and element.called.process_key == process_key


def remark(form: Form, values: Mapping[str, JsonValue]) -> tuple[str, str]:
    """The first long text that was written, with its label in Chinese and English: an opinion or a reason."""
    for key, component in top_fields(form):
        if isinstance(component, TextField) and component.multiline and isinstance(values.get(key), str) and values[key].strip():
            zh = label_words(component, "zh") or key
            return f"{zh}：{values[key].strip()}", f"{label_words(component, 'en') or zh}: {values[key].strip()}"
    return "", ""
