"""Whether a value is of a type, and the conversions a typed place makes by itself (DMN 1.5, 10.3.2.9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.feel import nodes
from engine.feel.errors import NullResult
from engine.feel.temporal import midnight
from engine.feel.values import FeelFunction, check_size, kind_of, shown_kind
from engine.model.values import Value

TypeCheck = Callable[[Value], bool]
_SIMPLE = frozenset(
    ("number", "string", "boolean", "date", "time", "date and time", "days and time duration", "years and months duration",
     "list", "context", "range", "function")
)  # fmt: skip


def type_check(node: nodes.TypeNode, named: Mapping[str, TypeCheck]) -> TypeCheck | None:
    """A test whether a non-null value is of the type; None when the type's name is not known."""
    if isinstance(node, nodes.ListType):
        item = type_check(node.item, named)
        return None if item is None else _each(item)
    if isinstance(node, nodes.RangeType):
        item = type_check(node.item, named)
        return None if item is None else _ends(item)
    if isinstance(node, nodes.ContextType):
        return _entries(node, named)
    if isinstance(node, nodes.FunctionType):
        return lambda value: isinstance(value, FeelFunction) and function_conforms(value, node)
    return _named(node.name, named)


def _named(name: str, named: Mapping[str, TypeCheck]) -> TypeCheck | None:
    if name in named:
        return named[name]
    if name == "Any":
        return lambda value: value is not None
    if name == "Null":
        return lambda value: value is None
    if name == "duration":
        return lambda value: kind_of(value) in ("days and time duration", "years and months duration")
    return (lambda value: kind_of(value) == name) if name in _SIMPLE else None


def _each(item: TypeCheck) -> TypeCheck:
    return lambda value: isinstance(value, list) and all(one is None or item(one) for one in value)


def _ends(item: TypeCheck) -> TypeCheck:
    def check(value: Value) -> bool:
        return kind_of(value) == "range" and all(end is None or item(end) for end in (value.low, value.high))

    return check


def _entries(node: nodes.ContextType, named: Mapping[str, TypeCheck]) -> TypeCheck | None:
    checks: dict[str, TypeCheck] = {}
    for name, kind in node.entries:
        check = type_check(kind, named)
        if check is None:
            return None
        checks[name] = check

    def run(value: Value) -> bool:
        if not isinstance(value, dict):
            return False
        return all(name in value and (value[name] is None or check(value[name])) for name, check in checks.items())

    return run


def function_conforms(value: FeelFunction, node: nodes.FunctionType) -> bool:
    """A function takes what is wanted or more, and gives what is wanted or less; a part that is not declared fits everything."""
    if len(value.types) != len(node.parameters):
        return False
    takes = all(kind is None or conforms(wanted, kind) for kind, wanted in zip(value.types, node.parameters, strict=True))
    return takes and (value.result is None or conforms(value.result, node.result))


def conforms(kind: nodes.TypeNode, wanted: nodes.TypeNode) -> bool:
    """Whether every value of `kind` is one of `wanted` (DMN 1.5, 10.3.2.9.2); a bare list, range, context or function is one of anything."""
    if wanted.name == "Any" or kind.name == "Null" or kind == wanted:
        return True
    if kind.name != wanted.name or type(wanted) is nodes.TypeNode:
        return kind.name == wanted.name
    if isinstance(kind, (nodes.ListType, nodes.RangeType)) and isinstance(wanted, (nodes.ListType, nodes.RangeType)):
        return conforms(kind.item, wanted.item)
    if isinstance(kind, nodes.ContextType) and isinstance(wanted, nodes.ContextType):
        entries = dict(kind.entries)
        return all(name in entries and conforms(entries[name], one) for name, one in wanted.entries)
    if isinstance(kind, nodes.FunctionType) and isinstance(wanted, nodes.FunctionType):
        parameters = zip(wanted.parameters, kind.parameters, strict=False)
        return len(kind.parameters) == len(wanted.parameters) and all(conforms(*pair) for pair in parameters) and conforms(kind.result, wanted.result)
    return False


def coerce(value: Value, node: nodes.TypeNode | None, named: Mapping[str, TypeCheck]) -> Value:
    """The value as the type wants it: singleton lists open and close, dates become midnights. Raises NullResult when it does not fit."""
    return value if node is None or value is None else coercion(node, named)(value)


def coercion(node: nodes.TypeNode, named: Mapping[str, TypeCheck]) -> Callable[[Value], Value]:
    """`coerce` made ready for many values. It raises NullResult when one does not fit, FeelLimitExceeded when one is too large to look at."""
    check = None if node.name == "Any" else type_check(node, named)
    if check is None:
        return lambda value: value

    def run(value: Value) -> Value:
        check_size(value)
        if value is None or check(value):
            return value
        if isinstance(value, list) and len(value) == 1 and value[0] is not None and check(value[0]):
            return value[0]
        if not isinstance(value, list) and check([value]):
            return [value]
        if kind_of(value) == "date" and check(midnight(value)):
            return midnight(value)
        raise _misfit(check, node.name, value)

    return run


def _misfit(check: TypeCheck, name: str, value: Value) -> NullResult:
    """Why a value is not of a type; item definitions tell more than built-in types."""
    reason = getattr(check, "reason", None)
    code, message = reason(value) if reason else ("wrong_type", f"值是{shown_kind(value)},不属于类型 {name}")
    return NullResult(code, message)


def labelled(fit: Callable[[Value], Value], label: str) -> Callable[[Value], Value]:
    """A coercion whose refusals name the place."""

    def run(value: Value) -> Value:
        try:
            return fit(value)
        except NullResult as reason:
            raise NullResult(reason.code, f"“{label}”:{reason.message}") from None

    return run
