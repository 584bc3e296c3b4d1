"""What an expression starts with: literals, names, lists, contexts, ranges, if, loops, function definitions."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.feel import nodes
from engine.feel.lexer import unescape
from engine.feel.numbers import literal_number
from engine.feel.type_parser import parse_type

if TYPE_CHECKING:
    from engine.feel.parser import Parser

_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_OPENING = frozenset(("if", "for", "some", "every", "function"))
_TESTS = ("<", "<=", ">", ">=", "=", "!=")


def primary(parser: Parser) -> nodes.Node:
    token = parser.token
    position = parser.position
    if token.kind == "number":
        parser.index += 1
        number: Decimal | None = literal_number(token.text)
        if number is None:
            parser.fail("number_too_large", f"数字 {token.text[:40]} 超出 Decimal128 的范围", position)
        return nodes.Literal(number, position=position)
    if token.kind == "string":
        parser.index += 1
        return nodes.Literal(unescape(token.text[1:-1]), position=position)
    if token.kind == "name":
        return _word(parser, position)
    if token.kind == "quoted":
        return nodes.Name(parser.name(), position=position)
    return _sign(parser, position)


def _word(parser: Parser, position: int) -> nodes.Node:
    text = parser.token.text
    known = parser.known_name() if text in _OPENING else None
    if known is not None:  # a declared name such as “for sale”
        return nodes.Name(known, position=position)
    if text == "if":
        return _if(parser, position)
    if text in ("for", "some", "every") and parser.ahead().kind in ("name", "quoted"):
        return _loop(parser, position)
    if text == "function" and parser.ahead().text == "(":
        return _function(parser, position)
    known = parser.known_name()
    if known is not None:
        return nodes.Name(known, position=position)
    if text in _CONSTANTS:
        parser.index += 1
        return nodes.Literal(_CONSTANTS[text], position=position)
    return nodes.Name(parser.name(), position=position)


def _sign(parser: Parser, position: int) -> nodes.Node:
    if parser.accept("("):
        return _parenthesis(parser, position)
    if parser.accept("["):
        return _list(parser, position)
    if parser.accept("]"):
        low = parser.expression()
        parser.expect("..", "(区间)")
        return range_end(parser, low, False, position)
    if parser.accept("{"):
        return _context(parser, position)
    if parser.at("@") and parser.ahead().kind == "string":
        parser.index += 2
        return nodes.AtLiteral(unescape(parser.tokens[parser.index - 1].text[1:-1]), position=position)
    if parser.at(*_TESTS):
        return parser.positive_test()
    parser.fail("expression_expected", f"此处应为表达式,却是{parser.shown()}")


def _parenthesis(parser: Parser, position: int) -> nodes.Node:
    node = parser.expression()
    if parser.accept(".."):
        return range_end(parser, node, False, position)
    parser.expect(")")
    return node


def range_end(parser: Parser, low: nodes.Node, low_closed: bool, position: int) -> nodes.Node:
    high = parser.expression()
    closed = parser.at("]")
    if not parser.at("]", ")", "["):
        parser.fail("expected", f"区间应以 ]、) 或 [ 结束,却是{parser.shown()}")
    parser.index += 1
    return nodes.RangeOf(low, high, low_closed, closed, position=position)


def _list(parser: Parser, position: int) -> nodes.Node:
    items: list[nodes.Node] = []
    while not parser.accept("]"):
        if items:
            parser.expect(",", "(列表)")
        items.append(parser.expression())
        if len(items) == 1 and parser.accept(".."):
            return range_end(parser, items[0], True, position)
    return nodes.ListOf(tuple(items), position=position)


def _context(parser: Parser, position: int) -> nodes.Node:
    entries: list[tuple[str, nodes.Node]] = []
    while not parser.accept("}"):
        if entries:
            parser.expect(",", "(上下文)")
        if parser.token.kind == "string":
            name = unescape(parser.token.text[1:-1])
            parser.index += 1
        else:
            name = parser.name_until(":")
        parser.expect(":")
        value = parser.expression()
        parser.declare(name)
        entries.append((name, value))
    return nodes.ContextOf(tuple(entries), position=position)


def _if(parser: Parser, position: int) -> nodes.Node:
    branches: list[tuple[nodes.Node, nodes.Node]] = []
    while True:
        parser.expect("if")
        condition = parser.expression()
        parser.expect("then", "(if … then … else …)")
        branches.append((condition, parser.expression()))
        parser.expect("else", "(if … then … else …)")
        if not parser.at("if"):
            return nodes.If(tuple(branches), parser.expression(), position=position)


def _loop(parser: Parser, position: int) -> nodes.Node:
    kind = parser.token.text
    parser.index += 1
    iterators: list[nodes.Iterator] = []
    while not iterators or parser.accept(","):
        place = parser.position
        name = parser.name_until("in")
        parser.expect("in")
        source = parser.expression()
        end = parser.expression() if parser.accept("..") else None
        parser.declare(name)
        iterators.append(nodes.Iterator(name, source, end, position=place))
    parser.expect("return" if kind == "for" else "satisfies")
    if kind == "for":
        parser.declare("partial")
        return nodes.For(tuple(iterators), parser.expression(), position=position)
    return nodes.Quantified(kind, tuple(iterators), parser.expression(), position=position)


def _function(parser: Parser, position: int) -> nodes.Node:
    parser.expect("function")
    parser.expect("(")
    parameters: list[nodes.Parameter] = []
    while not parser.accept(")"):
        if parameters:
            parser.expect(",", "(参数)")
        place = parser.position
        name = parser.name_until(":", ",", ")")
        parser.declare(name)
        kind = parse_type(parser) if parser.accept(":") else None
        parameters.append(nodes.Parameter(name, kind, position=place))
    if parser.at("external"):
        parser.fail("external_function", "不支持外部函数(external)")
    return nodes.FunctionOf(tuple(parameters), parser.expression(), position=position)
