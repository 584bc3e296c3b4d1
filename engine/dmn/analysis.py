"""Decision models as they are written: tables with their cells, texts with their lines, types. What checks look at before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

from lxml import etree

from engine.dmn.boxed import KINDS, Boxed
from engine.dmn.hit_policies import AGGREGATIONS, POLICIES, HitPolicy
from engine.dmn.index import ConstantCell, constant, constant_cell
from engine.dmn.item_kinds import read_item_kinds
from engine.dmn.item_types import ItemTypes
from engine.dmn.report import Report
from engine.dmn.texts import Texts
from engine.dmn.xml import child, children, local, read_root, text_of
from engine.feel import nodes
from engine.feel.analysis import free_names
from engine.feel.functions.registry import FUNCTIONS
from engine.feel.inference import ANY, NUMBER, Names, Type, context_of, infer_tree, list_of, of_type_node, union
from engine.feel.inference.kinds import DAYS, MONTHS, NULL, ORDERED
from engine.feel.inference.walk import Walk
from engine.model.values import Value

_LOCAL = frozenset(("contextEntry", "formalParameter", "column"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands in its file."""

    line: int | None
    element_id: str | None
    element_name: str | None


@dataclass(frozen=True, slots=True)
class Text:
    """One FEEL text. `column` is the number of the input whose value it tests, from 0; None unless it is a cell."""

    source: str
    tree: nodes.Node
    place: Place
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One input. `kind` is the declared type; `allowed` the constants that its allowed values are, if they are."""

    label: str
    expression: Text
    kind: Type
    allowed: ConstantCell | None


@dataclass(frozen=True, slots=True)
class Output:
    """One output. `allowed` are the values listed for it, most important first."""

    name: str
    kind: Type
    default: Text | None
    allowed: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One rule; `number` counts from 1."""

    number: int
    place: Place
    cells: tuple[Text, ...]
    outputs: tuple[Text, ...]
    constants: tuple[ConstantCell | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table. `infer` is what engine.feel.inference asks."""

    place: Place
    policy: HitPolicy
    inputs: tuple[Column, ...]
    outputs: tuple[Output, ...]
    rows: tuple[Row, ...]

    def infer(self, names: Names, _walk: Walk) -> Type:
        """The type of the table's value."""
        columns = [self._output(number, names) for number in range(len(self.outputs))]
        shaped = columns[0] if len(columns) == 1 else context_of({one.name: kind for one, kind in zip(self.outputs, columns, strict=True)})
        policy = self.policy
        if policy.aggregation == "COUNT":
            return NUMBER
        if policy.aggregation == "SUM":
            return shaped.only(frozenset(("number", DAYS, MONTHS))) if shaped.values is None else NUMBER
        if policy.aggregation is not None:
            return shaped.only(ORDERED)
        if policy.name in ("COLLECT", "RULE ORDER", "OUTPUT ORDER"):
            return union(list_of(shaped), shaped if self.has_default else NULL)
        return shaped

    def _output(self, number: int, names: Names) -> Type:
        output = self.outputs[number]
        texts = [row.outputs[number] for row in self.rows] + ([output.default] if output.default is not None else [])
        found = union(*(infer_tree(text.tree, names).type for text in texts))
        return found if found.kinds <= output.kind.kinds else output.kind

    @property
    def has_default(self) -> bool:
        return any(output.default is not None for output in self.outputs)

    @property
    def single(self) -> bool:
        """Whether at most one row gives the value."""
        return self.policy.name in ("UNIQUE", "FIRST", "ANY", "PRIORITY")


@dataclass(frozen=True, slots=True)
class Shape:
    """One decision as written. `kind` is its declared type (ANY without one); `needs` the names that its own logic reads."""

    id: str
    name: str
    variable: str
    kind: Type
    tree: nodes.Node
    place: Place
    requires: tuple[str, ...]
    knowledge: tuple[str, ...]
    inputs: tuple[str, ...]
    needs: frozenset[str]
    tables: tuple[Table, ...]
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class ModelShape:
    """One file. `input_data` are types of input data by id, `data_names` their names; `hidden` are names that the logic itself may bind."""

    file: str
    decisions: Mapping[str, Shape]
    input_data: Mapping[str, tuple[str, Type]] = field(default_factory=dict)
    functions: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    def closure(self, decision_id: str) -> tuple[Shape, ...]:
        """The decision and all that it requires, what is required first."""
        ordered: dict[str, Shape] = {}

        def visit(identifier: str, path: tuple[str, ...]) -> None:
            shape = self.decisions.get(identifier)
            if shape is None or identifier in ordered or identifier in path:
                return
            for required in shape.requires:
                visit(required, (*path, identifier))
            ordered[identifier] = shape

        visit(decision_id, ())
        return tuple(ordered.values())

    def needs(self, decision_id: str) -> frozenset[str]:
        """Names that a decision reads from the scope of whoever asks it."""
        wanted: set[str] = set()
        for shape in self.closure(decision_id):
            given = {self.decisions[one].variable for one in shape.requires if one in self.decisions}
            wanted |= shape.needs - given
        return frozenset(wanted - self.functions)

    def result(self, decision_id: str, names: Mapping[str, Type]) -> Type:
        """The type of a decision's value where the scope has these names."""
        known = dict(names)
        kind: Type = ANY
        for shape in self.closure(decision_id):
            found = infer_tree(shape.tree, Names({**known, **self._declared(shape)}, open=True)).type
            kind = found if shape.kind.anything or found.kinds <= shape.kind.kinds else shape.kind
            known[shape.variable] = kind
        return kind

    def names_for(self, shape: Shape) -> Names:
        """What the texts of a decision may count on, wherever it is asked: declared input data and required decisions."""
        known = self._declared(shape)
        for required in shape.requires:
            if required in self.decisions:
                known[self.decisions[required].variable] = self.result(required, {})
        return Names({name: kind for name, kind in known.items() if name not in self.hidden}, open=True)

    def _declared(self, shape: Shape) -> dict[str, Type]:
        return {name: kind for name, kind in (self.input_data[one] for one in shape.inputs if one in self.input_data) if not kind.anything}


@lru_cache(maxsize=64)
def read_shape(data: bytes, file: str) -> ModelShape | None:
    """The model of a DMN file that engine.dmn.load accepts; None for one that cannot be read."""
    report = Report(file)
    root = read_root(data, report)
    return None if report.errors else _Reader(root, report).read()


class _Reader:
    def __init__(self, root: etree._Element, report: Report) -> None:
        self._root = root
        types = ItemTypes(report)
        types.read(root)
        self._kinds = read_item_kinds(root)
        self._report = report
        declared = {element.get("name") or element.get("iteratorVariable") for element in root.iter() if local(element)}
        self._texts = _Recording(report, types, {name for name in declared if name})
        self._texts.kinds = self._kinds

    def read(self) -> ModelShape:
        data = {one.get("id", ""): self._variable(one) for one in children(self._root, "inputData")}
        callable_ = [self._variable(one)[0] for one in children(self._root, "businessKnowledgeModel", "decisionService")]
        hidden = {name for element in self._root.iter() if (name := _bound(element))}
        shapes = [self._decision(one) for one in children(self._root, "decision")]
        return ModelShape(self._report.file, {one.id: one for one in shapes}, data, frozenset(callable_), frozenset(hidden))

    def _decision(self, element: etree._Element) -> Shape:
        identifier, name = element.get("id", ""), element.get("name", "")
        logic, tables = child(element, *KINDS), list[Table]()
        self._texts.recorded = []
        tree: nodes.Node = nodes.Literal(None)
        if logic is not None:
            boxed = Boxed((identifier, name), self._texts)
            boxed.readers["decisionTable"] = lambda one: self._keep(tables, one)
            tree = boxed.read(logic)
        variable, kind = self._variable(element)
        reads = free_names(tree)[0] | {name for table in tables for name in _table_names(table)}
        needs = frozenset(one for one in reads if one != "?" and one not in FUNCTIONS and one not in self._bound_inside(element))
        knowledge = _references(element, "knowledgeRequirement", "requiredKnowledge")
        requires, inputs = (_references(element, "informationRequirement", one) for one in ("requiredDecision", "requiredInput"))
        texts = tuple(self._texts.recorded)
        return Shape(identifier, name, variable, kind, tree, _place(element), requires, knowledge, inputs, needs, tuple(tables), texts)

    def _keep(self, tables: list[Table], element: etree._Element) -> nodes.Native:
        table = self._table(element)
        tables.append(table)
        return nodes.Native(table, tuple(column.expression.tree for column in table.inputs))

    def _table(self, element: etree._Element) -> Table:
        name, aggregation = element.get("hitPolicy", "UNIQUE"), element.get("aggregation")
        policy = HitPolicy(name if name in POLICIES else "UNIQUE", aggregation if aggregation in AGGREGATIONS else None)
        inputs = tuple(self._input(one) for one in children(element, "input"))
        outputs = tuple(self._output(one) for one in children(element, "output"))
        rows = tuple(self._row(one, number) for number, one in enumerate(children(element, "rule"), 1))
        fitting = tuple(row for row in rows if len(row.cells) == len(inputs) and len(row.outputs) == len(outputs))
        return Table(_place(element), policy, inputs, outputs, fitting)

    def _input(self, element: etree._Element) -> Column:
        expression = child(element, "inputExpression")
        where = expression if expression is not None else element
        source = text_of(expression) or "null"
        text = self._texts.recording(where, source, self._texts.expression(where, source, ""))
        values = child(element, "inputValues")
        tests = self._texts.unary(values, text_of(values), "") if values is not None and text_of(values) else None
        reference = where.get("typeRef", "")
        if tests is None:
            tests = self._texts.allowed_values(reference)
        return Column(
            element.get("label") or " ".join(source.split()), text, self._kind(reference, where), None if tests is None else constant_cell(tests)
        )

    def _output(self, element: etree._Element) -> Output:
        default, values = child(element, "defaultOutputEntry"), child(element, "outputValues")
        source = text_of(default)
        text = self._texts.recording(default, source, self._texts.expression(default, source, "")) if default is not None and source else None
        reference = element.get("typeRef", "")
        tests = self._texts.unary(values, text_of(values), "") if values is not None and text_of(values) else self._texts.allowed_values(reference)
        listed = tuple(constant(test) for test in tests.tests) if tests is not None else ()
        return Output(element.get("name") or "", self._kind(reference, element), text, listed if all(one is not None for one in listed) else ())

    def _row(self, element: etree._Element, number: int) -> Row:
        cells = tuple(
            self._texts.recording(entry, source, self._texts.unary(entry, source, ""), column)
            for column, entry in enumerate(children(element, "inputEntry"))
            for source in [text_of(entry) or "-"]
        )
        outputs = tuple(
            self._texts.recording(entry, source, self._texts.expression(entry, source, ""))
            for entry in children(element, "outputEntry")
            for source in [text_of(entry) or "null"]
        )
        constants = tuple(constant_cell(cell.tree) if isinstance(cell.tree, nodes.UnaryTests) else None for cell in cells)
        return Row(number, _place(element), cells, outputs, constants)

    def _variable(self, element: etree._Element) -> tuple[str, Type]:
        variable = child(element, "variable")
        if variable is None:
            return element.get("name", ""), ANY
        return variable.get("name") or element.get("name") or "", self._kind(variable.get("typeRef", ""), variable)

    def _kind(self, reference: str, element: etree._Element) -> Type:
        return of_type_node(self._texts.types.node(reference, element), self._kinds)

    def _bound_inside(self, element: etree._Element) -> frozenset[str]:
        """Names that boxed expressions bind; free_names knows those inside FEEL texts itself."""
        return frozenset(name for one in element.iter() if (name := _bound(one)))


class _Recording(Texts):
    """Keeps every text of a boxed expression with its place."""

    recorded: list[Text]
    kinds: Mapping[str, Type]

    def kind(self, node: nodes.TypeNode) -> Type:
        return of_type_node(node, self.kinds)

    def recording(self, element: etree._Element, source: str, tree: nodes.Node, column: int | None = None) -> Text:
        return Text(source, tree, _place(element), column)

    def expression(self, element: etree._Element, source: str, where: str) -> nodes.Node:
        tree = super().expression(element, source, where)
        if local(element) == "literalExpression":
            self.recorded.append(Text(source, tree, _place(element)))
        return tree


def _table_names(table: Table) -> frozenset[str]:
    texts = [text for row in table.rows for text in (*row.cells, *row.outputs)] + [one.default for one in table.outputs if one.default is not None]
    return frozenset[str]().union(*(free_names(text.tree)[0] for text in texts))


def _bound(element: etree._Element) -> str | None:
    """The name that an element of a boxed expression gives to something inside it."""
    tag = local(element)
    if tag == "variable":
        parent = element.getparent()
        return element.get("name") if parent is not None and local(parent) == "contextEntry" else None
    return element.get("iteratorVariable") or (element.get("name") if tag in _LOCAL else None)


def _references(element: etree._Element, requirement: str, reference: str) -> tuple[str, ...]:
    found = (one.get("href", "") for each in children(element, requirement) for one in children(each, reference))
    return tuple(href.rpartition("#")[2] for href in found)


def _place(element: etree._Element) -> Place:
    """The line of the element, and the nearest id and name around it."""
    identifier, name = None, None
    node: etree._Element | None = element
    while node is not None and (identifier is None or name is None):
        identifier = identifier or node.get("id")
        name = name or (node.get("name") if local(node) in ("decision", "inputData", "businessKnowledgeModel") else None)
        node = node.getparent()
    return Place(cast("int | None", element.sourceline), identifier, name)
