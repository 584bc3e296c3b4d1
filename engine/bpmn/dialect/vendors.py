"""Attributes and elements that are neither BPMN nor ours: other engines' are refused, unknown vendors' pointed out, drawing left alone."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialect.names import BPMN, DECORATION, OTHER_ENGINES, ZEEBE, local, namespace
from engine.bpmn.dialect.report import Report

_TEMPLATE_ATTRIBUTES = {"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon"}


def check_attributes(report: Report, node: etree._Element) -> None:
    """Refuse attributes of other engines; those that only draw are left alone, unknown vendors get a warning."""
    for key in node.attrib:
        name = etree.QName(str(key))
        if name.namespace is None or name.namespace in DECORATION:
            continue
        if name.namespace == ZEEBE:
            if name.localname not in _TEMPLATE_ATTRIBUTES:
                report.add("bpmn_unsupported_zeebe", node, element=name.localname)
            continue
        _foreign_name(report, node, name.namespace, name.localname)


def foreign(report: Report, node: etree._Element) -> None:
    """An element that is neither BPMN nor zeebe."""
    if not local(node):
        return
    if namespace(node) == BPMN:
        report.add("bpmn_unsupported_element", node, element=local(node))
    elif namespace(node) not in DECORATION:
        _foreign_name(report, node, namespace(node), local(node))


def _foreign_name(report: Report, node: etree._Element, uri: str, name: str) -> None:
    vendor = OTHER_ENGINES.get(uri)
    if vendor is not None:
        report.add("bpmn_engine_extension", node, name=name, vendor=vendor)
    elif not any(found.code == "bpmn_foreign_extension" and found.values["namespace"] == uri for found in report.findings):
        report.add("bpmn_foreign_extension", node, namespace=uri)
