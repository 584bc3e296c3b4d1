"""Databases for a moment: a server in a temporary folder (or the one that is given), a migrated template, copies of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from engine.store.database import Database
from engine.store.embedded_server import EmbeddedServer
from engine.store.migrate import migrate


class ScratchDatabases:
    """Makes databases on one server; each is dropped by whoever asked for it."""

    def __init__(self, server_url: str) -> None:
        self._server = server_url
        self._template: str | None = None

    @contextmanager
    def template(self) -> Iterator[str]:
        """The URL of a migrated database that the others are copied from as long as this is open; nobody may be connected to it then."""
        with self._created("template1") as url:
            database = Database(url)
            migrate(database)
            database.close()
            self._template = urlsplit(url).path[1:]
            yield url

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of an empty database with the current schema. What is committed there need not survive a crash, so commits do not wait."""
        if self._template is None:
            raise RuntimeError("no template is open")
        with self._created(self._template) as url:
            with psycopg.connect(self._server, autocommit=True) as connection:
                connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(urlsplit(url).path[1:])))
            yield url

    @contextmanager
    def _created(self, template: str) -> Iterator[str]:
        name = f"tuoke_scratch_{uuid4().hex}"
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield urlsplit(self._server)._replace(path=f"/{name}").geturl()
        finally:
            with psycopg.connect(self._server, autocommit=True) as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def temporary_server() -> Iterator[str]:
    """The URL of a server in a temporary folder, gone afterwards with everything in it."""
    with tempfile.TemporaryDirectory(prefix="tuoke-", ignore_cleanup_errors=True) as folder:
        url = EmbeddedServer.ensure(Path(folder))
        try:
            yield url
        finally:
            EmbeddedServer(Path(folder)).stop()
