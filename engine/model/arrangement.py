"""How the list of a register is asked for, beside the words of a search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """What a list is narrowed down by: one of `tokens` (`-`: no value; `@me`: the actor, in a field of people), or a range as typed, ends too."""

    field: str
    tokens: tuple[str, ...] = ()
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Columns and order (`-` before the field: descending), both empty: as the pack says; filters; those out of use instead of those in use."""

    columns: tuple[str, ...] = ()
    sort: str = ""
    filters: tuple[RecordFilter, ...] = ()
    archived: bool = False

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Arrangement:
        """From dataclasses.asdict that went through JSON."""
        filters = (RecordFilter(one["field"], tuple(one["tokens"]), one["low"], one["high"]) for one in kept["filters"])
        return cls(tuple(kept["columns"]), kept["sort"], tuple(filters), kept["archived"])
