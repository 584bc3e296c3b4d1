"""Syntax tree to closures: literals, names, logic, arithmetic, comparison, conditions."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel import nodes, temporal
from engine.feel.code import Code, Scope, Unit
from engine.feel.compile_calls import compile_call, compile_function, compile_instance_of
from engine.feel.compile_data import compile_context, compile_filter, compile_list, compile_path, compile_range
from engine.feel.compile_loops import compile_for, compile_quantified
from engine.feel.compile_tests import compile_in, compile_test_value
from engine.feel.errors import NullResult
from engine.feel.functions.registry import function_value
from engine.feel.limits import POWER_STEPS, ROOT_STEPS, Run
from engine.feel.operators import OPERATIONS, negate
from engine.feel.types import coercion, labelled
from engine.feel.values import compare, equal, shown_kind
from engine.model.values import PLAIN, Value, normalize

_ORDERS: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0, "<=": lambda order: order <= 0, ">": lambda order: order > 0, ">=": lambda order: order >= 0,
}  # fmt: skip
_NATIVE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip


def _literal(node: nodes.Literal, _unit: Unit) -> Code:
    value = node.value
    return lambda _scope, _run: value


def _at_literal(node: nodes.AtLiteral, unit: Unit) -> Code:
    try:
        value = temporal.parse_literal(node.text)
    except NullResult as reason:
        return unit.refuse(reason.code, node.position, reason.message)
    if not temporal.loses_digits(node.text):
        return lambda _scope, _run: value
    position = node.position

    def cut(_scope: Scope, run: Run) -> Value:
        run.note_fraction(position)
        return value

    return cut


def _name(node: nodes.Name, unit: Unit) -> Code:
    name, position = node.name, node.position
    fallback = function_value(name)
    path = _dotted(name, unit) if "." in name else None

    def read(scope: Scope, run: Run) -> Value:
        try:
            value = scope[name]
        except KeyError:
            if path is not None:
                return path(scope, run)
            if fallback is None:
                run.note("unknown_name", position, f"没有名为“{name}”的变量")
            return fallback
        return normalize(value) if type(value) in PLAIN else value

    return read


def _dotted(name: str, unit: Unit) -> Code:
    """A declared name with dots that is not in scope after all: the path that it also reads as."""
    first, *rest = name.split(".")
    node: nodes.Node = nodes.Name(first)
    for part in rest:
        node = nodes.Path(node, part)
    return unit.code(node)


def _negate(node: nodes.Negate, unit: Unit) -> Code:
    operand, position = unit.code(node.operand), node.position
    if isinstance(node.operand, nodes.Literal) and isinstance(node.operand.value, Decimal):
        constant = negate(node.operand.value)
        return lambda _scope, _run: constant

    def run_negate(scope: Scope, run: Run) -> Value:
        try:
            return negate(operand(scope, run))
        except NullResult as reason:
            return run.null(reason, position)

    return run_negate


def _chain(node: nodes.Chain, unit: Unit) -> Code:
    first = unit.code(node.first)
    rest = [(OPERATIONS[sign], unit.code(operand)) for sign, operand in node.rest]
    position = node.position
    if any(sign == "**" for sign, _ in node.rest):
        return _powers(first, [operand for _, operand in rest], position)
    if len(rest) == 1:
        operation, second = rest[0]

        def two(scope: Scope, run: Run) -> Value:
            try:
                result = operation(first(scope, run), second(scope, run))
            except NullResult as reason:
                return run.null(reason, position)
            if type(result) is str:
                run.produced(result, position)
            return result

        return two

    def many(scope: Scope, run: Run) -> Value:
        result = first(scope, run)
        for operation, operand in rest:
            try:
                result = operation(result, operand(scope, run))
            except NullResult as reason:
                result = run.null(reason, position)
            if type(result) is str:
                run.produced(result, position)
        return result

    return many


def _powers(first: Code, exponents: list[Code], position: int) -> Code:
    """Powers cost much more than other arithmetic, above all those of numbers that are not whole."""
    power = OPERATIONS["**"]

    def run_powers(scope: Scope, run: Run) -> Value:
        result = first(scope, run)
        for exponent in exponents:
            by = exponent(scope, run)
            run.charge(ROOT_STEPS if type(by) is Decimal and by == by.to_integral_value() else 2 * POWER_STEPS, position)
            try:
                result = power(result, by)
            except NullResult as reason:
                result = run.null(reason, position)
        return result

    return run_powers


def _logic(node: nodes.Logic, unit: Unit) -> Code:
    codes = [unit.code(operand) for operand in node.operands]
    decisive = node.operator == "or"
    position = node.position
    if len(codes) == 2:
        left, right = codes

        def two(scope: Scope, run: Run) -> Value:
            one = left(scope, run)
            if one is decisive:
                return decisive
            other = right(scope, run)
            if other is decisive:
                return decisive
            if type(one) is bool and type(other) is bool:
                return not decisive
            return _unknown(run, position, one, other)

        return two

    def many(scope: Scope, run: Run) -> Value:
        values = []
        for code in codes:
            value = code(scope, run)
            if value is decisive:
                return decisive
            values.append(value)
        return not decisive if all(type(value) is bool for value in values) else _unknown(run, position, *values)

    return many


def _unknown(run: Run, position: int, *values: Value) -> Value:
    wrong = next((value for value in values if type(value) is not bool), None)
    run.note("not_boolean", position, f"and/or 的一个操作数不是布尔值,而是{shown_kind(wrong)}")
    return None


def _compare(node: nodes.Compare, unit: Unit) -> Code:
    left, right = unit.code(node.left), unit.code(node.right)
    sign, position = node.operator, node.position
    slow = _equality(sign, position) if sign in ("=", "!=") else _order(sign, position)
    native = _NATIVE[sign]
    if isinstance(node.right, nodes.Literal) and type(node.right.value) in (Decimal, str):
        constant, kind = node.right.value, type(node.right.value)

        def against_constant(scope: Scope, run: Run) -> bool | None:
            value = left(scope, run)
            return native(value, constant) if type(value) is kind else slow(value, constant, run)

        return against_constant

    def run_compare(scope: Scope, run: Run) -> bool | None:
        return slow(left(scope, run), right(scope, run), run)

    return run_compare


def _equality(sign: str, position: int) -> Callable[[Value, Value, Run], bool | None]:
    wanted = sign == "="

    def run_equal(left: Value, right: Value, run: Run) -> bool | None:
        if type(left) is list:
            run.consumes([left], position)
        result = equal(left, right)
        if result is None:
            run.note("wrong_operands", position, f"{shown_kind(left)}与{shown_kind(right)}不能比较是否相等")
            return None
        return result is wanted

    return run_equal


def _order(sign: str, position: int) -> Callable[[Value, Value, Run], bool | None]:
    test = _ORDERS[sign]

    def run_order(left: Value, right: Value, run: Run) -> bool | None:
        order = compare(left, right)
        if order is None:
            run.note("wrong_operands", position, f"{shown_kind(left)}与{shown_kind(right)}不能比较大小")
            return None
        return test(order)

    return run_order


def _between(node: nodes.Between, unit: Unit) -> Code:
    value_code, low_code, high_code = unit.code(node.value), unit.code(node.low), unit.code(node.high)
    position = node.position

    def run_between(scope: Scope, run: Run) -> Value:
        value = value_code(scope, run)
        low, high = compare(value, low_code(scope, run)), compare(value, high_code(scope, run))
        if (low is not None and low < 0) or (high is not None and high > 0):
            return False if low is not None and high is not None else _no_order(run, position)
        return True if low is not None and high is not None else _no_order(run, position)

    return run_between


def _no_order(run: Run, position: int) -> Value:
    run.note("wrong_operands", position, "between 的值与边界不能比较大小")
    return None


def _if(node: nodes.If, unit: Unit) -> Code:
    branches = [(unit.code(condition), unit.code(result)) for condition, result in node.branches]
    otherwise, position = unit.code(node.otherwise), node.position

    def run_if(scope: Scope, run: Run) -> Value:
        for condition, result in branches:
            truth = condition(scope, run)
            if truth is True:
                return result(scope, run)
            if truth is not False:
                run.note("not_boolean", position, f"if 的条件不是布尔值,而是{shown_kind(truth)}")
                if truth is not None:
                    return None
        return otherwise(scope, run)

    return run_if


def _typed(node: nodes.Typed, unit: Unit) -> Code:
    value_code, fit, position = unit.code(node.value), labelled(coercion(node.type, unit.types), node.label), node.position

    def run_typed(scope: Scope, run: Run) -> Value:
        try:
            return fit(value_code(scope, run))
        except NullResult as reason:
            return run.null(reason, position)

    return run_typed


def _native(node: nodes.Native, _unit: Unit) -> Code:
    code: Code = node.code
    return code


_HANDLERS: dict[type[nodes.Node], Callable[[Any, Unit], Code]] = {
    nodes.Literal: _literal,
    nodes.AtLiteral: _at_literal,
    nodes.Name: _name,
    nodes.Negate: _negate,
    nodes.Chain: _chain,
    nodes.Logic: _logic,
    nodes.Compare: _compare,
    nodes.Between: _between,
    nodes.If: _if,
    nodes.In: compile_in,
    nodes.UnaryTest: compile_test_value,
    nodes.Path: compile_path,
    nodes.Filter: compile_filter,
    nodes.ListOf: compile_list,
    nodes.ContextOf: compile_context,
    nodes.RangeOf: compile_range,
    nodes.For: compile_for,
    nodes.Quantified: compile_quantified,
    nodes.Call: compile_call,
    nodes.FunctionOf: compile_function,
    nodes.InstanceOf: compile_instance_of,
    nodes.Typed: _typed,
    nodes.Native: _native,
}


def compile_node(node: nodes.Node, unit: Unit) -> Code:
    return _HANDLERS[type(node)](node, unit)
