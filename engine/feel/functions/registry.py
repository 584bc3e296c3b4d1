"""How built-in functions are declared, chosen by their arguments, and called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from engine.feel.cursor import BUILT_IN_WORDS, add_words
from engine.feel.errors import NullResult
from engine.feel.limits import Run
from engine.feel.values import CHINESE_KINDS, FeelFunction, kind_of, shown_kind
from engine.model.values import Value, tidied

_Function = TypeVar("_Function", bound=Callable[..., Any])
_ABSENT: Any = object()


@dataclass(frozen=True, slots=True)
class Param:
    """`kinds` are the kinds of value taken (empty: any, null included); `optional` may be left out, `nullable` may be null."""

    name: str
    kinds: frozenset[str]
    optional: bool
    nullable: bool

    def fit(self, value: Value) -> Value:
        """The value, opened from or closed into a singleton list where that fits. Raises NullResult."""
        if not self.kinds or kind_of(value) in self.kinds:
            return value
        if value is None:
            if self.nullable:
                return None
            raise NullResult("null_argument", f"参数“{self.name}”为空值")
        if "list" in self.kinds:
            return [value]
        if isinstance(value, list) and len(value) == 1 and kind_of(value[0]) in self.kinds:
            return value[0]
        wanted = "或".join(CHINESE_KINDS[kind] for kind in sorted(self.kinds))
        raise NullResult("wrong_argument", f"参数“{self.name}”应为{wanted},却是{shown_kind(value)}")


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function. With `variadic` the last parameter takes all further arguments."""

    name: str
    params: tuple[Param, ...]
    variadic: bool
    function: Callable[..., Value]
    with_run: bool

    def takes(self, count: int, names: tuple[str, ...] | None) -> bool:
        if names is not None:
            known = {param.name for param in self.params}
            return known.issuperset(names) and all(param.optional or param.name in names for param in self.params)
        required = sum(not param.optional for param in self.params)
        return count >= required and (self.variadic or count <= len(self.params))

    def order(self, names: tuple[str, ...] | None) -> tuple[int, ...] | None:
        """For each parameter the index of its named argument, -1 when left out; None for positional calls."""
        if names is None:
            return None
        return tuple(names.index(param.name) if param.name in names else -1 for param in self.params)

    def fit(self, arguments: list[Value], order: tuple[int, ...] | None) -> list[Value]:
        """Raises NullResult for the first argument of a wrong kind."""
        params = self.params
        if order is not None:
            return [_ABSENT if order[index] < 0 else param.fit(arguments[index]) for index, param in enumerate(params)]
        last = len(params) - 1
        return [params[min(index, last)].fit(value) for index, value in enumerate(arguments)]

    def call(self, run: Run, fitted: list[Value]) -> Value:
        """Arguments left out at the end take the function's defaults; one left out before a given one is null."""
        while fitted and fitted[-1] is _ABSENT:
            fitted.pop()
        arguments = [None if value is _ABSENT else value for value in fitted]
        return self.function(run, *arguments) if self.with_run else self.function(*arguments)


FUNCTIONS: dict[str, list[Signature]] = {}


def built_in(name: str, parameters: str, *, with_run: bool = False) -> Callable[[_Function], _Function]:
    """Register a signature.

    `parameters` is `name: kind|kind, …`; kind `any` takes everything; `?` after the kinds allows null, `=` allows leaving out, `*` before the name
    takes all further arguments.
    """
    params: list[Param] = []
    variadic = False
    for part in filter(None, (piece.strip() for piece in parameters.split(","))):
        label, _, kinds = part.partition(":")
        variadic = variadic or label.startswith("*")
        bare = kinds.strip().rstrip("?=")
        choices = frozenset() if bare == "any" else frozenset(bare.split("|"))
        params.append(Param(label.lstrip("*"), choices, "=" in kinds, "?" in kinds))

    def register(function: _Function) -> _Function:
        if name not in FUNCTIONS:
            add_words(BUILT_IN_WORDS, name)
        FUNCTIONS.setdefault(name, []).append(Signature(name, tuple(params), variadic, function, with_run))
        return function

    return register


def choose(name: str, count: int, names: tuple[str, ...] | None) -> list[Signature]:
    """The signatures that this number of arguments, or these names, can mean; the first that fits at run time is called.

    `before` has the names point and range in both orders: the order in which they are written decides.
    """
    found = [signature for signature in FUNCTIONS[name] if signature.takes(count, names)]
    return found if names is None else sorted(found, key=lambda signature: tuple(param.name for param in signature.params) != names)


def explain_choice(name: str, count: int, names: tuple[str, ...] | None) -> str:
    """Why no signature was found, in Chinese."""
    forms = ";".join(f"{name}({', '.join(param.name for param in signature.params)})" for signature in FUNCTIONS[name])
    given = f"参数名 {'、'.join(names)}" if names else f"{count} 个参数"
    return f"{name}() 不能用{given}调用;可用:{forms}"


def function_value(name: str) -> FeelFunction | None:
    """A built-in function as a value; None when there is none of this name."""
    signatures = FUNCTIONS.get(name)
    if not signatures:
        return None

    def invoke(run: Run, arguments: list[Value], given: tuple[str, ...] | None = None) -> Value:
        arguments = [tidied(argument) for argument in arguments]
        problem: NullResult | None = None
        for signature in choose(name, len(arguments), given):
            order = signature.order(given)
            ordered = arguments if order is None else [arguments[index] if index >= 0 else None for index in order]
            try:
                fitted = signature.fit(ordered, order)
            except NullResult as reason:
                problem = problem or reason
                continue
            value = signature.call(run, fitted)
            run.produced(value, 0)
            return value
        raise problem or NullResult("wrong_arguments", explain_choice(name, len(arguments), given))

    names = tuple(param.name for param in signatures[0].params)
    return FeelFunction(name, names, (None,) * len(names), invoke)
