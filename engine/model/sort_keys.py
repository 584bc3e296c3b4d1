"""Values as texts that sort, byte by byte, as people expect: numbers by size, dates by time, Chinese by sound."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal

from engine.model.values import Value

LONGEST_TEXT = 60
MOST_DIGITS = 40
_SHIFT = 7000
_COMPLEMENT = str.maketrans("0123456789", "9876543210")


def sort_key(value: Value) -> str | None:
    """None for what has no order: nothing, contexts, files, durations. A list counts by its items, see sort_keys."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (int, Decimal)):
        return number_key(Decimal(value))
    if isinstance(value, str):
        return text_key(value)
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).replace(tzinfo=None).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, (date, time)) else None


def sort_keys(value: Value) -> tuple[str, ...]:
    """The key of a value, or those of the items of a list (a choice of several)."""
    items: Sequence[Value] = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(key for key in map(sort_key, items) if key is not None))


def text_key(text: str) -> str | None:
    """GB 18030 has the common Chinese characters in the order of their sound. A long text ends in its digest, so that equal keys are equal texts."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if not plain:
        return None
    key = plain[:LONGEST_TEXT].encode("gb18030", errors="replace").hex()
    return key if len(plain) <= LONGEST_TEXT else key + hashlib.sha256(plain.encode(errors="replace")).hexdigest()[:16]


def number_key(number: Decimal) -> str | None:
    """Sign, exponent, digits; of negative numbers the complement, closed by a sign that is greater than any digit."""
    if not number.is_finite():
        return None
    if not number:
        return "1"
    digits = "".join(map(str, number.as_tuple().digits)).rstrip("0")[:MOST_DIGITS]
    body = f"{number.adjusted() + _SHIFT:05d}{digits}"
    return f"2{body}" if number > 0 else f"0{body.translate(_COMPLEMENT)}~"
