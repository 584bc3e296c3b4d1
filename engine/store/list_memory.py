"""How a person wants a list to look."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables import Base


class RememberedList(Base):
    """`list_key` names the list (`records/customer`); `arrangement` is what it is asked for when nothing else is said."""

    __tablename__ = "remembered_lists"

    user_id: Mapped[str] = mapped_column(primary_key=True)
    list_key: Mapped[str] = mapped_column(primary_key=True)
    arrangement: Mapped[dict[str, Any]]
    remembered_at: Mapped[datetime]


# Whether the next task opens when one has been completed.
NEXT_TASK = "tasks/next"
# Which columns the task list has.
TASK_COLUMNS = "tasks/columns"


def register_list(record_type: str) -> str:
    """The key of a register's list."""
    return f"records/{record_type}"
