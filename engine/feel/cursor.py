"""A place in the tokens, and the names that may hold spaces and operators."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from engine.feel.errors import FeelLimitExceeded, FeelSyntaxError
from engine.feel.lexer import KEYWORDS, LOOKALIKES, NAME, Token, tokenize, words
from engine.feel.limits import LIMITS

# Sign pairs that a type or a name may need to see apart.
_SHOWN = {"end": "表达式结尾"}
BUILT_IN_WORDS: dict[str, list[tuple[tuple[str, ...], str]]] = {}


def add_words(table: dict[str, list[tuple[tuple[str, ...], str]]], name: str) -> None:
    """Enter a name of several tokens into a table keyed by its first token, longest first."""
    parts = words(name)
    if parts is None or len(parts) < 2:
        return
    entries = table.setdefault(parts[0], [])
    if (parts, name) not in entries:
        entries.append((parts, name))
        entries.sort(key=lambda entry: -len(entry[0]))


class Cursor:
    """Walks the tokens. `loose` > 0 inside a filter or after a dot, where a name of several words need not be declared."""

    def __init__(self, source: str, names: Iterable[str]) -> None:
        self.source = source
        self.tokens = tokenize(source)
        self.index = 0
        self.depth = 0
        self.loose = 0
        self.known: set[str] = set(names)
        self.table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name in self.known:
            add_words(self.table, name)

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    @property
    def position(self) -> int:
        return self.tokens[self.index].start + 1

    def ahead(self, count: int = 1) -> Token:
        return self.tokens[min(self.index + count, len(self.tokens) - 1)]

    def declare(self, name: str) -> None:
        """From here on the expression itself defines the name."""
        self.known.add(name)
        add_words(self.table, name)

    def at(self, *texts: str) -> bool:
        token = self.tokens[self.index]
        return token.text in texts and token.kind in ("op", "name")

    def accept(self, text: str) -> bool:
        if self.at(text):
            self.index += 1
            return True
        return False

    def expect(self, text: str, where: str = "") -> None:
        if not self.accept(text):
            if self.token.kind == "name":
                self.refuse_lookalike(self.token)
            self.fail("expected", f"此处应为“{text}”{where},却是{self.shown()}")

    def shown(self) -> str:
        token = self.token
        return _SHOWN.get(token.kind, f"“{token.text[:20]}”")

    def fail(self, code: str, message: str, position: int | None = None) -> NoReturn:
        raise FeelSyntaxError(code, message, self.position if position is None else position, self.source)

    def enter(self) -> None:
        self.depth += 1
        if self.depth > LIMITS.nesting:
            raise FeelLimitExceeded("nested_too_deep", f"表达式嵌套超过 {LIMITS.nesting} 层", self.position, self.source)

    def leave(self) -> None:
        self.depth -= 1

    def is_word(self, token: Token) -> bool:
        return token.kind == "name" and token.text not in KEYWORDS

    def known_name(self) -> str | None:
        """Take the longest known name of several tokens that starts here."""
        best: tuple[tuple[str, ...], str] | None = None
        for table in (self.table, BUILT_IN_WORDS):
            for parts, name in table.get(self.token.text, ()):
                if best is not None and len(parts) <= len(best[0]):
                    break
                if self._matches(parts):
                    best = (parts, name)
                    break
        if best is None:
            return None
        self.index += len(best[0])
        return best[1]

    def _matches(self, parts: tuple[str, ...]) -> bool:
        end = self.index + len(parts)
        return end < len(self.tokens) and all(token.text == part for token, part in zip(self.tokens[self.index : end], parts, strict=True))

    def name(self, *, member: bool = False) -> str:
        """A variable's name, or with `member` the name after a dot."""
        if self.token.kind == "quoted":
            self.index += 1
            return self.tokens[self.index - 1].text[1:-1]
        known = self.known_name()
        if known is not None:
            return known
        token = self.token
        if token.kind != "name" or (token.text in KEYWORDS and not member):
            self.fail("name_expected", f"此处应为名称,却是{self.shown()}")
        self.index += 1
        text = token.text
        if member or self.loose:
            while self.is_word(self.token) and text not in self.known:
                text += " " + self.token.text
                self.index += 1
        elif text not in self.known:
            self.refuse_lookalike(token)
        return text

    def refuse_lookalike(self, token: Token) -> None:
        """Full-width signs count as letters in FEEL; one in an unknown name is a slip of the input method."""
        for offset, sign in enumerate(token.text):
            if sign in LOOKALIKES:
                self.fail("full_width_sign", f"“{token.text}”中的“{sign}”是全角符号,请改为半角的 {LOOKALIKES[sign]}", token.start + offset + 1)

    def name_until(self, *stops: str) -> str:
        """A name being defined: everything up to one of the stop tokens, single spaces where the source has white space."""
        first = self.token
        if first.kind == "quoted":
            self.index += 1
            return first.text[1:-1]
        begin = self.index
        while not self.at(*stops) and self.token.kind in ("name", "number", "op") and not self.at("{", "}", "[", "]", "(", ")", ",", ":"):
            self.index += 1
        if self.index == begin or first.kind != "name" or not self.at(*stops) or (first.text in KEYWORDS and self.index == begin + 1):
            self.index = begin
            self.fail("name_expected", f"此处应为名称,却是{self.shown()}")
        text = first.text
        for before, token in zip(self.tokens[begin : self.index], self.tokens[begin + 1 : self.index], strict=False):
            text += (" " if token.start > before.end else "") + token.text
        return text


def is_plain_name(text: str) -> bool:
    """Whether the text is one name token and no keyword."""
    return NAME.fullmatch(text) is not None and text not in KEYWORDS
