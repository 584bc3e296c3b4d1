"""for, some, every."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from decimal import Decimal

from engine.feel import nodes
from engine.feel.analysis import mentions
from engine.feel.code import Code, Frame, Scope, Unit
from engine.feel.errors import FeelLimitExceeded, NullResult
from engine.feel.limits import LIMITS, Run
from engine.feel.operators import OPERATIONS
from engine.feel.values import kind_of, shown_kind
from engine.model.values import Range, Value

_Domain = Callable[[Scope, Run], Iterable[Value]]


def compile_for(node: nodes.For, unit: Unit) -> Code:
    domains, unit = _domains(node.iterators, unit)
    body, position = unit.bind("partial").code(node.body), node.position
    wants_partial = mentions(node.body, "partial")

    def run_for(scope: Scope, run: Run) -> Value:
        results: list[Value] = []
        try:
            for frame in _walk(domains, 0, scope, run, position):
                if wants_partial:
                    run.charge(len(results), position)
                    frame = Frame(frame, {"partial": list(results)})
                results.append(body(frame, run))
                if len(results) > LIMITS.list_items:
                    raise FeelLimitExceeded("list_too_long", f"列表超过 {LIMITS.list_items} 项", position)
        except NullResult as reason:
            return run.null(reason, position)
        return results

    return run_for


def compile_quantified(node: nodes.Quantified, unit: Unit) -> Code:
    domains, unit = _domains(node.iterators, unit)
    body, position, decisive = unit.code(node.body), node.position, node.kind == "some"

    def run_quantified(scope: Scope, run: Run) -> Value:
        result: bool | None = not decisive
        try:
            for frame in _walk(domains, 0, scope, run, position):
                truth = body(frame, run)
                if truth is decisive:
                    return decisive
                if type(truth) is not bool:
                    run.note("not_boolean", position, f"{node.kind} 的条件不是布尔值,而是{shown_kind(truth)}")
                    result = None
        except NullResult as reason:
            return run.null(reason, position)
        return result

    return run_quantified


def _domains(iterators: tuple[nodes.Iterator, ...], unit: Unit) -> tuple[list[tuple[str, _Domain]], Unit]:
    domains: list[tuple[str, _Domain]] = []
    for iterator in iterators:
        domains.append((iterator.name, _domain(iterator, unit)))
        unit = unit.bind(iterator.name)
    return domains, unit


def _domain(iterator: nodes.Iterator, unit: Unit) -> _Domain:
    source = unit.code(iterator.source)
    if iterator.end is None:
        return lambda scope, run: items_of(source(scope, run))
    end = unit.code(iterator.end)
    return lambda scope, run: steps(source(scope, run), end(scope, run))


def _walk(domains: list[tuple[str, _Domain]], index: int, scope: Scope, run: Run, position: int) -> Iterator[Frame]:
    """One frame for each combination; a later iterator sees the earlier ones."""
    name, domain = domains[index]
    last = index == len(domains) - 1
    for value in domain(scope, run):
        run.step(position)
        frame = Frame(scope, {name: value})
        if last:
            yield frame
        else:
            yield from _walk(domains, index + 1, frame, run, position)


def items_of(value: Value) -> Iterable[Value]:
    """What a loop passes over: a list, the members of a range, or a single value. Raises NullResult."""
    if isinstance(value, list):
        return value
    if type(value) is Range:
        return range_members(value)
    if value is None:
        raise NullResult("loop_over_null", "不能对空值循环")
    return [value]


def range_members(value: Range) -> Iterable[Value]:
    """Whole numbers or days of a range, upwards. Raises NullResult."""
    if value.low is None or value.high is None or kind_of(value.low) not in ("number", "date"):
        raise NullResult("range_not_countable", f"不能对{shown_kind(value.low)}区间循环")
    if value.high < value.low:
        raise NullResult("range_reversed", "区间的起点大于终点")
    one = Decimal(1) if kind_of(value.low) == "number" else timedelta(days=1)
    low = value.low if value.low_closed else OPERATIONS["+"](value.low, one)
    high = value.high if value.high_closed else OPERATIONS["-"](value.high, one)
    return [] if high < low else steps(low, high)


def steps(start: Value, end: Value) -> Iterator[Value]:
    """start, start ± 1 … end: whole numbers or days. Raises NullResult."""
    kind = kind_of(start)
    if kind != kind_of(end) or kind not in ("number", "date"):
        raise NullResult("range_not_countable", f"不能从{shown_kind(start)}数到{shown_kind(end)}")
    if kind == "number" and (start != start.to_integral_value() or end != end.to_integral_value()):
        raise NullResult("range_not_countable", "循环区间的两端须为整数")
    distance = OPERATIONS["-"](end, start)
    size = abs(distance) if kind == "number" else abs(distance.days)
    if size > LIMITS.list_items:
        raise FeelLimitExceeded("list_too_long", f"循环超过 {LIMITS.list_items} 次")
    return _count(start, int(size), Decimal(1) if kind == "number" else timedelta(days=1), start > end)


def _count(start: Value, size: int, one: Value, down: bool) -> Iterator[Value]:
    move = OPERATIONS["-" if down else "+"]
    for index in range(size + 1):
        yield move(start, one * index)
