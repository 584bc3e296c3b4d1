"""Comments on cases. What the log keeps of one is its digest: the text can be taken away without breaking the chain of hashes."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from engine.store.tables import Base


class Comment(Base):
    """`number` counts from 1 within the case. `request_key` is chosen by who sends: the same one twice is one comment.

    `changed_at`: since when it says what it says, None: from the beginning. `digest` is SHA-256 over `salt` and text, both None once deleted:
    without the salt a short text cannot be guessed back from the log.
    """

    __tablename__ = "comments"
    __table_args__ = (
        Index("uq_comments_instance_id_number", "instance_id", "number", unique=True),
        Index("uq_comments_instance_id_written_by_request_key", "instance_id", "written_by", "request_key", unique=True),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"))
    number: Mapped[int]
    written_by: Mapped[str]
    written_at: Mapped[datetime]
    request_key: Mapped[str]
    mentioned: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    digest: Mapped[str]
    salt: Mapped[str | None]
    text: Mapped[str | None]
    deleted_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]


class CommentWording(Base):
    """What a comment said before a change; `edition` counts from 1 within the comment. Salt and text go when the comment is deleted."""

    __tablename__ = "comment_wordings"

    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True)
    written_at: Mapped[datetime]
    digest: Mapped[str]
    salt: Mapped[str | None]
    text: Mapped[str | None]


def comment_digest(salt: str, text: str) -> str:
    """What the log keeps of a text."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()
