"""A .bpmn file -> its executable processes and everything that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.bpmn.dialect.definitions import processes, read_definitions
from engine.bpmn.dialect.expressions import boolean
from engine.bpmn.dialect.names import BPMN, line_of, local, namespace
from engine.bpmn.dialect.process import ProcessReader
from engine.bpmn.dialect.report import Report
from engine.bpmn.dialect.xml import parse
from engine.bpmn.elements import ProcessModel
from engine.model.findings import Finding


@dataclass(frozen=True, slots=True)
class FileReading:
    """`processes` may be incomplete where `findings` hold errors; `refused` are ids of elements that need no further check."""

    processes: tuple[ProcessModel, ...] = ()
    findings: tuple[Finding, ...] = ()
    refused: frozenset[str] = frozenset()


def read_file(data: bytes, file: str) -> FileReading:
    """Read a BPMN file. Never raises: what cannot be run is in `findings`."""
    parsed = parse(data, file)
    if parsed.root is None:
        return FileReading(findings=parsed.findings)
    root, report = parsed.root, Report(file)
    report.findings.extend(parsed.findings)
    if namespace(root) != BPMN or local(root) != "definitions":
        report.add("xml_not_bpmn", root, root=str(root.tag))
        return FileReading(findings=tuple(report.findings))
    _check_ids(root, report)
    definitions = read_definitions(root, report)
    models: dict[str, ProcessModel] = {}
    for node in processes(root):
        if not boolean(report, node, "isExecutable", False):
            report.add("bpmn_not_executable", node, process=node.get("name") or node.get("id") or "")
            continue
        model = ProcessReader(node, definitions).read()
        if model is not None:
            models.setdefault(model.key, model)
    return FileReading(tuple(models.values()), tuple(report.findings), frozenset(report.refused))


def _check_ids(root: etree._Element, report: Report) -> None:
    """Ids are unique in a file, over everything in the BPMN namespace."""
    seen: dict[str, int] = {}
    for node in root.iter():
        identifier = node.get("id") if namespace(node) == BPMN else None
        if identifier is None:
            continue
        if identifier in seen:
            report.add("bpmn_duplicate_id", node, id=identifier, other_line=seen[identifier])
        else:
            seen[identifier] = line_of(node) or 0
