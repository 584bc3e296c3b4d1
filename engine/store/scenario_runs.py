"""The table of scenario runs: what all scenarios of a pack said, and with which files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import JSON, BigInteger, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.database import Transaction
from engine.store.tables import Base

KEPT = 20


class ScenarioRun(Base):
    """A finished run. `digest` names the files as deployments do; `copy_revision` is the working copy's, None when a tool brought the files.

    `results` and `coverage` are lists in JSON as
    engine.queries.packs.scenario_runs reads them; `unusable` says which scenario file could not be read,
    `cut_short` that the time was up.
    """

    __tablename__ = "scenario_runs"
    __table_args__ = (Index("ix_scenario_runs_pack_key_id", "pack_key", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    pack_key: Mapped[str]
    copy_revision: Mapped[int | None]
    digest: Mapped[str]
    ran_by: Mapped[str]
    ended_at: Mapped[datetime]
    passed: Mapped[bool]
    cut_short: Mapped[bool]
    unusable: Mapped[str]
    results: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    coverage: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


def insert_run(tx: Transaction, row: dict[str, Any]) -> int:
    """Its id; of each pack the newest KEPT stay."""
    run_id = tx.connection.execute(sa.insert(ScenarioRun).values(row).returning(ScenarioRun.id)).scalar_one()
    newest = sa.select(ScenarioRun.id).where(ScenarioRun.pack_key == row["pack_key"]).order_by(ScenarioRun.id.desc()).limit(KEPT)
    tx.connection.execute(sa.delete(ScenarioRun).where(ScenarioRun.pack_key == row["pack_key"], ScenarioRun.id.not_in(newest)))
    return run_id


def last_run(connection: sa.Connection, pack_key: str, digest: str | None = None) -> Any:
    """The newest row of the pack's working copy, or with the files of `digest` whoever brought them; None when there is none."""
    which = ScenarioRun.copy_revision.is_not(None) if digest is None else ScenarioRun.digest == digest
    statement = sa.select(*ScenarioRun.__table__.c).where(ScenarioRun.pack_key == pack_key, which)
    return connection.execute(statement.order_by(ScenarioRun.id.desc()).limit(1)).one_or_none()
