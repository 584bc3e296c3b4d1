"""Item definitions: named types with components, collections and allowed values, as checks of values."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.dmn.report import Report
from engine.dmn.xml import child, children, text_of
from engine.feel import FeelError, UnaryTests, compile_unary
from engine.feel.code import TypeCheck
from engine.feel.cursor import Cursor
from engine.feel.nodes import TypeNode
from engine.feel.type_parser import parse_type
from engine.feel.types import type_check
from engine.feel.values import FeelFunction
from engine.model.values import Value

_OLD_NAMES = {
    "days and time duration": "days and time duration",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
}


class ItemTypes:
    """The named types of one model. A type is looked up when it is used, so that definitions may refer to later ones."""

    def __init__(self, report: Report, imported: Mapping[str, Mapping[str, TypeCheck]] | None = None) -> None:
        self.report = report
        self.checks: dict[str, TypeCheck] = {f"{name}.{one}": check for name, types in (imported or {}).items() for one, check in types.items()}
        self.allowed: dict[str, UnaryTests] = {}
        self.elements: dict[str, etree._Element] = {}

    def read(self, definitions: etree._Element) -> None:
        for element in children(definitions, "itemDefinition"):
            name = element.get("name", "")
            if name in self.elements:
                self.report.add("type_twice", element, f"类型“{name}”定义了两次", "改名或删除其中一个")
            self.elements[name] = element
            self.checks[name] = self._later(name)
        for name, element in self.elements.items():
            self.checks[name] = self._check(element)
            tests = self._allowed(element)
            if tests is not None:
                self.allowed[name] = tests

    def _later(self, name: str) -> TypeCheck:
        return lambda value: self.checks[name](value)

    def node(self, reference: str, element: etree._Element) -> TypeNode | None:
        """The type that a `typeRef` names; None, with a finding, when there is none."""
        reference = _OLD_NAMES.get(reference.strip(), reference.strip())
        if not reference or reference == "Any":
            return None
        if reference in self.checks:
            return TypeNode(reference)
        try:
            cursor = Cursor(reference, ())
            node = parse_type(cursor)
            if cursor.token.kind == "end" and type_check(node, self.checks) is not None:
                return node
        except FeelError:
            pass
        self.report.add("unknown_type", element, f"没有类型“{reference}”", "改为内置类型,或补上 itemDefinition")
        return None

    def _check(self, element: etree._Element) -> TypeCheck:
        reference = element.get("typeRef") or _type_ref(element)
        if child(element, "functionItem") is not None:
            check: TypeCheck = lambda value: isinstance(value, FeelFunction)  # noqa: E731 - one of four forms of the same thing
        elif child(element, "itemComponent") is not None:
            check = self._components(element)
        else:
            node = self.node(reference, element) if reference else None
            check = (node and type_check(node, self.checks)) or (lambda value: value is not None)
        tests = self._allowed(element)
        if element.get("isCollection") == "true":
            check = _collection(_restricted(check, tests, "allowedValues"))
        else:
            check = _restricted(check, tests, "allowedValues")
        return check

    def _components(self, element: etree._Element) -> TypeCheck:
        parts = {component.get("name", ""): self._check(component) for component in children(element, "itemComponent")}

        def check(value: Value) -> bool:
            return isinstance(value, Mapping) and all(value.get(name) is None or part(value[name]) for name, part in parts.items())

        return check

    def _allowed(self, element: etree._Element) -> UnaryTests | None:
        source = text_of(child(element, "allowedValues"))
        if not source:
            return None
        try:
            return compile_unary(source)
        except FeelError as error:
            self.report.feel(element, source, error, "允许值")
            return None


def _type_ref(element: etree._Element) -> str:
    found = child(element, "typeRef")
    return "" if found is None or found.text is None else found.text.strip()


def _collection(check: TypeCheck) -> TypeCheck:
    return lambda value: isinstance(value, list) and all(item is None or check(item) for item in value)


def _restricted(check: TypeCheck, tests: UnaryTests | None, _what: str) -> TypeCheck:
    if tests is None:
        return check
    return lambda value: check(value) and tests.test(value, {}) is True
