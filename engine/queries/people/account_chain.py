"""What happened to a log of people whose hashes do not fit: names the first entry that is changed, missing, inserted or out of order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from engine.store.accounts import account_event_hash

AccountBreak = Literal["changed", "missing", "inserted", "reordered"]


def account_break(before: str, rows: Sequence[Mapping[str, Any]], number: int) -> AccountBreak:
    """`rows`: from the one that does not fit as entry `number` after the hash `before`, and some that follow it."""
    wrong, following = rows[0], rows[1:]
    if wrong["number"] != number:
        return "missing"
    for each in following:
        if _fits(before, each, number):
            return "reordered" if _fits(each["hash"], wrong, number + 1) or _leads(wrong, following, each) else "inserted"
    if following and _fits(wrong["hash"], following[0], number + 2):
        return "missing"
    return "changed"


def _fits(before: str, row: Mapping[str, Any], number: int) -> bool:
    """Whether it was hashed as the entry of that number after `before`."""
    return bool(account_event_hash(before, {**row, "number": number}) == row["hash"])


def _leads(wrong: Mapping[str, Any], following: Sequence[Mapping[str, Any]], true_one: Mapping[str, Any]) -> bool:
    """Whether the wrong entry belongs somewhere later: one of the others precedes it."""
    return any(_fits(each["hash"], wrong, each["number"] + 1) for each in following if each is not true_one)
