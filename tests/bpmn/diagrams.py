"""Diagrams in a few words, for tests of the dialect and the lint."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.pack import Pack, load_pack
from engine.model.errors import DefinitionRejected
from engine.model.findings import Finding

START = '<startEvent id="s"/>'
END = '<endEvent id="e" name="完成"/>'
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="t">'
)


def extensions(inner: str) -> str:
    return f"<extensionElements>{inner}</extensionElements>"


def user(id: str = "u", inner: str = '<zeebe:assignmentDefinition candidateGroups="staff"/>', attributes: str = "", children: str = "") -> str:
    return f'<userTask id="{id}" name="办理 {id}" {attributes}>{extensions(inner)}{children}</userTask>'


def flows(*chains: str) -> str:
    """`"s>u>e"` connects s with u and u with e; `"a>b:=x"` puts a condition on the flow. Ids are `a_b`."""
    result = []
    for chain in chains:
        path, _, condition = chain.partition(":")
        ids = path.split(">")
        body = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        result += [f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}">{body}</sequenceFlow>' for a, b in zip(ids, ids[1:], strict=False)]
    return "".join(result)


def diagram(*parts: str, key: str = "p", definitions: str = "", attributes: str = 'isExecutable="true"') -> bytes:
    """A file with one process."""
    return f'{HEAD}{definitions}<process id="{key}" name="流程" {attributes}>{"".join(parts)}</process></definitions>'.encode()


def simple(middle: str, id: str = "u", definitions: str = "", more: str = "") -> bytes:
    """start → `middle` (its id is `id`) → end."""
    return diagram(START, middle, END, flows(f"s>{id}>e"), more, definitions=definitions)


def findings(files: Mapping[str, bytes] | bytes) -> tuple[Finding, ...]:
    """Everything found in a pack: errors and warnings."""
    try:
        return load_pack({"p.bpmn": files} if isinstance(files, bytes) else files).warnings
    except DefinitionRejected as refusal:
        return refusal.findings


def codes(files: Mapping[str, bytes] | bytes) -> list[str]:
    return [found.code for found in findings(files)]


def load(files: Mapping[str, bytes] | bytes) -> Pack:
    return load_pack({"p.bpmn": files} if isinstance(files, bytes) else files)
