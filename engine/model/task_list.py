"""What a task list can be asked for, as an address or a saved list holds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Tab = Literal["mine", "groups", "done", "started"]
Sort = Literal["priority", "due", "newest", "oldest", "name", "closed"]
Due = Literal["", "overdue", "today", "week", "none"]
Priority = Literal["", "high", "usual", "low"]
FILTERS = ("process", "element", "due", "priority", "customer", "whose")
# What of a list's address can be saved; the place in it cannot.
SAVED = ("tab", "q", "sort", *FILTERS)
CHOICES: Mapping[str, tuple[str, ...]] = {"tab": get_args(Tab), "sort": get_args(Sort), "due": get_args(Due), "priority": get_args(Priority)}
