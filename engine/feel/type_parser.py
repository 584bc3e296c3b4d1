"""Types: number, date and time, list<T>, range<T>, context<name: T>, function<T, …> -> T, names of item definitions."""

from __future__ import annotations

from engine.feel import nodes
from engine.feel.cursor import Cursor

BUILT_IN_TYPES = (
    "years and months duration", "year month duration", "days and time duration", "day time duration", "date and time", "dateTime",
    "number", "string", "boolean", "date", "time", "duration", "list", "context", "range", "function", "Any", "Null",
)  # fmt: skip
_BY_WORDS = tuple((tuple(name.split()), name) for name in BUILT_IN_TYPES)
_CANONICAL = {"year month duration": "years and months duration", "day time duration": "days and time duration", "dateTime": "date and time"}


def parse_type(cursor: Cursor) -> nodes.TypeNode:
    """Read one type at the cursor."""
    cursor.enter()
    position = cursor.position
    name = _type_name(cursor)
    result: nodes.TypeNode
    if name in ("list", "range") and cursor.accept("<"):
        item = parse_type(cursor)
        cursor.expect(">")
        result = nodes.ListType(item=item, position=position) if name == "list" else nodes.RangeType(item=item, position=position)
    elif name == "context" and cursor.accept("<"):
        result = _context(cursor, position)
    elif name == "function" and cursor.accept("<"):
        result = _function(cursor, position)
    else:
        result = nodes.TypeNode(name, position=position)
    cursor.leave()
    return result


def _type_name(cursor: Cursor) -> str:
    for parts, name in _BY_WORDS:
        if all(cursor.ahead(offset).text == part for offset, part in enumerate(parts)):
            cursor.index += len(parts)
            return _CANONICAL.get(name, name)
    text = cursor.name()
    while cursor.accept("."):
        text += "." + cursor.name()
    return text


def _context(cursor: Cursor, position: int) -> nodes.TypeNode:
    entries: list[tuple[str, nodes.TypeNode]] = []
    while not cursor.accept(">"):
        if entries:
            cursor.expect(",")
        name = cursor.name_until(":")
        cursor.expect(":")
        cursor.declare(name)
        entries.append((name, parse_type(cursor)))
    return nodes.ContextType(entries=tuple(entries), position=position)


def _function(cursor: Cursor, position: int) -> nodes.TypeNode:
    parameters: list[nodes.TypeNode] = []
    while not cursor.accept(">"):
        if parameters:
            cursor.expect(",")
        parameters.append(parse_type(cursor))
    cursor.expect("->")
    return nodes.FunctionType(parameters=tuple(parameters), result=parse_type(cursor), position=position)
