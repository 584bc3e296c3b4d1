"""What every query works with: one consistent view of the database, the compiled packs, and the clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

import sqlalchemy as sa

from engine.model.identity import SYSTEM, Actor
from engine.store.packs import PackCache
from engine.store.registers import User

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack

ResultT_co = TypeVar("ResultT_co", covariant=True)


class Query(Protocol[ResultT_co]):
    """A frozen record that reads. Raises NotFoundError for what the actor may not know of, InputRejected for wrong arguments."""

    def fetch(self, reading: Reading, actor: Actor) -> ResultT_co: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """One query's connection (nothing can be written through it) and what it needs beside the database."""

    connection: sa.Connection
    packs: PackCache[Pack]
    now: datetime

    def pack(self, deployment_id: str, digest: str) -> Pack:
        """The compiled pack of a deployment."""
        return self.packs.get(self.connection, deployment_id, digest)

    def user_names(self, user_ids: Iterable[str | None]) -> dict[str, str]:
        """Names of accounts; an id without an account is its own name."""
        wanted = {user_id for user_id in user_ids if user_id}
        names = {user_id: user_id for user_id in wanted} | {SYSTEM.user_id: SYSTEM.name}
        asked = wanted - {SYSTEM.user_id}
        if asked:
            names |= dict(self.connection.execute(sa.select(User.id, User.name).where(User.id.in_(sorted(asked)))).tuples().all())
        return names
