"""What is only ever appended cannot be changed: not by the application's role, not by a session that pretends to be a replica."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from engine import SYSTEM, CompleteTask, DeployPack, ProcessEngine, StartInstance
from engine.audit.verify import verify_chains
from engine.commands.inspections import InspectInstances
from tests.commands.packs import PACK
from tests.commands.people import ADMIN, WANG
from tests.owner import owner_url

CHANGES = [
    "UPDATE events SET actor = 'b'",
    "DELETE FROM events",
    "TRUNCATE events",
    "UPDATE inspections SET actor = 'b'",
    "DELETE FROM inspections",
    "TRUNCATE inspections",
    "DELETE FROM record_changes",
]


@pytest.fixture(scope="module")
def owned_url(database_server: str) -> Iterator[str]:
    """A database owned by a role as real servers have it: no superuser, may create nothing but its own tables."""
    name, password = f"owner_{uuid4().hex}", uuid4().hex
    with psycopg.connect(database_server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), password))
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(name)))
    parts = urlsplit(database_server)
    yield parts._replace(netloc=f"{name}:{password}@{parts.hostname}:{parts.port}", path=f"/{name}").geturl()
    with psycopg.connect(database_server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def owned(owned_url: str) -> Iterator[ProcessEngine]:
    """An engine that migrated, deployed and worked as that role."""
    engine = ProcessEngine.open(owned_url)
    engine.migrate()
    engine.run(DeployPack(PACK), SYSTEM)
    plain = engine.run(StartInstance("plain", {}), WANG).instance_id
    engine.run(InspectInstances([plain], "replay"), ADMIN)
    engine.run(CompleteTask(f"{plain}.2", {"note": 1}), WANG)
    engine.run(StartInstance("enrol", {"code": "1", "label": "甲"}), WANG)
    engine.run_due_jobs()
    yield engine
    engine.close()


@pytest.mark.parametrize("change", CHANGES)
def test_the_owner_of_the_tables_may_not_even_without_triggers(owned, change):
    with owned.database.engine.connect() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {next(word for word in change.split() if word.islower())} DISABLE TRIGGER USER")
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            connection.exec_driver_sql(change)


@pytest.mark.parametrize("change", CHANGES)
def test_the_owner_meets_the_same_refusal_with_triggers(owned, change):
    with owned.database.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match=r"permission denied|never changed or removed"):
        connection.exec_driver_sql(change)


def test_everything_works_for_such_a_role(owned):
    assert verify_chains(owned.database, snapshots=True).breaks == ()
    count = owned.database.read(lambda connection: connection.scalar(sa.text("SELECT count(*) FROM record_changes")))
    assert count == 1


@pytest.mark.parametrize("change", CHANGES)
def test_a_superuser_who_pretends_to_be_a_replica(fresh_database_url, change):
    engine = ProcessEngine.open(owner_url(fresh_database_url))
    engine.run(DeployPack(PACK), SYSTEM)
    plain = engine.run(StartInstance("plain", {}), WANG).instance_id
    engine.run(InspectInstances([plain], "replay"), ADMIN)
    engine.run(StartInstance("enrol", {"code": "1", "label": "甲"}), WANG)
    engine.run_due_jobs()
    with engine.database.engine.connect() as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")
        with pytest.raises(sa.exc.IntegrityError, match="never changed or removed"):
            connection.exec_driver_sql(change)
    engine.close()
