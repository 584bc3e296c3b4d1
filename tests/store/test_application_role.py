"""The application's role reads and appends, and can do nothing to what was appended; owners and older folders get it by themselves."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from engine import SYSTEM, CompleteTask, DeployPack, ProcessEngine, StartInstance
from engine.audit.verify import verify_chains
from engine.cli.main import main
from engine.commands.inspections import InspectInstances
from engine.model.errors import StorageError
from engine.settings import Settings
from engine.store.application_role import APPLICATION_ROLE, role_standing
from engine.store.database import Database
from engine.store.database_urls import DatabaseUrls, beside, database_urls, prepare
from engine.store.embedded_server import EmbeddedServer
from engine.store.migrate import migrate
from tests.commands.packs import PACK
from tests.commands.people import ADMIN, WANG
from tests.owner import as_owner, owner_url

GUARDED = ("events", "record_changes", "inspections", "account_events", "handovers")
ATTEMPTS = [
    *(f"UPDATE {table} SET at = now()" for table in GUARDED),
    *(f"DELETE FROM {table}" for table in GUARDED),
    *(f"TRUNCATE {table} CASCADE" for table in GUARDED),
    *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in GUARDED),
    "ALTER TABLE events DISABLE TRIGGER refuse_change",
    "DROP TRIGGER refuse_change ON events",
    "DROP TABLE events CASCADE",
    "ALTER TABLE events RENAME TO old_events",
    "ALTER TABLE events ADD COLUMN x int",
    "CREATE TRIGGER mine BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION tuoke_refuse_change()",
    "CREATE RULE mine AS ON INSERT TO events DO INSTEAD NOTHING",
    "CREATE OR REPLACE FUNCTION tuoke_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    "DROP FUNCTION tuoke_refuse_change CASCADE",
    "DROP SCHEMA public CASCADE",
    "CREATE TABLE public.mine (x int)",
    "SET session_replication_role = replica",
    "SET ROLE tuoke",
    "SET SESSION AUTHORIZATION tuoke",
    f"ALTER ROLE {APPLICATION_ROLE} SUPERUSER",
    f"GRANT tuoke TO {APPLICATION_ROLE}",
    f"GRANT pg_write_all_data TO {APPLICATION_ROLE}",
    "CREATE ROLE helper SUPERUSER",
    "UPDATE alembic_version SET version_num = '0001'",
    "COPY events TO PROGRAM 'cat'",
    "COPY events TO '/tmp/events'",
    "INSERT INTO events SELECT * FROM events ON CONFLICT (instance_id, sequence) DO UPDATE SET actor = 'b'",
    "MERGE INTO events USING (SELECT 1) one ON true WHEN MATCHED THEN DELETE",
    "WITH gone AS (DELETE FROM events RETURNING 1) SELECT count(*) FROM gone",
    "UPDATE pg_trigger SET tgenabled = 'D'",
]


@pytest.fixture(scope="module")
def engine(database_url: str) -> Iterator[ProcessEngine]:
    engine = ProcessEngine.open(database_url)
    engine.run(DeployPack(PACK), SYSTEM)
    plain = engine.run(StartInstance("plain", {}), WANG).instance_id
    engine.run(InspectInstances([plain], "replay"), ADMIN)
    engine.run(CompleteTask(f"{plain}.2", {"note": 1}), WANG)
    yield engine
    engine.close()


def digest(engine: ProcessEngine) -> object:
    """Of everything that is guarded, and of what guards it."""
    parts = [f"(SELECT coalesce(md5(string_agg(row::text, '|' ORDER BY row::text)), '') FROM {table} row)" for table in GUARDED]
    guards = "(SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'refuse_%%' AND tgenabled = 'A')"
    return engine.database.read(lambda connection: connection.exec_driver_sql(f"SELECT {', '.join([*parts, guards])}").one())


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_nothing_that_was_appended_can_be_touched(engine, attempt):
    before = digest(engine)
    with pytest.raises(sa.exc.DBAPIError, match="permission denied|must be owner"), engine.database.engine.begin() as connection:
        connection.exec_driver_sql(attempt)
    assert digest(engine) == before
    assert before[-1] == 2 * len(GUARDED)


def test_it_cannot_give_itself_more(engine):
    """PostgreSQL answers with a warning that nothing was granted."""
    with engine.database.engine.begin() as connection:
        connection.exec_driver_sql(f"GRANT ALL ON events TO {APPLICATION_ROLE}")
    assert engine.database.read(role_standing).append_only


def test_every_guarded_table_is_tried_here(engine):
    found = "SELECT relname FROM pg_class JOIN pg_trigger ON tgrelid = pg_class.oid WHERE tgname = 'refuse_change' ORDER BY 1"
    assert engine.database.read(lambda connection: [row[0] for row in connection.exec_driver_sql(found)]) == sorted(GUARDED)


def test_it_says_what_a_role_could_do(engine):
    assert engine.database.read(role_standing).reasons == ()
    with as_owner(engine) as connection:
        assert role_standing(connection).reasons == ("superuser",)


@pytest.mark.parametrize(
    ("given", "taken", "reasons"),
    [
        ("GRANT UPDATE (actor) ON events TO tuoke_app", "REVOKE UPDATE (actor) ON events FROM tuoke_app", ("privileged",)),
        ("GRANT TRIGGER ON handovers TO tuoke_app", "REVOKE TRIGGER ON handovers FROM tuoke_app", ("privileged",)),
        ("GRANT pg_execute_server_program TO tuoke_app", "REVOKE pg_execute_server_program FROM tuoke_app", ("powerful",)),
        ("ALTER ROLE tuoke_app CREATEROLE", "ALTER ROLE tuoke_app NOCREATEROLE", ("powerful",)),
    ],
)
def test_more_than_it_should_have_is_noticed(engine, given, taken, reasons):
    with as_owner(engine) as connection:
        connection.exec_driver_sql(given)
    try:
        assert engine.database.read(role_standing).reasons == reasons
    finally:
        with as_owner(engine) as connection:
            connection.exec_driver_sql(taken)


def test_rights_beyond_what_is_needed_are_taken_away(fresh_database_url):
    urls = DatabaseUrls(fresh_database_url, owner_url(fresh_database_url))
    with psycopg.connect(urls.owner) as connection:
        connection.execute("GRANT ALL ON events, alembic_version TO tuoke_app")
        connection.execute("REVOKE ALL ON instances FROM tuoke_app")
    assert prepare(urls) is False
    database = Database(urls.application)
    assert database.read(role_standing).append_only
    assert database.read(lambda connection: connection.scalar(sa.text("SELECT count(*) FROM instances"))) == 0
    database.close()


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    yield folder
    EmbeddedServer(folder).stop()
    shutil.rmtree(folder)


def test_a_folder_of_an_earlier_release_gets_the_role(data_dir, monkeypatch):
    """Everything there was done by the owner; the same data, and work goes on, as the application."""
    owner = EmbeddedServer.ensure(data_dir)
    before = ProcessEngine.open(owner)
    before.run(DeployPack(PACK), SYSTEM)
    begun = before.run(StartInstance("plain", {}), WANG)
    before.close()
    with psycopg.connect(owner) as connection:
        assert connection.execute("SELECT FROM pg_roles WHERE rolname = 'tuoke_app'").fetchone() is None
    monkeypatch.setenv("TUOKE_DATA_DIR", str(data_dir))
    monkeypatch.delenv("TUOKE_DATABASE_URL", raising=False)
    for _ in range(2):
        after = ProcessEngine.open()
        assert urlsplit(after.database.url).username == APPLICATION_ROLE
        assert after.database.read(role_standing).append_only
        after.close()
    after = ProcessEngine.open()
    after.run(CompleteTask(begun.next_task_id, {"note": 1}), WANG)
    assert verify_chains(after.database, snapshots=True).breaks == ()
    after.close()


@pytest.fixture
def own_server(database_server: str) -> Iterator[DatabaseUrls]:
    """As on a real server: an owner that is no superuser and may make no roles, and an application that does not exist yet."""
    owner, application, password = f"owner_{uuid4().hex}", f"app_{uuid4().hex}", uuid4().hex
    parts = urlsplit(database_server)
    with psycopg.connect(database_server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(owner), password))
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(owner), sql.Identifier(owner)))
    urls = [parts._replace(netloc=f"{role}:{password}@{parts.hostname}:{parts.port}", path=f"/{owner}").geturl() for role in (application, owner)]
    yield DatabaseUrls(*urls)
    with psycopg.connect(database_server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(owner)))
        for role in (application, owner):
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


def test_an_own_server_needs_one_command(own_server, database_server, monkeypatch, capsys):
    monkeypatch.setenv("TUOKE_DATABASE_URL", own_server.application)
    monkeypatch.setenv("TUOKE_DATABASE_OWNER_URL", own_server.owner or "")
    role = urlsplit(own_server.application).username
    assert main(["migrate"]) == 1
    told = capsys.readouterr().err
    assert f'CREATE ROLE "{role}" LOGIN NOSUPERUSER' in told.replace(f" {role} ", f' "{role}" ')
    assert str(urlsplit(own_server.application).password) not in told
    with psycopg.connect(database_server, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER ROLE {} CREATEROLE").format(sql.Identifier(urlsplit(own_server.owner or "").username or "")))
    assert main(["migrate"]) == 0
    monkeypatch.delenv("TUOKE_DATABASE_OWNER_URL")
    assert main(["migrate"]) == 0
    assert main(["verify"]) == 0
    assert f"数据库角色 {role}：只能读取和追加" in capsys.readouterr().err
    monkeypatch.setenv("TUOKE_DATABASE_URL", own_server.owner or "")
    assert main(["verify"]) == 0
    assert "表的所有者" in capsys.readouterr().err


def test_only_an_owner_brings_the_schema_up_to_date(fresh_database_url, monkeypatch, capsys):
    with psycopg.connect(owner_url(fresh_database_url)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0024'")
    database = Database(fresh_database_url, pool_size=1)
    with pytest.raises(StorageError) as refusal:
        migrate(database)
    database.close()
    assert refusal.value.code == "schema_older"
    monkeypatch.setenv("TUOKE_DATABASE_URL", fresh_database_url)
    assert main(["migrate"]) == 1
    assert "TUOKE_DATABASE_OWNER_URL" in capsys.readouterr().err


def test_a_table_of_a_later_release_is_granted_to_whoever_works(fresh_database_url, monkeypatch):
    """A migration that runs as owner alone, without being told of the application."""
    owner = owner_url(fresh_database_url)
    with psycopg.connect(owner) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0024'")
        connection.execute("CREATE TABLE later (x int); CREATE TABLE kept (x int)")
        connection.execute("CREATE TRIGGER refuse_change BEFORE UPDATE ON kept FOR EACH ROW EXECUTE FUNCTION tuoke_refuse_change()")
    monkeypatch.setattr("engine.store.migrate._upgrade", lambda _connection: None)
    assert prepare(DatabaseUrls(owner)) is True
    with psycopg.connect(fresh_database_url) as connection:
        connection.execute("INSERT INTO later VALUES (1); UPDATE later SET x = 2; INSERT INTO kept VALUES (1)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE kept SET x = 2")


def test_the_embedded_server_gives_both(tmp_path, monkeypatch):
    monkeypatch.setattr(EmbeddedServer, "ensure", classmethod(lambda _cls, _folder: "postgresql://tuoke:secret@127.0.0.1:5/postgres?require_auth=x"))
    urls = database_urls(Settings.from_environment({"TUOKE_DATA_DIR": str(tmp_path)}))
    assert urls == beside("postgresql://tuoke:secret@127.0.0.1:5/postgres?require_auth=x")
    assert urlsplit(urls.application).username == APPLICATION_ROLE
    assert "secret" not in urls.application
    assert urls.application.endswith("@127.0.0.1:5/postgres?require_auth=x")
