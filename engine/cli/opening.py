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


@contextmanager
def opened_engine(settings: Settings, pool_size: int = 4) -> Iterator[ProcessEngine]:
    engine = ProcessEngine.open(database_url(settings), pool_size=pool_size)
    try:
        yield engine
    finally:
        engine.close()
