"""Which element may come before which: along flows, into and out of sub-processes, over boundary events, and side by side."""

from __future__ import annotations

from collections.abc import Iterable

from engine.bpmn.elements import Element, Flow, ProcessModel

_FORKS = ("parallel_gateway", "inclusive_gateway")


class Paths:
    """Every element has an entrance (2i) and an exit (2i+1); `_after` holds for each of them, as bits, all that can come later.

    `order`: ids of all elements as tokens come to them.
    """

    def __init__(self, process: ProcessModel) -> None:
        self._number = {identifier: index for index, identifier in enumerate(process.elements)}
        self._process = process
        edges = self._edges()
        self.order = self._in_order(edges)
        self._after = _closure(edges)
        self._aside = self._side_by_side()

    def may_precede(self, writer: str, reader: str, *, at_exit: bool) -> bool:
        """Whether what `writer` leaves behind can be there when `reader` looks: at its entrance, or at its exit."""
        one, other = self._number[writer], self._number[reader]
        target = 2 * other + (1 if at_exit else 0)
        return bool(self._after[2 * one + 1] >> target & 1) or bool(self._aside[one] >> other & 1)

    def reachable(self) -> frozenset[str]:
        """Elements that a token can come to from a start event of the process."""
        starts = [element.id for element in self._process.starts()]
        bits = 0
        for identifier in starts:
            number = self._number[identifier]
            bits |= self._after[2 * number] | 1 << 2 * number
        return frozenset(identifier for identifier, number in self._number.items() if bits >> 2 * number & 1)

    def _in_order(self, edges: list[int]) -> tuple[str, ...]:
        """All elements, those first that a token comes to first."""
        names = list(self._number)
        pending = [2 * self._number[element.id] for element in self._process.starts()]
        seen = dict.fromkeys(pending)
        while pending:
            following = [node for node in _bits(edges[pending.pop(0)]) if node not in seen]
            seen.update(dict.fromkeys(following))
            pending += following
        return tuple(dict.fromkeys([names[node // 2] for node in seen if node % 2 == 0] + names))

    def _edges(self) -> list[int]:
        number, process = self._number, self._process
        edges = [0] * (2 * len(number))
        for identifier, index in number.items():
            edges[2 * index] |= 1 << 2 * index + 1
            element = process.elements[identifier]
            parent = number.get(element.parent or "")
            if parent is not None:
                edges[2 * index + 1] |= 1 << 2 * parent + 1
                if element.kind == "start_event":
                    edges[2 * parent] |= 1 << 2 * index
            if element.loop is not None:
                edges[2 * index + 1] |= 1 << 2 * index
            host = number.get(element.attached_to or "")
            if host is not None:
                self._to_boundary(edges, index, host)
        for flow in process.flows.values():
            if flow.source in number and flow.target in number:
                edges[2 * number[flow.source] + 1] |= 1 << 2 * number[flow.target]
        return edges

    def _to_boundary(self, edges: list[int], boundary: int, host: int) -> None:
        """A boundary event happens while its host is at work: after its entrance, and after anything inside it."""
        edges[2 * host] |= 1 << 2 * boundary
        for inner in self._inside(host):
            edges[2 * inner + 1] |= 1 << 2 * boundary

    def _inside(self, host: int) -> Iterable[int]:
        elements = list(self._process.elements.values())
        names = {elements[host].id}
        for element in elements:  # inner elements stand after their sub-process
            if element.parent in names:
                names.add(element.id)
                yield self._number[element.id]

    def _side_by_side(self) -> list[int]:
        """For each element those that may be at work at the same time: in other branches of a fork, beside a non-interrupting boundary event."""
        aside = [0] * len(self._number)
        for branches in self._branches():
            sets = [self._elements_after(start) for start in branches]
            for index, own in enumerate(sets):
                others = 0
                for place, other in enumerate(sets):
                    others |= other if place != index else 0
                for number in _bits(own):
                    aside[number] |= others
        return aside

    def _branches(self) -> Iterable[list[int]]:
        for element in self._process.elements.values():
            targets = [self._number[flow.target] for flow in self._outgoing(element) if flow.target in self._number]
            if len(targets) > 1 and (element.kind in _FORKS or not element.kind.endswith("_gateway")):
                yield targets
            host = self._number.get(element.attached_to or "")
            if host is not None and not element.interrupting:
                yield [self._number[element.id], host]
            if element.loop is not None and element.loop.type == "parallel":
                yield [self._number[element.id], self._number[element.id]]

    def _outgoing(self, element: Element) -> list[Flow]:
        return [self._process.flows[flow] for flow in element.outgoing if flow in self._process.flows]

    def _elements_after(self, start: int) -> int:
        bits = self._after[2 * start] | 1 << 2 * start
        return sum(1 << index for index in range(len(self._number)) if bits >> 2 * index & 1)


def _closure(edges: list[int]) -> list[int]:
    """Everything reachable in one step or more, for each node."""
    after = list(edges)
    for middle in range(len(after)):
        through = after[middle]
        for node, bits in enumerate(after):
            if bits >> middle & 1:
                after[node] = bits | through
    return after


def _bits(value: int) -> Iterable[int]:
    while value:
        low = value & -value
        yield low.bit_length() - 1
        value ^= low
