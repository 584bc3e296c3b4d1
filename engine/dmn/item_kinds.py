"""Item definitions as types of inference: what values of a named type can be."""

from __future__ import annotations

from lxml import etree

from engine.dmn.index import constant
from engine.dmn.item_types import type_reference
from engine.dmn.xml import child, children, text_of
from engine.feel import FeelError
from engine.feel.cursor import Cursor
from engine.feel.inference.kinds import ANY, FUNCTION, Type, choice_of, context_of, list_of, of_type_node
from engine.feel.parser import parse_unary_tests
from engine.feel.type_parser import parse_type

_DEEPEST = 5
_OLD_NAMES = {"dayTimeDuration": "days and time duration", "yearMonthDuration": "years and months duration"}


def read_item_kinds(root: etree._Element) -> dict[str, Type]:
    """Types by name. A type that refers to itself is anything from the fifth level on."""
    elements = {element.get("name", ""): element for element in children(root, "itemDefinition")}
    return {name: _kind(element, elements, 0) for name, element in elements.items()}


def _kind(element: etree._Element, elements: dict[str, etree._Element], depth: int) -> Type:
    if depth > _DEEPEST:
        return ANY
    if child(element, "functionItem") is not None:
        kind = FUNCTION
    elif child(element, "itemComponent") is not None:
        kind = context_of({one.get("name", ""): _kind(one, elements, depth + 1) for one in children(element, "itemComponent")}, open=True)
    else:
        reference = element.get("typeRef") or type_reference(element)
        kind = _kind(elements[reference], elements, depth + 1) if reference in elements else _built_in(reference)
    allowed = _allowed(element)
    kind = kind if allowed is None or not allowed.kinds <= kind.kinds else allowed
    return list_of(kind) if element.get("isCollection") == "true" else kind


def _built_in(reference: str) -> Type:
    try:
        return of_type_node(parse_type(Cursor(_OLD_NAMES.get(reference, reference), ())), {}) if reference else ANY
    except FeelError:
        return ANY


def _allowed(element: etree._Element) -> Type | None:
    """The allowed values, where they are listed one by one."""
    source = text_of(child(element, "allowedValues"))
    try:
        tests = parse_unary_tests(source) if source else None
    except FeelError:
        return None
    if tests is None or tests.negated or not tests.tests:
        return None
    values = [constant(test) for test in tests.tests]
    return choice_of(values) if all(value is not None for value in values) else None
