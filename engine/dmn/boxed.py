"""Boxed expressions to syntax trees: what FEEL can say is said in FEEL's own nodes."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from engine.dmn.table_reader import read_table
from engine.dmn.texts import Texts
from engine.dmn.xml import child, children, local, text_of
from engine.feel import FeelError, nodes
from engine.feel.parser import parse

RESULT = "\u0000result"
KINDS = (
    "literalExpression", "decisionTable", "context", "list", "relation", "functionDefinition", "invocation",
    "conditional", "filter", "for", "every", "some",
)  # fmt: skip


class Boxed:
    """Reads the logic of one decision or business knowledge model."""

    def __init__(self, owner: tuple[str, str], texts: Texts) -> None:
        self.owner = owner
        self.texts = texts
        self.readers: dict[str, Callable[[etree._Element], nodes.Node]] = {
            "literalExpression": self._literal,
            "decisionTable": lambda element: read_table(element, owner, texts),
            "context": self._context,
            "list": lambda element: nodes.ListOf(tuple(self.read(item) for item in children(element, *KINDS))),
            "relation": self._relation,
            "functionDefinition": self._function,
            "invocation": self._invocation,
            "conditional": self._conditional,
            "filter": self._filter,
            "for": self._for,
            "every": self._quantified,
            "some": self._quantified,
        }

    def read(self, element: etree._Element) -> nodes.Node:
        tree = self.readers[local(element)](element)
        if local(element) == "functionDefinition":  # its typeRef is read as the result's by some tools, as the function's by others
            return tree
        return self.texts.typed(tree, element.get("typeRef"), element, element.get("label") or self.owner[1])

    def inside(self, element: etree._Element | None, what: str) -> nodes.Node:
        """The expression that an element holds; null, with a finding, when there is none."""
        found = None if element is None else child(element, *KINDS)
        if found is None:
            self.texts.report.add("logic_missing", element, f"{what}没有表达式", "填写表达式")
            return nodes.Literal(None)
        return self.read(found)

    def _literal(self, element: etree._Element) -> nodes.Node:
        source = text_of(element)
        if not source:
            if child(element, "importedValues") is not None:
                self.texts.report.add("imported_values", element, "不支持 importedValues", "改为直接书写的表达式")
            else:
                self.texts.report.add("logic_missing", element, "表达式为空", "填写表达式")
            return nodes.Literal(None)
        return self.texts.expression(element, source, "表达式")

    def _context(self, element: etree._Element) -> nodes.Node:
        entries: list[tuple[str, nodes.Node]] = []
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            value = self.inside(entry, "上下文的条目")
            if variable is None:
                entries.append((RESULT, value))
                continue
            name = variable.get("name", "")
            entries.append((name, self.texts.typed(value, variable.get("typeRef"), variable, name)))
        context = nodes.ContextOf(tuple(entries))
        return nodes.Path(context, RESULT) if any(name == RESULT for name, _ in entries) else context

    def _relation(self, element: etree._Element) -> nodes.Node:
        columns = list(children(element, "column"))
        names = [column.get("name", "") for column in columns]
        rows: list[nodes.Node] = []
        for row in children(element, "row"):
            cells = [self.read(cell) for cell in children(row, *KINDS)]
            if len(cells) != len(names):
                self.texts.report.add("wrong_cell_count", row, f"关系表的一行有 {len(cells)} 格,应有 {len(names)} 格", "补齐或删去单元格")
            typed = (self.texts.typed(cell, one.get("typeRef"), one, name) for cell, one, name in zip(cells, columns, names, strict=False))
            rows.append(nodes.ContextOf(tuple(zip(names, typed, strict=False))))
        return nodes.ListOf(tuple(rows))

    def _function(self, element: etree._Element) -> nodes.Node:
        return self.function(element)

    def function(self, element: etree._Element) -> nodes.FunctionOf:
        """A functionDefinition, or the encapsulatedLogic of a business knowledge model."""
        kind = element.get("kind", "FEEL")
        if kind != "FEEL":
            self.texts.report.add("external_function", element, f"不支持 {kind} 函数", "改用 FEEL 函数")
        parameters = []
        for parameter in children(element, "formalParameter"):
            reference = parameter.get("typeRef", "")
            parameters.append(nodes.Parameter(parameter.get("name", ""), self.texts.types.node(reference, parameter)))
        return nodes.FunctionOf(tuple(parameters), self.inside(element, "函数"))

    def _invocation(self, element: etree._Element) -> nodes.Node:
        called = child(element, "literalExpression")
        names: list[str] = []
        arguments: list[nodes.Node] = []
        for binding in children(element, "binding"):
            parameter = child(binding, "parameter")
            names.append("" if parameter is None else parameter.get("name", ""))
            arguments.append(self.inside(binding, "调用的参数") if child(binding, *KINDS) is not None else nodes.Literal(None))
        function = self._literal(called) if called is not None else self.inside(element, "调用")
        return nodes.Call(function, tuple(arguments), tuple(names) or None)

    def _conditional(self, element: etree._Element) -> nodes.Node:
        condition, yes, no = (self.inside(child(element, name), name) for name in ("if", "then", "else"))
        return nodes.If(((condition, yes),), no)

    def _filter(self, element: etree._Element) -> nodes.Node:
        return nodes.Filter(self.inside(child(element, "in"), "filter 的 in"), self.inside(child(element, "match"), "filter 的 match"))

    def _iterator(self, element: etree._Element) -> nodes.Iterator:
        name, within = element.get("iteratorVariable", ""), child(element, "in")
        literal = None if within is None else child(within, "literalExpression")
        counted = None if literal is None else self._counted(literal)
        if counted is not None:
            return nodes.Iterator(name, counted.source, counted.end)
        return nodes.Iterator(name, self.inside(within, "循环的 in"))

    def _counted(self, element: etree._Element) -> nodes.Iterator | None:
        """`1..n`, which is no expression but may stand where a loop says over what it goes."""
        source = text_of(element)
        if ".." not in source:
            return None
        try:
            tree = parse(f"for i in {source} return i", self.texts.names)
        except FeelError:
            return None
        return tree.iterators[0] if isinstance(tree, nodes.For) and tree.iterators[0].end is not None else None

    def _for(self, element: etree._Element) -> nodes.Node:
        return nodes.For((self._iterator(element),), self.inside(child(element, "return"), "循环的 return"))

    def _quantified(self, element: etree._Element) -> nodes.Node:
        return nodes.Quantified(local(element), (self._iterator(element),), self.inside(child(element, "satisfies"), "satisfies"))
