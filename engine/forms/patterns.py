"""Regular expressions written by analysts, matched in bounded time, and the two built-in ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import regex

from engine.forms.limits import LIMITS

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
_PHONE = re.compile(r"\+?\d{5,15}(?:(?:转|ext\.?|x|#)\d{1,6})?", re.IGNORECASE)
_PHONE_MARKS = re.compile(r"[ \-()（）.]")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９＋－", "0123456789+-")


class PatternProblem(ValueError):
    """A pattern that cannot be used; the text says why, in Chinese, `english` in English."""

    def __init__(self, reason: str, english: str) -> None:
        self.english = english
        super().__init__(reason)


class PatternTimeout(Exception):
    """Matching took longer than it was given."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern with JavaScript's meaning: found anywhere in the text, `$` only at its very end, `\\d` and `\\w` ASCII."""

    source: str
    compiled: Any
    message: str | None = None
    message_en: str | None = None

    def found(self, text: str, seconds: float) -> bool:
        """Raises PatternTimeout after `seconds`."""
        if seconds <= 0:
            raise PatternTimeout
        try:
            return self.compiled.search(text, timeout=seconds) is not None
        except (TimeoutError, MemoryError):
            raise PatternTimeout from None


def compile_pattern(source: str, message: str | None = None, message_en: str | None = None) -> Pattern:
    """Raises PatternProblem when the text is too long or no regular expression."""
    if len(source) > LIMITS.pattern_characters:
        raise PatternProblem(f"长度超过 {LIMITS.pattern_characters} 个字符", f"it has more than {LIMITS.pattern_characters} characters")
    try:
        compiled = regex.compile(_end_only(source), regex.V0 | regex.ASCII)
    except (regex.error, RecursionError, OverflowError, MemoryError, ValueError) as error:
        raise PatternProblem(str(error), str(error)) from None
    return Pattern(source, compiled, message, message_en)


def _end_only(source: str) -> str:
    """`$` of Python also matches before a final line break; JavaScript's does not."""
    result, in_class, index = [], False, 0
    while index < len(source):
        mark = source[index]
        if mark == "\\":
            result.append(source[index : index + 2])
            index += 2
            continue
        if mark == "[":
            in_class = True
        elif mark == "]":
            in_class = False
        result.append(r"\Z" if mark == "$" and not in_class else mark)
        index += 1
    return "".join(result)


def is_email(text: str) -> bool:
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Digits as people write them: +86 138 0013 8000, 0755-12345678, 400-800-1234 转 12."""
    return len(text) <= 40 and _PHONE.fullmatch(_PHONE_MARKS.sub("", text.translate(_FULL_WIDTH))) is not None
