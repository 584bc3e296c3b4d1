"""Syntax tree to text: `parse(print_expression(tree)) == tree`; names with spaces are printed in back quotes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel import nodes
from engine.feel.cursor import is_plain_name
from engine.feel.functions.registry import FUNCTIONS
from engine.feel.values import quoted
from engine.model.values import number_text

_OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER, _NEGATE, _POSTFIX, _PRIMARY = range(1, 10)
_CHAIN_LEVELS = {"+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY, "**": _POWER}


def print_expression(node: nodes.Node) -> str:
    """The text of an expression or of a cell."""
    return _print(node, 0)


def _print(node: nodes.Node, lowest: int) -> str:
    """The text, in parentheses where the place asks for something that binds more tightly than the node."""
    text, level = _PRINTERS[type(node)](node)
    return f"({text})" if level < lowest else text


def _literal(node: nodes.Literal) -> tuple[str, int]:
    value = node.value
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value], _PRIMARY
    if isinstance(value, Decimal):
        plain = str(value).lower() if value.as_tuple().exponent not in range(-400, 1) else format(value, "f")
        return (plain, _PRIMARY) if value >= 0 else (f"-{number_text(-value)}", _NEGATE)
    return quoted(value), _PRIMARY


def _name(name: str) -> str:
    return name if is_plain_name(name) or name == "?" or name in FUNCTIONS else f"`{name}`"


def _chain(node: nodes.Chain) -> tuple[str, int]:
    level = _CHAIN_LEVELS[node.rest[0][0]]
    return _print(node.first, level + 1) + "".join(f" {sign} {_print(operand, level + 1)}" for sign, operand in node.rest), level


def _logic(node: nodes.Logic) -> tuple[str, int]:
    level = _OR if node.operator == "or" else _AND
    return f" {node.operator} ".join(_print(operand, level + 1) for operand in node.operands), level


def _compare(node: nodes.Compare) -> tuple[str, int]:
    return f"{_print(node.left, _COMPARE)} {node.operator} {_print(node.right, _ADD)}", _COMPARE


def _between(node: nodes.Between) -> tuple[str, int]:
    return f"{_print(node.value, _COMPARE)} between {_print(node.low, _ADD)} and {_print(node.high, _ADD)}", _COMPARE


def _in(node: nodes.In) -> tuple[str, int]:
    return f"{_print(node.value, _COMPARE)} in ({', '.join(_print(test, 0) for test in node.tests)})", _COMPARE


def _unary_test(node: nodes.UnaryTest) -> tuple[str, int]:
    return f"{node.operator} {_print(node.operand, _ADD)}", 0


def _call(node: nodes.Call) -> tuple[str, int]:
    arguments = [_print(argument, _OR) for argument in node.arguments]
    if node.names is not None:
        arguments = [f"{_key(name)}: {argument}" for name, argument in zip(node.names, arguments, strict=True)]
    return f"{_print(node.function, _POSTFIX)}({', '.join(arguments)})", _POSTFIX


def _key(name: str) -> str:
    return name if is_plain_name(name) else quoted(name)


def _if(node: nodes.If) -> tuple[str, int]:
    branches = "".join(f"if {_print(condition, _OR)} then {_print(result, _OR)} else " for condition, result in node.branches)
    inner = _print(node.otherwise, _OR)
    return branches + (f"({inner})" if isinstance(node.otherwise, nodes.If) else inner), 0


def _iterators(iterators: tuple[nodes.Iterator, ...]) -> str:
    return ", ".join(
        f"{_name(iterator.name)} in {_print(iterator.source, _OR)}" + (f"..{_print(iterator.end, _OR)}" if iterator.end is not None else "")
        for iterator in iterators
    )


def _for(node: nodes.For) -> tuple[str, int]:
    return f"for {_iterators(node.iterators)} return {_print(node.body, _OR)}", 0


def _quantified(node: nodes.Quantified) -> tuple[str, int]:
    return f"{node.kind} {_iterators(node.iterators)} satisfies {_print(node.body, _OR)}", 0


def _range(node: nodes.RangeOf) -> tuple[str, int]:
    return f"{'[' if node.low_closed else '('}{_print(node.low, _OR)}..{_print(node.high, _OR)}{']' if node.high_closed else ')'}", _PRIMARY


def _function(node: nodes.FunctionOf) -> tuple[str, int]:
    parameters = ", ".join(_name(one.name) + (f": {print_type(one.type)}" if one.type is not None else "") for one in node.parameters)
    return f"function({parameters}) {_print(node.body, _OR)}", 0


def _context(node: nodes.ContextOf) -> tuple[str, int]:
    return "{" + ", ".join(f"{_key(name)}: {_print(value, _OR)}" for name, value in node.entries) + "}", _PRIMARY


def _cell(node: nodes.UnaryTests) -> tuple[str, int]:
    if not node.tests:
        return "-", 0
    tests = ", ".join(_print(test, 0) for test in node.tests)
    if node.negated:
        return f"not({tests})", 0
    return (f"({tests})" if tests.startswith("not(") and len(node.tests) == 1 else tests), 0


def print_type(node: nodes.TypeNode) -> str:
    if isinstance(node, (nodes.ListType, nodes.RangeType)):
        return f"{node.name}<{print_type(node.item)}>"
    if isinstance(node, nodes.ContextType):
        return f"context<{', '.join(f'{name}: {print_type(kind)}' for name, kind in node.entries)}>"
    if isinstance(node, nodes.FunctionType):
        return f"function<{', '.join(map(print_type, node.parameters))}> -> {print_type(node.result)}"
    return node.name


_PRINTERS: dict[type[nodes.Node], Callable[[Any], tuple[str, int]]] = {
    nodes.Literal: _literal,
    nodes.AtLiteral: lambda node: (f"@{quoted(node.text)}", _PRIMARY),
    nodes.Name: lambda node: (_name(node.name), _PRIMARY),
    nodes.Path: lambda node: (f"{_print(node.base, _POSTFIX)}.{_name(node.name)}", _POSTFIX),
    nodes.Filter: lambda node: (f"{_print(node.base, _POSTFIX)}[{_print(node.condition, _OR)}]", _POSTFIX),
    nodes.Negate: lambda node: (f"-{_print(node.operand, _NEGATE)}", _NEGATE),
    nodes.InstanceOf: lambda node: (f"{_print(node.value, _POSTFIX)} instance of {print_type(node.type)}", 0),
    nodes.ListOf: lambda node: ("[" + ", ".join(_print(item, _OR) for item in node.items) + "]", _PRIMARY),
    nodes.Chain: _chain,
    nodes.Logic: _logic,
    nodes.Compare: _compare,
    nodes.Between: _between,
    nodes.In: _in,
    nodes.UnaryTest: _unary_test,
    nodes.Call: _call,
    nodes.If: _if,
    nodes.For: _for,
    nodes.Quantified: _quantified,
    nodes.RangeOf: _range,
    nodes.FunctionOf: _function,
    nodes.ContextOf: _context,
    nodes.UnaryTests: _cell,
}
