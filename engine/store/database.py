"""The connection to PostgreSQL, and the one place that commits."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import orjson
import psycopg
import sqlalchemy as sa

from engine.model.errors import DatabaseUnavailable, LostRace

RETRIES = 3
_RACES = frozenset({"40001", "40P01"})  # serialization failure, deadlock
T = TypeVar("T")


def json_text(value: Any) -> str:
    """The canonical JSON text of JSON data: UTF-8, no white space, keys in their order. Raises TypeError for lone surrogates."""
    return orjson.dumps(value).decode()


@dataclass(slots=True)
class Transaction:
    """One command's work: its connection, its clock, its ids. Everything in it happens, or nothing."""

    connection: sa.Connection
    now: datetime
    new_id: Callable[[], str]


class Database:
    """A pool of connections, shared by threads. `url` as for libpq: postgresql://…"""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.engine = sa.create_engine(
            _driver_url(url),
            pool_size=pool_size,
            max_overflow=pool_size * 3,
            pool_pre_ping=False,
            json_serializer=json_text,
            json_deserializer=orjson.loads,
            connect_args={"application_name": "tuoke", "connect_timeout": 10, "prepare_threshold": 2, "options": "-c timezone=UTC"},
        )
        self._closed = False
        sa.event.listen(self.engine, "checkin", self._keep_none_when_closed)

    def write(self, action: Callable[[Transaction], T], now: Callable[[], datetime], new_id: Callable[[], str]) -> T:
        """Run `action` in one transaction and commit. Whatever it raises rolls back.

        A lost race (deadlock) is tried again up to three times, a connection that died before the commit once, each with a fresh clock. Raises
        LostRace, DatabaseUnavailable; its code is `outcome_unknown` when the connection died while committing.
        """
        for attempt in range(RETRIES + 1):
            finished = False
            try:
                with self.engine.connect() as connection, connection.begin():  # the only commit
                    result = action(Transaction(connection, now(), new_id))
                    finished = True
                return result
            except sa.exc.DBAPIError as error:
                _refuse_or_repeat(error, attempt, finished)
            except sa.exc.TimeoutError as error:
                raise DatabaseUnavailable("too_busy") from error
        raise LostRace(attempts=RETRIES + 1)

    def read(self, action: Callable[[sa.Connection], T]) -> T:
        """Run `action` on one consistent view of the database; nothing can be written. Raises DatabaseUnavailable."""
        for attempt in range(RETRIES + 1):
            try:
                with self.engine.connect() as connection:
                    view = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                    with view.begin():
                        return action(view)
            except sa.exc.DBAPIError as error:
                _refuse_or_repeat(error, attempt, finished=False)
            except sa.exc.TimeoutError as error:
                raise DatabaseUnavailable("too_busy") from error
        raise LostRace(attempts=RETRIES + 1)

    def close(self) -> None:
        """Closes the idle connections now, and each that a thread is still using as soon as it is given back."""
        self._closed = True
        self.engine.dispose()

    def _keep_none_when_closed(self, _: object, record: sa.pool.ConnectionPoolEntry) -> None:
        if self._closed:
            record.close()


def _refuse_or_repeat(error: sa.exc.DBAPIError, attempt: int, finished: bool) -> None:
    """Returns, after a short pause, when the transaction may be tried again; else raises what the caller is to see."""
    if getattr(error.orig, "sqlstate", None) in _RACES:
        time.sleep(random.uniform(0.005, 0.02) * 2**attempt)
    elif error.connection_invalidated and finished:
        raise DatabaseUnavailable("outcome_unknown") from error
    elif error.connection_invalidated and attempt == 0:
        return  # the server was restarted since the pool last used the connection
    elif error.connection_invalidated or isinstance(error, sa.exc.OperationalError):
        raise DatabaseUnavailable() from error
    else:
        raise error


def driver_connection(connection: sa.Connection) -> psycopg.Connection[Any]:
    """psycopg's connection under SQLAlchemy's, in the same transaction."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("not a psycopg connection")
    return driver


def _driver_url(url: str) -> sa.URL:
    scheme = urlsplit(url).scheme
    if scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise ValueError("only PostgreSQL: postgresql://user:password@host:5432/name")
    return sa.make_url(url.replace(scheme, "postgresql+psycopg", 1))
