"""Calls, function definitions and `instance of`."""

from __future__ import annotations

from collections.abc import Callable

from engine.feel import nodes
from engine.feel.code import Code, Frame, Scope, Unit
from engine.feel.errors import NullResult
from engine.feel.functions.registry import FUNCTIONS, Signature, choose, explain_choice
from engine.feel.limits import Run
from engine.feel.types import coerce, type_check
from engine.feel.values import FeelFunction, check_size, kind_of, shown_kind
from engine.model.values import Value, tidied

# Functions that do not look at each item, or only copy it.
_LIGHT = frozenset(("count", "append", "concatenate", "sublist", "insert before", "remove", "reverse", "list replace"))
_LIGHT_PARTS = 32
_PATTERNS = frozenset(("matches", "replace", "split", "extract"))
_CALL_STEPS, _PATTERN_STEPS = 6, 24


def compile_call(node: nodes.Call, unit: Unit) -> Code:
    codes = [unit.code(argument) for argument in node.arguments]
    if isinstance(node.function, nodes.Name):
        name = node.function.name
        if name in FUNCTIONS and name not in unit.names:
            return _built_in(node, name, codes, unit)
    return _dynamic(node, codes, unit)


def _built_in(node: nodes.Call, name: str, codes: list[Code], unit: Unit) -> Code:
    candidates = choose(name, len(codes), node.names)
    if not candidates:
        return unit.refuse("wrong_arguments", node.position, explain_choice(name, len(codes), node.names))
    position, label, names = node.position, name, node.names
    light = name in _LIGHT
    parts_per_step = _LIGHT_PARTS if light else 1
    steps = _PATTERN_STEPS if name in _PATTERNS else _CALL_STEPS
    plans = [(signature, signature.order(names)) for signature in candidates]

    def call(scope: Scope, run: Run) -> Value:
        run.charge(steps, position)
        arguments = [code(scope, run) for code in codes]
        run.consumes(arguments, position, parts_per_step)
        if not light:
            arguments = [tidied(argument) for argument in arguments]
        try:
            value = _first_fit(plans, arguments, run, label)
        except NullResult as reason:
            return run.null(reason, position)
        if type(value) is list or type(value) is str:
            run.produced(value, position)
        return value

    return call


def _first_fit(plans: list[tuple[Signature, tuple[int, ...] | None]], arguments: list[Value], run: Run, name: str) -> Value:
    problem: NullResult | None = None
    for signature, order in plans:
        ordered = arguments if order is None else [arguments[index] if index >= 0 else None for index in order]
        try:
            fitted = signature.fit(ordered, order)
        except NullResult as reason:
            problem = problem or reason
            continue
        return signature.call(run, fitted)
    assert problem is not None
    raise NullResult(problem.code, f"{name}():{problem.message}")


def _dynamic(node: nodes.Call, codes: list[Code], unit: Unit) -> Code:
    function_code, position, names = unit.code(node.function), node.position, node.names
    shown = node.function.name if isinstance(node.function, nodes.Name) else "此值"

    def call(scope: Scope, run: Run) -> Value:
        function = function_code(scope, run)
        if not isinstance(function, FeelFunction):
            run.note("not_a_function", position, f"{shown}不是函数,而是{shown_kind(function)}")
            return None
        arguments = [code(scope, run) for code in codes]
        run.enter(position)
        try:
            return function.invoke(run, arguments, names)
        except NullResult as reason:
            return run.null(reason, position)
        finally:
            run.leave()

    return call


def compile_function(node: nodes.FunctionOf, unit: Unit) -> Code:
    names = tuple(parameter.name for parameter in node.parameters)
    kinds = tuple(parameter.type for parameter in node.parameters)
    body, named = unit.bind(*names).code(node.body), unit.types
    result = _sure_type(node.body)
    for kind in kinds:
        if kind is not None and type_check(kind, named) is None:
            return unit.refuse("unknown_type", kind.position, f"没有名为“{kind.name}”的类型")

    def make(scope: Scope, run: Run) -> FeelFunction:
        run.charge(_CALL_STEPS, node.position)

        def invoke(run: Run, arguments: list[Value], given: tuple[str, ...] | None = None) -> Value:
            values = bind_arguments(names, arguments, given)
            frame = Frame(scope, {name: coerce(value, kind, named) for name, value, kind in zip(names, values, kinds, strict=True)})
            return body(frame, run)

        return FeelFunction("", names, kinds, invoke, result)

    return make


def _sure_type(body: nodes.Node) -> nodes.TypeNode | None:
    """The type that a function's body has for sure, None where that depends on values."""
    if isinstance(body, nodes.Literal):
        return nodes.TypeNode("Null" if body.value is None else kind_of(body.value))
    return nodes.TypeNode("boolean") if isinstance(body, nodes.InstanceOf) else None


def bind_arguments(names: tuple[str, ...], arguments: list[Value], given: tuple[str, ...] | None) -> list[Value]:
    """Arguments in the order of the parameters. Raises NullResult when they do not match."""
    if given is None:
        if len(arguments) != len(names):
            raise NullResult("wrong_arguments", f"函数需要 {len(names)} 个参数,却给了 {len(arguments)} 个")
        return arguments
    if set(given) != set(names):
        raise NullResult("wrong_arguments", f"函数的参数是 {'、'.join(names) or '(无)'},却给了 {'、'.join(given)}")
    return [arguments[given.index(name)] for name in names]


def compile_instance_of(node: nodes.InstanceOf, unit: Unit) -> Code:
    value_code = unit.code(node.value)
    check: Callable[[Value], bool] | None = type_check(node.type, unit.types)
    if check is None:
        return unit.refuse("unknown_type", node.type.position, f"没有名为“{node.type.name}”的类型")
    for_null = node.type.name == "Null"

    def run_instance_of(scope: Scope, run: Run) -> bool:
        value = value_code(scope, run)
        check_size(value)
        return for_null if value is None else check(value)

    return run_instance_of
