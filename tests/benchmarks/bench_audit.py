"""Prints the speed of auditing: `python tests/benchmarks/bench_audit.py`. Not a test."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine import Actor, ProcessEngine
from engine.audit.questions import ReexecuteInstance
from engine.audit.verify import verify_chains
from engine.cli.main import main as tuoke
from engine.queries.cases.replay import Replay, ReplayMoments
from engine.store.scratch import ScratchDatabases, temporary_server
from tests.benchmarks.long_cases import actor_of, length, sent_back
from tests.webui.website import furnish

AUDITOR = Actor("auditor", "审计员", is_auditor=True)
INSTANCES, LONG = 20, 1_000
SIZE = "SELECT avg(length(data::text)) FROM events"


def main() -> None:
    with temporary_server() as server:
        databases = ScratchDatabases(server)
        with databases.template(), databases.database() as url:
            engine = ProcessEngine.open(url)
            furnish(engine)
            ids = [sent_back(engine, LONG) for _ in range(INSTANCES)]
            bytes_each = engine.database.read(lambda connection: float(connection.exec_driver_sql(SIZE).scalar_one()))
            print(f"data of an event        {bytes_each:12,.0f} bytes on average, {INSTANCES} cases of the company's procedure")
            began = perf_counter()
            result = verify_chains(engine.database)
            seconds = perf_counter() - began
            assert not result.breaks
            print(f"verify                  {result.events / seconds:12,.0f} events/s  ({result.events} events)")
            began = perf_counter()
            result = verify_chains(engine.database, snapshots=True)
            seconds = perf_counter() - began
            print(f"verify with snapshots   {result.events / seconds:12,.0f} events/s")
            command(url, result.events)
            replay(engine, ids[0])
            engine.close()


def command(url: str, events: int) -> None:
    """The whole of `tuoke verify`, its start and what it says about people included."""
    os.environ["TUOKE_DATABASE_URL"] = url
    began, worked = perf_counter(), process_time()
    assert tuoke(["verify"]) == 0
    seconds, processor = perf_counter() - began, process_time() - worked
    print(f"tuoke verify            {events / seconds:12,.0f} events/s, all of it included  ({seconds:.2f} s, {processor:.2f} s of this process)")


def replay(engine: ProcessEngine, instance_id: str) -> None:
    last, actor = length(engine, instance_id), actor_of("marketing_specialist")
    began = perf_counter()
    view = engine.read(Replay(instance_id), actor)
    print(f"open a replay           {(perf_counter() - began) * 1000:12.1f} ms  ({view.steps.last} events)")
    times = []
    for sequence in (1, last // 2, *([last] * 10)):
        began = perf_counter()
        engine.read(ReplayMoments(instance_id, sequence, sequence), actor)
        times.append((perf_counter() - began) * 1000)
    print(f"its first, middle, last moment {times[0]:5.1f} {times[1]:.1f} {sorted(times[2:])[5]:.1f} ms")
    began = perf_counter()
    result = engine.read(ReexecuteInstance(instance_id), AUDITOR)
    assert result.difference is None
    print(f"execute it again        {result.events / (perf_counter() - began):12,.0f} events/s")


if __name__ == "__main__":
    main()
