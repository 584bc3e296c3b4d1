"""Databases for tests: one embedded PostgreSQL per session, a migrated template in it, copies of that for whoever asks."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from engine.store.database import Database
from engine.store.embedded_server import EmbeddedServer
from engine.store.migrate import migrate

FOLDERS = Path(tempfile.gettempdir()) / f"tuoke-tests-{os.getuid()}"


@pytest.fixture(scope="session")
def database_server() -> Iterator[str]:
    """The URL of an empty server's administrative database. Servers that killed sessions left behind are removed."""
    for folder in FOLDERS.glob("*"):
        if not Path("/proc", folder.name).exists():
            EmbeddedServer(folder).stop()
            shutil.rmtree(folder)
    folder = FOLDERS / str(os.getpid())
    yield EmbeddedServer.ensure(folder)
    EmbeddedServer(folder).stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def database_template(database_server: str) -> Iterator[str]:
    """The name of a database with the current schema and no rows."""
    with _created(database_server) as url:
        database = Database(url)
        migrate(database)
        database.close()
        yield urlsplit(url).path[1:]


@pytest.fixture(scope="module")
def database_url(database_server: str, database_template: str) -> Iterator[str]:
    """A database of this module's own, migrated; its tests share it."""
    with _created(database_server, database_template) as url:
        yield url


@pytest.fixture
def fresh_database_url(database_server: str, database_template: str) -> Iterator[str]:
    """A database of this test's own, migrated."""
    with _created(database_server, database_template) as url:
        yield url


@pytest.fixture
def empty_database_url(database_server: str) -> Iterator[str]:
    """A database of this test's own, without any table."""
    with _created(database_server) as url:
        yield url


@contextmanager
def _created(server: str, template: str = "template1") -> Iterator[str]:
    """Dropped at the end, whoever is still connected."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    yield urlsplit(server)._replace(path=f"/{name}").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
