"""Opening the engine on a database that has nothing yet."""

from __future__ import annotations

import pytest

from engine import SYSTEM, DatabaseUnavailable, Definitions, ProcessEngine


def test_an_empty_database_is_ready_after_opening(empty_database_url):
    engine = ProcessEngine.open(empty_database_url)
    try:
        assert engine.read(Definitions(), SYSTEM) == ()
        assert engine.migrate() is False
    finally:
        engine.close()


def test_opening_without_migrating_leaves_the_schema_alone(empty_database_url):
    engine = ProcessEngine.open(empty_database_url, migrate=False)
    try:
        assert engine.migrate() is True
    finally:
        engine.close()


def test_a_server_that_does_not_answer_is_told_as_that():
    with pytest.raises(DatabaseUnavailable):
        ProcessEngine.open("postgresql://nobody:x@127.0.0.1:1/nothing")
