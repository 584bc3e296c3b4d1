"""Lanes: which flow node lies in which; of nested lanes the innermost counts, nodes in a sub-process inherit its lane."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bpmn.dialect.extensions import read_extensions
from engine.bpmn.dialect.names import bpmn_children, text_of
from engine.bpmn.dialect.report import Report
from engine.bpmn.elements import Element


def read_lanes(container: etree._Element, report: Report, nodes: Mapping[str, str | None]) -> tuple[list[str], dict[str, str]]:
    """Names of all lanes in document order, and node id -> lane name. `nodes` are the ids that a lane may refer to."""
    names: list[str] = []
    placed: dict[str, tuple[int, str]] = {}
    for depth, lane in _walk(container, 0):
        read_extensions(report, lane, frozenset(), "lane")
        name = " ".join((lane.get("name") or "").split())
        if name:
            names.append(name)
        for reference in bpmn_children(lane, "flowNodeRef"):
            identifier = text_of(reference)
            if identifier not in nodes:
                report.add("bpmn_lane_reference", reference, reference=identifier)
                continue
            other = placed.get(identifier)
            if other is not None and other[0] == depth and other[1] != name:
                report.add("bpmn_lane_partition", reference, first=other[1], second=name)
            if other is None or depth > other[0]:
                placed[identifier] = (depth, name)
    return names, {identifier: name for identifier, (_, name) in placed.items() if name}


def inherit(elements: Mapping[str, Element], lanes: Mapping[str, str]) -> dict[str, str | None]:
    """Lane of every element: its own, its host's for boundary events, else that of the sub-process around it."""
    result: dict[str, str | None] = {}
    for element in elements.values():
        current: Element | None = element
        seen: set[str] = set()
        while current is not None and current.id not in lanes and current.id not in seen:
            seen.add(current.id)
            above = current.attached_to if current.attached_to in elements else current.parent
            current = elements.get(above) if above is not None else None
        result[element.id] = lanes.get(current.id) if current is not None else None
    return result


def _walk(container: etree._Element, depth: int) -> Iterator[tuple[int, etree._Element]]:
    for lane_set in bpmn_children(container, "laneSet", "childLaneSet"):
        for lane in bpmn_children(lane_set, "lane"):
            yield depth, lane
            yield from _walk(lane, depth + 1)
