"""XPath 3.1 regular expressions, translated and run with a time limit.

The `regex` package runs them (its `timeout` bounds backtracking). What XPath does not know — look-around, inline flags, possessive or lazy counts
beyond `?` — is refused, so that a pattern means here what it means in every other DMN engine.
"""

from __future__ import annotations

from functools import lru_cache

import regex

from engine.feel.errors import FeelLimitExceeded, NullResult
from engine.feel.limits import LIMITS
from engine.feel.xpath_pattern import translate


@lru_cache(512)
def _compiled(pattern: str, flags: str) -> regex.Pattern[str]:
    if len(pattern) > LIMITS.pattern_characters:
        raise FeelLimitExceeded("pattern_too_long", f"正则表达式超过 {LIMITS.pattern_characters} 个字符")
    unknown = set(flags) - set("smixq")
    if unknown:
        raise NullResult("unknown_flag", f"正则表达式没有标志“{''.join(sorted(unknown))}”")
    options = regex.VERSION1
    for flag, option in (("s", regex.DOTALL), ("m", regex.MULTILINE), ("i", regex.IGNORECASE)):
        if flag in flags:
            options |= option
    text = regex.escape(pattern) if "q" in flags else translate(pattern, flags)
    try:
        return regex.compile(text, options)
    except (regex.error, OverflowError, MemoryError, RecursionError) as error:
        raise NullResult("bad_pattern", f"正则表达式“{pattern[:40]}”有误:{error}") from None


def _timed_out() -> FeelLimitExceeded:
    return FeelLimitExceeded("regex_too_slow", f"正则表达式匹配超过 {LIMITS.regex_seconds} 秒")


def matches(text: str, pattern: str, flags: str) -> bool:
    """Whether the pattern occurs in the text. Raises NullResult, FeelLimitExceeded."""
    try:
        return _compiled(pattern, flags).search(text, timeout=LIMITS.regex_seconds) is not None
    except TimeoutError:
        raise _timed_out() from None


def replace(text: str, pattern: str, replacement: str, flags: str) -> str:
    """`$1` … in the replacement are groups, `$0` the match, `\\$` and `\\\\` the signs. A pattern that matches nothing at all gives null."""
    compiled = _compiled(pattern, flags)
    parts = [replacement] if "q" in flags else _replacement(replacement, compiled.groups)

    left = LIMITS.string_characters

    def one(match: regex.Match[str]) -> str:
        nonlocal left
        made = "".join(part if isinstance(part, str) else (match[part] or "" if part <= compiled.groups else "") for part in parts)
        left -= len(made)
        if left < 0:
            raise FeelLimitExceeded("string_too_long", f"文本超过 {LIMITS.string_characters} 个字符")
        return made

    try:
        _refuse_empty(compiled, pattern)
        return compiled.sub(one, text, timeout=LIMITS.regex_seconds)
    except TimeoutError:
        raise _timed_out() from None


def _refuse_empty(compiled: regex.Pattern[str], pattern: str) -> None:
    if compiled.search("", timeout=LIMITS.regex_seconds) is not None:
        raise NullResult("matches_empty", f"正则表达式“{pattern[:40]}”能匹配空文本")


def _replacement(text: str, groups: int) -> list[str | int]:
    parts: list[str | int] = []
    index = 0
    while index < len(text):
        sign = text[index]
        following = text[index + 1 : index + 2]
        if sign == "\\":
            if following not in ("$", "\\"):
                raise NullResult("bad_replacement", "替换文本中的 \\ 后只能是 $ 或 \\")
            parts.append(following)
            index += 2
        elif sign == "$":
            if not (following.isascii() and following.isdigit()):
                raise NullResult("bad_replacement", "替换文本中的 $ 后须为数字")
            end = index + 2
            while end < len(text) and text[end].isascii() and text[end].isdigit() and int(text[index + 1 : end + 1]) <= groups:
                end += 1
            parts.append(int(text[index + 1 : end]))
            index = end
        else:
            parts.append(sign)
            index += 1
    return parts


def split(text: str, pattern: str) -> list[str]:
    try:
        compiled = _compiled(pattern, "")
        _refuse_empty(compiled, pattern)
        pieces: list[str] = []
        start = 0
        for match in compiled.finditer(text, timeout=LIMITS.regex_seconds):
            pieces.append(text[start : match.start()])
            start = match.end()
        return [*pieces, text[start:]]
    except TimeoutError:
        raise _timed_out() from None


def extract(text: str, pattern: str) -> list[str]:
    """Every non-overlapping occurrence."""
    try:
        return [match[0] for match in _compiled(pattern, "").finditer(text, timeout=LIMITS.regex_seconds)]
    except TimeoutError:
        raise _timed_out() from None
