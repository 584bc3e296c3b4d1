"""The table of sandboxes: packs that analysts try by hand. The instances in one are nowhere: its steps are played again where it is looked at."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.database import Transaction
from engine.store.tables import Base

COLUMNS = ("id", "owner", "pack_key", "copy_revision", "digest", "began_at", "created_at", "changed_at", "revision", "steps", "drafts")


class Sandbox(Base):
    """`pack` is a zip of the files that are tried, `digest` SHA-256 of it; `copy_revision` that of the working copy they were taken from, None for a
    released version. `began_at` is where its clock starts, `steps` what was done since, `revision` rises with every change of these. `drafts` is
    what was typed and not yet submitted: "role task_id" -> values.
    """

    __tablename__ = "sandboxes"
    __table_args__ = (Index("ix_sandboxes_owner", "owner"), Index("ix_sandboxes_changed_at", "changed_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    pack_key: Mapped[str]
    copy_revision: Mapped[int | None]
    digest: Mapped[str]
    pack: Mapped[bytes]
    began_at: Mapped[datetime]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    revision: Mapped[int]
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    drafts: Mapped[dict[str, Any]]


def without_pack() -> sa.Select[Any]:
    """Rows without their files."""
    return sa.select(*(Sandbox.__table__.c[name] for name in COLUMNS))


def sandbox_of(connection: sa.Connection, sandbox_id: str, owner: str, *, lock: bool = False) -> Any:
    """The row without its files; None when it is not there or somebody else's. `lock` holds it until the end of the transaction."""
    statement = without_pack().where(Sandbox.id == sandbox_id, Sandbox.owner == owner)
    return connection.execute(statement.with_for_update() if lock else statement).one_or_none()


def hold_owner(connection: sa.Connection, owner: str) -> None:
    """Nobody else counts this person's sandboxes until the end of the transaction."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"sandboxes {owner}", 0))))


def count_of(connection: sa.Connection, owner: str) -> int:
    return int(connection.scalar(sa.select(sa.func.count()).select_from(Sandbox).where(Sandbox.owner == owner)) or 0)


def insert_sandbox(tx: Transaction, row: dict[str, Any]) -> str:
    """Its id."""
    values = {"id": tx.new_id(), "created_at": tx.now, "changed_at": tx.now, "revision": 1, "steps": [], "drafts": {}, **row}
    return tx.connection.execute(sa.insert(Sandbox).values(values).returning(Sandbox.id)).scalar_one()


def change_sandbox(tx: Transaction, sandbox_id: str, **values: Any) -> int:
    """Count one change of a locked sandbox; its revision from now on."""
    change = sa.update(Sandbox).where(Sandbox.id == sandbox_id).values(revision=Sandbox.revision + 1, changed_at=tx.now, **values)
    return tx.connection.execute(change.returning(Sandbox.revision)).scalar_one()


def set_drafts(tx: Transaction, sandbox_id: str, drafts: dict[str, Any]) -> None:
    """What is being typed is no change that another window would have to know of."""
    tx.connection.execute(sa.update(Sandbox).where(Sandbox.id == sandbox_id).values(drafts=drafts, changed_at=tx.now))


def delete_sandbox(tx: Transaction, sandbox_id: str) -> None:
    tx.connection.execute(sa.delete(Sandbox).where(Sandbox.id == sandbox_id))


def delete_older(tx: Transaction, before: datetime) -> int:
    """How many went that nobody touched since."""
    return tx.connection.execute(sa.delete(Sandbox).where(Sandbox.changed_at < before)).rowcount
