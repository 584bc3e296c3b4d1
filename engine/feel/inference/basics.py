"""Types of literals, names, logic, arithmetic, conditions and function definitions."""

from __future__ import annotations

from engine.feel import nodes, temporal
from engine.feel.english import english
from engine.feel.errors import NullResult
from engine.feel.functions.registry import FUNCTIONS
from engine.feel.inference.kinds import (
    ANY,
    BOOLEAN,
    DAYS,
    FUNCTION,
    MOMENT,
    MONTHS,
    NULL,
    Type,
    function_of,
    kinds_of,
    never_of,
    of_type_node,
    of_value,
    union,
)
from engine.feel.inference.problems import described
from engine.feel.inference.scope import Names
from engine.feel.inference.walk import Walk
from engine.feel.nearest import nearest
from engine.feel.types import type_check
from engine.feel.values import kind_of

_DAYS_OR_TIMES = (DAYS, "date", MOMENT, "time")
# operator -> (kind, kind) -> kind of the result; pairs that are missing give null.
RESULTS: dict[str, dict[tuple[str, str], str]] = {
    "+": {("number", "number"): "number", ("string", "string"): "string", (DAYS, DAYS): DAYS, (MONTHS, MONTHS): MONTHS},
    "-": {("number", "number"): "number", (DAYS, DAYS): DAYS, (MONTHS, MONTHS): MONTHS, ("time", "time"): DAYS},
    "*": {("number", "number"): "number"},
    "/": {("number", "number"): "number", (DAYS, DAYS): "number", (MONTHS, MONTHS): "number"},
    "**": {("number", "number"): "number"},
}
for _kind in ("date", MOMENT, "time"):
    RESULTS["+"][_kind, DAYS] = RESULTS["+"][DAYS, _kind] = RESULTS["-"][_kind, DAYS] = _kind
for _kind in ("date", MOMENT):
    RESULTS["+"][_kind, MONTHS] = RESULTS["+"][MONTHS, _kind] = RESULTS["-"][_kind, MONTHS] = _kind
    RESULTS["-"][_kind, "date"] = RESULTS["-"][_kind, MOMENT] = DAYS
for _kind in (DAYS, MONTHS):
    RESULTS["*"][_kind, "number"] = RESULTS["*"]["number", _kind] = RESULTS["/"][_kind, "number"] = _kind


def literal(node: nodes.Literal, _names: Names, _walk: Walk) -> Type:
    return of_value(node.value)


def at_literal(node: nodes.AtLiteral, _names: Names, walk: Walk) -> Type:
    try:
        return kinds_of(kind_of(temporal.parse_literal(node.text)))
    except NullResult as reason:
        walk.report("bad_literal", node.position, text=node.text, reason_zh=reason.message, reason_en=english(reason.message))
        return NULL


def name(node: nodes.Name, names: Names, walk: Walk) -> Type:
    found = names.find(node.name)
    if found is not None:
        return found
    if "." in node.name:
        first, *rest = node.name.split(".")
        path: nodes.Node = nodes.Name(first, position=node.position)
        for part in rest:
            path = nodes.Path(path, part, position=node.position)
        return walk.type(path, names)
    if node.name in FUNCTIONS:
        return FUNCTION
    walk.report("unknown_name", node.position, name=node.name, proposal=nearest(node.name, names.known()))
    return ANY


def negate(node: nodes.Negate, names: Names, walk: Walk) -> Type:
    operand = walk.type(node.operand, names)
    if operand.values is not None and operand.kinds == {"number"}:
        return union(*(of_value(-value) for value in operand.values))
    result = operand.only(frozenset(("number", DAYS, MONTHS)))
    if operand.kinds and not result.kinds:
        given = described(operand)
        walk.report("wrong_operands", node.position, operator="-", left_zh="(无)", left_en="nothing", right_zh=given[0], right_en=given[1])
    return Type(result.kinds) if result.kinds else NULL


def chain(node: nodes.Chain, names: Names, walk: Walk) -> Type:
    result = walk.type(node.first, names)
    for sign, operand in node.rest:
        other = walk.type(operand, names)
        result = _operation(sign, result, other, node, walk)
    return result


def _operation(sign: str, left: Type, right: Type, node: nodes.Chain, walk: Walk) -> Type:
    table = RESULTS[sign]
    found = frozenset(kind for pair, kind in table.items() if pair[0] in left.kinds and pair[1] in right.kinds)
    if not found and left.kinds and right.kinds:
        mine, theirs = described(left), described(right)
        walk.report("wrong_operands", node.position, operator=sign, left_zh=mine[0], left_en=mine[1], right_zh=theirs[0], right_en=theirs[1])
    return Type(found) if found else NULL


def logic(node: nodes.Logic, names: Names, walk: Walk) -> Type:
    for index, operand in enumerate(node.operands):
        if index == 0:
            kind = walk.type(operand, names)
        else:
            with walk.perhaps():
                kind = walk.type(operand, names)
        walk.expect_boolean(kind, operand.position or node.position, (f"{node.operator} 的操作数", f"an operand of {node.operator}"))
    return BOOLEAN


def if_(node: nodes.If, names: Names, walk: Walk) -> Type:
    results: list[Type] = []
    for index, (condition, result) in enumerate(node.branches):
        if index == 0:
            kind = walk.type(condition, names)
        else:
            with walk.perhaps():
                kind = walk.type(condition, names)
        walk.expect_boolean(kind, condition.position or node.position, ("if 的条件", "the condition of if"))
        with walk.perhaps():
            results.append(walk.type(result, names))
    with walk.perhaps():
        results.append(walk.type(node.otherwise, names))
    return union(*results)


def function(node: nodes.FunctionOf, names: Names, walk: Walk) -> Type:
    parameters = {one.name: of_type_node(one.type, {}) for one in node.parameters}
    for one in node.parameters:
        if one.type is not None and type_check(one.type, {}) is None:
            walk.report("unknown_type", one.type.position, name=one.type.name)
    with walk.perhaps():
        return function_of(walk.type(node.body, names.inside(parameters)))


def instance_of(node: nodes.InstanceOf, names: Names, walk: Walk) -> Type:
    walk.type(node.value, names)
    if type_check(node.type, {}) is None:
        walk.report("unknown_type", node.type.position, name=node.type.name)
    return BOOLEAN


def typed(node: nodes.Typed, names: Names, walk: Walk) -> Type:
    """The value's own type where it is of the declared one, else the declared one: the value is converted, or null."""
    found = walk.type(node.value, names)
    declared: Type = of_type_node(node.type, {}) if node.kind is None else node.kind
    if never_of(found, declared):
        given, wanted = described(found), described(declared)
        walk.report("never_of_type", node.position, label=node.label, given_zh=given[0], given_en=given[1], wanted_zh=wanted[0], wanted_en=wanted[1])
    return found if found.kinds <= declared.kinds else declared


def native(node: nodes.Native, names: Names, walk: Walk) -> Type:
    """Logic that is not FEEL text says itself what it gives, if it can."""
    infer = getattr(node.code, "infer", None)
    if infer is None:
        return ANY
    result: Type = infer(names, walk)
    return result
