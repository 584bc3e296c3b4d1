"""Task lists that people have given a name, for themselves or for a role."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Identity, Index, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.identity import Actor
from engine.store.tables import Base


class SavedList(Base):
    """Somebody's own (`user_id`) or shared with everybody who has a role (`role_key`). `asked` holds engine.model.task_list.SAVED.

    `name_key` is the name as it is compared. `opens`: the list opens with it for the role's people who have chosen nothing else.
    """

    __tablename__ = "saved_lists"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (role_key IS NULL)", name="one_owner"),
        CheckConstraint("role_key IS NOT NULL OR NOT opens", name="opens_for_a_role"),
        Index("uq_saved_lists_user_id_name_key", "user_id", "name_key", unique=True, postgresql_where=text("user_id IS NOT NULL")),
        Index("uq_saved_lists_role_key_name_key", "role_key", "name_key", unique=True, postgresql_where=text("role_key IS NOT NULL")),
        Index("uq_saved_lists_opens", "role_key", unique=True, postgresql_where=text("opens")),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    role_key: Mapped[str | None]
    name: Mapped[str]
    name_key: Mapped[str]
    asked: Mapped[dict[str, Any]]
    opens: Mapped[bool]
    revision: Mapped[int]
    saved_by: Mapped[str]
    saved_at: Mapped[datetime]


# The key in engine.store.list_memory under which the list that opens for a person stands; {"list": None}: none, whatever the role's is.
OPENS_WITH = "tasks/opens"
# What the log of changes to people says of a role's lists.
SHARED_LIST_KINDS = SHARED, CHANGED, REMOVED = ("list_shared", "shared_list_changed", "shared_list_removed")


def own_or_shared(actor: Actor) -> ColumnElement[bool]:
    """The lists that stand beside the actor's tabs."""
    return or_(SavedList.user_id == actor.user_id, SavedList.role_key.in_(sorted(actor.groups)))
