"""The worker on a real database: jobs run, dead workers' jobs are taken over, forgotten rows are found, nothing happens twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from engine import SYSTEM, CompleteTask, DatabaseUnavailable, DeployPack, Notifications, ProcessEngine, SaveUser, StartInstance, Worklist
from engine.jobs import run_worker
from engine.jobs.app import build_app, pause
from engine.jobs.recovery import defer_forgotten
from tests.commands.packs import PACK
from tests.commands.people import ADMIN, WANG

PATIENCE_SECONDS = 30.0


@pytest.fixture
def engine(fresh_database_url: str) -> Iterator[ProcessEngine]:
    engine = ProcessEngine.open(fresh_database_url)
    engine.run(DeployPack(PACK), SYSTEM)
    yield engine
    engine.close()


@contextmanager
def working(engine: ProcessEngine, concurrency: int = 4) -> Iterator[threading.Thread]:
    stop = threading.Event()
    thread = threading.Thread(target=run_worker, args=(engine, stop), kwargs={"concurrency": concurrency})
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


def rows(engine: ProcessEngine, text: str, **parameters: object) -> list[sa.Row]:
    return engine.database.read(lambda connection: list(connection.execute(sa.text(text), parameters)))


def number(engine: ProcessEngine, text: str, **parameters: object) -> int:
    return rows(engine, text, **parameters)[0][0]


def change(engine: ProcessEngine, text: str, **parameters: object) -> None:
    engine.database.write(lambda tx: tx.connection.execute(sa.text(text), parameters), engine.clock, lambda: "")


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def ended(engine: ProcessEngine, status: str = "completed") -> int:
    return number(engine, "SELECT count(*) FROM instances WHERE status = :status", status=status)


def test_connectors_messages_and_due_timers_run(engine):
    enrolled = engine.run(StartInstance("enrol", {"code": "A1", "label": "甲"}), ADMIN)
    paid = engine.run(StartInstance("later"), ADMIN)
    past = datetime.now(UTC) - timedelta(hours=2)
    overdue = ProcessEngine.open(engine.database.url, lambda: past)
    long_ago = overdue.run(StartInstance("later"), ADMIN)
    overdue.close()
    with working(engine):
        eventually(lambda: ended(engine) == 1)
        eventually(lambda: number(engine, "SELECT count(*) FROM work_items WHERE state = 'open'") == 1)
    assert rows(engine, "SELECT status FROM instances WHERE id = :id", id=enrolled.instance_id)[0].status == "completed"
    assert number(engine, "SELECT count(*) FROM records") == 1
    task = engine.read(Worklist("groups"), WANG).rows[0]
    assert task.instance_id == long_ago.instance_id
    assert rows(engine, "SELECT status FROM instances WHERE id = :id", id=paid.instance_id)[0].status == "active"
    assert number(engine, "SELECT count(*) FROM procrastinate_jobs WHERE status <> 'todo'") == 0
    assert number(engine, "SELECT count(*) FROM procrastinate_workers") == 0


def test_a_job_of_a_worker_that_died_is_taken_over(engine):
    instance = engine.run(StartInstance("enrol", {"code": "B2", "label": "乙"}), ADMIN)
    change(engine, "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute')")
    change(
        engine, "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT max(id) FROM procrastinate_workers) WHERE task_name = 'run_job'"
    )
    with working(engine):
        eventually(lambda: ended(engine) == 1)
    assert number(engine, "SELECT count(*) FROM events WHERE instance_id = :id AND kind = 'job_completed'", id=instance.instance_id) == 2


def test_a_row_that_is_due_and_has_no_job_gets_one(engine):
    before = ProcessEngine.open(engine.database.url, lambda: datetime.now(UTC) - timedelta(minutes=5))
    before.run(StartInstance("enrol", {"code": "C3", "label": "丙"}), ADMIN)
    before.run(StartInstance("later"), ADMIN)
    before.close()
    assert defer_forgotten(engine) == 0
    change(engine, "DELETE FROM procrastinate_jobs")
    change(engine, "UPDATE timers SET due_at = now() - interval '2 minutes'")
    assert defer_forgotten(engine) == 2
    assert defer_forgotten(engine) == 0
    with working(engine):
        eventually(lambda: ended(engine) == 1)
        eventually(lambda: number(engine, "SELECT count(*) FROM work_items WHERE state = 'open'") == 1)


def test_pauses_between_attempts_double_up_to_ten_minutes():
    assert [pause(attempts).total_seconds() for attempts in (0, 1, 2, 3, 9, 10, 1000)] == [1, 2, 4, 8, 512, 600, 600]


WORKER = """
import sys, threading
from engine import ProcessEngine
from engine.jobs import run_worker
run_worker(ProcessEngine.open(sys.argv[1]), threading.Event(), concurrency=4)
"""


def test_a_worker_that_is_killed_in_the_middle_loses_nothing_and_does_nothing_twice(engine):
    count = 60
    for each in range(count):
        engine.run(StartInstance("enrol", {"code": f"K{each}", "label": "丁"}), ADMIN)
    process = subprocess.Popen([sys.executable, "-c", WORKER, engine.database.url], env={**os.environ, "PYTHONPATH": os.getcwd()})
    eventually(lambda: ended(engine) >= 3)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert ended(engine) < count
    # Its heartbeat stopped with it; what else would wait for a quarter of a minute does not have to.
    change(engine, "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    with working(engine):
        eventually(lambda: ended(engine) == count)
    assert number(engine, "SELECT count(*) FROM records") == count
    assert number(engine, "SELECT count(*) FROM events WHERE kind = 'job_completed'") == 2 * count
    assert number(engine, "SELECT count(*) FROM record_changes") == count


def test_two_workers_share_the_work(engine):
    for each in range(30):
        engine.run(StartInstance("enrol", {"code": f"S{each}", "label": "戊"}), ADMIN)
    with working(engine, 2), working(engine, 2):
        eventually(lambda: ended(engine) == 30)
    assert number(engine, "SELECT count(*) FROM events WHERE kind = 'job_completed'") == 60


def test_a_worker_waits_for_a_database_that_went_away(engine):
    with working(engine):
        eventually(lambda: number(engine, "SELECT count(*) FROM procrastinate_workers") == 1)
        change(
            engine,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database() AND backend_type = 'client backend'",
        )
        # Not by throwing the pool away: the worker's threads are holding connections of it.
        eventually(lambda: _started(engine))
        eventually(lambda: ended(engine) >= 1)


def _started(engine: ProcessEngine) -> bool:
    try:
        engine.run(StartInstance("enrol", {"code": "Z", "label": "己"}), ADMIN)
    except DatabaseUnavailable:
        return False
    return True


def test_completing_tasks_while_workers_run(engine):
    instance = engine.run(StartInstance("plain"), WANG)
    with working(engine):
        engine.run(CompleteTask(instance.next_task_id, {}), WANG)
        assert ended(engine) == 1


def test_every_few_minutes_it_looks_for_what_is_due(engine):
    app = build_app(engine, connections=1)
    locks = {task.task.name: task.task.queueing_lock for task in app.periodic_registry.periodic_tasks.values()}
    assert locks["tell_of_due"] == "tell_of_due"
    for person in (WANG, ADMIN):
        engine.run(SaveUser(person.user_id, person.name, is_administrator=person is ADMIN), SYSTEM)
    engine.run(StartInstance("mine"), WANG)
    change(engine, "UPDATE work_items SET due_at = now() - interval '1 hour'")
    app.tasks["tell_of_due"].func(timestamp=0)
    assert [row.kind for row in engine.read(Notifications(), WANG).rows] == ["overdue"]
