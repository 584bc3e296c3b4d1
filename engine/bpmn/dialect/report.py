"""Gathers everything that is wrong with one file."""

from __future__ import annotations

from typing import Any

from lxml import etree

from engine.bpmn.dialect.names import BPMN, KINDS, REFUSED_NODES, line_of, local, namespace
from engine.bpmn.lint.messages import finding
from engine.bpmn.lint.words import shorten
from engine.model.findings import Finding

MAXIMUM_FINDINGS = 500
_OWNERS = frozenset(
    {
        *KINDS,
        *REFUSED_NODES,
        "process",
        "sequenceFlow",
        "lane",
        "participant",
        "message",
        "signal",
        "error",
        "collaboration",
        "association",
        "dataObjectReference",
    }
)


class Report:
    """Findings of one file; `refused` holds ids of flow nodes that have an error already, so that the lint adds no consequences of it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.refused: set[str] = set()

    def add(self, code: str, node: etree._Element | None = None, **values: Any) -> None:
        """A finding at `node`, named after the element that people know (the task around an extension, not the extension)."""
        if len(self.findings) == MAXIMUM_FINDINGS:
            self.findings.append(finding("file_too_many_findings", self.file, limit=MAXIMUM_FINDINGS))
        if len(self.findings) > MAXIMUM_FINDINGS:
            return
        owner = _owner(node)
        self.findings.append(
            finding(
                code,
                self.file,
                _line(node),
                owner.get("id") if owner is not None else None,
                shorten(owner.get("name") or "") if owner is not None else None,
                **{key: shorten(value) if isinstance(value, str) else value for key, value in values.items()},
            )
        )

    def refuse(self, code: str, node: etree._Element, **values: Any) -> None:
        """A finding about a whole flow node, which the lint then leaves alone."""
        self.add(code, node, **values)
        identifier = node.get("id")
        if identifier:
            self.refused.add(identifier)


def _line(node: etree._Element | None) -> int | None:
    return line_of(node) if node is not None else None


def _owner(node: etree._Element | None) -> etree._Element | None:
    while node is not None and not (namespace(node) == BPMN and local(node) in _OWNERS):
        node = node.getparent()
    return node
