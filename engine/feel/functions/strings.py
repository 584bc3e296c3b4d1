"""Strings; positions and lengths count code points."""

from __future__ import annotations

from decimal import Decimal

from engine.feel import xpath_regex
from engine.feel.errors import NullResult
from engine.feel.functions.registry import built_in
from engine.feel.values import shown_kind
from engine.model.values import Value


@built_in("substring", "string: string, start position: number, length: number?=")
def substring(string: str, start_position: Decimal, length: Decimal | None = None) -> str:
    """A position or length that is no whole number is cut to one, as other engines do."""
    start = int(start_position)
    if not 1 <= abs(start) <= len(string):
        raise NullResult("index_out_of_range", f"文本有 {len(string)} 个字符,没有第 {start} 个")
    begin = start - 1 if start > 0 else len(string) + start
    if length is None:
        return string[begin:]
    size = int(length)
    if size < 1:
        raise NullResult("not_positive", "长度须为正数")
    return string[begin : begin + size]


@built_in("string length", "string: string")
def string_length(string: str) -> Decimal:
    return Decimal(len(string))


@built_in("upper case", "string: string")
def upper_case(string: str) -> str:
    return string.upper()


@built_in("lower case", "string: string")
def lower_case(string: str) -> str:
    return string.lower()


@built_in("trim", "string: string")
def trim(string: str) -> str:
    return string.strip()


@built_in("substring before", "string: string, match: string")
def substring_before(string: str, match: str) -> str:
    return string.partition(match)[0] if match and match in string else ""


@built_in("substring after", "string: string, match: string")
def substring_after(string: str, match: str) -> str:
    if not match:
        return string
    return string.partition(match)[2]


@built_in("contains", "string: string, match: string")
def contains(string: str, match: str) -> bool:
    return match in string


@built_in("starts with", "string: string, match: string")
def starts_with(string: str, match: str) -> bool:
    return string.startswith(match)


@built_in("ends with", "string: string, match: string")
def ends_with(string: str, match: str) -> bool:
    return string.endswith(match)


@built_in("matches", "input: string, pattern: string, flags: string?=")
def matches(input: str, pattern: str, flags: str | None = None) -> bool:
    return xpath_regex.matches(input, pattern, flags or "")


@built_in("replace", "input: string, pattern: string, replacement: string, flags: string?=")
def replace(input: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    return xpath_regex.replace(input, pattern, replacement, flags or "")


@built_in("split", "string: string, delimiter: string")
def split(string: str, delimiter: str) -> list[Value]:
    return xpath_regex.split(string, delimiter)


@built_in("extract", "string: string, pattern: string")
def extract(string: str, pattern: str) -> list[Value]:
    return xpath_regex.extract(string, pattern)


@built_in("string join", "list: list, delimiter: string?=")
def string_join(list: list[Value], delimiter: str | None = None) -> str:
    for item in list:
        if item is not None and not isinstance(item, str):
            raise NullResult("not_a_string", f"列表中有{shown_kind(item)},应全为文本")
    return (delimiter or "").join(item for item in list if item is not None)
