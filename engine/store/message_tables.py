"""Tables of messages and signals on their way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables import Base


class BufferedMessage(Base):
    """A message that waits for a subscription until `expires_at`. `delivered_to`: process keys that had it; each process has a message once."""

    __tablename__ = "buffered_messages"
    __table_args__ = (
        Index("ix_buffered_messages_name_correlation_key", "name", "correlation_key"),
        Index("ix_buffered_messages_expires_at", "expires_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    correlation_key: Mapped[str | None]
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    delivered_to: Mapped[list[str]]


class Delivery(Base):
    """A message or signal on its way: written with its cause, removed with its effect. Without a target it is still to be matched.

    A message goes to a process (`target_process_key`), whichever instance waits when it arrives; a signal to one wait or one start event.
    """

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_number", "number", unique=True),)

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    type: Mapped[str]
    name: Mapped[str]
    correlation_key: Mapped[str | None]
    data: Mapped[dict[str, Any]]
    source_instance_id: Mapped[str | None]
    message_id: Mapped[str | None]
    target_process_key: Mapped[str | None]
    target_instance_id: Mapped[str | None]
    target_activity_instance_id: Mapped[int | None]
    target_definition_id: Mapped[int | None]
    target_element_id: Mapped[str | None]
    created_at: Mapped[datetime]
