"""Comparisons and tests: their type is boolean; the question is whether they can hold."""

from __future__ import annotations

from engine.feel import nodes
from engine.feel.inference.kinds import BOOLEAN, EVERY_KIND, NULL, ORDERED, Type, range_of, union
from engine.feel.inference.problems import described, values_text
from engine.feel.inference.scope import Names
from engine.feel.inference.walk import Walk
from engine.feel.nearest import nearest

_TESTING = "?"


def compare(node: nodes.Compare, names: Names, walk: Walk) -> Type:
    left, right = walk.type(node.left, names), walk.type(node.right, names)
    if node.operator in ("=", "!="):
        check_equal(left, right, node.position, node.operator, walk, _name_of(node.left) or _name_of(node.right))
    else:
        _check_order(node.operator, left, right, node.position, walk)
    return BOOLEAN


def _name_of(node: nodes.Node) -> str:
    return node.name if isinstance(node, (nodes.Name, nodes.Path)) else ""


def check_equal(left: Type, right: Type, position: int, operator: str, walk: Walk, name: str = "") -> None:
    """Report two sides that are never equal, whatever their values."""
    if not left.kinds or not right.kinds:
        return
    mine, theirs = described(left), described(right)
    if not left.kinds & right.kinds:
        walk.report("never_equal", position, operator=operator, left_zh=mine[0], left_en=mine[1], right_zh=theirs[0], right_en=theirs[1])
    elif left.values is not None and right.values is not None and left.kinds == right.kinds and not left.values & right.values:
        given, options = (left.values, right.values) if len(left.values) <= len(right.values) else (right.values, left.values)
        only = next(iter(given)) if len(given) == 1 else None
        meant = nearest(only, [option for option in options if isinstance(option, str)]) if isinstance(only, str) else None
        walk.report("never_value", position, operator=operator, name=name, value=values_text(given), options=values_text(options), proposal=meant)


def _check_order(operator: str, left: Type, right: Type, position: int, walk: Walk) -> None:
    if left.kinds and right.kinds and not left.kinds & right.kinds & ORDERED:
        mine, theirs = described(left), described(right)
        walk.report("wrong_operands", position, operator=operator, left_zh=mine[0], left_en=mine[1], right_zh=theirs[0], right_en=theirs[1])


def between(node: nodes.Between, names: Names, walk: Walk) -> Type:
    value = walk.type(node.value, names)
    for end, operator in ((node.low, ">="), (node.high, "<=")):
        _check_order(operator, value, walk.type(end, names), node.position, walk)
    return BOOLEAN


def in_(node: nodes.In, names: Names, walk: Walk) -> Type:
    value = walk.type(node.value, names)
    for test in node.tests:
        check_test(test, value, names, walk, _name_of(node.value))
    return BOOLEAN


def check_test(test: nodes.Node, value: Type, names: Names, walk: Walk, name: str = "") -> None:
    """Report a test that the value can never pass. A test that gives a truth value decides by itself."""
    inner = names.inside({_TESTING: value})
    position = test.position
    if isinstance(test, nodes.UnaryTest):
        operand = walk.type(test.operand, inner)
        if test.operator in ("=", "!="):
            check_equal(value, operand, position, test.operator, walk, name)
        else:
            _check_order(test.operator, value, operand, position, walk)
        return
    kind = walk.type(test, inner)
    if "boolean" in kind.kinds and not isinstance(test, nodes.Literal):
        return
    if kind.kinds <= SCALAR_TESTS:
        check_equal(value, kind, position, "in", walk, name)
    elif kind.kinds == {"range"} and kind.ends is not None:
        if "range" not in value.kinds and "list" not in value.kinds:
            _check_order("in", value, kind.ends, position, walk)
    elif kind.kinds == {"list"} and kind.item is not None and kind.item.kinds <= SCALAR_TESTS and "list" not in value.kinds:
        check_equal(value, kind.item, position, "in", walk, name)


SCALAR_TESTS = EVERY_KIND - {"range", "list", "function", "context"}


def unary_test(node: nodes.UnaryTest, names: Names, walk: Walk) -> Type:
    """`< 5` as a value: a range open to one side."""
    bound = walk.type(node.operand, names)
    return NULL if node.operator == "!=" else range_of(bound)


def range_(node: nodes.RangeOf, names: Names, walk: Walk) -> Type:
    low, high = walk.type(node.low, names), walk.type(node.high, names)
    _check_order("..", low, high, node.position, walk)
    ends = union(low, high)
    return range_of(Type(ends.kinds & ORDERED) if ends.kinds & ORDERED else NULL)


def unary_tests(node: nodes.UnaryTests, names: Names, walk: Walk) -> Type:
    """A cell on its own; the tested value is what `?` stands for."""
    value = names.find(_TESTING)
    for test in node.tests:
        check_test(test, value if value is not None else Type(EVERY_KIND), names, walk)
    return BOOLEAN
