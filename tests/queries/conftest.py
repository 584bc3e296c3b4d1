from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from engine import SYSTEM, DeployPack, ProcessEngine, SaveUser
from tests.commands.packs import PACK
from tests.commands.people import LI, SUN, WANG


class HandClock:
    """Moves a second at every look, so that nothing happens in the same instant."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)


@pytest.fixture
def engine(fresh_database_url: str) -> Iterator[ProcessEngine]:
    """An engine with the test pack deployed and the people of the tests."""
    engine = ProcessEngine.open(fresh_database_url, HandClock())
    engine.run(DeployPack(PACK), SYSTEM)
    for person in (WANG, SUN, LI):
        engine.run(SaveUser(person.user_id, person.name, None, person.groups), SYSTEM)
    yield engine
    engine.close()


@pytest.fixture
def statements(engine: ProcessEngine) -> Callable[[], object]:
    """`with statements() as seen:` gathers the SQL that is sent."""

    @contextmanager
    def gather() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(connection: object, cursor: object, statement: str, *_: object) -> None:
            seen.append(statement)

        sa.event.listen(engine.database.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            sa.event.remove(engine.database.engine, "before_cursor_execute", note)

    return gather
