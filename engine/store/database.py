"""The connection to PostgreSQL, and the one place that commits."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

    def write(self, action: Callable[[Transaction], T], now: Callable[[], datetime], new_id: Callable[[], str]) -> T:
        """Run `action` in one transaction and commit. A lost race (deadlock) is tried again up to three times, with a fresh clock.

        Raises LostRace after that, DatabaseUnavailable when the server cannot be reached; whatever `action` raises rolls back.
        """
        for attempt in range(RETRIES + 1):
            try:
                with self._connected() as connection, connection.begin():  # the only commit
                    return action(Transaction(connection, now(), new_id))
            except sa.exc.DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _RACES:
                    raise
                if attempt == RETRIES:
                    raise LostRace(attempts=attempt + 1) from error
                time.sleep(random.uniform(0.005, 0.02) * 2**attempt)
        raise AssertionError("unreachable")

    def read(self, action: Callable[[sa.Connection], T]) -> T:
        """Run `action` on one consistent view of the database; nothing can be written."""
        with self._connected() as connection:
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                return action(connection)

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        """A connection of the pool; one that the server has closed meanwhile is replaced once, before anything was sent."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except sa.exc.OperationalError as error:
            if getattr(error.orig, "sqlstate", None) in _RACES:
                raise
            raise DatabaseUnavailable() from error
        except sa.exc.InterfaceError as error:
            raise DatabaseUnavailable() from error
        except sa.exc.TimeoutError as error:
            raise DatabaseUnavailable("too_busy") from error

    def close(self) -> None:
        self.engine.dispose()


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
