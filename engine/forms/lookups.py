"""What a form needs to know from outside: files that were uploaded, records to choose from. Pure data and two questions; the engine answers them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from engine.forms.components import Option, RecordSource
from engine.forms.limits import LIMITS
from engine.model.values import Value

_ID = re.compile(r"[0-9a-f]{32}").fullmatch
_DIGEST = re.compile(r"[0-9a-f]{64}").fullmatch
FILE_KEYS = ("id", "name", "size", "type", "digest")


class Records(Protocol):
    """Options from a register, for one actor. `None`: the actor may not see the register, or there is none."""

    def find(self, source: RecordSource, search: str, limit: int) -> Sequence[Option] | None: ...
    def named(self, source: RecordSource, tokens: Collection[str]) -> Sequence[Option] | None: ...


class NoRecords:
    """There are no registers."""

    def find(self, source: RecordSource, search: str, limit: int) -> Sequence[Option] | None:
        return None

    def named(self, source: RecordSource, tokens: Collection[str]) -> Sequence[Option] | None:
        return None


@dataclass(frozen=True, slots=True)
class Lookups:
    """`files`: id -> {id, name, size, type, digest} of the files that whoever fills in the form may attach beside those that are there already.

    `asked`: what the page's own controls say, by HTML name: `_q.customer` (search among records), `_open.products` (show all rows). `base` stands
    before the addresses of files and searches. `trusting`: whole files and chosen records are taken as they come, for
    executing again what was recorded after it had been checked.
    """

    files: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    records: Records = field(default_factory=NoRecords)
    asked: Mapping[str, str] = field(default_factory=dict)
    base: str = ""
    trusting: bool = False


NOTHING = Lookups()


def file_id(item: Any) -> str | None:
    """The id that a value names: the id itself, or a context that has one."""
    given = item.get("id") if isinstance(item, Mapping) else item
    return given if isinstance(given, str) and _ID(given) else None


def is_file(item: Any) -> bool:
    """Whether a value is the whole description of a file."""
    if not isinstance(item, Mapping) or set(item) != set(FILE_KEYS) or file_id(item) is None:
        return False
    texts = isinstance(item["name"], str) and isinstance(item["type"], str) and isinstance(item["digest"], str) and _DIGEST(item["digest"])
    try:
        return bool(texts) and 0 <= int(item["size"]) <= LIMITS.file_bytes
    except (TypeError, ValueError, ArithmeticError):
        return False


def record_token(value: Any) -> str | None:
    """The text that names a chosen record: {id, label} by its id, other values as they are."""
    given = value.get("id") if isinstance(value, Mapping) else value
    return given if isinstance(given, str) and given else None


def is_choice(value: Any) -> bool:
    """Whether a value can be what was chosen from a register."""
    if isinstance(value, Mapping):
        return set(value) == {"id", "label"} and all(isinstance(text, str) for text in value.values())
    return isinstance(value, str)


def given_items(raw: Any) -> list[Any] | None:
    """One value or several as a list, blanks left out; None for what is neither."""
    if raw is None or raw == "":
        return []
    if isinstance(raw, (str, Mapping)):
        return [raw]
    return [item for item in raw if item != "" and item is not None] if isinstance(raw, (list, tuple)) else None
