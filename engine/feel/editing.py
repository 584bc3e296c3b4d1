"""What an editor needs: what can be written at a place, and an expression in its usual form.

>>> from engine.feel.editing import complete, format_expression
>>> from engine.feel.inference import NUMBER, choice_of
>>> [found.text for found in complete("amo", 3, {"amount": NUMBER})]
['amount']
>>> [found.text for found in complete('kind = "', 8, {"kind": choice_of(["企业", "个人"])})]
['"个人"', '"企业"']
>>> format_expression("if a>1 then(b) else c+1")
'if a > 1 then b else c + 1'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from engine.feel.cursor import is_plain_name
from engine.feel.english import english
from engine.feel.errors import FeelError, FeelEvaluationError, FeelSyntaxError
from engine.feel.expression import Expression, compile
from engine.feel.functions.registry import FUNCTIONS
from engine.feel.inference import Names, Problem, Type, described, infer, infer_tree
from engine.feel.inference.data import MEMBERS
from engine.feel.layout import laid_out
from engine.feel.lexer import KEYWORDS, Token, tokenize
from engine.feel.parser import parse
from engine.feel.values import literal_text

Kind = Literal["variable", "member", "function", "keyword", "value"]
_WORD = re.compile(r"[^\W\d]\w*$|$")
_OPEN_STRING = re.compile(r'"(?:[^"\\]|\\.)*')
_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"|(//|/\*)', re.DOTALL)
_COMPARING = frozenset(("=", "!=", "in", "(", ","))
MOST_COMPLETIONS = 200
_SHOWN_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class Completion:
    """`text` replaces the characters from `start` to `end` (offsets from 0); `detail` says what it is."""

    text: str
    kind: Kind
    detail_zh: str
    detail_en: str
    start: int
    end: int


def complete(source: str, offset: int, names: Mapping[str, Type]) -> list[Completion]:
    """What can stand at `offset` (from 0): values of the field compared with, members after a dot, else variables, functions and words of FEEL."""
    before = source[: max(offset, 0)]
    opened = _open_string(before)
    if opened is not None:
        return _values(before[:opened], before[opened:], opened, len(before), names)
    word = _WORD.search(before)
    start = word.start() if word is not None else len(before)
    prefix, rest = before[start:], before[:start].rstrip()
    if rest.endswith(".") and not rest.endswith(".."):
        found = list(_members(rest[:-1], prefix, start, len(before), names))
    else:
        found = [*_values(rest, prefix, start, len(before), names), *_words(prefix, start, len(before), names)]
    return found[:MOST_COMPLETIONS]


def _open_string(text: str) -> int | None:
    """Where a string begins that has no end yet."""
    offset = 0
    while (begin := text.find('"', offset)) >= 0:
        match = _OPEN_STRING.match(text, begin)
        offset = match.end() + 1 if match is not None else begin + 1
        if offset > len(text):
            return begin
    return None


def _matches(name: str, prefix: str) -> bool:
    return name.casefold().startswith(prefix.casefold()) or (len(prefix) > 2 and prefix.casefold() in name.casefold())


def _written(name: str) -> str:
    return name if is_plain_name(name) else f"`{name}`"


def _words(prefix: str, start: int, end: int, names: Mapping[str, Type]) -> Iterator[Completion]:
    for name in sorted(names):
        if _matches(name, prefix):
            yield Completion(_written(name), "variable", *described(names[name]), start, end)
    for name in sorted(FUNCTIONS):
        if _matches(name, prefix) and prefix:
            forms = " | ".join(f"{name}({', '.join(param.name for param in signature.params)})" for signature in FUNCTIONS[name])
            yield Completion(f"{name}(", "function", forms, forms, start, end)
    for word in sorted(KEYWORDS - {"external"}):
        if prefix and word.startswith(prefix):
            yield Completion(word, "keyword", "关键字", "keyword", start, end)


def _members(base: str, prefix: str, start: int, end: int, names: Mapping[str, Type]) -> Iterator[Completion]:
    kind = _type_before(base, names)
    if kind is None:
        return
    members = dict(kind.members)
    if kind.item is not None:
        members.update({name: one for name, one in kind.item.members if name not in members})
    for part in kind.kinds:
        members.update({name: one for name, one in MEMBERS.get(part, {}).items() if name not in members and not kind.anything})
    for name in sorted(members):
        if _matches(name, prefix):
            yield Completion(name, "member", *described(members[name]), start, end)


def _values(rest: str, prefix: str, start: int, end: int, names: Mapping[str, Type]) -> list[Completion]:
    """Values that the left side of a comparison can have, when only its right side is missing."""
    tokens = _tokens(rest)
    index = len(tokens) - 1
    if index < 0 or tokens[index].text not in _COMPARING:
        return []
    while index > 0 and tokens[index].text not in ("=", "!=", "in"):
        if tokens[index].text == ")":
            return []
        index -= 1
    kind = _type_before(rest[: tokens[index].start], names) if tokens[index].text in ("=", "!=", "in") else None
    if kind is None or kind.values is None:
        return []
    texts = sorted(literal_text(value) for value in kind.values)
    return [Completion(text, "value", *described(kind), start, end) for text in texts if _matches(text, prefix)]


def _tokens(text: str) -> list[Token]:
    try:
        return tokenize(text)[:-1]
    except FeelError:
        return []


def _type_before(text: str, names: Mapping[str, Type]) -> Type | None:
    """The type of the name, path, filter or call that the text ends with."""
    tokens = _tokens(text)
    index, depth = len(tokens) - 1, 0
    begin: int | None = None
    while index >= 0:
        token = tokens[index]
        if token.text in (")", "]"):
            depth += 1
        elif token.text in ("(", "["):
            depth -= 1
            if depth < 0:
                break
        if depth == 0 and token.kind in ("name", "quoted") and token.text not in KEYWORDS:
            begin = token.start
            if index == 0 or tokens[index - 1].text != ".":
                break
        elif depth == 0 and not (token.text in (".", "(", "[") and token.kind == "op"):
            break
        index -= 1
    if begin is None:
        return None
    try:
        return infer_tree(parse(text[begin:], names), Names(dict(names), open=True)).type
    except FeelError:
        return None


def format_expression(source: str, *, names: Collection[str] = (), width: int = 100) -> str:
    """The expression with usual spaces and parentheses, broken over lines where it is wider than `width`.

    Raises FeelSyntaxError for a text that is no expression, and for one with comments, which would be lost.
    """
    for match in _COMMENT.finditer(source):
        if match[1]:
            raise FeelSyntaxError("comment", "含有注释,整理会丢失注释", match.start() + 1, source)
    tree = parse(source, names)
    text = laid_out(tree, width)
    if parse(text, names) != tree:
        raise FeelSyntaxError("not_printable", "该表达式不能整理", 1, source)
    return text


def answer(
    source: str,
    *,
    action: Literal["complete", "format", "check"],
    offset: int | None = None,
    names: Mapping[str, Type] | None = None,
    words: Callable[[Problem, str], dict[str, str]] = lambda _problem, _source: {},
) -> dict[str, Any]:
    """What `tuoke feel --complete`, `--format` and `--check` print, as JSON data. Raises FeelSyntaxError for what is no expression.

    `offset` is the place for completions (the end without one), `names` the variables that are known there (any without them), `words` what people
    are told of a problem. An expression without variables is evaluated too: its value, and why it is null where it is.
    """
    if action == "complete":
        found = complete(source, len(source) if offset is None else offset, names or {})
        return {"completions": [asdict(one) for one in found]}
    if action == "format":
        return {"text": format_expression(source, names=names or ())}
    expression = compile(source, names=names or ())
    inferred = infer(expression, names or {}, open=names is None)
    zh, en = described(inferred.type)
    problems = [
        {"code": one.code, "position": one.position, "certain": one.certain, "values": dict(one.values), **words(one, source)}
        for one in inferred.problems
    ]
    return {"type_zh": zh, "type_en": en, "problems": problems, **_constant_value(expression)}


def _constant_value(expression: Expression) -> dict[str, Any]:
    """The value of an expression that depends on nothing, with the notes on it."""
    if expression.variables or expression.possible_variables:
        return {}
    try:
        value, notes = expression.evaluate_with_notes({})
        shown = literal_text(value)[:_SHOWN_CHARACTERS]
    except FeelEvaluationError:  # it asks for the clock
        return {}
    except FeelError as error:
        return {"refused": {"code": error.code, "message": error.message, "message_en": english(error.message), "position": error.position}}
    told = [{"code": one.code, "position": one.position, "message": one.message, "message_en": english(one.message)} for one in notes]
    return {"value": shown, "notes": told}


__all__ = ["Completion", "answer", "complete", "format_expression"]
