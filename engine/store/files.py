"""Tables of uploaded files: contents once, whoever uploads them; what was uploaded; what refers to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables import Base

CHUNK_BYTES = 1_000_000
# Uploads hold it together, the removal of contents alone: a content is never taken away while somebody uploads the same.
_LOCK = 0x66696C6573  # "files"


class FileContent(Base):
    """`digest` is SHA-256 in hex, `size` in bytes."""

    __tablename__ = "file_contents"

    digest: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)


class FileChunk(Base):
    """CHUNK_BYTES of a content; the last one has less. `number` counts from 0."""

    __tablename__ = "file_chunks"

    digest: Mapped[str] = mapped_column(ForeignKey("file_contents.digest", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class UploadedFile(Base):
    """A file as somebody uploaded it. `type` is what its content says, not what the browser said."""

    __tablename__ = "files"
    __table_args__ = (Index("ix_files_digest", "digest"), Index("ix_files_uploaded_by_uploaded_at", "uploaded_by", "uploaded_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(ForeignKey("file_contents.digest"))
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]


class FileUse(Base):
    """Something refers to a file: `holder_type` is "instance" (its forms), "attachment" (`holder_id` is the instance again) or "record".

    Who may see the holder may see the file.
    """

    __tablename__ = "file_uses"
    __table_args__ = (Index("ix_file_uses_holder_type_holder_id", "holder_type", "holder_id"),)

    file_id: Mapped[str] = mapped_column(ForeignKey("files.id"), primary_key=True)
    holder_type: Mapped[str] = mapped_column(primary_key=True)
    holder_id: Mapped[str] = mapped_column(primary_key=True)


def chunks(content: BinaryIO) -> Iterator[bytes]:
    """The whole content from its beginning."""
    content.seek(0)
    while chunk := content.read(CHUNK_BYTES):
        yield chunk


def keep_content(connection: sa.Connection, digest: str, size: int, content: BinaryIO) -> None:
    """Write the content unless it is there; until the end of the transaction nobody removes it."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_LOCK)))
    statement = insert(FileContent).values(digest=digest, size=size).on_conflict_do_nothing().returning(FileContent.digest)
    if connection.execute(statement).first() is None:
        return
    for number, chunk in enumerate(chunks(content)):
        connection.execute(sa.insert(FileChunk).values(digest=digest, number=number, content=chunk))


def hold_files(
    connection: sa.Connection, ids: Iterable[str], uploaded_by: str, *, alone: bool = False
) -> list[sa.Row[tuple[str, str, int, str, str]]]:
    """(id, name, size, type, digest) of that user's uploads among `ids`; they stay until the end of the transaction.

    `alone`: others who want the same wait until then.
    """
    columns = sa.select(UploadedFile.id, UploadedFile.name, UploadedFile.size, UploadedFile.type, UploadedFile.digest)
    mine = columns.where(UploadedFile.id.in_(sorted(ids)), UploadedFile.uploaded_by == uploaded_by)
    return list(connection.execute(mine.with_for_update(key_share=True, read=not alone)))


def use_files(connection: sa.Connection, ids: Iterable[str], holder_type: str, holder_id: str) -> None:
    """Write down that the holder refers to those of the files that exist."""
    there = sa.select(UploadedFile.id, sa.literal(holder_type), sa.literal(holder_id)).where(UploadedFile.id.in_(sorted(ids)))
    connection.execute(insert(FileUse).from_select(["file_id", "holder_type", "holder_id"], there).on_conflict_do_nothing())


def remove_contents(connection: sa.Connection) -> int:
    """Take away contents that no file has; how many."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    unused = ~sa.exists().where(UploadedFile.digest == FileContent.digest)
    return len(connection.execute(sa.delete(FileContent).where(unused).returning(FileContent.digest)).all())
