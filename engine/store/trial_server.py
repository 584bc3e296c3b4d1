"""A PostgreSQL server of its own for everything that is only tried: nothing that happens there can reach the tables in which work is done.

Its databases are copies of one template. They hold nothing that could not be made again.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from engine.store.database import Database
from engine.store.embedded_server import EmbeddedServer
from engine.store.migrate import head, migrate

FOLDER = "trial"
LEFT_OVER_SECONDS = 3600
_TEMPLATES, _SCRATCH = "tuoke_trial_template_", "tuoke_scratch_"
# What is committed here need not survive a crash, so commits do not wait for the disk.
_SETTINGS = ("synchronous_commit = off",)


class TrialServer:
    """Several processes share one server; each makes and drops databases of its own."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / FOLDER

    def url(self) -> str:
        """Of the running server; it is started when it does not run."""
        return EmbeddedServer.ensure(self.folder)

    def stop(self) -> None:
        """Nothing happens when it does not run. Whoever still uses it starts it again and makes anew what was there."""
        EmbeddedServer(self.folder).stop()

    def create(self) -> str:
        """The URL of an empty database with this release's schema."""
        server = self.url()
        template = _TEMPLATES + head()
        name = f"{_SCRATCH}{uuid4().hex}"
        with psycopg.connect(server, autocommit=True) as connection:
            # One at a time: a template that somebody copies from cannot be made, and the other way round.
            connection.execute("SELECT pg_advisory_lock(hashtext(%s))", (_TEMPLATES,))
            if not _exists(connection, template):
                self._make_template(connection, server, template)
            _copy(connection, name, template)
            for setting in _SETTINGS:
                connection.execute(sql.SQL("ALTER DATABASE {} SET " + setting).format(sql.Identifier(name)))
        return urlsplit(server)._replace(path=f"/{name}").geturl()

    def drop(self, url: str) -> None:
        """Nothing happens when it is gone already."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(urlsplit(url).path[1:])))

    def sweep(self) -> int:
        """Drop what killed processes left behind: old databases that nobody is connected to; how many."""
        dropped = 0
        with psycopg.connect(self.url(), autocommit=True) as connection:
            for (name,) in connection.execute(_LEFT_OVER, {"scratch": f"{_SCRATCH}%", "seconds": LEFT_OVER_SECONDS}).fetchall():
                try:
                    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
                except psycopg.errors.ObjectInUse:
                    continue  # somebody came back to it
                dropped += 1
        return dropped

    def _make_template(self, connection: psycopg.Connection[tuple[object, ...]], server: str, template: str) -> None:
        """Made under another name and renamed when whole."""
        name = f"{_SCRATCH}{uuid4().hex}"
        _copy(connection, name, "template1")
        database = Database(urlsplit(server)._replace(path=f"/{name}").geturl(), pool_size=1)
        migrate(database)
        database.close()
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(template)))


_LEFT_OVER = """
SELECT datname FROM pg_database
WHERE datname LIKE %(scratch)s
  AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE datid = oid)
  AND (pg_stat_file('base/' || oid || '/PG_VERSION')).modification < now() - make_interval(secs => %(seconds)s)
"""


def _exists(connection: psycopg.Connection[tuple[object, ...]], name: str) -> bool:
    return connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None


def _copy(connection: psycopg.Connection[tuple[object, ...]], name: str, template: str) -> None:
    connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
