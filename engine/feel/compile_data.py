"""Lists, contexts, ranges, paths and filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from engine.feel import nodes
from engine.feel.analysis import children
from engine.feel.code import Code, Frame, Scope, Unit, keeps_scope, pass_cost
from engine.feel.errors import NullResult
from engine.feel.limits import Run
from engine.feel.properties import member
from engine.feel.values import compare, kind_of, shown_kind
from engine.model.values import PLAIN, Range, Value, normalize, tidied

_NO_MEMBERS: Mapping[str, Value] = {}
_RANGE_KINDS = frozenset(("number", "string", "date", "time", "date and time", "days and time duration", "years and months duration"))


def compile_list(node: nodes.ListOf, unit: Unit) -> Code:
    codes = [unit.code(item) for item in node.items]
    return lambda scope, run: [code(scope, run) for code in codes]


def compile_context(node: nodes.ContextOf, unit: Unit) -> Code:
    entries: list[tuple[str, Code]] = []
    seen: set[str] = set()
    for name, value in node.entries:
        if name in seen:
            return unit.refuse("entry_twice", value.position or node.position, f"上下文中的“{name}”定义了两次")
        seen.add(name)
        unit = unit.bind(name)
        entries.append((name, unit.code(value)))

    def run_context(scope: Scope, run: Run) -> Value:
        frame = Frame(scope)
        for name, code in entries:
            frame[name] = code(frame, run)
        return dict(frame)

    return run_context


def compile_range(node: nodes.RangeOf, unit: Unit) -> Code:
    low_code, high_code = unit.code(node.low), unit.code(node.high)
    position = node.position

    def run_range(scope: Scope, run: Run) -> Value:
        try:
            return make_range(low_code(scope, run), high_code(scope, run), node.low_closed, node.high_closed)
        except NullResult as reason:
            return run.null(reason, position)

    return run_range


def make_range(low: Value, high: Value, low_closed: bool, high_closed: bool) -> Range:
    """Raises NullResult when an end is null or of another kind; ends in the wrong order make an empty range."""
    if low is None or high is None:
        raise NullResult("null_bound", "区间的边界为空值")
    if kind_of(low) not in _RANGE_KINDS or kind_of(low) != kind_of(high) or compare(low, high) is None:
        raise NullResult("wrong_operands", f"{shown_kind(low)}与{shown_kind(high)}不能组成区间")
    return Range(low, high, low_closed, high_closed)


def compile_path(node: nodes.Path, unit: Unit) -> Code:
    base_code, name, position = unit.code(node.base), node.name, node.position

    def run_path(scope: Scope, run: Run) -> Value:
        base = base_code(scope, run)
        if type(base) is dict and name in base:
            value = base[name]
            return normalize(value) if type(value) in PLAIN else value
        if type(base) is list:
            run.charge(len(base), position)
        try:
            return member(base, name)
        except NullResult as reason:
            return run.null(reason, position)

    return run_path


def compile_filter(node: nodes.Filter, unit: Unit) -> Code:
    base_code, position = unit.code(node.base), node.position
    condition = unit.bind("item").code(node.condition)
    if isinstance(node.condition, (nodes.Literal, nodes.Negate)):
        return _constant_filter(base_code, condition, position)
    cost, fresh, show = pass_cost(node.condition), keeps_scope(node.condition), _shower(node.condition)

    def run_filter(scope: Scope, run: Run) -> Value:
        items = _items(tidied(base_code(scope, run)))
        if not items:
            return [] if items is not None and type(condition(Frame(scope, {"item": None}), run)) is not Decimal else None
        found: list[Value] = []
        frame = Frame(scope)
        for index, item in enumerate(items):
            run.budget -= cost
            if run.budget < run.mark:
                run.look(position)
            if fresh:
                frame = Frame(scope)
            show(frame, item)
            truth = condition(frame, run)
            if truth is True:
                found.append(item)
            elif type(truth) is Decimal and index == 0:
                return _at(items, condition(scope, run) if isinstance(item, dict) else truth, run, position)
            elif truth is not False and truth is not None:
                return run.null(NullResult("not_boolean", f"筛选条件不是布尔值,而是{shown_kind(truth)}"), position)
        return found

    return run_filter


def _constant_filter(base_code: Code, condition: Code, position: int) -> Code:
    def run_filter(scope: Scope, run: Run) -> Value:
        items = _items(base_code(scope, run))
        wanted = condition(scope, run)
        if type(wanted) is Decimal:
            return None if items is None else _at(items, wanted, run, position)
        if type(wanted) is bool:
            return list(items or []) if wanted else []
        return run.null(NullResult("not_boolean", f"筛选条件不是布尔值,而是{shown_kind(wanted)}"), position)

    return run_filter


def _items(base: Value) -> list[Value] | None:
    if base is None:
        return []
    return base if isinstance(base, list) else [*base] if isinstance(base, tuple) else [base]


def _shower(condition: nodes.Node) -> Callable[[Frame, Value], None]:
    """What makes an item visible to the condition: as `item`, and the members of a context that the condition names."""
    wanted = None if keeps_scope(condition) else _named(condition)

    def show(frame: Frame, item: Value) -> None:
        frame["item"] = item
        if wanted is None:
            if isinstance(item, dict):
                frame.update(item)
            return
        members = item if isinstance(item, dict) else _NO_MEMBERS
        for name in wanted:
            if name in members:
                frame[name] = members[name]
            elif name in frame and name != "item":
                del frame[name]

    return show


def _named(condition: nodes.Node) -> tuple[str, ...]:
    """Every name in a tree; one with dots may also be read as a path from its first part."""
    found: set[str] = set()
    pending = [condition]
    while pending:
        node = pending.pop()
        if isinstance(node, nodes.Name):
            found.update((node.name, node.name.partition(".")[0]))
        pending.extend(children(node))
    return tuple(sorted(found))


def _at(items: list[Value], number: Value, run: Run, position: int) -> Value:
    """The item counted from 1, or from the end when negative."""
    if type(number) is not Decimal or number != number.to_integral_value():
        return run.null(NullResult("not_an_index", "列表的序号不是整数"), position)
    if not items or not 1 <= abs(number) <= len(items):
        return run.null(NullResult("index_out_of_range", f"列表有 {len(items)} 项,没有第 {format(number, 'f')[:20]} 项"), position)
    index = int(number)
    item = items[index - 1 if index > 0 else index]
    return normalize(item) if type(item) in PLAIN else item
