"""Bring a database to this release's schema. Safe to call from several processes at once; a database of a newer release is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from engine.model.errors import StorageError
from engine.store.application_role import Login, ensure_role, grant, grant_again
from engine.store.database import Database

_ADVISORY_LOCK = 0x74756F6B65  # "tuoke"
LOCK_TIMEOUT = "5s"


def migrate(database: Database, application: Login | None = None) -> bool:
    """Apply what is missing, in one transaction. True when anything was.

    With `application` that role is there afterwards and has the rights that it needs, no more. Raises StorageError: `schema_newer` for a newer
    release's database, `schema_older` when something is missing and the tables belong to somebody else, `role_missing`.
    """
    with database.engine.connect() as connection, connection.begin():
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        before = revision(connection)
        behind = before != head()
        if behind:
            _refuse_newer(before)
            _refuse_foreign(connection, before)
            _upgrade(connection)
            grant_again(connection)
        if application is not None:
            ensure_role(connection, application)
            grant(connection, application.role)
    return behind


def _upgrade(connection: sa.Connection) -> None:
    connection.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _refuse_foreign(connection: sa.Connection, before: str | None) -> None:
    """Only an owner can go on; said in our words before PostgreSQL says it in its own."""
    may = sa.text("SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class WHERE oid = to_regclass('alembic_version')")
    if before is not None and not connection.scalar(may):
        raise StorageError("schema_older", revision=before, needed=head())


def revision(connection: sa.Connection) -> str | None:
    """The schema's revision, None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The revision that this release needs."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def is_ours(item: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    """What Alembic compares: not Procrastinate's tables, and not the trigram indexes, which need an extension that a server may lack."""
    table = name if kind == "table" else getattr(getattr(item, "table", None), "name", None)
    return not (table or "").startswith("procrastinate_") and not (kind == "index" and (name or "").endswith("_trgm"))


def _refuse_newer(before: str | None) -> None:
    if before is None:
        return
    try:
        ScriptDirectory.from_config(_config()).get_revision(before)
    except CommandError as error:
        raise StorageError("schema_newer", revision=before) from error


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
