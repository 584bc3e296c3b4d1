"""What people have filled in and not yet submitted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables import Base


class Draft(Base):
    """What somebody has filled in and not yet submitted. `revision` counts the savings; `page` is the token of the page that saved last."""

    __tablename__ = "drafts"
    __table_args__ = (
        ForeignKeyConstraint(["instance_id", "activity_instance_id"], ["work_items.instance_id", "work_items.activity_instance_id"]),
        Index("ix_drafts_user_id", "user_id"),
    )

    instance_id: Mapped[str] = mapped_column(primary_key=True)
    activity_instance_id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[dict[str, Any]]
    revision: Mapped[int]
    saved_at: Mapped[datetime]
    page: Mapped[str]


class KeptForm(Base):
    """A form that arrived when its sender was signed out: `fields` are [name, value] as posted, `address` is where the form is shown.

    Whoever signs in as `user_id` with the secret of this digest sees it once.
    """

    __tablename__ = "kept_forms"
    __table_args__ = (Index("ix_kept_forms_user_id_kept_at", "user_id", "kept_at"),)

    digest: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    address: Mapped[str]
    fields: Mapped[list[Any]] = mapped_column(JSON)
    kept_at: Mapped[datetime]
