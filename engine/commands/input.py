"""The gate for what comes from outside: wrong types, sizes, and text that cannot be kept are refused with the path of the field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.model.errors import InputRejected
from engine.model.events import Fact
from engine.model.values import JsonValue, Range, Value, normalize, to_json
from engine.store.database import json_text

MAXIMUM_BYTES = 1_000_000
MAXIMUM_DEPTH = 64
MAXIMUM_EXPONENT = 6144  # of a decimal128 number
RESERVED = frozenset({"starter", "businessKey", "startedAt"})


def checked_values(given: object, field: str = "variables") -> dict[str, Value]:
    """FEEL values of a mapping name -> plain data. Raises InputRejected: wrong_type, bad_text, number_out_of_range, too_deep, too_large."""
    if not isinstance(given, Mapping):
        raise InputRejected("wrong_type", field=field, expected="mapping", given=type(given).__name__)
    values = {_key(key, field): _checked(value, f"{field}.{key}", 1) for key, value in given.items()}
    size = len(json_text(to_json(values)).encode())
    if size > MAXIMUM_BYTES:
        raise InputRejected("too_large", field=field, size=size, maximum=MAXIMUM_BYTES)
    return values


def checked_text(given: object, field: str, *, maximum: int = 200, required: bool = True) -> str:
    """Text without surrounding white space. Raises InputRejected: wrong_type, required, too_long, bad_text."""
    if not isinstance(given, str):
        raise InputRejected("wrong_type", field=field, expected="text", given=type(given).__name__)
    text = _text(given, field).strip()
    if required and not text:
        raise InputRejected("required", field=field)
    if len(text) > maximum:
        raise InputRejected("too_long", field=field, length=len(text), maximum=maximum)
    return text


def optional_text(given: object, field: str, *, maximum: int = 200) -> str | None:
    """As checked_text; None and blank text are None."""
    return None if given is None else checked_text(given, field, maximum=maximum, required=False) or None


def checked_duration(given: object, field: str, maximum: timedelta) -> timedelta:
    if not isinstance(given, timedelta) or not timedelta(0) <= given <= maximum:
        raise InputRejected("wrong_duration", field=field, maximum_seconds=int(maximum.total_seconds()))
    return given


def checked_number(given: object, field: str, *, minimum: int, maximum: int = 2**31 - 1) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not minimum <= given <= maximum:
        raise InputRejected("wrong_number", field=field, minimum=minimum, maximum=maximum)
    return given


def refuse_reserved(values: Mapping[str, Value]) -> None:
    """`starter`, `businessKey` and `startedAt` say what the engine knows; nobody else may set them."""
    taken = sorted(RESERVED & values.keys())
    if taken:
        raise InputRejected("reserved_variable", field=taken[0])


def command_fact(type: str, **arguments: JsonValue) -> Fact:
    """The recorded input of a command; arguments are JSON data."""
    return Fact("command", {"type": type, "arguments": arguments})


def _checked(value: Any, path: str, depth: int) -> Value:
    if depth > MAXIMUM_DEPTH:
        raise InputRejected("too_deep", field=path[:200], maximum=MAXIMUM_DEPTH)
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, (Decimal, float, int)) and not isinstance(value, bool):
        return _number(value, path)
    if isinstance(value, Mapping):
        return {_key(key, path): _checked(item, f"{path}.{key}", depth + 1) for key, item in value.items()}
    if isinstance(value, Range):
        low, high = _checked(value.low, f"{path}.low", depth + 1), _checked(value.high, f"{path}.high", depth + 1)
        return Range(low, high, value.low_closed, value.high_closed)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [_checked(item, f"{path}.{index}", depth + 1) for index, item in enumerate(value)]
    try:
        return _canonical(normalize(value))
    except (TypeError, ValueError) as error:
        raise InputRejected("wrong_type", field=path, given=type(value).__name__) from error


def _canonical(value: Value) -> Value:
    """Refuses what has no text of its own, a time zone without a name for example."""
    if isinstance(value, datetime):
        value.utcoffset()
    to_json(value)
    return value


def _number(value: Decimal | float | int, path: str) -> Decimal:
    # Before the conversion: the text of a huge int takes quadratic time, and Python refuses it.
    if isinstance(value, int) and value.bit_length() > MAXIMUM_EXPONENT * 4:
        raise InputRejected("number_out_of_range", field=path)
    number: Decimal = normalize(value)
    if not number.is_finite() or abs(number.adjusted()) > MAXIMUM_EXPONENT or len(number.as_tuple().digits) > MAXIMUM_EXPONENT:
        raise InputRejected("number_out_of_range", field=path)
    return number


def _key(key: object, path: str) -> str:
    if not isinstance(key, str):
        raise InputRejected("wrong_type", field=path, expected="text", given=type(key).__name__)
    if not key.strip():
        raise InputRejected("empty_name", field=path)
    return _text(key, path)


def _text(text: str, path: str) -> str:
    """PostgreSQL keeps no NUL, UTF-8 no half of a surrogate pair."""
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise InputRejected("bad_text", field=path.encode(errors="replace").decode().replace("\x00", "?"))
    return str(text)
