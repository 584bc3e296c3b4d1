"""Namespaces, and which names of them the dialect knows."""

from __future__ import annotations

from typing import Any, cast

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

DECORATION = frozenset(
    {
        BPMNDI,
        DC,
        DI,
        XSI,
        "http://www.w3.org/XML/1998/namespace",
        "http://camunda.org/schema/modeler/1.0",
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
        "http://www.omg.org/spec/BPMN/non-normative/extensions/color/1.0",
    }
)
OTHER_ENGINES = {
    "http://camunda.org/schema/1.0/bpmn": "Camunda 7",
    "http://activiti.org/bpmn": "Activiti",
    "http://flowable.org/bpmn": "Flowable",
    "http://operaton.org/schema/1.0/bpmn": "Operaton",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "SpiffWorkflow",
    "http://www.jboss.org/drools": "jBPM",
}

KINDS = {
    "task": "none_task",
    "userTask": "user_task",
    "manualTask": "manual_task",
    "serviceTask": "service_task",
    "scriptTask": "script_task",
    "businessRuleTask": "business_rule_task",
    "sendTask": "send_task",
    "receiveTask": "receive_task",
    "exclusiveGateway": "exclusive_gateway",
    "parallelGateway": "parallel_gateway",
    "inclusiveGateway": "inclusive_gateway",
    "eventBasedGateway": "event_based_gateway",
    "subProcess": "sub_process",
    "callActivity": "call_activity",
    "startEvent": "start_event",
    "endEvent": "end_event",
    "intermediateCatchEvent": "intermediate_catch_event",
    "intermediateThrowEvent": "intermediate_throw_event",
    "boundaryEvent": "boundary_event",
}
# Flow nodes that are refused but keep their place in the graph, so that what is around them can still be checked.
REFUSED_NODES = {
    "complexGateway": "bpmn_unsupported_complex_gateway",
    "transaction": "bpmn_unsupported_transaction",
    "adHocSubProcess": "bpmn_unsupported_ad_hoc",
    "implicitThrowEvent": "bpmn_unsupported_element",
    "callChoreography": "bpmn_unsupported_choreography",
    "choreographyTask": "bpmn_unsupported_choreography",
    "subChoreography": "bpmn_unsupported_choreography",
}
ACTIVITIES = frozenset(kind for name, kind in KINDS.items() if not name.endswith(("Event", "Gateway")))

# Children of flow nodes and containers that only draw or describe.
SILENT = frozenset(
    {
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "auditing",
        "monitoring",
        "categoryValueRef",
        "property",
        "textAnnotation",
        "association",
        "group",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "supports",
        "supportedInterfaceRef",
        "rendering",
    }
)
REFUSED_CHILDREN = {
    "ioSpecification": "bpmn_unsupported_data_association",
    "dataInputAssociation": "bpmn_unsupported_data_association",
    "dataOutputAssociation": "bpmn_unsupported_data_association",
    "dataInput": "bpmn_unsupported_data_association",
    "dataOutput": "bpmn_unsupported_data_association",
    "inputSet": "bpmn_unsupported_data_association",
    "outputSet": "bpmn_unsupported_data_association",
    "resourceRole": "bpmn_unsupported_resource_role",
    "performer": "bpmn_unsupported_resource_role",
    "humanPerformer": "bpmn_unsupported_resource_role",
    "potentialOwner": "bpmn_unsupported_resource_role",
}


def local(node: etree._Element) -> str:
    """The name without its namespace; "" for comments and processing instructions."""
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def namespace(node: etree._Element) -> str:
    """The namespace URI; "" for none, comments and processing instructions."""
    return etree.QName(node).namespace or "" if isinstance(node.tag, str) else ""


def bpmn_children(node: etree._Element, *names: str) -> list[etree._Element]:
    """Direct children in the BPMN namespace, only those of `names` when given."""
    return [child for child in node if namespace(child) == BPMN and (not names or local(child) in names)]


def zeebe_children(node: etree._Element, *names: str) -> list[etree._Element]:
    """Direct children in the zeebe namespace, only those of `names` when given."""
    return [child for child in node if namespace(child) == ZEEBE and (not names or local(child) in names)]


def text_of(node: etree._Element | None) -> str:
    """All text inside, stripped."""
    return "".join(str(part) for part in node.itertext()).strip() if node is not None else ""


def line_of(node: etree._Element) -> int | None:
    """Line of the start tag; None for an element without a place (lxml-stubs does not know the type)."""
    return cast(Any, node.sourceline) or None
