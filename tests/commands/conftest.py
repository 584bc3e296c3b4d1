from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from engine import SYSTEM, DeployPack, ProcessEngine
from tests.commands.packs import PACK


class HandClock:
    """Stands still until it is moved; starts on a Monday morning."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> datetime:
        self.moment += timedelta(**by)
        return self.moment


@pytest.fixture(scope="module")
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(scope="module")
def engine(database_url: str, clock: HandClock) -> Iterator[ProcessEngine]:
    """An engine with the test pack deployed; its database is the module's own."""
    engine = ProcessEngine.open(database_url, clock)
    engine.run(DeployPack(PACK), SYSTEM)
    yield engine
    engine.close()


@pytest.fixture
def rows(engine: ProcessEngine) -> Callable[..., list[sa.Row]]:
    """Rows of a plain SQL query."""

    def select(text: str, **parameters: object) -> list[sa.Row]:
        return engine.database.read(lambda connection: list(connection.execute(sa.text(text), parameters)))

    return select
