"""The diagrams of a file that changed, old and new side by side, with what was added, removed or changed marked by a sign and not by colour alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.dialect.names import BPMNDI, local
from engine.bpmn.dialect.xml import parse
from engine.bpmn.differences.records import FileDifference
from engine.bpmn.svg import diagram_keys, draw
from engine.bpmn.svg_geometry import bounds_of, waypoints_of
from engine.bpmn.svg_text import escape
from engine.model.errors import DefinitionRejected

SIGNS = {"added": "+", "removed": "−", "changed": "≠", "moved": "↔"}
_WORDS = {
    "zh": {"added": "新增", "removed": "去掉", "changed": "有改动", "moved": "移动了位置"},
    "en": {"added": "added", "removed": "removed", "changed": "changed", "moved": "moved"},
}
_MARGIN, _RADIUS = 5.0, 9.0


@dataclass(frozen=True, slots=True)
class DrawingPair:
    """One plane of a diagram on both sides as SVG; "" where the side has none."""

    key: str
    old: str
    new: str


def marked_drawings(difference: FileDifference, old: bytes | None, new: bytes | None, language: str) -> tuple[DrawingPair, ...]:
    """None for bytes that cannot be drawn."""
    states = {element.id: element.state for element in difference.elements}
    before = _drawn(old, {id: state for id, state in states.items() if state != "added"}, language)
    after = _drawn(new, {id: state for id, state in states.items() if state != "removed"}, language)
    return tuple(DrawingPair(key, before.get(key, ""), after.get(key, "")) for key in dict.fromkeys([*after, *before]))


def _drawn(xml: bytes | None, states: Mapping[str, str], language: str) -> dict[str, str]:
    if xml is None:
        return {}
    try:
        root = parse(xml, "").root
        return {} if root is None else {key: _marked(draw(xml, key, language=language), root, states, language) for key in diagram_keys(xml)}
    except DefinitionRejected:
        return {}


def _marked(drawing: str, root: etree._Element, states: Mapping[str, str], language: str) -> str:
    signs = "".join(_signs(drawing, root, states, _WORDS["en" if language.startswith("en") else "zh"]))
    return drawing.removesuffix("</svg>") + signs + "</svg>"


def _signs(drawing: str, root: etree._Element, states: Mapping[str, str], words: Mapping[str, str]) -> Iterator[str]:
    for shape in root.iter(f"{{{BPMNDI}}}BPMNShape", f"{{{BPMNDI}}}BPMNEdge"):
        identifier = (shape.get("bpmnElement") or "").rpartition(":")[2]
        state = states.get(identifier)
        if state is None or f'data-element="{escape(identifier)}"' not in drawing:
            continue
        if local(shape) == "BPMNEdge":
            points = waypoints_of(shape)
            if len(points) > 1:
                (x1, y1), (x2, y2) = points[(len(points) - 1) // 2], points[(len(points) - 1) // 2 + 1]
                path = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
                yield _sign(identifier, state, words, f'<path d="{path}"/>', (x1 + x2) / 2, (y1 + y2) / 2)
        elif box := bounds_of(shape):
            x, y, width, height = box
            frame = (x - _MARGIN, y - _MARGIN, width + 2 * _MARGIN, height + 2 * _MARGIN)
            rect = '<rect x="{:g}" y="{:g}" width="{:g}" height="{:g}" rx="6"/>'.format(*frame)
            yield _sign(identifier, state, words, rect, x + width + _MARGIN, y - _MARGIN)


def _sign(identifier: str, state: str, words: Mapping[str, str], outline: str, x: float, y: float) -> str:
    return (
        f'<g class="diff-mark diff-{state}" data-changed="{escape(identifier)}"><title>{words[state]}</title>{outline}'
        f'<circle cx="{x:g}" cy="{y:g}" r="{_RADIUS:g}"/>'
        f'<text x="{x:g}" y="{y + 4.5:g}" text-anchor="middle" font-size="13">{SIGNS[state]}</text></g>'
    )
