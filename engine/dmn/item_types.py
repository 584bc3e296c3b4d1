"""Item definitions: named types with components, collections, allowed values and constraints, as checks of values (DMN 1.5, 7.3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from engine.dmn.report import Report
from engine.dmn.xml import child, children, text_of
from engine.feel import FeelError, UnaryTests, compile_unary
from engine.feel.code import TypeCheck
from engine.feel.cursor import Cursor
from engine.feel.nodes import FunctionType, TypeNode
from engine.feel.type_parser import parse_type
from engine.feel.types import type_check
from engine.feel.values import literal_text, shown_kind
from engine.model.values import Value

_OLD_NAMES = {"dayTimeDuration": "days and time duration", "yearMonthDuration": "years and months duration"}
_ANY = TypeNode("Any")
_ANYTHING = ("Any", "<Undefined>")  # what some modelers write where no type was chosen


@dataclass(slots=True)
class ItemType:
    """Whether a value is of an item definition; null is of every type.

    `allowed` holds for the value, in a collection for each item; `constraint` for the value as a whole.
    """

    name: str
    base: TypeCheck
    collection: bool = False
    allowed: UnaryTests | None = None
    constraint: UnaryTests | None = None

    def __call__(self, value: Value) -> bool:
        return self._of_base(value) and self._unfit(value) is None and (self.constraint is None or self.constraint.test(value, {}) is True)

    def _of_base(self, value: Value) -> bool:
        if not self.collection:
            return self.base(value)
        return isinstance(value, list) and all(item is None or self.base(item) for item in value)

    def _unfit(self, value: Value) -> str | None:
        """The first value that is not allowed, as text."""
        if self.allowed is not None:
            for one in value if self.collection else (value,):
                if one is not None and self.allowed.test(one, {}) is not True:
                    return literal_text(one)[:60]
        return None

    def reason(self, value: Value) -> tuple[str, str]:
        """(code, message) for a value that is not of the type."""
        if not self._of_base(value):
            return "wrong_type", f"值是{shown_kind(value)},不属于类型 {self.name}"
        unfit = self._unfit(value)
        if unfit is not None:
            return "not_allowed", f"值 {unfit} 不在类型 {self.name} 的允许值之内"
        return "not_allowed", f"值 {literal_text(value)[:60]} 不符合类型 {self.name} 的约束"


class ItemTypes:
    """The named types of one model. A type is looked up when it is used, so that definitions may refer to later ones."""

    def __init__(self, report: Report, imported: Mapping[str, TypeCheck] | None = None, prefixes: Mapping[str, str] | None = None) -> None:
        """`imported` are types of imported models by the name they have here, `prefixes` names of imports by namespace."""
        self.report = report
        self.prefixes = dict(prefixes or {})
        self.checks: dict[str, TypeCheck] = dict(imported or {})
        self.allowed: dict[str, UnaryTests] = {}
        self.functions: dict[str, FunctionType] = {}
        self.elements: dict[str, etree._Element] = {}

    def read(self, definitions: etree._Element) -> None:
        for element in children(definitions, "itemDefinition"):
            name = element.get("name", "")
            if name in self.elements:
                self.report.add("type_twice", element, f"类型“{name}”定义了两次", "改名或删除其中一个")
            self.elements[name] = element
            self.checks[name] = self._later(name)
        for name, element in self.elements.items():
            check = self.checks[name] = self._check(element)
            if check.allowed is not None:
                self.allowed[name] = check.allowed

    def _later(self, name: str) -> TypeCheck:
        return lambda value: self.checks[name](value)

    def node(self, reference: str, element: etree._Element) -> TypeNode | None:
        """The type that a `typeRef` names; None, with a finding, when there is none."""
        reference = self._plain(reference.strip(), element)
        if not reference or reference in _ANYTHING:
            return None
        if reference in self.checks:
            return TypeNode(reference)
        try:
            cursor = Cursor(reference, self.checks)
            node = parse_type(cursor)
            if cursor.token.kind == "end" and type_check(node, self.checks) is not None:
                return node
        except FeelError:
            pass
        self.report.add("unknown_type", element, f"没有类型“{reference}”", "改为内置类型,或补上 itemDefinition", type=reference)
        return None

    def _plain(self, reference: str, element: etree._Element) -> str:
        """The name without the prefix of a namespace, which may stand for an import; old spellings in the new one."""
        prefix, mark, name = reference.partition(":")
        namespace = element.nsmap.get(prefix) if mark and "<" not in prefix else None
        if namespace is not None:
            imported = self.prefixes.get(namespace)
            reference = name if imported is None else f"{imported}.{name}"
        return _OLD_NAMES.get(reference, reference)

    def result(self, node: TypeNode | None) -> TypeNode | None:
        """What the type of a function's variable says of its result: the function's own type, or, as many models write it, the result's."""
        function = node if isinstance(node, FunctionType) else None if node is None else self.functions.get(node.name)
        if function is None:
            return None if node is not None and node.name == "function" else node
        return None if function.result.name == "Any" else function.result

    def _check(self, element: etree._Element) -> ItemType:
        base = self._base(element)
        collection = element.get("isCollection") == "true"
        return ItemType(element.get("name", ""), base, collection, self._tests(element, "allowedValues"), self._tests(element, "typeConstraint"))

    def _base(self, element: etree._Element) -> TypeCheck:
        function = child(element, "functionItem")
        if function is not None:
            node: TypeNode | None = self._function(element, function)
        elif child(element, "itemComponent") is not None:
            return self._components(element)
        else:
            reference = element.get("typeRef") or type_reference(element)
            node = self.node(reference, element) if reference else None
        return (node and type_check(node, self.checks)) or (lambda value: value is not None)

    def _function(self, element: etree._Element, function: etree._Element) -> FunctionType:
        parameters = tuple(self.node(one.get("typeRef") or type_reference(one), one) or _ANY for one in children(function, "parameters"))
        result = self.node(function.get("outputTypeRef", ""), function) or _ANY
        made = FunctionType(parameters=parameters, result=result)
        self.functions[element.get("name", "")] = made
        return made

    def _components(self, element: etree._Element) -> TypeCheck:
        parts = {component.get("name", ""): self._check(component) for component in children(element, "itemComponent")}

        def check(value: Value) -> bool:
            return isinstance(value, Mapping) and all(value.get(name) is None or part(value[name]) for name, part in parts.items())

        return check

    def _tests(self, element: etree._Element, tag: str) -> UnaryTests | None:
        source = text_of(child(element, tag))
        if not source:
            return None
        try:
            return compile_unary(source)
        except FeelError as error:
            self.report.feel(element, source, error, "允许值" if tag == "allowedValues" else "类型约束")
            return None


def type_reference(element: etree._Element) -> str:
    """The content of the `typeRef` child, as DMN 1.2 wrote it; empty when there is none."""
    found = child(element, "typeRef")
    return "" if found is None or found.text is None else found.text.strip()
