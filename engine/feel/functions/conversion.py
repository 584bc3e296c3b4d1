"""Conversions between kinds, and functions on any value."""

from __future__ import annotations

import re
from datetime import time, timezone
from decimal import Decimal
from typing import Any

from engine.feel.errors import NullResult
from engine.feel.functions.registry import built_in
from engine.feel.numbers import DECIMAL128, FAILURES, too_large
from engine.feel.values import equal, kind_of, text
from engine.model.values import Value

_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


@built_in("string", "from: any")
def string(value: Value) -> str | None:
    if value is None:
        raise NullResult("null_argument", "空值没有文本")
    return text(value)


@built_in("number", "from: string|number")
def number(value: str | Decimal) -> Decimal:
    return _parse(value) if isinstance(value, str) else value


@built_in("number", "from: string, grouping separator: string?, decimal separator: string?")
def number_with_separators(value: str, grouping: str | None, decimal: str | None) -> Decimal:
    if grouping not in (None, " ", ",", ".") or decimal not in (None, ".", ","):
        raise NullResult("wrong_argument", "千位分隔符须为空格、逗号或点,小数点须为点或逗号")
    if grouping is not None and grouping == decimal:
        raise NullResult("wrong_argument", "千位分隔符与小数点不能相同")
    if grouping:
        value = value.replace(grouping, "")
    return _parse(value.replace(decimal, ".") if decimal else value)


def _parse(value: str) -> Decimal:
    if not _NUMBER.fullmatch(value):
        raise NullResult("not_a_number", f"“{value[:40]}”不是数字")
    try:
        return DECIMAL128.create_decimal(value)
    except FAILURES:
        raise too_large() from None


@built_in("not", "negand: boolean")
def negation(negand: bool) -> bool:
    return not negand


@built_in("is defined", "value: any")
def is_defined(value: Value) -> bool:
    return value is not None


@built_in("get or else", "value: any, default: any")
def get_or_else(value: Value, default: Value) -> Value:
    return default if value is None else value


@built_in("is", "value1: any=, value2: any=")
def same(value1: Value = None, value2: Value = None) -> bool:
    """Equal, and the same in kind and, for times, in zone or offset."""
    if kind_of(value1) != kind_of(value2) or equal(value1, value2) is not True:
        return False
    if kind_of(value1) in ("time", "date and time"):
        return bool(_zone(value1) == _zone(value2) and value1.replace(tzinfo=None) == value2.replace(tzinfo=None))
    return True


def _zone(value: time) -> Any:
    zone = value.tzinfo
    if zone is None or isinstance(zone, timezone):
        return None if zone is None else zone.utcoffset(None)
    return str(zone)
