"""Long expressions over several lines: one part a line, indented by two."""

from __future__ import annotations

from engine.feel import nodes
from engine.feel.printer import print_expression

_INDENT = "  "


def laid_out(node: nodes.Node, width: int) -> str:
    """The text on one line where it fits, else broken at its outermost parts, these again where they do not fit."""
    return _laid(node, width, 0)


def _laid(node: nodes.Node, width: int, level: int) -> str:
    line = print_expression(node)
    if len(line) + level * len(_INDENT) <= width:
        return line
    broken = _broken(node, width, level)
    return line if broken is None else broken


def _broken(node: nodes.Node, width: int, level: int) -> str | None:
    here, inner = "\n" + _INDENT * level, "\n" + _INDENT * (level + 1)
    if isinstance(node, nodes.If):
        parts = [f"if {_laid(condition, width, level + 1)}{inner}then {_laid(result, width, level + 1)}" for condition, result in node.branches]
        return f"{here}else ".join(parts) + f"{here}else " + _enclosed(node.otherwise, width, level, isinstance(node.otherwise, nodes.If))
    if isinstance(node, nodes.Logic):
        return f"{here}{node.operator} ".join(_operand(operand, width, level) for operand in node.operands)
    if isinstance(node, nodes.ContextOf) and node.entries:
        keys = [print_expression(nodes.ContextOf(((key, nodes.Literal(None)),)))[1:-7] for key, _ in node.entries]
        entries = [f"{key}: {_laid(value, width, level + 1)}" for key, (_, value) in zip(keys, node.entries, strict=True)]
        return "{" + inner + f",{inner}".join(entries) + here + "}"
    if isinstance(node, nodes.ListOf) and node.items:
        return "[" + inner + f",{inner}".join(_laid(item, width, level + 1) for item in node.items) + here + "]"
    if isinstance(node, nodes.Call) and node.arguments and node.names is None and isinstance(node.function, nodes.Name):
        arguments = f",{inner}".join(_laid(argument, width, level + 1) for argument in node.arguments)
        return f"{print_expression(node.function)}({inner}{arguments}{here})"
    return None


def _enclosed(node: nodes.Node, width: int, level: int, parentheses: bool) -> str:
    text = _laid(node, width, level + 1)
    return f"({text})" if parentheses else text


def _operand(node: nodes.Node, width: int, level: int) -> str:
    """An operand of and/or; what binds less tightly goes into parentheses, as the printer puts it."""
    loose = isinstance(node, (nodes.Logic, nodes.If, nodes.For, nodes.Quantified, nodes.FunctionOf, nodes.InstanceOf, nodes.UnaryTest))
    return _enclosed(node, width, level, loose)
