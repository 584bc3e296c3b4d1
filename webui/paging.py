"""Which part of a long list is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for

PAGE_ROWS = 50
MOST_PAGES = 2000
LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class Page:
    """`number` counts from 1."""

    number: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * PAGE_ROWS

    def pager(self, total: int, **arguments: str) -> Pager:
        last = max(1, -(-total // PAGE_ROWS))
        asked = request.args.to_dict(flat=False) | (request.view_args or {}) | arguments
        base = {name: value for name, value in asked.items() if value and value != [""] and name != "page"}

        def address(number: int) -> str | None:
            return url_for(request.endpoint or "", **base, page=number) if 1 <= number <= last else None

        return Pager(min(self.offset + 1, total), min(self.offset + PAGE_ROWS, total), total, address(self.number - 1), address(self.number + 1))


@dataclass(frozen=True, slots=True)
class Pager:
    """Rows `first` to `last` of `total`, and where the pages before and after are."""

    first: int
    last: int
    total: int
    before: str | None
    after: str | None


def asked_page() -> Page:
    return Page(min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES))


def asked_search() -> str:
    return request.args.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
