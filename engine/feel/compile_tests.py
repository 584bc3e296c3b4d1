"""Unary tests: of a decision table cell, and of the operator `in`."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel import nodes
from engine.feel.analysis import mentions_input
from engine.feel.code import Code, Frame, Scope, Test, Unit
from engine.feel.errors import NullResult
from engine.feel.limits import Run
from engine.feel.values import compare, equal, satisfies, shown_kind
from engine.model.values import Range, Value

_NATIVE: dict[str, Callable[[Any, Any], bool]] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def compile_test(node: nodes.Node, unit: Unit, *, cell: bool) -> Test:
    """One test. In a `cell` an expression that gives true or false decides by itself when the value is no boolean."""
    if isinstance(node, nodes.UnaryTest):
        return _sign_test(node, unit)
    if isinstance(node, nodes.Literal):
        constant = node.value
        return lambda value, _scope, _run: equal(value, constant)
    code = unit.bind("?").code(node)
    asks = mentions_input(node)

    def test(value: Value, scope: Scope, run: Run) -> bool | None:
        result = code(Frame(scope, {"?": value}) if asks else scope, run)
        if type(result) is bool and (asks or (cell and type(value) is not bool)):
            return result
        if result is None and (asks or not isinstance(node, nodes.Name)):
            return True if value is None and not asks else None
        if type(result) is list:
            run.consumes([result], node.position)
        return satisfies(value, result)

    return test


def _sign_test(node: nodes.UnaryTest, unit: Unit) -> Test:
    sign, position = node.operator, node.position
    code = unit.bind("?").code(node.operand)
    asks = mentions_input(node.operand)
    if sign in ("=", "!="):
        wanted = sign == "="

        def equality(value: Value, scope: Scope, run: Run) -> bool | None:
            result = equal(value, code(Frame(scope, {"?": value}) if asks else scope, run))
            return None if result is None else result is wanted

        return equality
    native = _NATIVE[sign]

    def order(value: Value, scope: Scope, run: Run) -> bool | None:
        bound = code(Frame(scope, {"?": value}) if asks else scope, run)
        if type(value) is Decimal and type(bound) is Decimal:
            return native(value, bound)
        result = compare(value, bound)
        if result is None:
            run.note("wrong_operands", position, f"{shown_kind(value)}与{shown_kind(bound)}不能比较大小")
            return None
        return native(result, 0)

    return order


def any_of(tests: list[Test]) -> Test:
    """True when one holds, else null when one is unknown, else false."""
    if len(tests) == 1:
        return tests[0]

    def run_any(value: Value, scope: Scope, run: Run) -> bool | None:
        result: bool | None = False
        for test in tests:
            one = test(value, scope, run)
            if one is True:
                return True
            if one is None:
                result = None
        return result

    return run_any


def compile_unary(node: nodes.UnaryTests, unit: Unit) -> Test:
    if not node.tests:
        return lambda _value, _scope, _run: True
    test = any_of([compile_test(one, unit, cell=True) for one in node.tests])
    if not node.negated:
        return test

    def negated(value: Value, scope: Scope, run: Run) -> bool | None:
        result = test(value, scope, run)
        return None if result is None else not result

    return negated


def compile_in(node: nodes.In, unit: Unit) -> Code:
    value_code = unit.code(node.value)
    test = any_of([compile_test(one, unit, cell=False) for one in node.tests])
    kinds = {type(one.value) for one in node.tests if isinstance(one, nodes.Literal)}
    if len(kinds) == 1 and all(isinstance(one, nodes.Literal) for one in node.tests) and kinds <= {str, Decimal}:
        return _in_constants(value_code, frozenset(one.value for one in node.tests if isinstance(one, nodes.Literal)), kinds.pop(), test)

    def run_in(scope: Scope, run: Run) -> bool | None:
        return test(value_code(scope, run), scope, run)

    return run_in


def _in_constants(value_code: Code, constants: frozenset[Any], kind: type, test: Test) -> Code:
    def run_in(scope: Scope, run: Run) -> bool | None:
        value = value_code(scope, run)
        return value in constants if type(value) is kind else test(value, scope, run)

    return run_in


def compile_test_value(node: nodes.UnaryTest, unit: Unit) -> Code:
    """`< 5` where a value is wanted: a range open to one side."""
    if node.operator == "!=":
        return unit.refuse("not_a_value", node.position, "“!= 值”只能用于检验,不能作为值")
    code, sign, position = unit.code(node.operand), node.operator, node.position

    def half(scope: Scope, run: Run) -> Value:
        bound = code(scope, run)
        if bound is None:
            return run.null(NullResult("null_bound", "区间的边界为空值"), position)
        closed = sign in ("<=", ">=", "=")
        if sign == "=":
            return Range(bound, bound)
        return Range(None, bound, False, closed) if sign in ("<", "<=") else Range(bound, None, closed, False)

    return half
