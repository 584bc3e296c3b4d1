"""What inference finds wrong, in words for people: every value that a message needs is given in Chinese (`…_zh`) and English (`…_en`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.feel.inference.kinds import Type
from engine.feel.values import CHINESE_KINDS, kind_of, literal_text
from engine.model.values import Value

ENGLISH_KINDS = {
    "boolean": "boolean", "number": "number", "string": "text", "date": "date", "time": "time", "date and time": "date and time",
    "days and time duration": "days and time duration", "years and months duration": "years and months duration", "list": "list",
    "context": "context", "range": "range", "function": "function",
}  # fmt: skip
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong at `position` (counts from 1). `certain`: it is so whenever the expression is evaluated, not only in a branch of it.

    Codes: unknown_name, unknown_function, unknown_member, unknown_type, bad_literal, wrong_operands, wrong_arguments, wrong_argument, not_a_function,
    not_countable, not_boolean, never_equal (kinds differ), never_value (no value in common),
    never_of_type (not of the type that a decision model declares).
    """

    code: str
    position: int
    certain: bool
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)


def kinds_text(kinds: Iterable[str]) -> tuple[str, str]:
    """Kinds in Chinese and in English."""
    ordered = sorted(kinds)
    if not ordered:
        return "空值", "null"
    return "或".join(CHINESE_KINDS[kind] for kind in ordered), " or ".join(ENGLISH_KINDS[kind] for kind in ordered)


def described(kind: Type) -> tuple[str, str]:
    """A type in Chinese and in English: its kinds, and its values where they are known."""
    if kind.values is not None:
        chinese, english = kinds_text(kind.kinds)
        shown = values_text(kind.values)
        return f"{chinese}({shown})", f"{english} ({shown})"
    if kind.anything:
        return "任意值", "anything"
    return kinds_text(kind.kinds)


def values_text(values: Iterable[Value]) -> str:
    texts = [literal_text(value) for value in sorted(values, key=lambda value: (kind_of(value), value))]
    return ", ".join(texts[:_SHOWN]) + (", …" if len(texts) > _SHOWN else "")
