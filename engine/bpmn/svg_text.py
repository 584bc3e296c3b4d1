"""Text in drawings: broken into lines by words (Latin) and characters (Chinese), made smaller or cut until it fits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape as escape_html

LINE_HEIGHT = 1.25
_TOKENS = re.compile(r"[⺀-鿿豈-﫿︰-﹏＀-￯　-〿]|\s+|[^\s⺀-鿿豈-﫿︰-﹏＀-￯　-〿]+")
_NOT_FIRST = frozenset("，。；：！？、）》」』】”’…,.;:!?)]}%")
_SIZES = (12.0, 11.0, 10.0, 9.0)


@dataclass(frozen=True, slots=True)
class Lines:
    """Text ready to draw: lines and the font size in which they fit."""

    lines: tuple[str, ...]
    size: float

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * LINE_HEIGHT


def escape(text: str) -> str:
    """Text for element content and attributes."""
    return escape_html(text, quote=True)


def width_of(text: str, size: float) -> float:
    """Roughly how wide the text is: a Chinese character is as wide as the font is high."""
    return sum(1.0 if ord(character) > 0x2E7F else 0.3 if character in " .,:;il|'" else 0.56 for character in text) * size


def fit(text: str, width: float, height: float, sizes: tuple[float, ...] = _SIZES) -> Lines:
    """The largest of `sizes` in which the text fits the box; in the smallest it is cut with an ellipsis."""
    plain = " ".join(text.split())
    for size in sizes:
        lines = wrap(plain, width, size)
        if len(lines) * size * LINE_HEIGHT <= height:
            return Lines(tuple(_balanced(plain, lines, width, size)), size)
    size = sizes[-1]
    lines = wrap(plain, width, size)
    room = max(1, int(height / (size * LINE_HEIGHT)))
    if len(lines) > room:
        lines = [*lines[: room - 1], lines[room - 1].rstrip()[:-1] + "…"]
    return Lines(tuple(lines), size)


def wrap(text: str, width: float, size: float) -> list[str]:
    """Lines no wider than `width`; a word that is too long by itself is broken, punctuation never begins a line."""
    lines: list[str] = []
    current = ""
    for token in _TOKENS.findall(text):
        if not current and token.isspace():
            continue
        if current and width_of(current + token.rstrip(), size) > width and token not in _NOT_FIRST:
            lines.append(current.rstrip())
            current = "" if token.isspace() else token
        else:
            current += token
        while width_of(current.rstrip(), size) > width and len(current.strip()) > 2 and current[-1] not in _NOT_FIRST:
            keep = _prefix(current, width, size)
            lines.append(current[:keep].rstrip())
            current = current[keep:].lstrip()
    return [*lines, current.rstrip()] if current.strip() else lines


def _balanced(text: str, lines: list[str], width: float, size: float) -> list[str]:
    """As many lines, but of nearly the same width: no single character is left for the last one."""
    narrow, result = width_of(text, size) / max(1, len(lines)), lines
    for step in range(6):
        trial = wrap(text, narrow + (width - narrow) * step / 6, size)
        if len(trial) == len(lines) and max(width_of(line, size) for line in trial) <= width:
            result = trial
            break
    return result


def _prefix(text: str, width: float, size: float) -> int:
    """How many characters of the text fit, at least one."""
    count = 1
    while count < len(text) and width_of(text[: count + 1], size) <= width:
        count += 1
    return count
