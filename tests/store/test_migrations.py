from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from engine.commands.records.register import match_keys
from engine.model.errors import DatabaseUnavailable, StorageError
from engine.store.database import Database
from engine.store.migrate import _config, head, is_ours, migrate, revision
from engine.store.search_text import grams
from engine.store.tables import Base


@pytest.fixture
def empty(empty_database_url):
    database = Database(empty_database_url)
    yield database
    database.close()


def test_migrations_give_what_the_tables_say(empty):
    assert migrate(empty) is True
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours, "compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert revision(connection) == head()
        assert connection.scalar(sa.text("SELECT count(*) FROM procrastinate_jobs")) == 0


def test_every_constraint_and_index_has_a_name():
    for table in Base.metadata.tables.values():
        assert all(constraint.name for constraint in table.constraints), table.name
        assert all(index.name for index in table.indexes), table.name


def test_again_changes_nothing_and_several_at_once_are_one(empty):
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda _: migrate(empty), range(4))) == [False, False, False, True]
    assert migrate(empty) is False


def test_a_database_of_a_newer_release_is_refused(empty):
    migrate(empty)
    with empty.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError) as refusal:
        migrate(empty)
    assert (refusal.value.code, refusal.value.details) == ("schema_newer", {"revision": "9999"})


def test_a_broken_migration_leaves_nothing(empty, monkeypatch):
    monkeypatch.setattr("procrastinate.schema.SchemaManager.get_schema", lambda: "SELECT broken")
    with pytest.raises(psycopg.errors.UndefinedColumn):
        migrate(empty)
    with empty.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) == 0


def test_records_of_an_older_release_get_their_keys(empty):
    config = _config()
    with empty.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO deployments (id, pack_key, name, name_en, digest, note, deployed_by, deployed_at)"
            " VALUES ('d', 'p', '', '', '', '', '', now());"
            "INSERT INTO record_types (key, pack_key, deployment_id, name, name_en, settings) VALUES ('t', 'p', 'd', '', '', '{}');"
            "INSERT INTO records (id, record_type, title, search, data, revision, created_by, created_at, updated_by, updated_at)"
            """ VALUES ('r', 't', '', '', '{"code": " Ａ-1 ", "none": null, "blank": " ", "count": 5, "tags": ["B"]}', 1, '', now(), '', now())"""
        )
    migrate(empty)
    values = {"code": " Ａ-1 ", "none": None, "blank": " ", "count": Decimal(5), "tags": ["B"]}
    with empty.engine.connect() as connection:
        kept = connection.scalar(sa.text("SELECT match_keys FROM records"))
    assert kept == match_keys(values) == ["code=a-1", "count=5", 'tags=["b"]']


_INSTANCE = """
INSERT INTO deployments (id, pack_key, name, name_en, digest, note, deployed_by, deployed_at) VALUES ('d', 'p', '', '', '', '', '', now());
INSERT INTO definitions (key, version, deployment_id, name, name_en, version_tag, file) VALUES ('k', 1, 'd', '', '', '', '');
INSERT INTO instances (id, definition_id, process_key, status, started_by, started_at, revision, last_sequence, last_hash, snapshot)
  SELECT 'i', id, 'k', 'active', '', now(), 1, 1, '', '' FROM definitions;
"""


def test_tasks_of_an_older_release_are_found(empty):
    config = _config()
    with empty.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0033")
        connection.exec_driver_sql(
            f"{_INSTANCE}INSERT INTO work_items (instance_id, activity_instance_id, process_key, element_id, element_name, element_name_en, state,"
            " candidate_groups, candidate_users, priority, created_at)"
            " SELECT 'i', n, 'part', 'e', 'n', '', CASE n WHEN 2 THEN 'open' ELSE 'completed' END, '{}', '{}', 50, now()"
            " FROM generate_series(2, 3) n;"
            "INSERT INTO search_texts VALUES ('i', 0, true, '宁波海川', '{1}'), ('i', 2, false, 'k-777', '{1}'), ('i', 3, false, 'x', '{1}');"
            "INSERT INTO recorded_texts SELECT 'i', n, 0, 'abc', '{1}' FROM generate_series(1, 2300) n"
        )
    migrate(empty)
    with empty.engine.connect() as connection:
        columns = "words, title_words, word_grams, own_process_key"
        rows = connection.execute(sa.text(f"SELECT {columns} FROM work_items ORDER BY activity_instance_id")).all()
        assert rows[0] == ("宁波海川 k-777", "宁波海川", sorted({*grams("宁波海川"), *grams("k-777")}), "k")
        assert rows[1] == ("", "", [], "k")
        assert connection.scalar(sa.text("SELECT count(*) FROM recorded_texts WHERE grams = :grams"), {"grams": grams("abc")}) == 2300


def test_the_log_cannot_be_changed(empty):
    migrate(empty)
    event = (
        "INSERT INTO events (instance_id, sequence, at, actor, kind, activity_instance_id, data, hash)"
        " VALUES ('i', 1, now(), 'a', 'command', 0, '{}', '')"
    )
    with empty.engine.begin() as connection:
        connection.exec_driver_sql(_INSTANCE + event)
    for change in ("UPDATE events SET actor = 'b'", "DELETE FROM events", "TRUNCATE events", "TRUNCATE record_changes"):
        with pytest.raises(sa.exc.IntegrityError, match="never changed or removed"), empty.engine.begin() as connection:
            connection.exec_driver_sql(change)


def test_a_server_that_is_not_there():
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnavailable):
        database.read(lambda connection: connection.execute(sa.text("SELECT 1")))
    database.close()


@pytest.mark.parametrize("url", ["mysql://a@b/c", "sqlite:///x", ""])
def test_only_postgresql(url):
    with pytest.raises(ValueError, match="only PostgreSQL"):
        Database(url)
