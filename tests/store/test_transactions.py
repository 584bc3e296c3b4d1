"""The transaction, many rows in one statement, the job queue in the same transaction, the cache of compiled packs."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from engine.model.errors import DatabaseUnavailable, LostRace
from engine.store import job_queue
from engine.store.database import Database, driver_connection
from engine.store.message_tables import BufferedMessage
from engine.store.packs import PackCache
from engine.store.rows import insert_rows

NOW = datetime(2026, 11, 23, 1, 2, 3, 456789, tzinfo=UTC)
NASTY = ["", "a,b", '"', "\\", "{}", "NULL", "é", "客户", "'; --", "a\nb", " "]


@pytest.fixture(scope="module")
def database(database_url):
    database = Database(database_url)
    yield database
    database.close()


def write(database, action):
    return database.write(action, lambda: NOW, lambda: "id")


def message(number, **other):
    times = {"created_at": NOW, "expires_at": NOW}
    row: dict[str, object] = {"id": str(number), "name": "n", "correlation_key": None, "data": {}, **times, "delivered_to": []}
    return row | other


def test_rows_come_back_as_they_went_in(database):
    nasty = {text: [text, {text: None}] for text in NASTY}
    rows = [message(f"rows-{n}", data=nasty, delivered_to=NASTY[:n], correlation_key=text) for n, text in enumerate(NASTY)]
    write(database, lambda tx: insert_rows(tx.connection, BufferedMessage, rows))
    statement = sa.select(*BufferedMessage.__table__.c).where(BufferedMessage.id.like("rows-%"))
    kept = database.read(lambda connection: {row.id: dict(row._mapping) for row in connection.execute(statement)})
    assert kept == {row["id"]: row for row in rows}


def test_json_keeps_the_order_of_keys(database):
    data = {"zz": 1, "a": {"y": 1, "x": 2}, "m": None}
    write(database, lambda tx: insert_rows(tx.connection, BufferedMessage, [message("order", data=data)]))
    text = database.read(lambda connection: connection.scalar(sa.text("SELECT data::text FROM buffered_messages WHERE id = 'order'")))
    assert text == '{"zz":1,"a":{"y":1,"x":2},"m":null}'


def test_a_connection_in_use_when_the_database_is_closed_is_closed_when_given_back(database_url):
    database = Database(database_url)
    used = []

    def slow(connection):
        used.append(driver_connection(connection))
        database.close()
        return connection.scalar(sa.text("SELECT 1"))

    assert database.read(slow) == 1
    assert database.read(lambda connection: used.append(driver_connection(connection))) is None
    assert [connection.closed for connection in used] == [True, True]


def test_no_rows_no_statement(database):
    with database.engine.connect() as connection:
        insert_rows(connection, BufferedMessage, [])
        assert not connection.in_transaction()


def test_replace_takes_the_new_values(database):
    write(database, lambda tx: insert_rows(tx.connection, BufferedMessage, [message("again", name="old")]))
    write(database, lambda tx: insert_rows(tx.connection, BufferedMessage, [message("again", name="new")], replace=True))
    name = database.read(lambda connection: connection.scalar(sa.select(BufferedMessage.name).where(BufferedMessage.id == "again")))
    assert name == "new"


def test_an_error_undoes_everything_jobs_too(database):
    def fails(tx):
        insert_rows(tx.connection, BufferedMessage, [message("undone")])
        job_queue.defer(tx.connection, [job_queue.deliver("undone")])
        raise KeyError("stop")

    with pytest.raises(KeyError):
        write(database, fails)
    counted = sa.text("SELECT (SELECT count(*) FROM buffered_messages WHERE id = 'undone') + (SELECT count(*) FROM procrastinate_jobs)")
    assert database.read(lambda connection: connection.scalar(counted)) == 0


def test_jobs_are_deferred_with_their_cause(database):
    due = NOW + timedelta(days=3)
    jobs = [job_queue.fire_timer("i", 7, due), job_queue.run_job("i", 8), job_queue.deliver("x"), job_queue.start_by_timer(5, "start", due)]
    write(database, lambda tx: job_queue.defer(tx.connection, jobs))
    text = "SELECT task_name, args, scheduled_at, lock, queue_name FROM procrastinate_jobs ORDER BY id"
    kept = database.read(lambda connection: connection.execute(sa.text(text)).all())
    assert [tuple(row) for row in kept] == [
        ("fire_timer", {"instance_id": "i", "activity_instance_id": 7, "due_at": due.isoformat()}, due, None, "engine"),
        ("run_job", {"instance_id": "i", "activity_instance_id": 8}, None, None, "engine"),
        ("deliver", {"delivery_id": "x"}, None, None, "engine"),
        ("start_by_timer", {"definition_id": 5, "element_id": "start", "due_at": due.isoformat()}, due, None, "engine"),
    ]


def test_a_deadlock_is_tried_again(database):
    write(database, lambda tx: insert_rows(tx.connection, BufferedMessage, [message("left"), message("right")]))
    met, tries = threading.Barrier(2), []

    def touch(first, second):
        def action(tx):
            tries.append(first)
            change = sa.update(BufferedMessage).values(name=BufferedMessage.name + "+")
            tx.connection.execute(change.where(BufferedMessage.id == first))
            if len(tries) <= 2:
                met.wait()
            tx.connection.execute(change.where(BufferedMessage.id == second))

        return write(database, action)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(touch, "left", "right"), pool.submit(touch, "right", "left")]:
            done.result()
    names = sa.select(BufferedMessage.name).where(BufferedMessage.id.in_(["left", "right"]))
    assert database.read(lambda connection: set(connection.scalars(names))) == {"n++"}
    assert len(tries) == 3


def test_a_race_lost_too_often_says_so(database):
    def always(tx):
        tx.connection.execute(sa.text("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'serialization_failure'; END $$"))

    with pytest.raises(LostRace):
        write(database, always)


def test_a_killed_connection_is_unavailable_and_the_next_one_works(database):
    def killed(tx):
        tx.connection.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(DatabaseUnavailable):
        write(database, killed)
    assert write(database, lambda tx: tx.connection.scalar(sa.text("SELECT 1"))) == 1


def test_connections_closed_by_a_restarted_server_are_replaced(database):
    """Every pooled connection is dead, as after a restart of the server: the next command must not fail."""
    with database.engine.connect() as first, database.engine.connect() as second:
        pids = [connection.scalar(sa.text("SELECT pg_backend_pid()")) for connection in (first, second)]
    other = Database(database.url)
    with other.engine.connect() as connection:
        for pid in pids:
            connection.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    other.close()
    assert write(database, lambda tx: tx.connection.scalar(sa.text("SELECT 1"))) == 1


def test_a_connection_that_dies_while_committing_leaves_the_outcome_unknown(database):
    """Not tried again: it may have been committed."""
    runs = []

    def cut_off(tx):
        runs.append(tx.connection.scalar(sa.text("SELECT pg_backend_pid()")))
        other = Database(database.url)
        other.write(lambda second: second.connection.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": runs[0]}), lambda: NOW, str)
        other.close()

    with pytest.raises(DatabaseUnavailable) as refusal:
        write(database, cut_off)
    assert refusal.value.code == "outcome_unknown"
    assert len(runs) == 1


def test_a_query_cannot_write(database):
    with pytest.raises(sa.exc.DBAPIError, match="read-only"):
        database.read(lambda connection: connection.execute(sa.text("DELETE FROM buffered_messages")))


def test_a_query_sees_one_moment(database):
    def look(connection):
        count = sa.text("SELECT count(*) FROM buffered_messages")
        before = connection.scalar(count)
        write(database, lambda tx: insert_rows(tx.connection, BufferedMessage, [message("meanwhile")]))
        return before, connection.scalar(count)

    before, after = database.read(look)
    assert before == after


class TestPackCache:
    def test_compiles_once_and_forgets_the_longest_unused(self):
        loaded = []

        def load(files):
            loaded.append(dict(files))
            return object()

        cache = PackCache(load, capacity=2)
        first = cache.keep("a", cache.compile({"a": b""}))
        cache.keep("b", cache.compile({"b": b""}))
        assert cache.keep("a", object()) is first
        third = object()
        cache.keep("c", third)
        assert cache.keep("a", object()) is first
        assert cache.keep("c", object()) is third
        replaced = object()
        assert cache.keep("b", replaced) is replaced
        assert len(loaded) == 2

    def test_threads_get_the_same_pack(self, database):
        cache = PackCache(lambda files: object())

        def get(_):
            return database.read(lambda connection: cache.get(connection, "none", "digest"))

        with ThreadPoolExecutor(8) as pool:
            assert len({id(pack) for pack in pool.map(get, range(50))}) == 1
