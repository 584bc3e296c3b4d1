"""The arguments of a call: all positional or all named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.feel import nodes
from engine.feel.lexer import unescape

if TYPE_CHECKING:
    from engine.feel.parser import Parser


def call_arguments(parser: Parser) -> tuple[tuple[nodes.Node, ...], tuple[str, ...] | None]:
    """Read `( … )`; the names are None when the arguments are positional."""
    parser.expect("(")
    arguments: list[nodes.Node] = []
    names: list[str] = []
    loose, parser.loose = parser.loose, 0
    while not parser.accept(")"):
        if arguments:
            parser.expect(",", "(参数)")
        name = _argument_name(parser)
        if arguments and (name is None) == bool(names):
            parser.fail("mixed_arguments", "参数要么都写名称,要么都不写")
        if name is not None:
            if name in names:
                parser.fail("argument_twice", f"参数“{name}”写了两次")
            names.append(name)
        parser.loose = loose
        arguments.append(parser.expression())
    parser.loose = loose
    return tuple(arguments), tuple(names) if names else None


def _argument_name(parser: Parser) -> str | None:
    """The words before a colon; nothing is taken when there is none."""
    if parser.token.kind in ("string", "quoted") and parser.ahead().text == ":":
        text = parser.token.text[1:-1]
        parser.index += 2
        return unescape(text)
    offset = 0
    while parser.ahead(offset).kind == "name":
        offset += 1
    if not offset or parser.ahead(offset).text != ":":
        return None
    name = parser.name_until(":")
    parser.index += 1
    return name
