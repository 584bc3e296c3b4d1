"""The public compatibility kit's values: where it lies, how they are written, when two of them agree."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.feel.temporal import parse_literal
from engine.feel.values import equal

KIT = Path(__file__).resolve().parents[2].parent / "shared" / "tck"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
_TOLERANCE = Decimal("1e-8")


def decode(data: Any) -> Any:
    """A kit value as a FEEL value."""
    if isinstance(data, list):
        return [decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    if "n" in data:
        return Decimal(data["n"])
    if "@" in data:
        return parse_literal(data["v"])
    return {key: decode(item) for key, item in data["c"].items()}


def agrees(value: Any, expected: Any) -> bool:
    """Equality as the kit means it: numbers to eight places."""
    if isinstance(value, Decimal) and isinstance(expected, Decimal):
        return abs(value - expected) <= _TOLERANCE
    if isinstance(value, list) and isinstance(expected, list):
        return len(value) == len(expected) and all(map(agrees, value, expected))
    if isinstance(value, dict) and isinstance(expected, dict):
        return value.keys() == expected.keys() and all(agrees(value[key], expected[key]) for key in value)
    return equal(value, expected) is True
