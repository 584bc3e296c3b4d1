"""Types of FEEL expressions before anything runs, and what is wrong with them.

>>> from engine.feel import compile
>>> from engine.feel.inference import NUMBER, STRING, infer
>>> found = infer(compile("if 等级 = 'A' then 金额 * 2 else 0".replace("'", '"')), {"等级": STRING, "金额": NUMBER})
>>> sorted(found.type.kinds), found.problems
(['number'], ())
>>> [problem.code for problem in infer(compile("金额 + 等级"), {"等级": STRING, "金额": NUMBER}).problems]
['wrong_operands']

An expression without problems evaluates to a value of its type, or to null, for all values of the declared types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.feel import nodes
from engine.feel.expression import Expression, UnaryTests
from engine.feel.functions.registry import FUNCTIONS
from engine.feel.inference import basics, comparing, data
from engine.feel.inference.calls import call
from engine.feel.inference.kinds import (
    ANY,
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    FUNCTION,
    NULL,
    NUMBER,
    STRING,
    TIME,
    YEARS_MONTHS,
    Type,
    choice_of,
    conforms,
    context_of,
    kinds_of,
    list_of,
    never_of,
    of_type_node,
    of_value,
    range_of,
    union,
)
from engine.feel.inference.problems import Problem, described, kinds_text, values_text
from engine.feel.inference.scope import Names
from engine.feel.inference.walk import Handler, Walk
from engine.feel.nearest import nearest

_HANDLERS: dict[type[nodes.Node], Handler] = {
    nodes.Literal: basics.literal,
    nodes.AtLiteral: basics.at_literal,
    nodes.Name: basics.name,
    nodes.Negate: basics.negate,
    nodes.Chain: basics.chain,
    nodes.Logic: basics.logic,
    nodes.If: basics.if_,
    nodes.FunctionOf: basics.function,
    nodes.InstanceOf: basics.instance_of,
    nodes.Typed: basics.typed,
    nodes.Native: basics.native,
    nodes.Compare: comparing.compare,
    nodes.Between: comparing.between,
    nodes.In: comparing.in_,
    nodes.UnaryTest: comparing.unary_test,
    nodes.UnaryTests: comparing.unary_tests,
    nodes.RangeOf: comparing.range_,
    nodes.ListOf: data.list_,
    nodes.ContextOf: data.context,
    nodes.Path: data.path,
    nodes.Filter: data.filter_,
    nodes.For: data.for_,
    nodes.Quantified: data.quantified,
    nodes.Call: call,
}
_NAMED = ("unknown_name", "unknown_function")
_NEVER_FREE = FUNCTIONS.keys() | {"?"}  # names that an expression does not count among its variables
_CACHED = 8192
# By the tree's identity; the tree is kept with the result, so that the identity stays its own.
_cache: dict[tuple[int, tuple[tuple[str, Type], ...], bool], tuple[nodes.Node, Inferred]] = {}


@dataclass(frozen=True, slots=True)
class Inferred:
    """The type of an expression, and what is wrong with it."""

    type: Type
    problems: tuple[Problem, ...]


def infer(expression: Expression | UnaryTests, names: Mapping[str, Type], *, open: bool = False) -> Inferred:
    """The type of a compiled expression where these names are known; with `open` there may be others, of any type.

    The tested value of a decision table cell is the name `?`. Results are cached by source and by the types of the names that it mentions.
    """
    relevant = names.keys() & (expression.variables | expression.possible_variables | _NEVER_FREE)
    key = (id(expression.tree), tuple((name, names[name]) for name in sorted(relevant)), open)
    known = _cache.get(key)
    if known is None:
        if len(_cache) >= _CACHED:
            _cache.clear()
        known = _cache[key] = (expression.tree, infer_tree(expression.tree, Names(dict(key[1]), open)))
    found = known[1]
    if not any(problem.code in _NAMED for problem in found.problems):
        return found
    return Inferred(found.type, tuple(_proposing(problem, names) for problem in found.problems))


def _proposing(problem: Problem, names: Mapping[str, Type]) -> Problem:
    """Names that the expression does not mention may be what was meant; only the caller knows them."""
    if problem.code not in _NAMED or problem.values["proposal"] is not None:
        return problem
    return replace(problem, values={**problem.values, "proposal": nearest(problem.values["name"], names)})


def infer_tree(tree: nodes.Node, names: Names) -> Inferred:
    """The same for a syntax tree, uncached."""
    walk = Walk(_HANDLERS)
    try:
        kind = walk.type(tree, names)
    except RecursionError:
        return Inferred(ANY, tuple(walk.problems))
    return Inferred(kind, tuple(walk.problems))


__all__ = [
    "ANY",
    "BOOLEAN",
    "CONTEXT",
    "DATE",
    "DATE_TIME",
    "DAYS_TIME",
    "FUNCTION",
    "NULL",
    "NUMBER",
    "STRING",
    "TIME",
    "YEARS_MONTHS",
    "Inferred",
    "Names",
    "Problem",
    "Type",
    "choice_of",
    "conforms",
    "context_of",
    "described",
    "infer",
    "infer_tree",
    "kinds_of",
    "kinds_text",
    "list_of",
    "never_of",
    "of_type_node",
    "of_value",
    "range_of",
    "union",
    "values_text",
]
