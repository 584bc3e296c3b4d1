"""Types of FEEL values as inference knows them: sets of kinds, what lists and contexts hold, and, for closed choices, the very values.

Every type includes null: FEEL gives null wherever something is missing. NULL is the type of nothing but null, ANY of everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce

from engine.feel import nodes
from engine.feel.values import equal, kind_of
from engine.model.values import Value

DAYS, MONTHS, MOMENT = "days and time duration", "years and months duration", "date and time"
SCALARS = frozenset(("string", "number", "boolean", "date", "time", MOMENT, DAYS, MONTHS))
ORDERED = SCALARS - {"boolean"}
EVERY_KIND = SCALARS | {"list", "context", "range", "function"}
_WITH_VALUES = frozenset(("string", "number", "boolean"))
MOST_VALUES = 200
MOST_MEMBERS = 400
DEEPEST = 6


@dataclass(frozen=True, slots=True, eq=False)
class Type:
    """`kinds` of the values that are not null.

    `item` of a list, `ends` of a range, `result` of a function: None when anything is possible. `members` of a context, with `open` not all.
    `values` are all that are possible; known only where there is one kind, and that is string, number or boolean.
    """

    kinds: frozenset[str]
    item: Type | None = None
    members: tuple[tuple[str, Type], ...] = ()
    open: bool = True
    ends: Type | None = None
    result: Type | None = None
    values: frozenset[Value] | None = None
    depth: int = field(default=0, init=False)
    _hash: int = field(default=0, init=False, repr=False)

    def __post_init__(self) -> None:
        parts = [part for part in (self.item, self.ends, self.result) if part is not None] + [kind for _, kind in self.members]
        object.__setattr__(self, "depth", 1 + max((part.depth for part in parts), default=0))
        key = (self.kinds, self.item, self.members, self.open, self.ends, self.result, self.values)
        object.__setattr__(self, "_hash", hash(key))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Type) or self._hash != other._hash:
            return False
        mine = (self.kinds, self.open, self.values, self.members, self.item, self.ends, self.result)
        return mine == (other.kinds, other.open, other.values, other.members, other.item, other.ends, other.result)

    @property
    def anything(self) -> bool:
        """Nothing at all is known of the value."""
        return self.kinds == EVERY_KIND and self.item is None and self.open and not self.members

    def member(self, name: str) -> Type | None:
        """The type of a context's member; None when it is not known."""
        return next((kind for key, kind in self.members if key == name), None)

    def only(self, kinds: frozenset[str]) -> Type:
        """The part of the type that is of these kinds."""
        left = self.kinds & kinds
        if left == self.kinds:
            return self
        values = self.values if len(left) == 1 else None
        return Type(left, self.item, self.members, self.open, self.ends, self.result, values) if left else NULL


NULL = Type(frozenset(), open=False)
ANY = Type(EVERY_KIND)
STRING, NUMBER, BOOLEAN, DATE, TIME = (Type(frozenset((kind,))) for kind in ("string", "number", "boolean", "date", "time"))
DATE_TIME, DAYS_TIME, YEARS_MONTHS = (Type(frozenset((kind,))) for kind in (MOMENT, DAYS, MONTHS))
FUNCTION = Type(frozenset(("function",)))
CONTEXT = Type(frozenset(("context",)))


def list_of(item: Type) -> Type:
    """A list; the items of an empty one are of type NULL. Beyond a depth that no form reaches, items are anything."""
    return Type(frozenset(("list",)), item=ANY if item.depth >= DEEPEST else item)


def context_of(members: Mapping[str, Type], *, open: bool = False) -> Type:
    """A context; `open` when it may hold more than these."""
    kept = tuple(sorted((name, ANY if kind.depth >= DEEPEST else kind) for name, kind in list(members.items())[:MOST_MEMBERS]))
    return Type(frozenset(("context",)), members=kept, open=open or len(members) > MOST_MEMBERS)


def range_of(ends: Type) -> Type:
    return Type(frozenset(("range",)), ends=ends)


def function_of(result: Type) -> Type:
    return Type(frozenset(("function",)), result=ANY if result.depth >= DEEPEST else result)


def kinds_of(*kinds: str) -> Type:
    return Type(frozenset(kinds))


def choice_of(values: Iterable[Value]) -> Type:
    """One of these values and nothing else."""
    return union(*(of_value(value) for value in values))


def of_value(value: Value) -> Type:
    """The type of one value."""
    kind = kind_of(value)
    if kind == "null":
        return NULL
    if kind in _WITH_VALUES:
        return Type(frozenset((kind,)), values=frozenset((value,)))
    if kind == "list":
        return list_of(union(*(of_value(item) for item in value)))
    if kind == "context":
        return context_of({str(name): of_value(item) for name, item in value.items()})
    if kind == "range":
        return range_of(union(of_value(value.low), of_value(value.high)))
    return Type(frozenset((kind,)))


def union(*types: Type) -> Type:
    """What is of one of these types."""
    return reduce(_union, types, NULL)


def _union(one: Type, other: Type) -> Type:
    if not other.kinds or one == other:
        return one
    if not one.kinds:
        return other
    if one.anything or other.anything:
        return ANY
    kinds = one.kinds | other.kinds
    values = one.values | other.values if one.values is not None and other.values is not None and len(kinds) == 1 else None
    members, open_ = _members(one, other)
    return Type(
        kinds,
        item=_part(one, other, "list", one.item, other.item),
        members=members,
        open=open_,
        ends=_part(one, other, "range", one.ends, other.ends),
        result=_part(one, other, "function", one.result, other.result),
        values=values if values is None or len(values) <= MOST_VALUES else None,
    )


def _part(one: Type, other: Type, kind: str, mine: Type | None, theirs: Type | None) -> Type | None:
    if kind not in one.kinds:
        return theirs
    if kind not in other.kinds:
        return mine
    return None if mine is None or theirs is None else _union(mine, theirs)


def _members(one: Type, other: Type) -> tuple[tuple[tuple[str, Type], ...], bool]:
    if "context" not in one.kinds or "context" not in other.kinds:
        source = other if "context" not in one.kinds else one
        return source.members, source.open
    if one.members == other.members and one.open == other.open:
        return one.members, one.open
    mine, theirs = dict(one.members), dict(other.members)
    merged: dict[str, Type] = {}
    for name in mine.keys() | theirs.keys():
        missing = (name not in mine and one.open) or (name not in theirs and other.open)
        merged[name] = ANY if missing else _union(mine.get(name, NULL), theirs.get(name, NULL))
    return tuple(sorted(merged.items(), key=lambda entry: entry[0])), one.open or other.open


def conforms(value: Value, kind: Type) -> bool:
    """Whether a value is of the type; null always is."""
    if value is None:
        return True
    name = kind_of(value)
    if name not in kind.kinds:
        return False
    if kind.values is not None:
        return any(equal(value, known) is True for known in kind.values)
    if name == "list":
        return kind.item is None or all(conforms(item, kind.item) for item in value)
    if name == "range":
        return kind.ends is None or (conforms(value.low, kind.ends) and conforms(value.high, kind.ends))
    if name == "context":
        members = dict(kind.members)
        return all(conforms(item, members[key]) if key in members else kind.open for key, item in value.items())
    return True


def never_of(found: Type, declared: Type) -> bool:
    """Whether no value of the first type, null aside, can be converted to the second. Lists open and close, so nothing is said of them."""
    if not found.kinds or not declared.kinds or "list" in found.kinds | declared.kinds:
        return False
    if not found.kinds & declared.kinds:
        return not ("date" in found.kinds and MOMENT in declared.kinds)
    if found.values is None or declared.values is None:
        return False
    return not any(equal(one, other) is True for one in found.values for other in declared.values)


def of_type_node(node: nodes.TypeNode | None, named: Mapping[str, Type]) -> Type:
    """The values of a type that is written out; ANY for a name that is not known."""
    if isinstance(node, nodes.ListType):
        return list_of(of_type_node(node.item, named))
    if isinstance(node, nodes.RangeType):
        return range_of(of_type_node(node.item, named))
    if isinstance(node, nodes.ContextType):
        return context_of({name: of_type_node(kind, named) for name, kind in node.entries}, open=True)
    if isinstance(node, nodes.FunctionType):
        return FUNCTION
    if node is None or node.name in named:
        return ANY if node is None else named[node.name]
    if node.name == "duration":
        return kinds_of(DAYS, MONTHS)
    return kinds_of(node.name) if node.name in EVERY_KIND else NULL if node.name == "Null" else ANY


def whole_numbers(low: int, high: int) -> Type:
    """The numbers from low to high."""
    return Type(frozenset(("number",)), values=frozenset(Decimal(number) for number in range(low, high + 1)))
