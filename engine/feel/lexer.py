"""Text to tokens: the character classes are those of the DMN 1.5 grammar (rules 27–31, 61–62)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.feel.errors import FeelLimitExceeded, FeelSyntaxError
from engine.feel.limits import LIMITS

_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_SPACE = "\t\n\x0b\x0c\r \x85\xa0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
_TOKEN = re.compile(
    rf"""(?P<space>[{_SPACE}]+|//[^\n\r]*|/\*.*?\*/)
    |(?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<name>[{_START}][{_PART}]*|\?)
    |(?P<quoted>`[^`]+`)
    |(?P<op>\*\*|\.\.|<=|>=|!=|->|[-+*/(){{}}\[\],.:<>=@'])""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
NAME = re.compile(f"[{_START}][{_PART}]*")
KEYWORDS = frozenset(
    [
        "and",
        "or",
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "between",
        "instance",
        "of",
        "function",
        "true",
        "false",
        "null",
        "external",
    ]
)
# Full-width and Chinese punctuation that an input method writes where FEEL wants the ASCII sign; the grammar counts it among the letters.
LOOKALIKES = {
    "，": ",",
    "（": "(",
    "）": ")",
    "＞": ">",
    "＜": "<",
    "＝": "=",
    "＋": "+",
    "－": "-",
    "＊": "*",
    "／": "/",
    "：": ":",
    "；": ";",
    "［": "[",
    "］": "]",
    "｛": "{",
    "｝": "}",
    "．": ".",
    "。": ".",
    "、": ",",
    "＂": '"',
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "！": "!",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "×": "*",
    "÷": "/",
    "【": "[",
    "】": "]",
}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Token:
    """`kind`: number, string, name, quoted, op or end. `start` and `end` are offsets from 0."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(source: str) -> list[Token]:
    """All tokens and a final `end`. Raises FeelSyntaxError, FeelLimitExceeded."""
    if len(source) > LIMITS.source_characters:
        raise FeelLimitExceeded("source_too_long", f"表达式超过 {LIMITS.source_characters} 个字符")
    tokens: list[Token] = []
    offset = 0
    while offset < len(source):
        match = _TOKEN.match(source, offset)
        if match is None:
            raise _unreadable(source, offset)
        if match.lastgroup != "space":
            tokens.append(Token(match.lastgroup or "", match.group(), offset, match.end()))
        offset = match.end()
    tokens.append(Token("end", "", len(source), len(source)))
    return tokens


def _unreadable(source: str, offset: int) -> FeelSyntaxError:
    sign = source[offset]
    if sign == '"':
        return FeelSyntaxError("string_not_closed", '文本没有结束的引号 "', offset + 1, source)
    if source.startswith("/*", offset):
        return FeelSyntaxError("comment_not_closed", "注释没有结束的 */", offset + 1, source)
    hint = f",请改为半角的 {LOOKALIKES[sign]}" if sign in LOOKALIKES else ""
    return FeelSyntaxError("unknown_character", f"无法识别的字符“{sign}”{hint}", offset + 1, source)


def unescape(body: str) -> str:
    """The text between the quotes; an escape that FEEL does not know stays as written, so that "\\d" is a pattern.

    NUL becomes U+FFFD like a lone surrogate: databases keep neither.
    """
    if "\\" not in body:
        return body.replace("\0", "\ufffd")

    def one(match: re.Match[str]) -> str:
        short, long, sign = match.groups()
        if sign is not None:
            return _ESCAPED.get(sign, match.group())
        code = int(short or long, 16)
        return chr(code) if code <= 0x10FFFF else match.group()

    text = _ESCAPE.sub(one, body).replace("\0", "\ufffd")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if any("\ud800" <= sign <= "\udfff" for sign in text) else text


def words(name: str) -> tuple[str, ...] | None:
    """The token texts of a name, None when it cannot be written as tokens."""
    try:
        tokens = tokenize(name)
    except (FeelSyntaxError, FeelLimitExceeded):
        return None
    return tuple(token.text for token in tokens[:-1]) or None
