"""Draws a diagram as SVG on the server: for pages without scripts, print, PDF and mail."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256

from lxml import etree

from engine.bpmn.dialect.names import BPMN, BPMNDI, bpmn_children, local, zeebe_children
from engine.bpmn.dialect.xml import parse
from engine.bpmn.svg_geometry import bounds_of, waypoints_of
from engine.bpmn.svg_shapes import Marks, Painter
from engine.bpmn.svg_text import escape
from engine.model.errors import DefinitionRejected

PADDING = 16.0
_STATES = {
    "zh": {"done": "已完成", "active": "进行中", "cancelled": "已取消", "wrong": "有问题", "diagram": "流程图", "empty": "该流程没有图形"},
    "en": {
        "done": "done",
        "active": "in progress",
        "cancelled": "cancelled",
        "wrong": "at fault",
        "diagram": "Process diagram",
        "empty": "This process has no drawing",
    },
}
_BACK = frozenset({"participant", "lane", "group"})


def draw(
    xml: bytes,
    process_key: str,
    done: Collection[str] = (),
    active: Mapping[str, int] | None = None,
    flows: Collection[str] = (),
    cancelled: Collection[str] = (),
    language: str = "zh",
    standalone: bool = False,
    wrong: Collection[str] = (),
    states: Mapping[str, str] | None = None,
) -> str:
    """An `<svg>` element of the process: `done`, `cancelled` and `active` (with their count of tokens) elements and taken `flows` stand out, and so
    do `wrong` elements and flows, those with findings. `states` calls states otherwise.

    Elements carry classes (`bpmn-user-task is-done`) and `data-element`; colours are CSS variables (`--bpmn-line` …) with light defaults, fixed
    colours when `standalone` (programs that know no CSS variables). Raises DefinitionRejected for bytes that are no BPMN file.
    """
    parsed = parse(xml, f"{process_key}.bpmn")
    if parsed.root is None:
        raise DefinitionRejected(parsed.findings)
    words = {**_STATES["en" if language.startswith("en") else "zh"], **(states or {})}
    elements = {str(node.get("id")): node for node in parsed.root.iter(f"{{{BPMN}}}*") if node.get("id")}
    identity = "bpmn-" + sha256(process_key.encode("utf-8", "replace")).hexdigest()[:8]
    marks = Marks(frozenset(done), dict(active or {}), frozenset(flows), frozenset(cancelled), words, frozenset(wrong))
    painter = Painter(elements, marks, identity, standalone, _names(elements, language))
    plane = _plane(parsed.root, process_key)
    if plane is not None:
        _paint(plane, elements, painter)
    title = _title(elements, process_key, painter.names, words)
    return _svg(painter, identity, title, _description(marks, painter.names, words), words)


def draw_coverage(
    xml: bytes, process_key: str, passed: Collection[str], flows: Collection[str], missing: Collection[str], language: str = "zh"
) -> str:
    """As `draw`: elements and `flows` that were passed, and what is `missing` (elements and flows) as `is-wrong`."""
    words = {"done": "passed", "wrong": "not passed"} if language.startswith("en") else {"done": "走过", "wrong": "没有走过"}
    return draw(xml, process_key, passed, flows=flows, language=language, wrong=missing, states=words)


def sub_process_planes(xml: bytes) -> frozenset[str]:
    """Ids of collapsed sub-processes that have a drawing of their own; none for bytes that are no BPMN file."""
    root = parse(xml, "").root
    if root is None:
        return frozenset()
    inner = {node.get("id") for kind in ("subProcess", "transaction", "adHocSubProcess") for node in root.iter(f"{{{BPMN}}}{kind}")}
    return frozenset(str(plane.get("bpmnElement")) for plane in root.iterfind(f".//{{{BPMNDI}}}BPMNPlane") if plane.get("bpmnElement") in inner)


def diagram_keys(xml: bytes) -> tuple[str, ...]:
    """What `draw` takes to draw each plane of a file once: the process of the plane, or the sub-process that it shows; none for no BPMN file."""
    root = parse(xml, "").root
    if root is None:
        return ()
    planes = [str(plane.get("bpmnElement")) for plane in root.iterfind(f".//{{{BPMNDI}}}BPMNPlane")]
    first: dict[str, str] = {}
    for collaboration in root.iterfind(f"./{{{BPMN}}}collaboration"):
        for participant in collaboration.iterfind(f"./{{{BPMN}}}participant[@processRef]"):
            first.setdefault(collaboration.get("id") or "", participant.get("processRef") or "")
    return tuple(dict.fromkeys((first.get(plane) or plane).rpartition(":")[2] for plane in planes))


def _names(elements: Mapping[str, etree._Element], language: str) -> dict[str, str]:
    """Name of every element: its own, in English `tuoke.name.en` where there is one; that of a pool is its process's."""
    result = {identifier: " ".join((node.get("name") or "").split()) for identifier, node in elements.items()}
    if not language.startswith("en"):
        return result
    english = {identifier: name for identifier, node in elements.items() if (name := _english(node))}
    pools = {identifier: (node.get("processRef") or "").rpartition(":")[2] for identifier, node in elements.items() if local(node) == "participant"}
    return {**result, **{pool: english[process] for pool, process in pools.items() if process in english}, **english}


def _english(node: etree._Element) -> str:
    for container in bpmn_children(node, "extensionElements"):
        for properties in zeebe_children(container, "properties"):
            for each in zeebe_children(properties, "property"):
                if each.get("name") == "tuoke.name.en" and each.get("value"):
                    return " ".join(str(each.get("value")).split())
    return ""


def _plane(root: etree._Element, process_key: str) -> etree._Element | None:
    """The plane of the process, or of the collaboration that it takes part in; the first one when neither is named."""
    planes = list(root.iterfind(f".//{{{BPMNDI}}}BPMNPlane"))
    wanted = {process_key}
    for participant in root.iterfind(f"./{{{BPMN}}}collaboration/{{{BPMN}}}participant"):
        parent = participant.getparent()
        if (participant.get("processRef") or "").rpartition(":")[2] == process_key and parent is not None:
            wanted.add(parent.get("id") or "")
    return next((plane for plane in planes if plane.get("bpmnElement") in wanted), planes[0] if planes else None)


def _paint(plane: etree._Element, elements: Mapping[str, etree._Element], painter: Painter) -> None:
    for shape in plane:
        node = elements.get((shape.get("bpmnElement") or "").rpartition(":")[2])
        if node is None:
            continue
        if local(shape) == "BPMNEdge":
            points = waypoints_of(shape)
            if len(points) > 1:
                painter.edge(shape, node, points)
        elif local(shape) == "BPMNShape":
            box = bounds_of(shape)
            if box is None:
                continue
            if local(node) in _BACK:
                painter.background(shape, node, box)
            else:
                painter.shape(shape, node, box)


def _title(elements: Mapping[str, etree._Element], process_key: str, names: Mapping[str, str], words: Mapping[str, str]) -> str:
    participant = next((node for node in elements.values() if local(node) == "participant" and node.get("processRef") == process_key), None)
    name = names.get(process_key) or (names.get(participant.get("id") or "") if participant is not None else "") or process_key
    return f"{words['diagram']}:{name}" if words["diagram"] == "流程图" else f"{words['diagram']}: {name}"


def _description(marks: Marks, names: Mapping[str, str], words: Mapping[str, str]) -> str:
    """What the drawing shows, for people who don't see it."""
    parts, chinese = [], words["diagram"] == "流程图"
    for state, identifiers in (("active", marks.active), ("done", marks.done), ("cancelled", marks.cancelled), ("wrong", marks.wrong)):
        listed = [names.get(each) or "" for each in names if each in identifiers and names.get(each)]
        if listed:
            parts.append(f"{words[state]}:{'、'.join(listed)}" if chinese else f"{words[state]}: {', '.join(listed)}")
    return "。".join(parts) if chinese else ". ".join(parts)


def _svg(painter: Painter, identity: str, title: str, description: str, words: Mapping[str, str]) -> str:
    content = painter.content()
    left, top, right, bottom = painter.extent()
    if not content:
        left, top, right, bottom = 0.0, 0.0, 320.0, 80.0
        content = painter.label(words["empty"], 160, 40, 300, 60)
    x, y, width, height = left - PADDING, top - PADDING, right - left + 2 * PADDING, bottom - top + 2 * PADDING
    described = f' aria-describedby="{identity}-desc"' if description else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bpmn-diagram" role="img" aria-labelledby="{identity}-title"{described}'
        f' viewBox="{x:g} {y:g} {width:g} {height:g}" width="{width:g}" height="{height:g}" font-family="{escape(painter.font)}">'
        f'<title id="{identity}-title">{escape(title)}</title>'
        + (f'<desc id="{identity}-desc">{escape(description)}</desc>' if description else "")
        + painter.definitions()
        + content
        + "</svg>"
    )
