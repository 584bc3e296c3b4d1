"""What compiled code is: closures over (scope, run); and the compilation they come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.feel import nodes
from engine.feel.analysis import children
from engine.feel.errors import Note
from engine.feel.limits import Run
from engine.model.values import Value

Scope: TypeAlias = Mapping[str, Value]
Code: TypeAlias = Callable[[Scope, Run], Value]
Test: TypeAlias = Callable[[Value, Scope, Run], bool | None]
TypeCheck: TypeAlias = Callable[[Value], bool]


class Frame(dict[str, Value]):
    """Local names in front of an enclosing scope, which is asked only for what is missing here."""

    __slots__ = ("parent",)

    def __init__(self, parent: Scope, values: Mapping[str, Value] | None = None) -> None:
        super().__init__(values or {})
        self.parent = parent

    def __missing__(self, key: str) -> Value:
        return self.parent[key]


def pass_cost(body: nodes.Node) -> int:
    """The steps that one pass over a loop's body or a filter's condition takes, beside the calls and loops in it."""
    count, pending = 0, [body]
    while pending:
        count += 1
        pending.extend(children(pending.pop()))
    return 2 + count // 3


def keeps_scope(body: nodes.Node) -> bool:
    """Whether something in the tree may hold on to its scope after a pass: a function that is defined there, or logic that cannot be looked into."""
    pending = [body]
    while pending:
        node = pending.pop()
        if isinstance(node, (nodes.FunctionOf, nodes.Native)):
            return True
        pending.extend(children(node))
    return False


@dataclass(slots=True)
class Unit:
    """One compilation: names bound around the node at hand, types known by name, problems that are sure before anything runs."""

    compile: Callable[[nodes.Node, Unit], Code]
    names: frozenset[str] = frozenset()
    types: Mapping[str, TypeCheck] = field(default_factory=dict)
    problems: list[Note] = field(default_factory=list)

    def code(self, node: nodes.Node) -> Code:
        return self.compile(node, self)

    def bind(self, *names: str) -> Unit:
        return Unit(self.compile, self.names.union(names), self.types, self.problems)

    def refuse(self, code: str, position: int, message: str) -> Code:
        """Code that always gives null, and the reason on record before it ever runs."""
        self.problems.append(Note(code, position, message))

        def nothing(_scope: Scope, run: Run) -> None:
            run.note(code, position, message)

        return nothing
