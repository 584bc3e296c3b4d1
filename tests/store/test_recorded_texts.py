"""What auditors find: words of every value that a step changed, kept by the step itself and by the migration for steps of the past."""

from __future__ import annotations

from importlib import import_module

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from engine import SYSTEM, CompleteTask, DeployPack, ProcessEngine, StartInstance
from engine.store.recorded_texts import MOST_TEXTS, recorded_rows
from engine.store.search_text import LONGEST_TEXT
from tests.commands.packs import PACK
from tests.commands.people import ADMIN, WANG


@pytest.fixture
def engine(empty_database_url):
    engine = ProcessEngine.open(empty_database_url)
    engine.run(DeployPack(PACK), SYSTEM)
    yield engine
    engine.close()


def texts(*changes, submitted=""):
    return [row["text"] for row in recorded_rows("i", 1, changes, submitted)]


def test_texts_numbers_and_times_are_found_wherever_they_stand_in_a_value():
    value = {"name": "ＡＢＣ 公司", "rows": [{"amount": {"$": "number", "v": "1.50"}, "on": {"$": "date", "v": "2026-11-23"}}, 7, True, None]}
    assert texts({"x": {"new": value}}) == ["abc 公司 1.50 2026-11-23 7"]
    assert texts({"x": {"new": {"$": "context", "v": [["$", "odd"], ["b", ["deep"]]]}}}) == ["odd deep"]


def test_what_was_there_before_is_not_told_again():
    assert texts({"x": {"old": ["甲", "乙"], "new": ["甲", "乙", "丙"]}}, {"y": {"old": "甲"}}) == ["丙"]
    assert texts({"x": {"old": "甲"}}) == []
    assert texts({"x": {"new": "甲"}}, {"y": {"new": "甲"}}, submitted="重点 客户") == ["重点 客户 甲"]


def test_long_values_go_into_several_texts_up_to_a_bound():
    words = [f"{number:05}" * 100 for number in range(1000)]
    found = texts({"x": {"new": words}})
    assert len(found) == MOST_TEXTS
    assert all(len(text) <= LONGEST_TEXT for text in found)
    assert words[0] in found[0]
    assert words[15] in found[1]


def test_steps_of_the_past_are_found_as_those_of_today(engine):
    instance_id = engine.run(StartInstance("visit", {"customer": "远洋船舶"}), ADMIN).instance_id
    engine.run(CompleteTask(f"{instance_id}.2", {"aim": "看望", "cost": "1.5"}), WANG)
    migration = import_module("engine.store.migrations.versions.0024_recorded_texts")
    with engine.database.engine.connect() as connection:
        kept = connection.execute(sa.text("SELECT sequence, text FROM recorded_texts ORDER BY sequence")).all()
        with Operations.context(MigrationContext.configure(connection)):
            past = [(row["sequence"], row["text"]) for rows in migration._past() for row in rows]
    assert [sequence for sequence, _ in past] == [sequence for sequence, _ in kept]
    assert "远洋船舶" in past[0][1]
    assert past[0] == tuple(kept[0])
    assert all(set(old.split()) <= set(new.text.split()) for (_, old), new in zip(past, kept, strict=True))
