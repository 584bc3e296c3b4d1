"""Files that people attached to cases. The contents are in the store of files; what is said of one stays after its content was taken away."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables import Base

# Of `file_uses`: who may see the case that holds it may see the file.
HOLDER = "attachment"


class Attachment(Base):
    """`number` counts from 1 within the case. `request_key` is chosen by who sends: the same one twice adds its files once.

    `type` is what the content says, `digest` its SHA-256 in hex, `size` in bytes. `file_id` is None once removed.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        Index("uq_attachments_instance_id_number", "instance_id", "number", unique=True),
        Index("uq_attachments_file_id", "file_id", unique=True),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"))
    number: Mapped[int]
    file_id: Mapped[str | None] = mapped_column(ForeignKey("files.id"))
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[str]
    digest: Mapped[str]
    added_by: Mapped[str]
    added_at: Mapped[datetime]
    request_key: Mapped[str]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[str | None]
    removal_reason: Mapped[str | None]
