"""Types of calls: built-in functions by their signatures, others by what they are."""

from __future__ import annotations

from engine.feel import nodes
from engine.feel.functions.registry import FUNCTIONS, Param, Signature, choose, explain_choice
from engine.feel.inference.kinds import ANY, NULL, Type, union
from engine.feel.inference.problems import described, kinds_text
from engine.feel.inference.results import RESULTS
from engine.feel.inference.scope import Names
from engine.feel.inference.walk import Walk
from engine.feel.nearest import nearest


def call(node: nodes.Call, names: Names, walk: Walk) -> Type:
    arguments = [walk.type(argument, names) for argument in node.arguments]
    if not isinstance(node.function, nodes.Name):
        return _value_called(walk.type(node.function, names), node, walk, None)
    name = node.function.name
    if name in FUNCTIONS and not names.binds(name):
        return _built_in(name, node, arguments, walk)
    found = names.find(name)
    if found is None:
        proposal = nearest(name, FUNCTIONS.keys() | names.known())
        walk.report("unknown_function", node.function.position or node.position, name=name, proposal=proposal)
        return ANY
    return _value_called(found, node, walk, name)


def _value_called(function: Type, node: nodes.Call, walk: Walk, name: str | None) -> Type:
    if function.kinds and "function" not in function.kinds:
        given = described(function)
        walk.report("not_a_function", node.position, name=name or "", given_zh=given[0], given_en=given[1])
        return NULL
    return ANY if function.result is None or not function.kinds else function.result


def _built_in(name: str, node: nodes.Call, arguments: list[Type], walk: Walk) -> Type:
    candidates = choose(name, len(arguments), node.names)
    if not candidates:
        forms = "; ".join(f"{name}({', '.join(param.name for param in signature.params)})" for signature in FUNCTIONS[name])
        walk.report("wrong_arguments", node.position, name=name, reason=explain_choice(name, len(arguments), node.names), forms=forms)
        return NULL
    results: list[Type] = []
    misfits: list[tuple[Param, Type]] = []
    result = RESULTS.get(name)
    for signature in candidates:
        ordered = _in_order(signature, arguments, node.names)
        misfit = _misfit(signature, ordered)
        if misfit is None:
            results.append(ANY if result is None else result([NULL if kind is None else kind for _, kind in ordered]))
        else:
            misfits.append(misfit)
    if results:
        return union(*results)
    param, given = misfits[0]
    if given.kinds:
        wanted, found = kinds_text(set().union(*(one.kinds for one, _ in misfits if one.name == param.name))), described(given)
        walk.report(
            "wrong_argument", node.position, name=name, parameter=param.name,
            wanted_zh=wanted[0], wanted_en=wanted[1], given_zh=found[0], given_en=found[1],
        )  # fmt: skip
    return NULL


def _in_order(signature: Signature, arguments: list[Type], names: tuple[str, ...] | None) -> list[tuple[Param, Type | None]]:
    """Each parameter with the type of its argument; None for one that is left out."""
    order = signature.order(names)
    params = signature.params
    if order is not None:
        return [(param, None if order[index] < 0 else arguments[order[index]]) for index, param in enumerate(params)]
    return [(params[min(index, len(params) - 1)], kind) for index, kind in enumerate(arguments)]


def _misfit(signature: Signature, ordered: list[tuple[Param, Type | None]]) -> tuple[Param, Type] | None:
    """The first argument that the signature cannot take, whatever its value is."""
    return next(((param, kind) for param, kind in ordered if kind is not None and not _may_fit(param, kind)), None)


def _may_fit(param: Param, kind: Type) -> bool:
    if not param.kinds or kind.kinds & param.kinds:
        return True
    if not kind.kinds:
        return param.nullable
    if "list" in param.kinds:
        return True
    return "list" in kind.kinds and (kind.item is None or bool(kind.item.kinds & param.kinds))
