"""The FEEL texts of one model: parsed with the names and types that the model declares, failures as findings."""

from __future__ import annotations

from collections.abc import Callable, Collection

from lxml import etree

from engine.dmn.item_types import ItemTypes
from engine.dmn.report import Report
from engine.feel import FeelError, nodes
from engine.feel.code import Code, Test, Unit
from engine.feel.compile_tests import compile_unary
from engine.feel.compiler import compile_node
from engine.feel.functions.registry import FUNCTIONS
from engine.feel.parser import parse, parse_unary_tests
from engine.feel.types import coercion, labelled
from engine.model.values import Value

_FEEL = ("FEEL/", "feel", "FEEL")


class Texts:
    """`names` are all names that the model declares anywhere."""

    def __init__(self, report: Report, types: ItemTypes, names: Collection[str]) -> None:
        self.report = report
        self.types = types
        self.names = frozenset(names)

    def expression(self, element: etree._Element, source: str, where: str) -> nodes.Node:
        """The tree of an expression; null, with a finding, when it is broken."""
        if not self._is_feel(element):
            return nodes.Literal(None)
        try:
            return parse(source, self.names)
        except FeelError as error:
            self.report.feel(element, source, error, where)
            return nodes.Literal(None)

    def unary(self, element: etree._Element, source: str, where: str) -> nodes.UnaryTests:
        """The tree of a cell; one that holds for everything, with a finding, when it is broken."""
        if not self._is_feel(element):
            return nodes.UnaryTests(())
        try:
            return parse_unary_tests(source, self.names)
        except FeelError as error:
            self.report.feel(element, source, error, where)
            return nodes.UnaryTests(())

    def allowed_values(self, type_name: str) -> nodes.UnaryTests | None:
        """The allowed values of an item definition."""
        tests = self.types.allowed.get(type_name)
        return tests.tree if tests is not None and isinstance(tests.tree, nodes.UnaryTests) else None

    def typed(self, tree: nodes.Node, reference: str | None, element: etree._Element, label: str) -> nodes.Node:
        """The tree, declared to be of the type that a `typeRef` names."""
        kind = self.types.node(reference or "", element)
        return tree if kind is None else nodes.Typed(tree, kind, label, self.kind(kind))

    def kind(self, _node: nodes.TypeNode) -> object:
        """What inference is told about a declared type; nothing where only code is made."""
        return None

    def fit(self, reference: str | None, element: etree._Element, label: str) -> Callable[[Value], Value] | None:
        """Converts to the type that a `typeRef` names, or raises NullResult; None where it names none."""
        kind = self.types.node(reference or "", element)
        return None if kind is None else labelled(coercion(kind, self.types.checks), label)

    def code(self, tree: nodes.Node, element: etree._Element) -> Code:
        """The code of an expression; a part that can only be null becomes a warning."""
        unit = self._unit()
        code = unit.code(tree)
        self._warn(unit, element)
        return code

    def test(self, tree: nodes.UnaryTests, element: etree._Element) -> Test:
        unit = self._unit()
        test = compile_unary(tree, unit)
        self._warn(unit, element)
        return test

    def _warn(self, unit: Unit, element: etree._Element) -> None:
        for note in unit.problems:
            self.report.add(
                f"feel_{note.code}", element, f"{note.message};此处结果总为空值", "修改表达式", severity="warning", position=note.position
            )

    def _unit(self) -> Unit:
        return Unit(compile_node, self.names & FUNCTIONS.keys(), self.types.checks)

    def _is_feel(self, element: etree._Element) -> bool:
        language = element.get("expressionLanguage")
        if language is None or language.endswith(_FEEL):
            return True
        self.report.add("not_feel", element, f"表达式语言“{language}”不受支持", "改用 FEEL")
        return False
