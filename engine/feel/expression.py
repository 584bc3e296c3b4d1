"""Compiled expressions: what the rest of the engine holds and evaluates."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache

from engine.feel import nodes
from engine.feel.analysis import free_names
from engine.feel.code import Code, Scope, Test, TypeCheck, Unit
from engine.feel.compile_tests import compile_unary as compile_unary_code
from engine.feel.compiler import compile_node
from engine.feel.errors import FeelError, FeelLimitExceeded, Note
from engine.feel.functions import contexts, conversion, dates, lists, numeric, range_text, ranges, strings
from engine.feel.functions.registry import FUNCTIONS
from engine.feel.limits import Run
from engine.feel.parser import parse, parse_unary_tests
from engine.feel.values import check_size
from engine.model.values import Value, normalize

_FAMILIES = (contexts, conversion, dates, lists, numeric, range_text, ranges, strings)
_CACHED = 8192


class _Compiled:
    """`variables` are read from the scope for sure; `possible_variables` are names in filters, of items or of the scope.

    `problems` say which parts can only give null (wrong number of arguments, unknown type …), known before anything runs.
    """

    __slots__ = ("possible_variables", "problems", "source", "tree", "variables")

    def __init__(self, source: str, tree: nodes.Node, problems: tuple[Note, ...]) -> None:
        self.source = source
        self.tree = tree
        self.problems = problems
        sure, perhaps = free_names(tree)
        self.variables = frozenset(name for name in sure if name != "?" and name not in FUNCTIONS)
        self.possible_variables = frozenset(name for name in perhaps if name != "?" and name not in FUNCTIONS)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.source!r})"

    def _located(self, error: FeelError) -> FeelError:
        """The same refusal with line and column in this source."""
        return type(error)(error.code, error.message, error.position, self.source)


class Expression(_Compiled):
    """A compiled FEEL expression. Immutable and free of state: it may be shared between threads."""

    __slots__ = ("_code",)

    def __init__(self, source: str, tree: nodes.Node, code: Code, problems: tuple[Note, ...]) -> None:
        super().__init__(source, tree, problems)
        self._code = code

    def evaluate(self, scope: Scope, *, now: datetime | None = None) -> Value:
        """The value in this scope. Raises FeelLimitExceeded, FeelEvaluationError; every other failure is null."""
        try:
            value = self._code(scope, Run(now))
            if type(value) is list or type(value) is dict:
                check_size(value)
            return value
        except FeelError as error:
            raise self._located(error) from None
        except RecursionError:
            raise _too_deep() from None

    def evaluate_with_notes(self, scope: Scope, now: datetime | None = None) -> tuple[Value, tuple[Note, ...]]:
        """The value, and for every null on the way why it is null."""
        notes: list[Note] = []
        value = self.run(scope, Run(now, notes))
        check_size(value)
        return value, tuple(notes)

    def run(self, scope: Scope, run: Run) -> Value:
        """Evaluate within a budget that several expressions share."""
        try:
            return self._code(scope, run)
        except FeelError as error:
            raise self._located(error) from None
        except RecursionError:
            raise _too_deep() from None


class UnaryTests(_Compiled):
    """A compiled decision table cell."""

    __slots__ = ("_test",)

    def __init__(self, source: str, tree: nodes.UnaryTests, test: Test, problems: tuple[Note, ...]) -> None:
        super().__init__(source, tree, problems)
        self._test = test

    def test(self, value: Value, scope: Mapping[str, Value], now: datetime | None = None) -> bool | None:
        """Whether the value passes; None when that cannot be said. Raises FeelLimitExceeded, FeelEvaluationError."""
        return self.run(normalize(value) if isinstance(value, (int, float, tuple)) else value, scope, Run(now))

    def run(self, value: Value, scope: Scope, run: Run) -> bool | None:
        try:
            return self._test(value, scope, run)
        except FeelError as error:
            raise self._located(error) from None
        except RecursionError:
            raise _too_deep() from None


def _too_deep() -> FeelLimitExceeded:
    return FeelLimitExceeded("calls_too_deep", "表达式、函数调用或数据嵌套过深")


def compile(source: str, *, names: Collection[str] = (), types: Mapping[str, TypeCheck] | None = None) -> Expression:
    """Compile an expression; the result is cached unless `types` (checks of named types) are given.

    `names` are the variables known beforehand; only those with spaces or operators in them, or equal to a built-in function, have to be given.
    Raises FeelSyntaxError, FeelLimitExceeded.
    """
    return _expression(source, frozenset(names)) if types is None else _make_expression(source, frozenset(names), types)


@lru_cache(_CACHED)
def _expression(source: str, names: frozenset[str]) -> Expression:
    return _make_expression(source, names, {})


def _make_expression(source: str, names: frozenset[str], types: Mapping[str, TypeCheck]) -> Expression:
    unit = Unit(compile_node, names & FUNCTIONS.keys(), types)
    try:
        tree = parse(source, names)
        return Expression(source, tree, unit.code(tree), tuple(unit.problems))
    except RecursionError:
        raise _too_deep() from None


def compile_unary(source: str, *, names: Collection[str] = (), types: Mapping[str, TypeCheck] | None = None) -> UnaryTests:
    """Compile a decision table cell: `-`, `< 5`, `"A", "B"`, `not(…)`, `? > 1`. Raises FeelSyntaxError, FeelLimitExceeded."""
    return _unary(source, frozenset(names)) if types is None else _make_unary(source, frozenset(names), types)


@lru_cache(_CACHED)
def _unary(source: str, names: frozenset[str]) -> UnaryTests:
    return _make_unary(source, names, {})


def _make_unary(source: str, names: frozenset[str], types: Mapping[str, TypeCheck]) -> UnaryTests:
    unit = Unit(compile_node, names & FUNCTIONS.keys(), types)
    try:
        tree = parse_unary_tests(source, names)
        return UnaryTests(source, tree, compile_unary_code(tree, unit), tuple(unit.problems))
    except RecursionError:
        raise _too_deep() from None


def strip_marker(source: str) -> str | None:
    """The expression behind a leading `=` (the mark that diagrams put before FEEL); None when there is no mark."""
    text = source.lstrip()
    return text[1:].strip() if text.startswith("=") else None
