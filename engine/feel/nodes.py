"""The syntax tree. Positions count from 1 and do not take part in equality, so that parse(print(tree)) == tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """null, true, false, a number or a string."""

    value: None | bool | Decimal | str


@dataclass(frozen=True, slots=True)
class AtLiteral(Node):
    """`@"2024-05-01"`: a date, time, date and time or duration."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    base: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    base: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`names` is None for positional arguments, else one name for each argument."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Negate(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """Arithmetic of one precedence level, evaluated from the left: first op operand op operand …"""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`and` or `or` over two or more operands."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class UnaryTest(Node):
    """`< 5`: a test of the value at hand; as a value on its own it is a half-open range."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if … then … else if … then … else …`, flattened."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iterator(Node):
    """`name in source` or `name in source..end`."""

    name: str
    source: Node
    end: Node | None = None


@dataclass(frozen=True, slots=True)
class For(Node):
    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`kind` is some or every."""

    kind: str
    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    low: Node
    high: Node
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    name: str
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    parameters: tuple[Parameter, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    type: TypeNode


@dataclass(frozen=True, slots=True)
class Typed(Node):
    """A value that a model declares to be of a type: converted to it, or null. `label` names the place; `kind` is what inference takes it for."""

    value: Node
    type: TypeNode
    label: str
    kind: Any = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Native(Node):
    """Logic that is not FEEL text (a decision table): its code is given; `parts` are the trees it reads."""

    code: Any
    parts: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class UnaryTests(Node):
    """The tests of a decision table cell; no tests at all is `-`, which holds for everything."""

    tests: tuple[Node, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class TypeNode(Node):
    """A type: a built-in name or the name of an item definition."""

    name: str


@dataclass(frozen=True, slots=True)
class ListType(TypeNode):
    name: str = field(default="list", init=False)
    item: TypeNode


@dataclass(frozen=True, slots=True)
class RangeType(TypeNode):
    name: str = field(default="range", init=False)
    item: TypeNode


@dataclass(frozen=True, slots=True)
class ContextType(TypeNode):
    name: str = field(default="context", init=False)
    entries: tuple[tuple[str, TypeNode], ...]


@dataclass(frozen=True, slots=True)
class FunctionType(TypeNode):
    name: str = field(default="function", init=False)
    parameters: tuple[TypeNode, ...]
    result: TypeNode
