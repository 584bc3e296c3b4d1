"""The engine's entrance: one command is one transaction, one query is one view of the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol, TypeVar
from uuid import uuid4

import sqlalchemy as sa

from engine.bpmn.pack import Pack, load_pack
from engine.bpmn.readings import Readings
from engine.commands import due
from engine.commands.looking_only import require_may_change
from engine.commands.work import Command, Work
from engine.model.identity import SYSTEM, Actor
from engine.settings import Settings
from engine.store.database import Database, Transaction
from engine.store.database_urls import DatabaseUrls, database_urls, prepare
from engine.store.packs import PackCache

ResultT = TypeVar("ResultT")
ResultT_co = TypeVar("ResultT_co", covariant=True)
Clock = Callable[[], datetime]
MOST_DUE = 100_000


class Query(Protocol[ResultT_co]):
    """A frozen record that answers from one view of the database. `packs` are the compiled packs, `now` the engine's clock."""

    def fetch(self, connection: sa.Connection, actor: Actor, packs: PackCache[Pack], now: datetime) -> ResultT_co: ...


class ProcessEngine:
    """Runs commands and queries against one database; holds no state of instances. Threads share one; each process has its own."""

    def __init__(self, database: Database, clock: Clock, ids: Callable[[], str], owner_url: str | None = None) -> None:
        self.database = database
        self._owner_url = owner_url
        self.clock = _aware(clock)
        self._ids = ids
        readings = Readings()
        self._packs: PackCache[Pack] = PackCache(lambda files: load_pack(files, readings))

    @classmethod
    def open(
        cls,
        database_url: str | None = None,
        clock: Clock | None = None,
        ids: Callable[[], str] | None = None,
        *,
        pool_size: int = 10,
        migrate: bool = True,
        owner_url: str | None = None,
    ) -> ProcessEngine:
        """Without a URL the settings say which database; the embedded server is started if it does not run.

        `migrate` False leaves the schema alone: where several processes share a database, one of them migrates before the others start.
        `owner_url`: who owns the tables and brings them up to date, when `database_url` is a role that can only work in them.
        `clock` answers aware times, `ids` 32 hexadecimal digits; both are for tests and re-execution.
        """
        if database_url is None:
            urls = database_urls(Settings.from_environment())
            database_url, owner_url = urls.application, urls.owner
        engine = cls(Database(database_url, pool_size=pool_size), clock or _utc_now, ids or _new_id, owner_url)
        if migrate:
            engine.migrate()
        return engine

    def migrate(self) -> bool:
        """Bring the database to this release's schema, as its owner. True when anything was missing. Raises StorageError."""
        return prepare(DatabaseUrls(self.database.url, self._owner_url))

    def run(self, command: Command[ResultT], actor: Actor) -> ResultT:
        """Execute in one transaction. Raises EngineError; then nothing has changed."""
        require_may_change(command, actor)
        return self._run_at(command, actor, self.clock)

    def read(self, query: Query[ResultT], actor: Actor) -> ResultT:
        """Answer from one consistent view; nothing can be written. Raises EngineError."""
        return self.database.read(lambda connection: query.fetch(connection, actor, self._packs, self.clock()))

    def now(self) -> datetime:
        """What the engine's clock says, in UTC."""
        return self.clock()

    def run_due_jobs(self, now: datetime | None = None, *, most: int = MOST_DUE) -> int:
        """Run what is due at `now` (default: the clock's) in this process: deliveries, connectors' jobs, timers. Answers how many ran, up to `most`.

        For tests, scenarios and embedding without a worker. Each is a transaction of its own. A timer that is due late fires once, at `now`.
        """
        moment = _utc(now) if now is not None else self.clock()
        for count in range(most):
            command = self.database.read(lambda connection: due.next_due(connection, moment))
            if command is None:
                return count
            self._run_at(command, SYSTEM, lambda: moment)
        return most

    def next_due_at(self) -> datetime | None:
        """When run_due_jobs will have something to do next, None if nothing is scheduled."""
        return self.database.read(due.next_due_at)

    def close(self) -> None:
        self.database.close()

    def _run_at(self, command: Command[ResultT], actor: Actor, clock: Clock) -> ResultT:
        def action(tx: Transaction) -> ResultT:
            return command.execute(Work(tx, self._packs), actor)

        return self.database.write(action, clock, self._ids)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return uuid4().hex


def _aware(clock: Clock) -> Clock:
    return lambda: _utc(clock())


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a clock without time zone")
    return moment.astimezone(UTC)
