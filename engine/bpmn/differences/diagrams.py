"""BPMN and DMN files -> units: everything with an id that people know, its properties down to unknown extensions, and where it is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.dialect.names import BPMN, BPMNDI, DECORATION, local, namespace
from engine.bpmn.differences.units import ORDER, Unit

_SCOPES = frozenset({"process", "subProcess", "transaction", "adHocSubProcess"})
_CONTAINERS = _SCOPES | {"definitions", "collaboration", "lane"}
# Parts of an element, never elements of their own.
_NOT_TOLD = frozenset({"incoming", "outgoing", "flowNodeRef", "laneSet", "childLaneSet"})
_PARTS = _NOT_TOLD | {"documentation", "extensionElements", "ioSpecification", "property"}
# Who wrote the file says nothing about what it does.
_ABOUT_THE_TOOL = frozenset({"exporter", "exporterVersion", "id", "name", "targetNamespace", "expressionLanguage", "typeLanguage"})
_NAMING = ("name", "target", "key", "id")
_ORDERED = frozenset({"ioMapping"})


def diagram_units(root: etree._Element) -> dict[str, Unit]:
    """Units of a BPMN file by id, in document order."""
    units: dict[str, Unit] = {}
    places = _places(root)
    lanes = _lanes(root)
    head = {name: value for name, value in _attributes(root) if name not in _ABOUT_THE_TOOL}
    units["definitions"] = Unit("definitions", "definitions", "", head)
    for node, parent in _elements(root, ""):
        identifier = str(node.get("id"))
        unit = Unit(identifier, local(node), " ".join((node.get("name") or "").split()), properties(node), places.get(identifier))
        if parent:
            unit.properties["@parent"] = parent
        if identifier in lanes:
            unit.properties["@lane"] = lanes[identifier]
        units.setdefault(identifier, unit)
    _add_flow_order(units)
    return units


def _elements(node: etree._Element, parent: str) -> Iterator[tuple[etree._Element, str]]:
    """(element, id of the process or sub-process around it)."""
    for child in node:
        if namespace(child) != BPMN:
            continue
        name = local(child)
        if name in ("laneSet", "childLaneSet"):
            yield from _elements(child, parent)
            continue
        if name not in _PARTS and child.get("id"):
            yield child, parent
            if name in _CONTAINERS:
                yield from _elements(child, str(child.get("id")) if name in _SCOPES else parent)


def properties(node: etree._Element, skip: frozenset[str] = _NOT_TOLD) -> dict[str, str]:
    """Everything that is written at the element itself: attributes, texts, extensions, event definitions."""
    found = {f"@{name}": value for name, value in _attributes(node) if name != "id"}
    is_container = local(node) in _CONTAINERS
    for child in node:
        if isinstance(child.tag, str) and local(child) not in skip and not (is_container and _is_own(child)):
            _collect(child, "", found)
    if not len(node) and node.text and node.text.strip():
        found["text"] = node.text.strip()
    return found


def _is_own(child: etree._Element) -> bool:
    return namespace(child) == BPMN and local(child) not in _PARTS and bool(child.get("id"))


def _collect(node: etree._Element, prefix: str, found: dict[str, str]) -> None:
    name = local(node)
    path = name if not prefix else f"{prefix}/{name}"
    naming = next((key for key in _NAMING if key != "id" and node.get(key)), None)
    if naming and prefix:
        path = f"{path}[{node.get(naming)}]"
    path = _free(path, found)
    own = [(key, value) for key, value in _attributes(node) if key not in ("id", naming if prefix else "")]
    children = [child for child in node if isinstance(child.tag, str)]
    if name in _ORDERED and len(children) > 1:
        found[path + ORDER] = "\n".join(f"{local(child)} {child.get('target')}" for child in children)
    text = (node.text or "").strip()
    if text or not (own or children):
        found[path] = text
    for key, value in own:
        found[f"{path}@{key}"] = value
    inner = "" if name == "extensionElements" else path
    for child in children:
        _collect(child, inner, found)


def _free(path: str, found: dict[str, str]) -> str:
    """A path that nothing else has: a second one of the same name gets a number."""
    taken = Counter(key.split("@")[0].split("/order")[0] for key in found)
    number = 1
    candidate = path
    while any(key == candidate or key.startswith((f"{candidate}/", f"{candidate}@")) for key in taken):
        number += 1
        candidate = f"{path}#{number}"
    return candidate


def _attributes(node: etree._Element) -> list[tuple[str, str]]:
    """(local name, value), without what only the drawing or the tool cares for."""
    found = []
    for key, value in node.attrib.items():
        name = etree.QName(key)
        if name.namespace not in DECORATION:
            found.append((name.localname, str(value)))
    return found


def _places(root: etree._Element) -> dict[str, object]:
    """Element id -> how it is drawn: bounds, way points, label, colours."""
    places: dict[str, object] = {}
    for kind in ("BPMNShape", "BPMNEdge"):
        for shape in root.iter(f"{{{BPMNDI}}}{kind}"):
            about = str(shape.get("bpmnElement") or "").rpartition(":")[2]
            places[about] = tuple(
                (local(part), str(key), _number(str(value)))
                for part in shape.iter()
                for key, value in sorted(part.attrib.items())
                if key not in ("id", "bpmnElement")
            )
    return places


def _number(value: str) -> str:
    """`120` and `120.0` are the same place."""
    try:
        return f"{float(value):g}"
    except ValueError:
        return value


def _lanes(root: etree._Element) -> dict[str, str]:
    """Flow node id -> name of its innermost lane."""
    found: dict[str, str] = {}
    for lane in root.iter(f"{{{BPMN}}}lane"):
        for reference in lane.iterfind(f"./{{{BPMN}}}flowNodeRef"):
            found[(reference.text or "").strip()] = lane.get("name") or lane.get("id") or ""
    return found


def _add_flow_order(units: dict[str, Unit]) -> None:
    """Conditions are tried in the order of the flows in the file, so that order is a property of where they leave."""
    leaving: dict[str, list[str]] = {}
    for unit in units.values():
        if unit.type == "sequenceFlow":
            leaving.setdefault(unit.properties.get("@sourceRef", ""), []).append(unit.id)
    for source, flows in leaving.items():
        if source in units and len(flows) > 1:
            units[source].properties[f"flows{ORDER}"] = "\n".join(flows)
