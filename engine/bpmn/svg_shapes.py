"""Shapes and edges of a diagram, as SVG text."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.dialect.names import BPMNDI, bpmn_children, local, text_of
from engine.bpmn.svg_geometry import Box, Point, bounds_of, rect, rounded
from engine.bpmn.svg_icons import EVENTS, GATEWAYS, MARKERS, TASKS
from engine.bpmn.svg_text import escape, fit

FREE_SIZES = (11.0, 10.0)
COLOURS = {
    "line": "#3c4650",
    "fill": "#ffffff",
    "text": "#1f2933",
    "muted": "#8a949e",
    "pool": "#f6f8fa",
    "done-line": "#2b8a3e",
    "done-fill": "#ebfbee",
    "active-line": "#1971c2",
    "active-fill": "#d0ebff",
    "cancelled-line": "#adb5bd",
    "cancelled-fill": "#f1f3f5",
    "wrong-line": "#c92a2a",
    "wrong-fill": "#fff0f0",
}
_EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "implicitThrowEvent"})
_SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
_ACTIVITY = re.compile(r"[tT]ask$|^callActivity$|^subProcess$|^transaction$|^adHocSubProcess$")
_DASHED = {"messageFlow": "6 5", "association": "1 4", "dataInputAssociation": "1 4", "dataOutputAssociation": "1 4"}


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands out, by element and flow id; `words` are the states' names."""

    done: frozenset[str]
    active: Mapping[str, int]
    flows: frozenset[str]
    cancelled: frozenset[str]
    words: Mapping[str, str]
    wrong: frozenset[str] = frozenset()

    def state(self, identifier: str) -> str:
        if identifier in self.wrong:
            return "wrong"
        if self.active.get(identifier, 0) > 0:
            return "active"
        return "cancelled" if identifier in self.cancelled else "done" if identifier in self.done else ""


class Painter:
    """Collects the drawing in three layers: pools and open sub-processes, shapes and edges, labels and tokens."""

    font = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', 'WenQuanYi Micro Hei', sans-serif"

    def __init__(self, elements: Mapping[str, etree._Element], marks: Marks, identity: str, standalone: bool, names: Mapping[str, str]) -> None:
        self.names = names
        self._elements = elements
        self._marks = marks
        self._identity = identity
        self._standalone = standalone
        self._back: list[str] = []
        self._edges: list[str] = []
        self._middle: list[str] = []
        self._front: list[str] = []
        self._boxes: list[Box] = []

    def content(self) -> str:
        return "".join(self._back + self._edges + self._middle + self._front)

    def extent(self) -> Box:
        """Left, top, right, bottom of everything painted."""
        if not self._boxes:
            return 0.0, 0.0, 0.0, 0.0
        return (
            min(x for x, _, _, _ in self._boxes),
            min(y for _, y, _, _ in self._boxes),
            max(x + width for x, _, width, _ in self._boxes),
            max(y + height for _, y, _, height in self._boxes),
        )

    def colour(self, name: str) -> str:
        return COLOURS[name] if self._standalone else f"var(--bpmn-{name}, {COLOURS[name]})"

    def definitions(self) -> str:
        """Arrow heads."""
        arrows = "".join(
            f'<marker id="{self._identity}-{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9"'
            f' markerUnits="userSpaceOnUse" orient="auto"><path d="M0 1L10 5L0 9z" fill="{self.colour(colour)}"/></marker>'
            for name, colour in (("arrow", "line"), ("taken", "done-line"))
        )
        return f"<defs>{arrows}</defs>"

    def label(
        self, text: str, x: float, y: float, width: float, height: float, rotated: bool = False, start: bool = False, free: bool = False
    ) -> str:
        """Text around (x, y), in lines no wider than `width`; `start`: begins at x instead; `free`: smaller, with a halo over lines."""
        fitted = fit(text, width, height, FREE_SIZES) if free else fit(text, width, height)
        top = y - fitted.height / 2 + fitted.size * 0.95
        turn = f' transform="rotate(-90 {x:g} {y:g})"' if rotated else ""
        anchor = "start" if start else "middle"
        spans = "".join(
            f'<tspan x="{x:g}" y="{top + index * fitted.size * 1.25:g}">{escape(line)}</tspan>' for index, line in enumerate(fitted.lines)
        )
        halo = f' paint-order="stroke" stroke="{self.colour("fill")}" stroke-width="3" stroke-linejoin="round"' if free else ""
        look = f'font-size="{fitted.size:g}" text-anchor="{anchor}" fill="{self.colour("text")}"{halo}{turn}'
        return f'<text class="bpmn-label" {look}>{spans}</text>' if spans else ""

    def background(self, shape: etree._Element, node: etree._Element, box: Box) -> None:
        """A pool, lane or group."""
        x, y, width, height = box
        self._boxes.append(box)
        kind, name = local(node), self.names.get(node.get("id") or "", "")
        stroke = f'stroke="{self.colour("muted")}"'
        if kind == "group":
            self._back.append(f'<rect class="bpmn-group" {rect(box)} rx="8" fill="none" {stroke} stroke-dasharray="8 4 2 4"/>')
            return
        fill = self.colour("fill") if kind == "participant" else "none"
        self._back.append(f'<g class="bpmn-{kind}"><rect {rect(box)} fill="{fill}" {stroke}/>')
        horizontal, open_ = shape.get("isHorizontal") != "false", kind == "lane" or bool(node.get("processRef"))
        if not open_:
            self._back.append(self.label(name, x + width / 2, y + height / 2, width - 12, height - 6))
        elif horizontal:
            self._back.append(f'<rect x="{x:g}" y="{y:g}" width="{min(30.0, width):g}" height="{height:g}" fill="{self.colour("pool")}" {stroke}/>')
            self._back.append(self.label(name, x + 15, y + height / 2, height - 8, 28, rotated=True))
        else:
            self._back.append(f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{min(30.0, height):g}" fill="{self.colour("pool")}" {stroke}/>')
            self._back.append(self.label(name, x + width / 2, y + 15, width - 8, 28))
        self._back.append("</g>")

    def shape(self, shape: etree._Element, node: etree._Element, box: Box) -> None:
        """A flow node or an artifact."""
        self._boxes.append(box)
        identifier, kind = node.get("id") or "", local(node)
        state = self._marks.state(identifier)
        open_ = kind in _SUB_PROCESSES and shape.get("isExpanded") == "true"
        classes = f"bpmn-{_dashed_name(kind)}" + (f" is-{state}" if state else "")
        name = self.names.get(identifier, "")
        hint = " · ".join(part for part in (name, self._marks.words[state] if state else "") if part)
        parts = [f'<g class="{classes}" data-element="{escape(identifier)}">', f"<title>{escape(hint)}</title>" if hint else ""]
        parts.append(self._body(kind, node, box, state, open_))
        parts.append(self._badge(identifier, box) if state == "active" else "")
        parts.append("</g>")
        (self._back if open_ else self._middle).append("".join(parts))
        if name and not _ACTIVITY.search(kind) and kind != "textAnnotation":
            self._outer_label(shape, name, box)

    def edge(self, edge: etree._Element, node: etree._Element, points: list[Point]) -> None:
        """A sequence flow, message flow or association."""
        identifier, kind = node.get("id") or "", local(node)
        taken, wrong = identifier in self._marks.flows, identifier in self._marks.wrong
        self._boxes += [(x, y, 0.0, 0.0) for x, y in points]
        dash = f' stroke-dasharray="{_DASHED[kind]}"' if kind in _DASHED else ""
        arrow = f' marker-end="url(#{self._identity}-{"taken" if taken else "arrow"})"' if kind != "association" else ""
        colour = self.colour("wrong-line" if wrong else "done-line" if taken else "muted" if kind in _DASHED else "line")
        name = self.names.get(identifier, "")
        self._edges.append(
            f'<g class="bpmn-{_dashed_name(kind)}{" is-wrong" if wrong else " is-taken" if taken else ""}" data-element="{escape(identifier)}">'
            + (f"<title>{escape(name)}</title>" if name else "")
            + f'<path d="{rounded(points)}" fill="none" stroke="{colour}" stroke-width="{2.4 if taken or wrong else 1.4}"{dash}{arrow}/>'
            + self._flow_start(node, points, colour)
            + "</g>"
        )
        if name:
            box = bounds_of(edge.find(f"{{{BPMNDI}}}BPMNLabel"))
            (x1, y1), (x2, y2) = points[(len(points) - 1) // 2], points[(len(points) - 1) // 2 + 1]
            centre = (box[0] + box[2] / 2, box[1] + box[3] / 2) if box is not None else ((x1 + x2) / 2, (y1 + y2) / 2 - 9)
            self._free_label(name, centre, max(box[2] if box else 0.0, 92.0))

    def _body(self, kind: str, node: etree._Element, box: Box, state: str, open_: bool) -> str:
        if kind in _EVENTS:
            return self._event(kind, node, box, state)
        if kind.endswith("Gateway"):
            return self._gateway(kind, box, state)
        if kind == "textAnnotation":
            x, y, width, height = box
            path = f'<path d="M{x + 10:g} {y:g}h-10v{height:g}h10" fill="none" stroke="{self.colour("muted")}"/>'
            text = text_of(next(iter(bpmn_children(node, "text")), None))
            return path + self.label(text, x + 7, y + height / 2, width - 9, height, start=True)
        if _ACTIVITY.search(kind):
            return self._activity(kind, node, box, state, open_)
        x, y, width, height = box
        return f'<path d="M{x:g} {y:g}h{width * 0.7:g}l{width * 0.3:g} {height * 0.2:g}v{height * 0.8:g}H{x:g}z" {self._paint(state)}/>'

    def _paint(self, state: str, width: float = 1.5) -> str:
        prefix = f"{state}-" if state else ""
        thickness = {"active": width + 1.2, "wrong": width + 1.2, "done": width + 0.4}.get(state, width)
        return f'fill="{self.colour(prefix + "fill")}" stroke="{self.colour(prefix + "line")}" stroke-width="{thickness:g}"'

    def _activity(self, kind: str, node: etree._Element, box: Box, state: str, open_: bool) -> str:
        x, y, width, height = box
        dashed = ' stroke-dasharray="3 3"' if node.get("triggeredByEvent") == "true" else ""
        parts = [f'<rect {rect(box)} rx="10" {self._paint(state, 3.2 if kind == "callActivity" else 1.5)}{dashed}/>']
        if kind == "transaction":
            inner = (x + 3, y + 3, max(0.0, width - 6), max(0.0, height - 6))
            parts.append(f'<rect {rect(inner)} rx="7" fill="none" stroke="{self.colour("line")}"/>')
        line = self.colour(f"{state}-line" if state in ("done", "active", "cancelled", "wrong") else "line")
        if kind in TASKS:
            style, icon = TASKS[kind]
            fill = line if style == "f" else "none"
            icon = icon.replace("{paper}", self.colour("fill"))
            parts.append(f'<g transform="translate({x + 6:g} {y + 5:g}) scale(.95)" fill="{fill}" stroke="{line}" stroke-width="1.2">{icon}</g>')
        name = self.names.get(node.get("id") or "", "")
        markers = _markers(kind, node, open_)
        if open_:
            parts.append(self.label(name, x + width / 2, y + 14, width - 20, 20))
        else:
            top = 18.0 if kind in TASKS else 6.0
            bottom = 16.0 if markers else 5.0
            middle = y + height / 2 + (6 if kind in TASKS else 0) - (6 if markers else 0)
            parts.append(self.label(name, x + width / 2, middle, width - 12, max(12.0, height - top - bottom)))
        left = x + width / 2 - len(markers) * 8
        for index, marker in enumerate(markers):
            parts.append(f'<g transform="translate({left + index * 16 + 2:g} {y + height - 15:g})" fill="none" stroke="{line}">{MARKERS[marker]}</g>')
        return "".join(parts)

    def _event(self, kind: str, node: etree._Element, box: Box, state: str) -> str:
        x, y, width, height = box
        cx, cy, radius = x + width / 2, y + height / 2, min(width, height) / 2
        dashed = ' stroke-dasharray="4 3"' if node.get("cancelActivity") == "false" or node.get("isInterrupting") == "false" else ""
        parts = [f'<circle cx="{cx:g}" cy="{cy:g}" r="{radius:g}" {self._paint(state, 3.4 if kind == "endEvent" else 1.5)}{dashed}/>']
        line = self.colour(f"{state}-line" if state else "line")
        if kind in ("intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"):
            parts.append(f'<circle cx="{cx:g}" cy="{cy:g}" r="{max(0.0, radius - 3):g}" fill="none" stroke="{line}"{dashed}/>')
        definitions = [local(child) for child in bpmn_children(node) if local(child) in EVENTS]
        if definitions:
            icon = EVENTS["multiple" if len(definitions) > 1 else definitions[0]]
            throws = kind in ("endEvent", "intermediateThrowEvent") or definitions == ["terminateEventDefinition"]
            fill, inner = (line, self.colour("fill")) if throws else ("none", line)
            scale = radius / 18
            parts.append(
                f'<g transform="translate({cx:g} {cy:g}) scale({scale:.3g})" fill="{fill}" stroke="{line}" stroke-width="1.2">'
                f"{icon.replace('{inner}', inner)}</g>"
            )
        return "".join(parts)

    def _gateway(self, kind: str, box: Box, state: str) -> str:
        x, y, width, height = box
        cx, cy = x + width / 2, y + height / 2
        path = f'<path d="M{cx:g} {y:g}L{x + width:g} {cy:g}L{cx:g} {y + height:g}L{x:g} {cy:g}z" {self._paint(state)} stroke-linejoin="round"/>'
        thickness, icon = GATEWAYS.get(kind, (1.0, ""))
        line = self.colour(f"{state}-line" if state else "line")
        return (
            path
            + f'<g transform="translate({cx:g} {cy:g}) scale({width / 50:.3g})" fill="none" stroke="{line}" stroke-width="{thickness:g}">{icon}</g>'
        )

    def _badge(self, identifier: str, box: Box) -> str:
        """How many tokens are here, at the upper right corner."""
        count = self._marks.active[identifier]
        x, y = box[0] + box[2] - 2, box[1] + 2
        self._boxes.append((x - 10, y - 10, 20, 20))
        text = (
            f'<text x="{x:g}" y="{y + 4:g}" font-size="11" text-anchor="middle" fill="{self.colour("fill")}">{count if count < 100 else "99+"}</text>'
        )
        return f'<g class="bpmn-token"><circle cx="{x:g}" cy="{y:g}" r="9" fill="{self.colour("active-line")}"/>{text}</g>'

    def _outer_label(self, shape: etree._Element, name: str, box: Box) -> None:
        label = bounds_of(shape.find(f"{{{BPMNDI}}}BPMNLabel"))
        if label is not None:
            self._free_label(name, (label[0] + label[2] / 2, label[1] + label[3] / 2), max(label[2], 92.0))
        else:
            lines = fit(name, 100.0, 60.0, FREE_SIZES)
            self._free_label(name, (box[0] + box[2] / 2, box[1] + box[3] + 4 + lines.height / 2), 100.0)

    def _free_label(self, name: str, centre: Point, width: float) -> None:
        """A label that lies beside its shape."""
        lines = fit(name, width, 60.0, FREE_SIZES)
        self._boxes.append((centre[0] - width / 2, centre[1] - lines.height / 2, width, lines.height))
        self._front.append(self.label(name, centre[0], centre[1], width, 60.0, free=True))

    def _flow_start(self, node: etree._Element, points: list[Point], colour: str) -> str:
        """A stroke across a default flow, a diamond on a conditional flow from an activity."""
        source = self._elements.get((node.get("sourceRef") or "").rpartition(":")[2])
        if source is None or local(node) != "sequenceFlow":
            return ""
        (x, y), (x2, y2) = points[0], points[1]
        length = math.hypot(x2 - x, y2 - y) or 1.0
        ux, uy = (x2 - x) / length, (y2 - y) / length
        if source.get("default") == node.get("id"):
            cx, cy = x + ux * 11, y + uy * 11
            dx, dy = ux * 4 - uy * 6, uy * 4 + ux * 6
            return f'<path d="M{cx - dx:g} {cy - dy:g}L{cx + dx:g} {cy + dy:g}" stroke="{colour}" stroke-width="1.5"/>'
        if bpmn_children(node, "conditionExpression") and _ACTIVITY.search(local(source)):
            corners = ((0, 0), (7, 4.5), (14, 0), (7, -4.5))
            path = "L".join(f"{x + ux * along - uy * across:g} {y + uy * along + ux * across:g}" for along, across in corners)
            return f'<path d="M{path}z" fill="{self.colour("fill")}" stroke="{colour}"/>'
        return ""


def _dashed_name(kind: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind).lower()


def _markers(kind: str, node: etree._Element, open_: bool) -> list[str]:
    result = ["collapsed"] if kind in _SUB_PROCESSES and not open_ else []
    for loop in bpmn_children(node, "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
        multi = local(loop) == "multiInstanceLoopCharacteristics"
        result.insert(0, ("sequential" if loop.get("isSequential") == "true" else "parallel") if multi else "loop")
    if node.get("isForCompensation") == "true":
        result.append("compensation")
    return [*result, "adhoc"] if kind == "adHocSubProcess" else result
