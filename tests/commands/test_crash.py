"""A process that completes tasks is killed in the middle: what it acknowledged is there, nothing is there twice, and work goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from engine import CompleteTask, StartInstance
from engine.store.event_log import chain_breaks
from tests.commands.people import WANG

ROUNDS, TASKS = 4, 60
WORKER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from engine import CompleteTask, ProcessEngine
from tests.commands.people import WANG
engine = ProcessEngine.open(sys.argv[1])
def complete(task):
    engine.run(CompleteTask(task, {"note": task}), WANG)
    sys.stdout.write(task + "\\n")
    sys.stdout.flush()
with ThreadPoolExecutor(4) as pool:
    list(pool.map(complete, sys.argv[2:]))
"""


def killed_in_the_middle(database_url: str, tasks: list[str]) -> list[str]:
    """The tasks that were acknowledged before the process was killed."""
    command = [sys.executable, "-c", WORKER, database_url, *tasks]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as worker:
        assert worker.stdout is not None
        acknowledged = [worker.stdout.readline() for _ in range(10)]
        os.kill(worker.pid, signal.SIGKILL)
        rest = worker.stdout.read()
    # The last line may have been cut off: only whole lines are acknowledgements.
    whole = "".join(acknowledged) + rest
    return whole[: whole.rfind("\n")].splitlines()


def test_killed_while_completing(engine, rows, database_url):
    for _ in range(ROUNDS):
        tasks = [engine.run(StartInstance("plain"), WANG).next_task_id for _ in range(TASKS)]
        acknowledged = killed_in_the_middle(database_url, tasks)
        assert 10 <= len(acknowledged) < TASKS
        wait_for_its_connections(rows)
        ids = [task.split(".")[0] for task in tasks]
        text = "SELECT instance_id || '.' || activity_instance_id AS task, state FROM work_items WHERE instance_id = ANY(:ids)"
        states = {row.task: row.state for row in rows(text, ids=ids)}
        assert {states[task] for task in acknowledged} == {"completed"}
        counted = rows(
            "SELECT i.id, i.status, i.revision, count(*) FILTER (WHERE kind = 'task_completed') AS completions,"
            " count(*) FILTER (WHERE kind = 'command') AS commands FROM instances i JOIN events e ON e.instance_id = i.id"
            " WHERE i.id = ANY(:ids) GROUP BY i.id",
            ids=ids,
        )
        assert {(row.status, row.completions, row.commands, row.revision) for row in counted} <= {("completed", 1, 2, 2), ("active", 0, 1, 1)}
        assert [each for each in ids if engine.database.read(lambda connection, each=each: chain_breaks(connection, each)) is not None] == []
        for task in tasks:
            if states[task] == "open":
                assert engine.run(CompleteTask(task, {}), WANG).status == "completed"


def wait_for_its_connections(rows) -> None:
    """The server may still be finishing what the killed process had sent."""
    mine = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()"
    give_up = time.monotonic() + 10
    while rows(mine)[0][0] and time.monotonic() < give_up:
        time.sleep(0.05)
    assert rows(mine)[0][0] == 0
