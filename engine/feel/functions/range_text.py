"""range("[1..3]"): text of a range whose ends are literals."""

from __future__ import annotations

from decimal import Decimal

from engine.feel import nodes, temporal
from engine.feel.compile_data import make_range
from engine.feel.errors import FeelError, NullResult
from engine.feel.functions.registry import built_in
from engine.feel.operators import negate
from engine.feel.parser import parse
from engine.feel.values import compare
from engine.model.values import Range, Value

_MAKERS = {
    "date": temporal.parse_date, "time": temporal.parse_time, "date and time": temporal.parse_date_time, "duration": temporal.parse_duration,
}  # fmt: skip


@built_in("range", "from: string")
def range_from(value: str) -> Range:
    """Raises NullResult when the text is no range of literals, or its ends stand the wrong way round."""
    try:
        node = parse(value)
    except FeelError as error:
        raise NullResult("not_a_range", f"“{value[:40]}”不是区间") from error
    if not isinstance(node, nodes.RangeOf):
        raise NullResult("not_a_range", f"“{value[:40]}”不是区间")
    found = make_range(_end(node.low), _end(node.high), node.low_closed, node.high_closed)
    if compare(found.low, found.high) == 1:
        raise NullResult("range_reversed", "区间的起点大于终点")
    return found


def _end(node: nodes.Node) -> Value:
    if isinstance(node, nodes.Literal):
        return node.value
    if isinstance(node, nodes.AtLiteral):
        return temporal.parse_literal(node.text)
    if isinstance(node, nodes.Negate) and isinstance(node.operand, nodes.Literal) and isinstance(node.operand.value, Decimal):
        return negate(node.operand.value)
    if isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name) and len(node.arguments) == 1 and node.names is None:
        argument, maker = node.arguments[0], _MAKERS.get(node.function.name)
        if maker is not None and isinstance(argument, nodes.Literal) and isinstance(argument.value, str):
            return maker(argument.value)
    raise NullResult("not_a_literal", "区间的两端须为字面值")
