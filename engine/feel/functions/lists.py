"""Lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import cmp_to_key

from engine.feel.errors import FeelLimitExceeded, NullResult
from engine.feel.functions.registry import built_in
from engine.feel.limits import LIMITS, Run
from engine.feel.values import FeelFunction, Visits, compare, equal, hash_key, shown_kind
from engine.model.values import Value, YearsMonths

_NATIVE_ORDER = frozenset((Decimal, str, YearsMonths, timedelta))
_STEPS_PER_COMPARISON = 3


def whole(number: Decimal, what: str) -> int:
    """A whole number that fits a position. Raises NullResult."""
    if number != number.to_integral_value() or abs(number) > 10**12:
        raise NullResult("not_an_integer", f"{what}须为整数")
    return int(number)


def _index(list: list[Value], position: Decimal) -> int:
    """The offset of a position counted from 1, or from the end when negative. Raises NullResult."""
    number = whole(position, "位置")
    if not 1 <= abs(number) <= len(list):
        raise NullResult("index_out_of_range", f"列表有 {len(list)} 项,没有第 {number} 项")
    return number - 1 if number > 0 else len(list) + number


@built_in("list contains", "list: list, element: any")
def list_contains(list: list[Value], element: Value) -> bool:
    return any(equal(item, element) is True for item in list)


@built_in("count", "list: list")
def count(list: list[Value]) -> Decimal:
    return Decimal(len(list))


@built_in("all", "list: list")
def all_of_list(list: list[Value]) -> bool:
    if any(item is False for item in list):
        return False
    if all(item is True for item in list):
        return True
    raise _not_boolean(list)


@built_in("all", "*b: any")
def all_of_arguments(*b: Value) -> bool:
    return all_of_list([*b])


@built_in("any", "list: list")
def any_of_list(list: list[Value]) -> bool:
    if any(item is True for item in list):
        return True
    if all(item is False for item in list):
        return False
    raise _not_boolean(list)


@built_in("any", "*b: any")
def any_of_arguments(*b: Value) -> bool:
    return any_of_list([*b])


def _not_boolean(items: list[Value]) -> NullResult:
    wrong = next(item for item in items if type(item) is not bool)
    return NullResult("not_boolean", f"列表中有{shown_kind(wrong)},应全为布尔值")


@built_in("sublist", "list: list, start position: number, length: number?=")
def sublist(list: list[Value], start_position: Decimal, length: Decimal | None = None) -> list[Value]:
    start = _index(list, start_position)
    if length is None:
        return list[start:]
    size = whole(length, "长度")
    if size < 0 or start + size > len(list):
        raise NullResult("index_out_of_range", f"列表从该处起没有 {size} 项")
    return list[start : start + size]


@built_in("append", "list: list, *item: any")
def append(list: list[Value], *item: Value) -> list[Value]:
    return [*list, *item]


@built_in("concatenate", "*list: list")
def concatenate(*list: list[Value]) -> list[Value]:
    return [item for part in list for item in part]


@built_in("insert before", "list: list, position: number, newItem: any")
def insert_before(list: list[Value], position: Decimal, newItem: Value) -> list[Value]:  # noqa: N803 - the standard's parameter name
    offset = _index(list, position)
    return [*list[:offset], newItem, *list[offset:]]


@built_in("remove", "list: list, position: number")
def remove(list: list[Value], position: Decimal) -> list[Value]:
    offset = _index(list, position)
    return [*list[:offset], *list[offset + 1 :]]


@built_in("list replace", "list: list, position: number, newItem: any")
def list_replace_at(list: list[Value], position: Decimal, newItem: Value) -> list[Value]:  # noqa: N803 - the standard's parameter name
    offset = _index(list, position)
    return [*list[:offset], newItem, *list[offset + 1 :]]


@built_in("list replace", "list: list, match: function, newItem: any", with_run=True)
def list_replace_matching(run: Run, list: list[Value], match: FeelFunction, newItem: Value) -> list[Value]:  # noqa: N803 - the standard's name
    if len(match.parameters) != 2:
        raise NullResult("wrong_arguments", "match 须是两个参数的函数")
    return [newItem if _truth(call(run, match, [item, newItem])) else item for item in list]


def call(run: Run, function: FeelFunction, arguments: list[Value]) -> Value:
    """Call a function value within the budget."""
    run.enter(0)
    try:
        return function.invoke(run, arguments)
    finally:
        run.leave()


def _truth(value: Value) -> bool:
    if type(value) is not bool:
        raise NullResult("not_boolean", f"函数的结果不是布尔值,而是{shown_kind(value)}")
    return value


@built_in("reverse", "list: list")
def reverse(list: list[Value]) -> list[Value]:
    return list[::-1]


@built_in("index of", "list: list, match: any")
def index_of(list: list[Value], match: Value) -> list[Value]:
    return [Decimal(index) for index, item in enumerate(list, 1) if equal(item, match) is True]


@built_in("union", "*list: list")
def union(*list: list[Value]) -> list[Value]:
    return distinct_values([item for part in list for item in part])


@built_in("distinct values", "list: list")
def distinct_values(list: list[Value]) -> list[Value]:
    return _first_of_each(list)


def _first_of_each(items: list[Value]) -> list[Value]:
    seen = set()
    result = []
    for item in items:
        key = hash_key(item)
        if key not in seen:
            seen.add(key)
            result.append(item)
    return result


@built_in("duplicate values", "list: list")
def duplicate_values(list: list[Value]) -> list[Value]:
    seen: dict[object, int] = {}
    for item in list:
        key = hash_key(item)
        seen[key] = seen.get(key, 0) + 1
    return [item for item in _first_of_each(list) if seen[hash_key(item)] > 1]


@built_in("flatten", "list: list")
def flatten(list: list[Value]) -> list[Value]:
    result = []
    for item in _leaves(list, Visits()):
        result.append(item)
        if len(result) > LIMITS.list_items:
            raise FeelLimitExceeded("list_too_long", f"列表超过 {LIMITS.list_items} 项")
    return result


def _leaves(items: list[Value], visits: Visits) -> Iterator[Value]:
    visits.one()
    for item in items:
        if isinstance(item, list):
            yield from _leaves(item, visits)
        else:
            yield item


@built_in("partition", "list: list, size: number")
def partition(list: list[Value], size: Decimal) -> list[Value]:
    step = whole(size, "大小")
    if step < 1:
        raise NullResult("not_positive", "大小须为正数")
    return [list[start : start + step] for start in range(0, len(list), step)]


@built_in("sort", "list: list", with_run=True)
@built_in("sort", "list: list, precedes: function?", with_run=True)
def sort(run: Run, list: list[Value], precedes: FeelFunction | None = None) -> list[Value]:
    """Stable. Raises NullResult when two items have no order."""
    if precedes is not None and len(precedes.parameters) != 2:
        raise NullResult("wrong_arguments", "precedes 须是两个参数的函数")

    def order(left: Value, right: Value) -> int:
        if precedes is not None:
            return -1 if _truth(call(run, precedes, [left, right])) else 1 if _truth(call(run, precedes, [right, left])) else 0
        result = compare(left, right)
        if result is None:
            raise NullResult("not_comparable", f"{shown_kind(left)}与{shown_kind(right)}不能比较大小")
        return result

    kinds = {type(item) for item in list}
    if precedes is None and len(kinds) == 1 and kinds <= _NATIVE_ORDER:
        return sorted(list)
    run.charge(len(list) * len(list).bit_length() * _STEPS_PER_COMPARISON, 0)
    return sorted(list, key=cmp_to_key(order))
