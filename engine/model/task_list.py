"""What a task list can be asked for, as an address or a saved list holds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Tab = Literal["mine", "groups", "done", "started"]
Sort = Literal["priority", "due", "newest", "oldest", "name", "closed"]
Due = Literal["", "overdue", "today", "week", "none"]
Priority = Literal["", "high", "usual", "low"]
FILTERS = ("process", "element", "due", "priority", "customer", "whose")
# Beside the task itself, which every list shows; in the order of a table.
COLUMNS = ("customer", "key", "process", "starter", "priority", "due", "arrived", "holder")
# What of a list's address can be saved; the place in it cannot. `columns` are keys of COLUMNS with commas between them.
SAVED = ("tab", "q", "sort", *FILTERS, "columns")
CHOICES: Mapping[str, tuple[str, ...]] = {"tab": get_args(Tab), "sort": get_args(Sort), "due": get_args(Due), "priority": get_args(Priority)}
