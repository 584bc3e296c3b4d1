"""What the list of a register is asked for, and the address that asks the same: search, filters, order, columns, in use or archived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, request

from engine import Arrangement, RecordFilter, RecordList
from webui.paging import asked_search

# Names in the address: a value, the ends of a range.
VALUE, LOW, HIGH = "f.", "from.", "to."
MOST_VALUES = 50
LONGEST = 200
# Hidden fields with the revision that a page was opened with.
SEEN, SEEN_FIRST, SEEN_SECOND = "_seen", "_seen_first", "_seen_second"


@dataclass(frozen=True, slots=True)
class Asked:
    search: str
    filters: tuple[RecordFilter, ...]
    sort: str
    columns: tuple[str, ...]
    archived: bool

    def query(self, record_type: str, limit: int, offset: int) -> RecordList:
        return RecordList(record_type, self.search, limit, offset, self.filters, self.sort, self.columns, self.archived)

    def arguments(self, record_type: str) -> dict[str, Any]:
        """For url_for; empty ones are left out."""
        asked: dict[str, str | Sequence[str]] = {
            "record_type": record_type,
            "q": self.search,
            "sort": self.sort,
            "cols": self.columns,
            "archived": "1" if self.archived else "",
        }
        for one in self.filters:
            asked |= {VALUE + one.field: one.tokens, LOW + one.field: one.low, HIGH + one.field: one.high}
        return {name: value if isinstance(value, str) else list(value) for name, value in asked.items() if value}

    def sorted_by(self, record_type: str, field: str, now: str) -> dict[str, Any]:
        """The same list by another column; by the same column the other way round."""
        return replace(self, sort=f"-{field}" if now == field else field).arguments(record_type)

    @property
    def arrangement(self) -> Arrangement:
        """What may be remembered of it."""
        return Arrangement(self.columns, self.sort, self.filters, self.archived)

    @classmethod
    def arranged(cls, kept: Arrangement) -> Asked:
        return cls("", kept.filters, kept.sort, kept.columns, kept.archived)

    @property
    def narrowed(self) -> bool:
        return bool(self.search or self.filters)


def asked_list() -> Asked:
    fields = dict.fromkeys(name.partition(".")[2] for name in request.args if name.startswith((VALUE, LOW, HIGH)))
    filters = (_filter(field, request.args) for field in fields)
    columns = tuple(dict.fromkeys(_text(name) for name in request.args.getlist("cols")[:MOST_VALUES]))
    sort, archived = _text(request.args.get("sort", "")), request.args.get("archived") == "1"
    return Asked(asked_search(), tuple(one for one in filters if one), sort, columns, archived)


def _filter(field: str, arguments: Mapping[str, str]) -> RecordFilter | None:
    tokens = tuple(dict.fromkeys(text for value in request.args.getlist(VALUE + field)[:MOST_VALUES] if (text := _text(value))))
    low, high = _text(arguments.get(LOW + field, "")), _text(arguments.get(HIGH + field, ""))
    return RecordFilter(_text(field), tokens, low, high) if tokens or low or high else None


def seen_revision(name: str = SEEN) -> int:
    """What the page that is posted was opened with; status 400 for anything else than a number."""
    seen = request.form.get(name, "")
    if not seen.isdecimal() or len(seen) > 9:
        abort(400)
    return int(seen)


def _text(value: str) -> str:
    return value.replace("\0", "").strip()[:LONGEST]
