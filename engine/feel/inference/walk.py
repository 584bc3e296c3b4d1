"""One walk over a tree: gives every node a type, and keeps the problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from engine.feel import nodes
from engine.feel.inference.kinds import Type
from engine.feel.inference.problems import Problem, described
from engine.feel.inference.scope import Names

Handler: TypeAlias = "Callable[[Any, Names, Walk], Type]"


class Walk:
    """`handlers` by class of node. Problems found in parts that may not be evaluated at all are not certain."""

    def __init__(self, handlers: dict[type[nodes.Node], Handler]) -> None:
        self.problems: list[Problem] = []
        self._handlers = handlers
        self._perhaps = 0

    def type(self, node: nodes.Node, names: Names) -> Type:
        return self._handlers[type(node)](node, names, self)

    def report(self, code: str, position: int, **values: Any) -> None:
        self.problems.append(Problem(code, position, not self._perhaps, values))

    @contextmanager
    def perhaps(self) -> Iterator[None]:
        """What is walked inside is evaluated under a condition, or many times, or never."""
        self._perhaps += 1
        try:
            yield
        finally:
            self._perhaps -= 1

    def expect_boolean(self, kind: Type, position: int, place: tuple[str, str]) -> None:
        """Report a condition that cannot be true or false; null alone is left to the rule for comparisons."""
        if kind.kinds and "boolean" not in kind.kinds:
            given = described(kind)
            self.report("not_boolean", position, place_zh=place[0], place_en=place[1], given_zh=given[0], given_en=given[1])
