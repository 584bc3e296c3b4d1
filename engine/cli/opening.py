"""The engine on the database that the settings name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.process_engine import ProcessEngine
from engine.settings import Settings
from engine.store.embedded_server import EmbeddedServer


def database_url(settings: Settings) -> str:
    """The URL; the embedded server is started when it is the one and does not run."""
    return settings.database_url or EmbeddedServer.ensure(settings.data_dir)


def open_engine(url: str, pool_size: int = 4) -> ProcessEngine:
    """The engine on a database that answers and has this release's schema. Raises DatabaseUnavailable."""
    engine = ProcessEngine.open(url, pool_size=pool_size, migrate=False)
    try:
        engine.database.read(lambda _connection: None)
        engine.migrate()
    except Exception:
        engine.close()
        raise
    return engine


@contextmanager
def opened_engine(settings: Settings, pool_size: int = 4) -> Iterator[ProcessEngine]:
    engine = open_engine(database_url(settings), pool_size)
    try:
        yield engine
    finally:
        engine.close()
