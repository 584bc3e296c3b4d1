"""What a task list can be asked for, as an address or a saved list holds it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

Tab = Literal["mine", "groups", "done", "started"]
Sort = Literal["priority", "due", "newest", "oldest", "name", "closed"]
Due = Literal["", "overdue", "today", "week", "none"]
Priority = Literal["", "high", "usual", "low"]
FILTERS = ("process", "element", "due", "priority", "customer", "whose")
# Beside the task itself, which every list shows; in the order of a table.
COLUMNS = ("customer", "key", "process", "starter", "priority", "due", "arrived", "holder")
# A field's key with this before it is a column, too: a value that the diagram marks as worth a glance.
VALUE_MARK = "."
MOST_VALUE_COLUMNS, LONGEST_FIELD_KEY = 8, 100
# What of a list's address can be saved; the place in it cannot. `columns` are keys of columns with commas between them.
SAVED = ("tab", "q", "sort", *FILTERS, "columns")
CHOICES: Mapping[str, tuple[str, ...]] = {"tab": get_args(Tab), "sort": get_args(Sort), "due": get_args(Due), "priority": get_args(Priority)}


def is_column(key: str) -> bool:
    """Whether a list may have it; nobody knows all fields of all packs."""
    return key in COLUMNS or (key.startswith(VALUE_MARK) and 1 < len(key) <= LONGEST_FIELD_KEY and "," not in key and key.isprintable())


def columns_in_order(keys: Iterable[str]) -> tuple[str, ...]:
    """Each once: those that every task has, in the order of a table, then values as they are given. What is no column is left out."""
    given = [key for key in dict.fromkeys(keys) if is_column(key)]
    values = [key for key in given if key not in COLUMNS]
    return (*(key for key in COLUMNS if key in given), *values[:MOST_VALUE_COLUMNS])
