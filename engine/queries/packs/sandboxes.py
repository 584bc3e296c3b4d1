"""Sandboxes as their owner finds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.bpmn.archive import unpack
from engine.model.errors import NotAllowedError, NotFoundError
from engine.model.identity import Actor, is_analyst
from engine.queries.reading import Query, Reading, findable
from engine.store import sandboxes as store
from engine.store import working_copies
from engine.store.sandboxes import Sandbox


@dataclass(frozen=True, slots=True)
class SandboxDetail:
    """`steps` are what was done, oldest first, as JSON data, `drafts` what was typed: "role task_id" -> JSON data; `digest` names the files.

    `copy_revision`: the working copy's when they were taken, None for a released version; `newer` is what the copy has become since, else None.
    """

    sandbox_id: str
    pack_key: str
    copy_revision: int | None
    newer: int | None
    digest: str
    began_at: datetime
    created_at: datetime
    changed_at: datetime
    revision: int
    steps: tuple[Mapping[str, Any], ...]
    drafts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FindSandbox(Query[SandboxDetail]):
    """One of the actor's own. Raises NotFoundError("no_such_sandbox"), also for somebody else's."""

    sandbox_id: str

    def answer(self, reading: Reading, actor: Actor) -> SandboxDetail:
        row = store.sandbox_of(reading.connection, findable(self.sandbox_id), actor.user_id) if is_analyst(actor) else None
        if row is None:
            raise NotFoundError("no_such_sandbox", sandbox_id=str(self.sandbox_id)[:100])
        return _detail(reading, row)


@dataclass(frozen=True, slots=True)
class SandboxFiles(Query[dict[str, bytes]]):
    """The files that one of the actor's sandboxes tries: name -> bytes. Raises NotFoundError."""

    sandbox_id: str

    def answer(self, reading: Reading, actor: Actor) -> dict[str, bytes]:
        mine = (Sandbox.id == findable(self.sandbox_id), Sandbox.owner == actor.user_id)
        pack = reading.connection.scalar(sa.select(Sandbox.pack).where(*mine))
        if pack is None:
            raise NotFoundError("no_such_sandbox", sandbox_id=str(self.sandbox_id)[:100])
        return unpack("pack.zip", bytes(pack))


@dataclass(frozen=True, slots=True)
class MySandboxes(Query[tuple[SandboxDetail, ...]]):
    """The actor's own, of one pack when `pack_key` names it, last touched first. Analysts only."""

    pack_key: str | None = None

    def answer(self, reading: Reading, actor: Actor) -> tuple[SandboxDetail, ...]:
        if not is_analyst(actor):
            raise NotAllowedError("analysts_only")
        statement = store.without_pack().where(Sandbox.owner == actor.user_id)
        if self.pack_key is not None:
            statement = statement.where(Sandbox.pack_key == findable(self.pack_key))
        rows = reading.connection.execute(statement.order_by(Sandbox.changed_at.desc(), Sandbox.id)).all()
        return tuple(_detail(reading, row) for row in rows)


def _detail(reading: Reading, row: Any) -> SandboxDetail:
    copy = working_copies.open_copy(reading.connection, row.pack_key) if row.copy_revision is not None else None
    newer = copy.revision if copy is not None and copy.revision != row.copy_revision else None
    times = (row.began_at, row.created_at, row.changed_at)
    return SandboxDetail(row.id, row.pack_key, row.copy_revision, newer, row.digest, *times, row.revision, tuple(row.steps), row.drafts)
