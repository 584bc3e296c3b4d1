"""Kinds of values, three-valued equality and order, the text of a value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.cursor import is_plain_name
from engine.feel.errors import FeelLimitExceeded
from engine.feel.limits import LIMITS
from engine.feel.nodes import TypeNode
from engine.model.values import PLAIN, FarDate, FarDateTime, Range, Value, YearsMonths, duration_text, number_text, tidied, time_text

CHINESE_KINDS = {
    "null": "空值", "boolean": "布尔值", "number": "数字", "string": "文本", "date": "日期", "time": "时间", "date and time": "日期时间",
    "days and time duration": "天时长", "years and months duration": "年月时长", "list": "列表", "context": "上下文", "range": "区间",
    "function": "函数", "unknown": "未知类型",
}  # fmt: skip
KINDS: dict[type, str] = {
    type(None): "null", bool: "boolean", Decimal: "number", str: "string", datetime: "date and time", date: "date", time: "time",
    timedelta: "days and time duration", YearsMonths: "years and months duration", Range: "range", list: "list", dict: "context",
}  # fmt: skip
_ORDERED = frozenset(("number", "string", "date", "time", "date and time", "days and time duration", "years and months duration"))


@dataclass(frozen=True, slots=True, eq=False)
class FeelFunction:
    """A function as a value: user-defined, or built in. It lives inside one evaluation and has no JSON form.

    `types` are those of the parameters, `result` that of the result; None where none is declared.
    """

    name: str
    parameters: tuple[str, ...]
    types: tuple[TypeNode | None, ...]
    invoke: Callable[..., Any]
    result: TypeNode | None = None


KINDS[FeelFunction] = "function"
KINDS[FarDate], KINDS[FarDateTime] = "date", "date and time"


def kind_of(value: Value) -> str:
    """The name of the value's type, `unknown` for what FEEL does not have."""
    found = KINDS.get(type(value))
    if found is not None:
        return found
    for base in (datetime, bool, Decimal, str, date, time, timedelta, list, dict):
        if isinstance(value, base):
            return KINDS[base]
    return "unknown"


def shown_kind(value: Value) -> str:
    return CHINESE_KINDS[kind_of(value)]


class Visits:
    """Counts the parts of a value that an operation looks at: shared parts make small values large when walked."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = LIMITS.visited_parts

    def one(self, parts: int = 1) -> None:
        self.left -= parts
        if self.left < 0:
            raise FeelLimitExceeded("value_too_large", f"数据的组成部分超过 {LIMITS.visited_parts} 个")


def check_size(value: Value) -> None:
    """Refuse a result that would be too large once it is written out. Raises FeelLimitExceeded."""
    if not isinstance(value, (list, dict)):
        return
    left = LIMITS.result_parts
    pending: list[Value] = [value]
    while pending:
        current = pending.pop()
        left -= len(current) + 1
        if left < 0:
            raise FeelLimitExceeded("value_too_large", f"结果的组成部分超过 {LIMITS.result_parts} 个")
        pending.extend(item for item in (current.values() if isinstance(current, dict) else current) if isinstance(item, (list, dict)))


def equal(left: Value, right: Value, visits: Visits | None = None) -> bool | None:
    """FEEL `=`: None when the kinds differ; null equals null only. Raises FeelLimitExceeded."""
    if left is None or right is None:
        return left is right
    if type(left) in PLAIN or type(right) in PLAIN:
        left, right = tidied(left), tidied(right)
    kind = kind_of(left)
    if kind != kind_of(right):
        return None
    if kind in ("list", "context", "range"):
        visits = visits or Visits()
        visits.one()
        return _equal_parts(kind, left, right, visits)
    return bool(left == right)


def _equal_parts(kind: str, left: Value, right: Value, visits: Visits) -> bool:
    if left is right:
        return True
    if kind != "range":
        visits.one(len(left))
    if kind == "list":
        return len(left) == len(right) and all(equal(one, other, visits) is True for one, other in zip(left, right, strict=True))
    if kind == "context":
        return left.keys() == right.keys() and all(equal(value, right[key], visits) is True for key, value in left.items())
    ends = equal(left.low, right.low, visits) is True and equal(left.high, right.high, visits) is True
    return ends and (left.low_closed, left.high_closed) == (right.low_closed, right.high_closed)


def compare(left: Value, right: Value) -> int | None:
    """-1, 0 or 1; None when there is no order between the two."""
    if left is None or right is None:
        return None
    kind = kind_of(left)
    if kind not in _ORDERED or kind != kind_of(right):
        return None
    try:
        return -1 if left < right else 1 if right < left else 0
    except TypeError:
        return None


def contains(interval: Range, value: Value) -> bool | None:
    """Whether the value lies in the range; None when it cannot be compared with an end."""
    result: bool | None = True
    for end, closed, outside in ((interval.low, interval.low_closed, -1), (interval.high, interval.high_closed, 1)):
        if end is None:
            continue
        order = compare(value, end)
        if order is None:
            return None
        if order == outside or (order == 0 and not closed):
            result = False
    return None if value is None else result


def satisfies(value: Value, test: Value) -> bool | None:
    """Whether a value passes what a test evaluated to: a range, a list of tests, or a value to be equal to."""
    if type(test) is Range:
        return True if type(value) is Range and equal(value, test) else contains(test, value)
    if isinstance(test, list):
        if isinstance(value, list) and equal(value, test):
            return True
        return any(satisfies_item(value, item) for item in test)
    return equal(value, test)


def satisfies_item(value: Value, item: Value) -> bool:
    if type(item) is Range:
        return contains(item, value) is True or (type(value) is Range and equal(value, item) is True)
    return equal(value, item) is True


def hash_key(value: Value, visits: Visits | None = None) -> Any:
    """A hashable stand-in with `hash_key(a) == hash_key(b)` exactly when `equal(a, b)` is True. Raises FeelLimitExceeded."""
    value = tidied(value)
    kind = kind_of(value)
    if kind not in ("list", "context", "range"):
        return (kind, value)
    visits = visits or Visits()
    visits.one(1 if kind == "range" else len(value) + 1)
    if kind == "list":
        return ("list", tuple(hash_key(item, visits) for item in value))
    if kind == "context":
        return ("context", frozenset((key, hash_key(item, visits)) for key, item in value.items()))
    return ("range", hash_key(value.low), hash_key(value.high), value.low_closed, value.high_closed)


def text(value: Value) -> str:
    """FEEL's string(): null is `null`, a string is itself, inside a list or context it is quoted. Raises FeelLimitExceeded."""
    return value if isinstance(value, str) else _inner(value, Visits())


def _inner(value: Value, visits: Visits) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        visits.one(len(value) + 1)
        return "[" + ", ".join([_inner(item, visits) for item in value]) + "]"
    if isinstance(value, dict):
        visits.one()
        entries = [f"{key if is_plain_name(key) else quoted(key)}: {_inner(item, visits)}" for key, item in value.items()]
        return "{" + ", ".join(entries) + "}"
    return _TEXTS.get(kind_of(value), str)(value)


def quoted(value: str) -> str:
    """A string as a literal."""
    for sign, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        value = value.replace(sign, escape)
    return f'"{value}"'


def _range_text(value: Range) -> str:
    low = "" if value.low is None else literal_text(value.low)
    high = "" if value.high is None else literal_text(value.high)
    if not low and high:
        return ("<= " if value.high_closed else "< ") + high
    if low and not high:
        return (">= " if value.low_closed else "> ") + low
    return ("[" if value.low_closed else "(") + low + ".." + high + ("]" if value.high_closed else ")")


def literal_text(value: Value) -> str:
    """A value that is no list or context, as a literal."""
    kind = kind_of(value)
    if kind in ("date", "time", "date and time", "days and time duration", "years and months duration"):
        return f'@"{text(value)}"'
    return quoted(value) if isinstance(value, str) else text(value)


_TEXTS: dict[str, Callable[[Value], str]] = {
    "null": lambda _: "null",
    "boolean": lambda value: "true" if value else "false",
    "number": number_text,
    "date": lambda value: str(value.isoformat()),
    "time": time_text,
    "date and time": time_text,
    "days and time duration": duration_text,
    "years and months duration": str,
    "range": _range_text,
    "function": lambda value: f"function({', '.join(value.parameters)})",
}
