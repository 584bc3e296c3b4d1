"""kill -9 in the middle of traffic: what was acknowledged is there after a restart, and nothing has happened twice."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from threading import Event

import pytest

from engine import ProcessEngine
from engine.store.event_log import chain_breaks
from tests.system.product import Product, Visitor, eventually

TRAFFIC_SECONDS = 1.5
# A job whose worker was killed is taken over when its heartbeat is 15 seconds old; that is looked for every 5 seconds.
DONE_AFTER_RESTART_SECONDS = 40.0


def traffic(visitor: Visitor, name: str, stop: Event) -> tuple[list[str], list[str]]:
    """Codes whose start was acknowledged and those whose completion was; ends with the first request that gets no answer."""
    started: list[str] = []
    completed: list[str] = []
    for count in range(10_000):
        if stop.is_set():
            break
        code = f"{name}-{count}"
        try:
            visitor.get("/start/intake")
            answer = visitor.submit("/start/intake", {"code": code})
            if answer.status != 303:
                break
            started.append(code)
            if visitor.submit(answer.location, {"label": code}).status == 303:
                completed.append(code)
        except (OSError, HTTPException):
            break
    return started, completed


def kill_web(served: Product) -> None:
    served.kill()


def kill_worker(served: Product) -> None:
    (worker,) = served.workers()
    os.kill(worker, signal.SIGKILL)
    eventually(lambda: served.workers() not in ([], [worker]))


def kill_everything(served: Product) -> None:
    """As when the power fails, as far as a process can tell."""
    postmaster = served.postmaster()
    assert postmaster
    workers = served.workers()
    for pid in (postmaster, *workers):
        os.kill(pid, signal.SIGKILL)
    served.kill()


@pytest.mark.parametrize("kill", [kill_web, kill_worker, kill_everything])
def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(served: Product, kill: Callable[[Product], None]):
    stop = Event()
    visitors = [served.visitor(f"person{number}") for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(traffic, visitor, f"{kill.__name__}-{number}", stop) for number, visitor in enumerate(visitors)]
        time.sleep(TRAFFIC_SECONDS)
        try:
            kill(served)
        finally:
            stop.set()
    started = [code for future in running for code in future.result()[0]]
    completed = [code for future in running for code in future.result()[1]]
    assert completed
    if served.serving is None:
        served.start()
    engine = served.engine()
    try:
        eventually(lambda: unfinished(engine, kill.__name__) == 0, DONE_AFTER_RESTART_SECONDS, lambda: served.log)
        verify(engine, kill.__name__, started, completed)
    finally:
        engine.close()


OF_KIND = "FROM instances i WHERE i.title LIKE %(kind)s || '-%%'"


def number(engine: ProcessEngine, text: str, kind: str) -> int:
    return engine.database.read(lambda connection: connection.exec_driver_sql(text, {"kind": kind}).scalar_one())


def unfinished(engine: ProcessEngine, kind: str) -> int:
    """Instances that wait for nobody: their connector or timer is still to come."""
    open_tasks = "SELECT 1 FROM work_items w WHERE w.instance_id = i.id AND w.state = 'open'"
    return number(engine, f"SELECT count(*) {OF_KIND} AND NOT EXISTS ({open_tasks})", kind)


def verify(engine: ProcessEngine, kind: str, started: list[str], completed: list[str]) -> None:
    read = engine.database.read
    rows = read(lambda connection: connection.exec_driver_sql(f"SELECT i.id, i.title {OF_KIND}", {"kind": kind}).all())
    ids = {row.title: row.id for row in rows}
    assert len(ids) == len(rows), "an instance was started twice"
    assert set(started) <= ids.keys()
    counted = read(
        lambda connection: connection.exec_driver_sql(
            "SELECT i.title, count(*) FILTER (WHERE e.kind = 'task_completed') AS tasks, count(*) FILTER (WHERE e.kind = 'job_completed') AS jobs,"
            " count(*) FILTER (WHERE e.kind = 'timer_fired') AS timers, count(*) FILTER (WHERE e.kind LIKE 'incident%%') AS incidents,"
            " (SELECT count(*) FROM records r WHERE r.data->>'code' = i.title) AS records,"
            " (SELECT count(*) FROM record_changes c WHERE c.instance_id = i.id) AS changes"
            " FROM instances i JOIN events e ON e.instance_id = i.id WHERE i.title LIKE %(kind)s || '-%%' GROUP BY i.id, i.title",
            {"kind": kind},
        ).all()
    )
    found = {row.title: tuple(row)[1:] for row in counted}
    assert set(found.values()) <= {(1, 1, 1, 0, 1, 1), (0, 0, 0, 0, 0, 0)}
    assert {found[code] for code in completed} == {(1, 1, 1, 0, 1, 1)}
    assert read(lambda connection: [title for title, each in ids.items() if chain_breaks(connection, each) is not None]) == []
