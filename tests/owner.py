"""What only the owner of the tables can do to them: tests that tamper with the log do it as that role, everything else runs as the application's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import sqlalchemy as sa

from engine import ProcessEngine
from engine.store.database import Database
from engine.store.embedded_server import EmbeddedServer
from tests.conftest import FOLDERS


def owner_url(application_url: str) -> str:
    """The owner's URL of the same database of the test session's server."""
    server = EmbeddedServer.ensure(FOLDERS / str(os.getpid()))
    return urlsplit(server)._replace(path=urlsplit(application_url).path).geturl()


@contextmanager
def as_owner(engine: ProcessEngine) -> Iterator[sa.Connection]:
    """A transaction of the owner on the engine's database; committed at the end."""
    database = Database(owner_url(engine.database.url), pool_size=1)
    try:
        with database.engine.begin() as connection:
            yield connection
    finally:
        database.close()


def tamper(engine: ProcessEngine, *statements: str, **parameters: object) -> None:
    """As a database administrator may: without the trigger."""
    with as_owner(engine) as connection:
        connection.exec_driver_sql("ALTER TABLE events DISABLE TRIGGER USER")
        for statement in statements:
            connection.execute(sa.text(statement), parameters)
        connection.exec_driver_sql("ALTER TABLE events ENABLE ALWAYS TRIGGER refuse_change")
