"""Tables of the task list: what is searched, copies for information."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables import Base


class SearchText(Base):
    """Words that people see and may search for. `grams` are hashes of the text's pairs of letters (engine.store.search_text).

    `shared`: for everybody who may see the instance: its head (activity instance 0: the title) and what was submitted with a task.
    Else for those who may see that very task: names, business key, and what its form shows.
    """

    __tablename__ = "search_texts"
    __table_args__ = (Index("ix_search_texts_grams", "grams", postgresql_using="gin"),)

    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"), primary_key=True)
    activity_instance_id: Mapped[int] = mapped_column(primary_key=True)
    shared: Mapped[bool] = mapped_column(primary_key=True)
    text: Mapped[str]
    grams: Mapped[list[int]] = mapped_column(ARRAY(Integer()))


class Copy(Base):
    """An instance brought to somebody's notice: its reader may read it from then on. `activity_instance_id` is the task it was sent from, 0: none."""

    __tablename__ = "copies"
    __table_args__ = (
        Index("ix_copies_user_id_id", "user_id", "id"),
        Index("ix_copies_unread", "user_id", postgresql_where=text("read_at IS NULL")),
        Index("ix_copies_instance_id_user_id", "instance_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"))
    activity_instance_id: Mapped[int]
    user_id: Mapped[str]
    sent_by: Mapped[str]
    sent_at: Mapped[datetime]
    note: Mapped[str]
    read_at: Mapped[datetime | None]
