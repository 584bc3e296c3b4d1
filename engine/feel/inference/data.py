"""Types of lists, contexts, paths, filters and loops."""

from __future__ import annotations

from engine.feel import nodes
from engine.feel.inference.kinds import (
    ANY,
    BOOLEAN,
    DAYS,
    DAYS_TIME,
    FUNCTION,
    MOMENT,
    MONTHS,
    NULL,
    NUMBER,
    STRING,
    Type,
    context_of,
    list_of,
    union,
    whole_numbers,
)
from engine.feel.inference.problems import described
from engine.feel.inference.scope import Names
from engine.feel.inference.walk import Walk
from engine.feel.nearest import nearest

_DATE = {"year": NUMBER, "month": whole_numbers(1, 12), "day": whole_numbers(1, 31), "weekday": whole_numbers(1, 7)}
_TIME = {"hour": whole_numbers(0, 23), "minute": whole_numbers(0, 59), "second": NUMBER, "time offset": DAYS_TIME, "timezone": STRING}
MEMBERS: dict[str, dict[str, Type]] = {
    "date": _DATE,
    "time": _TIME,
    MOMENT: {**_DATE, **_TIME},
    MONTHS: {"years": NUMBER, "months": NUMBER},
    DAYS: {"days": NUMBER, "hours": NUMBER, "minutes": NUMBER, "seconds": NUMBER},
    "range": {"start": ANY, "end": ANY, "start included": BOOLEAN, "end included": BOOLEAN},
}
_COUNTED = frozenset(("number", "date"))


def list_(node: nodes.ListOf, names: Names, walk: Walk) -> Type:
    return list_of(union(*(walk.type(item, names) for item in node.items)))


def context(node: nodes.ContextOf, names: Names, walk: Walk) -> Type:
    entries: dict[str, Type] = {}
    for key, value in node.entries:
        own = {key: FUNCTION} if isinstance(value, nodes.FunctionOf) else {}  # a function may call itself
        entries[key] = walk.type(value, names.inside({**entries, **own}))
    return context_of(entries)


def path(node: nodes.Path, names: Names, walk: Walk) -> Type:
    base = walk.type(node.base, names)
    if base.anything:
        return ANY
    found = member_of(base, node.name)
    if found is None:
        given = described(base)
        known = {key for key, _ in base.members} | {key for key, _ in (base.item.members if base.item is not None else ())}
        known |= {key for kind in base.kinds for key in MEMBERS.get(kind, ())}
        walk.report("unknown_member", node.position, name=node.name, owner_zh=given[0], owner_en=given[1], proposal=nearest(node.name, known))
        return ANY
    return found


def member_of(base: Type, name: str) -> Type | None:
    """The type of `base.name`; None when no value of the type has such a member (a list of nothing but null has none to miss)."""
    found: list[Type] = []
    if "context" in base.kinds:
        known = base.member(name)
        if known is not None or base.open:
            found.append(ANY if known is None else known)
    if "list" in base.kinds:
        inner = ANY if base.item is None or base.item.anything else NULL if not base.item.kinds else member_of(base.item, name)
        if inner is not None:
            found.append(list_of(inner))
    for kind in base.kinds:
        if name in MEMBERS.get(kind, ()):
            found.append((base.ends or ANY) if kind == "range" and name in ("start", "end") else MEMBERS[kind][name])
    return union(*found) if found or not base.kinds else None


def filter_(node: nodes.Filter, names: Names, walk: Walk) -> Type:
    base = walk.type(node.base, names)
    item = items_of(base)
    with walk.perhaps():
        condition = walk.type(node.condition, _item_names(item, names))
    if condition.kinds and not condition.kinds & {"boolean", "number"}:
        given = described(condition)
        place = ("筛选条件", "the condition of a filter")
        walk.report(
            "not_boolean", node.condition.position or node.position, place_zh=place[0], place_en=place[1], given_zh=given[0], given_en=given[1]
        )
        return NULL
    results = [list_of(item)] if "boolean" in condition.kinds or not condition.kinds else []
    if "number" in condition.kinds:
        results.append(item)
        if not isinstance(node.condition, (nodes.Literal, nodes.Negate)):  # a position that is null lets no item through
            results.append(list_of(NULL))
    return union(*results)


def items_of(base: Type) -> Type:
    """What a filter looks at one by one: the items of a list, or the value itself."""
    if base.anything:
        return ANY
    single = base.only(base.kinds - {"list"})
    if "list" not in base.kinds:
        return single
    return union(single, ANY if base.item is None else base.item)


def _item_names(item: Type, names: Names) -> Names:
    members = dict(item.members) if "context" in item.kinds else {}
    types = {**members, "item": union(item, members["item"]) if "item" in members else item}
    return Names(types, "context" in item.kinds and item.open, names, frozenset(members) - {"item"})


def for_(node: nodes.For, names: Names, walk: Walk) -> Type:
    inner = _iterated(node.iterators, names, walk)
    with walk.perhaps():
        return list_of(walk.type(node.body, inner.inside({"partial": list_of(ANY)})))


def quantified(node: nodes.Quantified, names: Names, walk: Walk) -> Type:
    inner = _iterated(node.iterators, names, walk)
    with walk.perhaps():
        kind = walk.type(node.body, inner)
        place = (f"{node.kind} 的条件", f"the condition of {node.kind}")
        walk.expect_boolean(kind, node.body.position or node.position, place)
    return BOOLEAN


def _iterated(iterators: tuple[nodes.Iterator, ...], names: Names, walk: Walk) -> Names:
    for iterator in iterators:
        source = walk.type(iterator.source, names)
        kind = _passed_over(source) if iterator.end is None else _counted(source, walk.type(iterator.end, names), iterator, walk)
        names = names.inside({iterator.name: kind})
    return names


def _passed_over(source: Type) -> Type:
    if source.anything:
        return ANY
    single = source.only(source.kinds - {"list", "range"})
    parts = [single]
    if "list" in source.kinds:
        parts.append(ANY if source.item is None else source.item)
    if "range" in source.kinds:
        parts.append(Type(_COUNTED if source.ends is None else source.ends.kinds & _COUNTED))
    return union(*parts)


def _counted(low: Type, high: Type, iterator: nodes.Iterator, walk: Walk) -> Type:
    kinds = low.kinds & high.kinds & _COUNTED
    if not kinds and low.kinds and high.kinds:
        mine, theirs = described(low), described(high)
        walk.report("not_countable", iterator.position, left_zh=mine[0], left_en=mine[1], right_zh=theirs[0], right_en=theirs[1])
    return Type(kinds) if kinds else NULL
