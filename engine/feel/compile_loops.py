"""for, some, every."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from decimal import Decimal

from engine.feel import nodes
from engine.feel.analysis import children, mentions
from engine.feel.code import Code, Frame, Scope, Unit, keeps_scope, pass_cost
from engine.feel.errors import FeelLimitExceeded, NullResult
from engine.feel.limits import LIMITS, Run
from engine.feel.operators import OPERATIONS
from engine.feel.values import kind_of, shown_kind
from engine.model.values import Range, Value

_Domain = Callable[[Scope, Run], Iterable[Value]]
_Walk = Callable[[Scope, Run, int], Iterator[Frame]]
_PARTIAL = nodes.Name("partial")
_ONLY_LOOK = frozenset(("count", "sum", "min", "max", "mean", "product", "all", "any", "list contains", "string join"))
_COPIED, _SEEN = 4, 1 << 20


def compile_for(node: nodes.For, unit: Unit) -> Code:
    walk, unit = _walker(node.iterators, node.body, unit)
    body, position = unit.bind("partial").code(node.body), node.position
    partial = _partial(node.body)

    def run_for(scope: Scope, run: Run) -> Value:
        results: list[Value] = []
        most = LIMITS.list_items
        try:
            for frame in walk(scope, run, position):
                if partial is not None:
                    run.charge(len(results) // partial, position)
                    frame = Frame(frame, {"partial": results if partial == _SEEN else list(results)})
                results.append(body(frame, run))
                if len(results) > most:
                    raise FeelLimitExceeded("list_too_long", f"列表超过 {most} 项", position)
        except NullResult as reason:
            return run.null(reason, position)
        return results

    return run_for


def _partial(body: nodes.Node) -> int | None:
    """How many results so far one step pays for when the body is shown them; None when it does not ask for them.

    A body that only takes one of them, or hands them to a function that gives no list, cannot keep them: it sees the list as it grows.
    """
    if not mentions(body, "partial"):
        return None
    if keeps_scope(body):
        return _COPIED
    pending: list[nodes.Node] = [body]
    while pending:
        node = pending.pop()
        if node == _PARTIAL:
            return _COPIED
        parts = list(children(node))
        takes_one = isinstance(node, nodes.Filter) and isinstance(node.condition, (nodes.Literal, nodes.Negate))
        only_looks = isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name) and node.function.name in _ONLY_LOOK
        pending.extend(part for part in parts if part != _PARTIAL or not (takes_one or only_looks))
    return _SEEN


def compile_quantified(node: nodes.Quantified, unit: Unit) -> Code:
    walk, unit = _walker(node.iterators, node.body, unit)
    body, position, decisive = unit.code(node.body), node.position, node.kind == "some"

    def run_quantified(scope: Scope, run: Run) -> Value:
        result: bool | None = not decisive
        try:
            for frame in walk(scope, run, position):
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


def _walker(iterators: tuple[nodes.Iterator, ...], body: nodes.Node, unit: Unit) -> tuple[_Walk, Unit]:
    """What gives one frame for each combination, and the unit in which the body is compiled."""
    domains, unit = _domains(iterators, unit)
    cost = pass_cost(body)
    fresh = keeps_scope(body) or any(keeps_scope(part) for iterator in iterators for part in children(iterator))

    def walk(index: int, scope: Scope, run: Run, position: int) -> Iterator[Frame]:
        """A later iterator sees the earlier ones. A frame is used for one pass after another unless a pass may keep it."""
        name, domain = domains[index]
        last = index == len(domains) - 1
        frame = Frame(scope)
        for value in domain(scope, run):
            run.budget -= cost
            if run.budget < run.mark:
                run.look(position)
            if fresh:
                frame = Frame(scope)
            frame[name] = value
            if last:
                yield frame
            else:
                yield from walk(index + 1, frame, run, position)

    return lambda scope, run, position: walk(0, scope, run, position), unit


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
    if kind == "number":
        return _whole_numbers(int(start), int(end))
    distance = OPERATIONS["-"](end, start)
    return _days(start, _bounded(abs(distance.days)), timedelta(days=-1 if start > end else 1))


def _bounded(size: int) -> int:
    if size > LIMITS.list_items:
        raise FeelLimitExceeded("list_too_long", f"循环超过 {LIMITS.list_items} 次")
    return size


def _whole_numbers(start: int, end: int) -> Iterator[Decimal]:
    _bounded(abs(end - start))
    return map(Decimal, range(start, end - 1, -1) if start > end else range(start, end + 1))


def _days(start: Value, size: int, one: timedelta) -> Iterator[Value]:
    move = OPERATIONS["+"]
    for index in range(size + 1):
        yield move(start, one * index)
