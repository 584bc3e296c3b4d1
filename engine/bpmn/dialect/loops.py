"""Multi-instance and standard loops."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialect.definitions import Definitions
from engine.bpmn.dialect.events import completion_condition
from engine.bpmn.dialect.expressions import boolean, expression, expression_element, variable, whole_number
from engine.bpmn.dialect.extensions import read_extensions
from engine.bpmn.dialect.names import bpmn_children, local
from engine.bpmn.elements import Loop

MAXIMUM_LOOPS = 100_000
_EXTENSION = frozenset({"loopCharacteristics"})
_REFUSED = (
    "loopCardinality",
    "loopDataInputRef",
    "loopDataOutputRef",
    "inputDataItem",
    "outputDataItem",
    "complexBehaviorDefinition",
)


def read_loop(node: etree._Element, definitions: Definitions) -> Loop | None:
    """The loop of an activity; None when it has none or it was refused."""
    loops = bpmn_children(node, "multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
    if not loops:
        return None
    if len(loops) > 1:
        definitions.report.add("bpmn_unsupported_element", loops[1], element=local(loops[1]))
    return _standard(loops[0], definitions) if local(loops[0]) == "standardLoopCharacteristics" else _multi(loops[0], definitions)


def _standard(node: etree._Element, definitions: Definitions) -> Loop:
    report = definitions.report
    read_extensions(report, node, frozenset(), "loop")
    conditions = bpmn_children(node, "loopCondition")
    condition = expression_element(report, conditions[0]) if conditions else None
    maximum = whole_number(report, node, "loopMaximum", None, 1, MAXIMUM_LOOPS)
    if not conditions and maximum is None:
        report.add("bpmn_loop_unbounded", node)
    return Loop("standard", condition=condition, test_before=boolean(report, node, "testBefore", False), maximum=maximum)


def _multi(node: etree._Element, definitions: Definitions) -> Loop | None:
    report = definitions.report
    for child in bpmn_children(node, *_REFUSED):
        report.add("bpmn_loop_cardinality", child, element=local(child))
    for attribute in ("behavior", "oneBehaviorEventRef", "noneBehaviorEventRef"):
        if node.get(attribute) not in (None, "All"):
            report.add("bpmn_unsupported_attribute", node, attribute=attribute, value=node.get(attribute))
    extensions = read_extensions(report, node, _EXTENSION, "loop")
    extension = extensions.elements.get("loopCharacteristics")
    if extension is None:
        report.add("bpmn_missing_extension", node, element="loopCharacteristics")
        return None
    if not extension.get("inputCollection"):
        report.add("bpmn_zeebe_missing", extension, element="loopCharacteristics", attribute="inputCollection")
    output_collection = variable(report, extension, extension.get("outputCollection"))
    output_item = expression(report, extension, extension.get("outputElement"), "none")
    if bool(extension.get("outputCollection")) != bool(extension.get("outputElement")):
        report.add("bpmn_loop_output", extension)
    return Loop(
        "sequential" if boolean(report, node, "isSequential", False) else "parallel",
        collection=expression(report, extension, extension.get("inputCollection"), "none"),
        item=variable(report, extension, extension.get("inputElement")),
        output_collection=output_collection,
        output_item=output_item,
        completion=completion_condition(node, definitions),
    )
