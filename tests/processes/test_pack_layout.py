"""The drawings of the pack 客户开发: complete, orthogonal, nothing on top of anything else, every label legible."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

PACK = Path(__file__).resolve().parents[2] / "processes" / "customer_development"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
WAY = "{http://www.omg.org/spec/DD/20100524/DI}"
KINDS = ("Event", "Task", "Gateway", "callActivity", "subProcess")
Element = ElementTree.Element
Box = tuple[float, float, float, float]  # left, top, right, bottom

DIAGRAMS = {path.stem: ElementTree.parse(path).getroot() for path in sorted(PACK.glob("*.bpmn"))}
diagram = pytest.mark.parametrize("root", DIAGRAMS.values(), ids=list(DIAGRAMS))


def nodes(root: Element) -> list[Element]:
    return [element for element in root.iter() if element.tag.startswith(BPMN) and element.tag.endswith(KINDS)]


def bounds(shape: Element) -> Box:
    box = shape.find(DC + "Bounds")
    assert box is not None
    x, y, width, height = (float(box.get(name, "")) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def shapes(root: Element) -> dict[str, Box]:
    return {shape.get("bpmnElement", ""): bounds(shape) for shape in root.iter(DI + "BPMNShape")}


def edges(root: Element) -> dict[str, list[tuple[float, float]]]:
    return {
        edge.get("bpmnElement", ""): [(float(point.get("x", "")), float(point.get("y", ""))) for point in edge.findall(WAY + "waypoint")]
        for edge in root.iter(DI + "BPMNEdge")
    }


def labels(root: Element) -> dict[str, Box]:
    drawn = [shape for kind in ("BPMNShape", "BPMNEdge") for shape in root.iter(DI + kind)]
    return {shape.get("bpmnElement", ""): bounds(label) for shape in drawn if (label := shape.find(DI + "BPMNLabel")) is not None}


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def inside(inner: Box, outer: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def segments(points: list[tuple[float, float]]) -> Iterator[Box]:
    for (x1, y1), (x2, y2) in zip(points, points[1:], strict=False):
        yield min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


@diagram
def test_everything_is_drawn(root):
    drawn = {participant.get("id") for participant in root.iter(BPMN + "participant")} | {lane.get("id") for lane in root.iter(BPMN + "lane")}
    assert set(shapes(root)) == drawn | {node.get("id") for node in nodes(root)}
    assert set(edges(root)) == {flow.get("id") for flow in root.iter(BPMN + "sequenceFlow")}


@diagram
def test_flows_are_orthogonal_and_touch_what_they_connect(root):
    boxes, lines = shapes(root), edges(root)
    for flow in root.iter(BPMN + "sequenceFlow"):
        points = lines[flow.get("id", "")]
        assert all(left == right or top == bottom for left, top, right, bottom in segments(points)), flow.get("id")
        for point, end in ((points[0], flow.get("sourceRef", "")), (points[-1], flow.get("targetRef", ""))):
            left, top, right, bottom = boxes[end]
            assert left <= point[0] <= right, flow.get("id")
            assert top <= point[1] <= bottom, flow.get("id")


@diagram
def test_nothing_lies_on_anything_else(root):
    boxes = shapes(root)
    frames = {node.get("id"): {child.get("id") for child in nodes(node)} for node in root.iter(BPMN + "subProcess")}
    attached = {node.get("id"): node.get("attachedToRef") for node in root.iter(BPMN + "boundaryEvent")}
    placed = {id: boxes[id] for node in nodes(root) if (id := node.get("id", ""))}
    for (one, first), (other, second) in combinations(placed.items(), 2):
        related = other in frames.get(one, ()) or one in frames.get(other, ()) or attached.get(one) == other or attached.get(other) == one
        assert related or not overlap(first, second), (one, other)
    for flow in root.iter(BPMN + "sequenceFlow"):
        ends = {flow.get("sourceRef"), flow.get("targetRef")}
        others = {id: box for id, box in placed.items() if id not in ends and not ends & frames.get(id, set())}
        for line in segments(edges(root)[flow.get("id", "")]):
            assert [id for id, box in others.items() if overlap(line, box)] == [], flow.get("id")


@diagram
def test_labels_are_legible(root):
    names, boxes, lines = labels(root), shapes(root), edges(root)
    solid = {node.get("id", ""): boxes[node.get("id", "")] for node in nodes(root) if node.tag != BPMN + "subProcess"}
    gateways = {node.get("id") for node in nodes(root) if node.tag.endswith("Gateway")}
    for (one, first), (other, second) in combinations(names.items(), 2):
        assert not overlap(first, second), (one, other)
    for id, label in names.items():
        # A gateway's label may reach into the empty corner of its diamond's box.
        assert [other for other, box in solid.items() if overlap(label, box) and not (other == id and id in gateways)] == [], id
        assert [flow for flow, points in lines.items() for line in segments(points) if overlap(label, line)] == [], id


@diagram
def test_elements_lie_in_their_lanes(root):
    boxes = shapes(root)
    for lane in root.iter(BPMN + "lane"):
        for ref in lane.iter(BPMN + "flowNodeRef"):
            assert inside(boxes[ref.text or ""], boxes[lane.get("id", "")]), ref.text
