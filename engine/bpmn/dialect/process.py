"""One `process` element -> ProcessModel."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from engine.bpmn.dialect.definitions import Definitions
from engine.bpmn.dialect.expressions import expression, expression_element, static
from engine.bpmn.dialect.extensions import Extensions, read_extensions
from engine.bpmn.dialect.lanes import inherit, read_lanes
from engine.bpmn.dialect.names import BPMN, KINDS, REFUSED_CHILDREN, REFUSED_NODES, SILENT, bpmn_children, line_of, local, namespace, text_of
from engine.bpmn.dialect.nodes import documentation, read_node
from engine.bpmn.dialect.vendors import foreign
from engine.bpmn.elements import Assignment, Element, Flow, ProcessModel

MAXIMUM_ELEMENTS = 5_000
_CONTAINERS = frozenset({"subProcess", "transaction", "adHocSubProcess"})
_LOOPS = frozenset({"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"})
_PROCESS_EXTENSIONS = frozenset({"versionTag"})


class ProcessReader:
    """Walks one process; everything it cannot use is reported, nothing stops it."""

    def __init__(self, node: etree._Element, definitions: Definitions) -> None:
        self._node = node
        self._definitions = definitions
        self._report = definitions.report
        self._elements: dict[str, Element] = {}
        self._flows: dict[str, Flow] = {}
        self._links: list[tuple[etree._Element, str]] = []
        self._containers: list[etree._Element] = []

    def read(self) -> ProcessModel | None:
        """The model; None when the process has no id or is too large to be looked at."""
        key = self._node.get("id")
        if not key:
            self._report.add("bpmn_missing_id", self._node, element="process")
            return None
        count = sum(1 for child in self._node.iter() if local(child) in KINDS)
        if count > MAXIMUM_ELEMENTS:
            self._report.add("bpmn_too_many_elements", self._node, count=count, limit=MAXIMUM_ELEMENTS)
            return None
        extensions = read_extensions(self._report, self._node, _PROCESS_EXTENSIONS, "process")
        self._walk()
        self._connect()
        lanes = self._place_in_lanes()
        self._start_form(extensions)
        return self._model(key, extensions, lanes)

    def _walk(self) -> None:
        stack: list[tuple[etree._Element, str | None]] = [(self._node, None)]
        while stack:
            container, parent = stack.pop()
            self._containers.append(container)
            inner = [self._child(child, parent) for child in container]
            stack.extend(entry for entry in reversed(inner) if entry is not None)

    def _child(self, child: etree._Element, parent: str | None) -> tuple[etree._Element, str | None] | None:
        """Read a child of the process or of a sub-process; a sub-process is returned, to be walked later."""
        name = local(child)
        if namespace(child) != BPMN:
            if parent is None:
                foreign(self._report, child)
            return None
        if name == "sequenceFlow":
            self._flow(child)
        elif name in KINDS or name in REFUSED_NODES:
            element = self._add(child, parent)
            if name in _CONTAINERS:
                return child, element.id
        elif name in REFUSED_CHILDREN or name in _LOOPS:
            if parent is None:
                self._report.add(REFUSED_CHILDREN.get(name, "bpmn_unsupported_element"), child, element=name)
        elif name not in SILENT and name != "laneSet":
            self._report.add("bpmn_unsupported_element", child, element=name)
        return None

    def _add(self, node: etree._Element, parent: str | None) -> Element:
        if not node.get("id"):
            self._report.add("bpmn_missing_id", node, element=local(node))
        element = read_node(node, parent, self._definitions)
        if parent is not None and parent in self._report.refused:
            self._report.refused.add(element.id)
        if not node.get("id"):
            self._report.refused.add(element.id)
        self._elements.setdefault(element.id, element)
        self._links.append((node, element.id))
        return element

    def _flow(self, node: etree._Element) -> None:
        report, identifier = self._report, node.get("id")
        name_en = read_extensions(report, node, frozenset(), "sequence_flow").properties.get("tuoke.name.en", "").strip()
        if not identifier:
            report.add("bpmn_missing_id", node, element="sequenceFlow")
            identifier = f"?{line_of(node)}"
        conditions = bpmn_children(node, "conditionExpression")
        condition = expression_element(report, conditions[0]) if conditions else None
        if conditions and condition is None:
            report.refused.add(identifier)
        source, target = (_reference(node.get(attribute)) for attribute in ("sourceRef", "targetRef"))
        name = " ".join((node.get("name") or "").split())
        self._flows.setdefault(identifier, Flow(identifier, source, target, name, condition, line_of(node), name_en))

    def _connect(self) -> None:
        """Fill in incoming and outgoing flows, in the order in which the file lists the flows."""
        incoming: dict[str, list[str]] = {}
        outgoing: dict[str, list[str]] = {}
        for flow in self._flows.values():
            outgoing.setdefault(flow.source, []).append(flow.id)
            incoming.setdefault(flow.target, []).append(flow.id)
        for identifier, element in self._elements.items():
            self._elements[identifier] = replace(element, incoming=tuple(incoming.get(identifier, ())), outgoing=tuple(outgoing.get(identifier, ())))
        for node, identifier in self._links:
            element = self._elements[identifier]
            known = {"incoming": set(element.incoming), "outgoing": set(element.outgoing)}
            for child in bpmn_children(node, "incoming", "outgoing"):
                if _reference(text_of(child)) not in known[local(child)]:
                    self._report.add("bpmn_flow_mismatch", child, direction=local(child), flow=text_of(child))

    def _place_in_lanes(self) -> tuple[str, ...]:
        names: list[str] = []
        placed: dict[str, str] = {}
        nodes: dict[str, str | None] = {element.id: element.parent for element in self._elements.values()}
        for container in self._containers:
            more, lanes = read_lanes(container, self._report, nodes)
            names += more
            placed.update(lanes)
        for identifier, lane in inherit(self._elements, placed).items():
            if lane is not None:
                self._elements[identifier] = replace(self._elements[identifier], lane=lane)
        return tuple(dict.fromkeys(names))

    def _start_form(self, extensions: Extensions) -> None:
        """`tuoke.start_form` on the process is the form of its none start event, unless that names one itself."""
        form = static(self._report, self._node, extensions.properties.get("tuoke.start_form"))
        for element in list(self._elements.values()) if form else ():
            plain = element.kind == "start_event" and element.parent is None and element.event is not None and element.event.type == "none"
            if plain and (element.assignment is None or element.assignment.form_id is None):
                self._elements[element.id] = replace(element, assignment=replace(element.assignment or Assignment(), form_id=form))

    def _model(self, key: str, extensions: Extensions, lanes: tuple[str, ...]) -> ProcessModel:
        properties = extensions.properties
        return ProcessModel(
            key=key,
            name=" ".join((self._node.get("name") or self._definitions.process_names.get(key) or key).split()),
            name_en=properties.get("tuoke.name.en", "").strip(),
            documentation=documentation(self._node),
            version_tag=extensions.attribute("versionTag", "value") or "",
            file=self._report.file,
            elements=self._elements,
            flows=self._flows,
            lanes=lanes,
            title=expression(self._report, self._node, properties.get("tuoke.title")),
            properties=properties,
        )


def _reference(text: str | None) -> str:
    return (text or "").strip().rpartition(":")[2]
