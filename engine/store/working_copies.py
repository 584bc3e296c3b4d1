"""Tables of working copies: the files of a pack while analysts change them, and every version that somebody saved."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.database import Transaction
from engine.store.tables import Base, DeployedContent, DeployedFile

# Saves of one person to one file within this time are one version: an editor saves every few seconds.
ONE_VERSION = timedelta(minutes=10)
PRESENT = timedelta(seconds=45)


class WorkingCopy(Base):
    """A pack being changed; a pack has at most one that is open (`closed_at` None). `revision` rises with every change in it.

    `base_deployment_id` is the deployment that it was made from, None for a pack that was never deployed. `closed_as`: discarded or released.
    """

    __tablename__ = "working_copies"
    __table_args__ = (Index("uq_working_copies_pack_key", "pack_key", unique=True, postgresql_where=text("closed_at IS NULL")),)

    id: Mapped[str] = mapped_column(primary_key=True)
    pack_key: Mapped[str]
    base_deployment_id: Mapped[str | None] = mapped_column(ForeignKey("deployments.id"))
    revision: Mapped[int]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_by: Mapped[str]
    updated_at: Mapped[datetime]
    closed_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    closed_as: Mapped[str | None]


class WorkingVersion(Base):
    """A file as somebody left it. `action`: opened, added, saved, uploaded, updated, renamed or removed; a removal has no content.

    `revision` is the copy's with the last save of the version, `began_at` the time of its first, `former_name` what a renamed file was called.
    """

    __tablename__ = "working_versions"
    __table_args__ = (Index("ix_working_versions_copy_id_id", "copy_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    copy_id: Mapped[str] = mapped_column(ForeignKey("working_copies.id"))
    file: Mapped[str]
    action: Mapped[str]
    revision: Mapped[int]
    actor: Mapped[str]
    began_at: Mapped[datetime]
    at: Mapped[datetime]
    digest: Mapped[str | None]
    content: Mapped[bytes | None]
    former_name: Mapped[str | None]


class WorkingFile(Base):
    """A file of a working copy as it is now; `revision` is the copy's when the file was last changed, so no name ever has the same one twice."""

    __tablename__ = "working_files"

    copy_id: Mapped[str] = mapped_column(ForeignKey("working_copies.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]
    version_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("working_versions.id"))


class WorkingPresence(Base):
    """Who has which file of a working copy open in an editor; older than PRESENT means gone."""

    __tablename__ = "working_presences"

    copy_id: Mapped[str] = mapped_column(ForeignKey("working_copies.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    file: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]


def open_copy(connection: sa.Connection, pack_key: str, *, lock: bool = False) -> Any:
    """The row of the pack's open working copy, None without one. `lock` holds it until the end of the transaction."""
    statement = sa.select(*WorkingCopy.__table__.c).where(WorkingCopy.pack_key == pack_key, WorkingCopy.closed_at.is_(None))
    return connection.execute(statement.with_for_update() if lock else statement).one_or_none()


def insert_copy(tx: Transaction, pack_key: str, base_deployment_id: str | None, actor: str) -> str | None:
    """Id of a new open copy without files; None when another one is open already."""
    row: dict[str, Any] = {"id": tx.new_id(), "pack_key": pack_key, "base_deployment_id": base_deployment_id, "revision": 1}
    row |= {"created_by": actor, "created_at": tx.now, "updated_by": actor, "updated_at": tx.now}
    statement = insert(WorkingCopy).values(row).on_conflict_do_nothing(index_elements=["pack_key"], index_where=text("closed_at IS NULL"))
    return tx.connection.scalar(statement.returning(WorkingCopy.id))


def take_deployed(tx: Transaction, copy_id: str, deployment_id: str, actor: str) -> None:
    """Put all files of a deployment into a new copy."""
    columns = ["copy_id", "file", "action", "revision", "actor", "began_at", "at", "digest", "content"]
    given = [sa.literal(value) for value in ("opened", 1, actor, tx.now, tx.now)]
    source = (
        sa.select(sa.literal(copy_id), DeployedFile.name, *given, DeployedFile.digest, DeployedContent.content)
        .join(DeployedContent, DeployedContent.digest == DeployedFile.digest)
        .where(DeployedFile.deployment_id == deployment_id)
        .order_by(DeployedFile.name)
    )
    tx.connection.execute(insert(WorkingVersion).from_select(columns, source))
    versions = sa.select(WorkingVersion.copy_id, WorkingVersion.file, WorkingVersion.revision, WorkingVersion.id)
    versions = versions.where(WorkingVersion.copy_id == copy_id)
    tx.connection.execute(insert(WorkingFile).from_select(["copy_id", "name", "revision", "version_id"], versions))


def current_file(connection: sa.Connection, copy_id: str, name: str) -> Any:
    """(name, revision, version_id, action, actor, began_at, at, digest, content) of a file that is there, else None."""
    return connection.execute(_files().where(WorkingFile.copy_id == copy_id, WorkingFile.name == name)).one_or_none()


def current_files(connection: sa.Connection, copy_id: str, *, contents: bool = True) -> list[Any]:
    """As current_file, all of a copy in order of names; without `contents` that column is the size in bytes."""
    return list(connection.execute(_files(contents).where(WorkingFile.copy_id == copy_id).order_by(WorkingFile.name)))


def working_files(connection: sa.Connection, copy_id: str) -> dict[str, bytes]:
    """The files of a copy: name -> bytes."""
    return {row.name: bytes(row.content) for row in current_files(connection, copy_id)}


def _files(contents: bool = True) -> sa.Select[Any]:
    last = WorkingVersion.content if contents else sa.func.length(WorkingVersion.content).label("size")
    told = (WorkingVersion.action, WorkingVersion.actor, WorkingVersion.began_at, WorkingVersion.at, WorkingVersion.digest)
    statement = sa.select(WorkingFile.name, WorkingFile.revision, WorkingFile.version_id, *told, last)
    return statement.join(WorkingVersion, WorkingVersion.id == WorkingFile.version_id)


def next_revision(tx: Transaction, copy_id: str, actor: str) -> int:
    """Count one change of a locked copy."""
    change = sa.update(WorkingCopy).where(WorkingCopy.id == copy_id).values(revision=WorkingCopy.revision + 1, updated_by=actor, updated_at=tx.now)
    return tx.connection.execute(change.returning(WorkingCopy.revision)).scalar_one()


def write_version(tx: Transaction, version: dict[str, Any], before: Any = None) -> None:
    """Make `version` (columns of WorkingVersion without times) what the file now is; `before` is the row of current_file.

    A save soon after the same person's last one takes its place.
    """
    going_on = before is not None and version["action"] == "saved" and before.action in ("saved", "added") and before.actor == version["actor"]
    if going_on and tx.now - before.began_at < ONE_VERSION:
        changed = {"at": tx.now, **{name: version[name] for name in ("revision", "digest", "content")}}
        tx.connection.execute(sa.update(WorkingVersion).where(WorkingVersion.id == before.version_id).values(changed))
        version_id = before.version_id
    else:
        made = insert(WorkingVersion).values(began_at=tx.now, at=tx.now, **version)
        version_id = tx.connection.execute(made.returning(WorkingVersion.id)).scalar_one()
    row = {"revision": version["revision"], "version_id": version_id}
    upsert = insert(WorkingFile).values(copy_id=version["copy_id"], name=version["file"], **row)
    tx.connection.execute(upsert.on_conflict_do_update(index_elements=["copy_id", "name"], set_=row))


def write_removal(tx: Transaction, copy_id: str, name: str, revision: int, actor: str) -> None:
    tx.connection.execute(sa.delete(WorkingFile).where(WorkingFile.copy_id == copy_id, WorkingFile.name == name))
    gone = {"copy_id": copy_id, "file": name, "action": "removed", "revision": revision, "actor": actor}
    tx.connection.execute(insert(WorkingVersion).values(began_at=tx.now, at=tx.now, **gone))


def last_change(connection: sa.Connection, copy_id: str, name: str) -> Any:
    """(action, actor, at, revision) of what last happened to a name in a copy, a rename away from it included; None when nothing did."""
    columns = sa.select(WorkingVersion.action, WorkingVersion.actor, WorkingVersion.at, WorkingVersion.revision, WorkingVersion.file)
    mine = columns.where(WorkingVersion.copy_id == copy_id, sa.or_(WorkingVersion.file == name, WorkingVersion.former_name == name))
    return connection.execute(mine.order_by(WorkingVersion.revision.desc()).limit(1)).one_or_none()


def set_base(tx: Transaction, copy_id: str, deployment_id: str) -> None:
    """From now on the copy's changes are counted against that deployment."""
    tx.connection.execute(sa.update(WorkingCopy).where(WorkingCopy.id == copy_id).values(base_deployment_id=deployment_id))


def close_copy(tx: Transaction, copy_id: str, actor: str, closed_as: str) -> None:
    """Close a locked copy, as "discarded" or "released". Its files and versions stay readable by its id."""
    closed = {"closed_by": actor, "closed_at": tx.now, "closed_as": closed_as}
    tx.connection.execute(sa.update(WorkingCopy).where(WorkingCopy.id == copy_id).values(closed))
    tx.connection.execute(sa.delete(WorkingPresence).where(WorkingPresence.copy_id == copy_id))


def note_presence(tx: Transaction, copy_id: str, user_id: str, file: str) -> list[Any]:
    """Write down that somebody has a file open; answers as `present`, without that person."""
    row = insert(WorkingPresence).values(copy_id=copy_id, user_id=user_id, file=file, seen_at=tx.now)
    tx.connection.execute(row.on_conflict_do_update(index_elements=["copy_id", "user_id", "file"], set_={"seen_at": tx.now}))
    return [one for one in present(tx.connection, copy_id, tx.now) if one.user_id != user_id]


def present(connection: sa.Connection, copy_id: str, now: datetime) -> list[Any]:
    """(user_id, file) of who has files of a copy open."""
    columns = sa.select(WorkingPresence.user_id, WorkingPresence.file)
    there = columns.where(WorkingPresence.copy_id == copy_id, WorkingPresence.seen_at > now - PRESENT)
    return list(connection.execute(there.order_by(WorkingPresence.user_id, WorkingPresence.file)))
