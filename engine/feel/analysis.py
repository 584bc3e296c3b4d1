"""Questions about a tree: which variables it needs, whether it looks at the tested value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from engine.feel import nodes


def children(node: nodes.Node) -> Iterator[nodes.Node]:
    """The nodes directly below, types excluded."""
    for field in fields(node):
        yield from _nodes_in(getattr(node, field.name))


def _nodes_in(value: object) -> Iterator[nodes.Node]:
    if isinstance(value, nodes.Node):
        if not isinstance(value, nodes.TypeNode):
            yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes_in(item)


def mentions(node: nodes.Node, name: str) -> bool:
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, nodes.Name) and current.name == name:
            return True
        pending.extend(children(current))
    return False


def mentions_input(node: nodes.Node) -> bool:
    return mentions(node, "?")


def free_names(node: nodes.Node, bound: frozenset[str] = frozenset()) -> tuple[frozenset[str], frozenset[str]]:
    """(names the tree surely reads from its scope, names that a filter reads from its scope or from the items)."""
    sure: set[str] = set()
    perhaps: set[str] = set()
    _collect(node, bound, sure, perhaps)
    return frozenset(sure), frozenset(perhaps - sure)


def _collect(node: nodes.Node, bound: frozenset[str], sure: set[str], perhaps: set[str]) -> None:
    if isinstance(node, nodes.Name):
        sure.update({node.name} - bound)
    elif isinstance(node, nodes.Filter):
        _collect(node.base, bound, sure, perhaps)
        _collect(node.condition, bound | {"item"}, perhaps, perhaps)
    elif isinstance(node, (nodes.For, nodes.Quantified)):
        for iterator in node.iterators:
            for part in children(iterator):
                _collect(part, bound, sure, perhaps)
            bound = bound | {iterator.name}
        _collect(node.body, bound | {"partial"} if isinstance(node, nodes.For) else bound, sure, perhaps)
    elif isinstance(node, nodes.ContextOf):
        for name, value in node.entries:
            _collect(value, bound | {name} if isinstance(value, nodes.FunctionOf) else bound, sure, perhaps)  # only a function can mean itself
            bound = bound | {name}
    elif isinstance(node, nodes.FunctionOf):
        _collect(node.body, bound.union(parameter.name for parameter in node.parameters), sure, perhaps)
    else:
        for child in children(node):
            _collect(child, bound, sure, perhaps)
