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
from engine.store.database import Database

_ADVISORY_LOCK = 0x74756F6B65  # "tuoke"
LOCK_TIMEOUT = "5s"


def migrate(database: Database) -> bool:
    """Apply what is missing, in one transaction. True when anything was. Raises StorageError("schema_newer") for a newer release's database."""
    with database.engine.connect() as connection, connection.begin():
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        before = revision(connection)
        if before == head():
            return False
        _refuse_newer(before)
        connection.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True


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
