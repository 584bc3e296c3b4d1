"""What the built-in functions give, by the types of their arguments."""

from __future__ import annotations

from collections.abc import Callable

from engine.feel.errors import NullResult
from engine.feel.inference.data import items_of
from engine.feel.inference.kinds import (
    ANY,
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_TIME,
    DAYS,
    MONTHS,
    NULL,
    NUMBER,
    ORDERED,
    STRING,
    TIME,
    YEARS_MONTHS,
    Type,
    context_of,
    kinds_of,
    list_of,
    range_of,
    union,
)
from engine.feel.temporal import parse_duration
from engine.feel.values import kind_of

Arguments = list[Type]
Result = Callable[[Arguments], Type]
_DURATION = kinds_of(DAYS, MONTHS)
_AMOUNTS = frozenset(("number", DAYS, MONTHS))


def _leaves(kind: Type) -> Type:
    """What remains of a list when all lists inside are opened."""
    if kind.anything:
        return ANY
    inner = kind.only(kind.kinds - {"list"})
    if "list" not in kind.kinds:
        return inner
    return union(inner, ANY if kind.item is None else _leaves(kind.item))


def _together(arguments: Arguments) -> Type:
    """The items of one list, or several arguments as items."""
    return items_of(arguments[0]) if len(arguments) == 1 else union(*arguments)


def _sum(arguments: Arguments) -> Type:
    return Type(_together(arguments).kinds & _AMOUNTS) if _together(arguments).kinds & _AMOUNTS else NULL


def _extreme(arguments: Arguments) -> Type:
    items = _together(arguments)
    return items.only(ORDERED)


def _amount(arguments: Arguments) -> Type:
    kinds = arguments[0].kinds | (items_of(arguments[0]).kinds if "list" in arguments[0].kinds else frozenset())
    return Type(kinds & _AMOUNTS) if kinds & _AMOUNTS else NULL


def _duration(arguments: Arguments) -> Type:
    """A constant text tells which of the two durations it is."""
    texts = arguments[0].values
    if texts is not None and len(texts) == 1 and isinstance(text := next(iter(texts)), str):
        try:
            return kinds_of(kind_of(parse_duration(text)))
        except NullResult:
            return NULL
    return _DURATION


def _same_list(arguments: Arguments) -> Type:
    return list_of(items_of(arguments[0]))


def _with_items(*places: int) -> Result:
    return lambda arguments: list_of(union(items_of(arguments[0]), *(arguments[place] for place in places if place < len(arguments))))


def _append(arguments: Arguments) -> Type:
    return list_of(union(items_of(arguments[0]), *arguments[1:]))


def _all_items(arguments: Arguments) -> Type:
    return list_of(union(*(items_of(argument) for argument in arguments)))


def _key(argument: Type) -> str | None:
    values = argument.values
    only = next(iter(values)) if values is not None and len(values) == 1 else None
    return only if isinstance(only, str) else None


def _get_value(arguments: Arguments) -> Type:
    key = _key(arguments[1])
    found = arguments[0].member(key) if key is not None and arguments[0].kinds == {"context"} else None
    return ANY if found is None else found


def _put(arguments: Arguments) -> Type:
    key, base = _key(arguments[1]), arguments[0]
    if key is None or base.kinds != {"context"}:
        return CONTEXT
    return context_of({**dict(base.members), key: arguments[2]}, open=base.open)


def _entries(arguments: Arguments) -> Type:
    base = arguments[0]
    value = union(*(kind for _, kind in base.members)) if base.kinds == {"context"} and not base.open else ANY
    return list_of(context_of({"key": STRING, "value": value}))


def _default(arguments: Arguments) -> Type:
    return union(*arguments)


_CONSTANT: dict[Type, str] = {
    STRING: "substring, upper case, lower case, trim, substring before, substring after, replace, string join, string, day of week, month of year",
    NUMBER: "string length, count, decimal, floor, ceiling, round up, round down, round half up, round half down, modulo, sqrt, log, exp, number,"
    " day of year, week of year, mean, median, stddev, product",
    BOOLEAN: "contains, starts with, ends with, matches, not, is defined, is, list contains, all, any, odd, even, before, after, meets, met by,"
    " overlaps, overlaps before, overlaps after, finishes, finished by, includes, during, starts, started by, coincides",
    DATE: "date, today, last day of month",
    TIME: "time",
    DATE_TIME: "date and time, now",
    YEARS_MONTHS: "years and months duration",
    CONTEXT: "context, context merge",
    list_of(NUMBER): "mode, index of",
    list_of(STRING): "split, extract",
    range_of(ANY): "range",
}


def _always(kind: Type) -> Result:
    return lambda _arguments: kind


RESULTS: dict[str, Result] = {name.strip(): _always(kind) for kind, names in _CONSTANT.items() for name in names.split(",")}
RESULTS |= {
    "abs": _amount,
    "sum": _sum,
    "min": _extreme,
    "max": _extreme,
    "duration": _duration,
    "sublist": _same_list,
    "reverse": _same_list,
    "remove": _same_list,
    "distinct values": _same_list,
    "duplicate values": _same_list,
    "sort": _same_list,
    "append": _append,
    "concatenate": _all_items,
    "union": _all_items,
    "insert before": _with_items(2),
    "list replace": _with_items(2),
    "flatten": lambda arguments: list_of(_leaves(items_of(arguments[0]))),
    "partition": lambda arguments: list_of(list_of(items_of(arguments[0]))),
    "get value": _get_value,
    "get entries": _entries,
    "context put": _put,
    "get or else": _default,
}
