"""Decisions as people read them: the cells of a table, or the lines of another logic, as written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.dmn.boxed import KINDS
from engine.dmn.report import Report
from engine.dmn.xml import child, children, local, read_root, text_of


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """An input (`expression` is FEEL) or an output (`expression` is its name); `values` are the allowed ones, as written."""

    label: str
    expression: str
    type: str
    values: str


@dataclass(frozen=True, slots=True)
class SheetRule:
    """A row, counted from 1: cells as written, `note` is what the analyst remarked."""

    number: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class DecisionSheet:
    """`hit_policy` is None when the logic is no table; then `lines` hold (name or kind of the part, FEEL), with their depth."""

    id: str
    name: str
    description: str
    requires: tuple[str, ...]
    hit_policy: str | None = None
    aggregation: str = ""
    inputs: tuple[SheetColumn, ...] = ()
    outputs: tuple[SheetColumn, ...] = ()
    rules: tuple[SheetRule, ...] = ()
    lines: tuple[tuple[int, str, str], ...] = ()


def read_sheets(data: bytes, file: str) -> tuple[DecisionSheet, ...]:
    """All decisions of a file, in its order. Raises DmnRejected for bytes that are no DMN file."""
    root = read_root(data, Report(file))
    names = {element.get("id", ""): element.get("name", "") for element in children(root, "decision", "inputData", "businessKnowledgeModel")}
    return tuple(_sheet(element, names) for element in children(root, "decision"))


def _sheet(element: etree._Element, names: dict[str, str]) -> DecisionSheet:
    required = [
        names.get(one.get("href", "").rpartition("#")[2], "")
        for requirement in children(element, "informationRequirement", "knowledgeRequirement")
        for one in children(requirement)
    ]
    head = (element.get("id", ""), element.get("name", ""), _description(element), tuple(filter(None, required)))
    logic = child(element, *KINDS)
    if logic is None or local(logic) != "decisionTable":
        return DecisionSheet(*head, lines=tuple(_lines(logic, 0)) if logic is not None else ())
    return DecisionSheet(
        *head,
        hit_policy=logic.get("hitPolicy", "UNIQUE"),
        aggregation=logic.get("aggregation", ""),
        inputs=tuple(_input(clause) for clause in children(logic, "input")),
        outputs=tuple(_output(clause) for clause in children(logic, "output")),
        rules=tuple(_rule(rule, number) for number, rule in enumerate(children(logic, "rule"), 1)),
    )


def _input(clause: etree._Element) -> SheetColumn:
    expression = child(clause, "inputExpression")
    source = text_of(expression)
    type_ = "" if expression is None else expression.get("typeRef", "")
    return SheetColumn(clause.get("label") or source, source, type_, text_of(child(clause, "inputValues")))


def _output(clause: etree._Element) -> SheetColumn:
    name = clause.get("name", "")
    return SheetColumn(clause.get("label") or name, name, clause.get("typeRef", ""), text_of(child(clause, "outputValues")))


def _rule(rule: etree._Element, number: int) -> SheetRule:
    notes = [_description(rule), *(text_of(one) for one in children(rule, "annotationEntry"))]
    inputs, outputs = ([text_of(cell) for cell in children(rule, kind)] for kind in ("inputEntry", "outputEntry"))
    return SheetRule(number, tuple(cell or "-" for cell in inputs), tuple(outputs), " ".join(filter(None, notes)))


def _description(element: etree._Element) -> str:
    found = child(element, "description")
    return "" if found is None or found.text is None else found.text.strip()


def _lines(element: etree._Element, depth: int) -> Iterator[tuple[int, str, str]]:
    """Every expression below, with the name of the entry, column or parameter that it stands for."""
    variable = child(element, "variable", "parameter")
    label = (variable.get("name", "") if variable is not None else "") or element.get("name", "") or element.get("iteratorVariable", "")
    text = text_of(element)
    if text or label:
        yield depth, label, text
    for below in children(element):
        if local(below) not in ("variable", "parameter", "text", "description"):
            yield from _lines(below, depth + bool(text or label))
