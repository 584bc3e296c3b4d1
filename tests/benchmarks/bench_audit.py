"""Prints the speed of auditing: `python tests/benchmarks/bench_audit.py`. Not a test."""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine import SYSTEM, Actor, CompleteTask, DeployPack, ProcessEngine, StartInstance
from engine.audit.questions import ReexecuteInstance
from engine.audit.verify import verify_chains
from engine.queries.replay import Replay, ReplayMoments
from engine.store.scratch import ScratchDatabases, temporary_server
from tests.commands.packs import PACK

ADMIN = Actor("admin", "管理员", is_administrator=True)
WANG, LI = Actor("wangfang", "王芳", frozenset({"sales"})), Actor("liqiang", "李强", frozenset({"manager"}))
INSTANCES, LONG = 20, 1_000


def long_instance(engine: ProcessEngine) -> str:
    """An instance with about a thousand events: a plan that is reviewed and refused again and again."""
    instance_id = engine.run(StartInstance("visit", {"customer": "甲"}), ADMIN).instance_id
    number = 2
    while events_of(engine, instance_id) < LONG:
        done = engine.run(CompleteTask(f"{instance_id}.{number}", {"aim": "看望客户并介绍新产品", "cost": "1.5"}), WANG)
        number += 1
        done = engine.run(CompleteTask(f"{instance_id}.{number}", {"ok": False}), LI)
        number += 2
        assert done.status == "active"
    return instance_id


def events_of(engine: ProcessEngine, instance_id: str) -> int:
    statement = f"SELECT last_sequence FROM instances WHERE id = '{instance_id}'"
    return engine.database.read(lambda connection: int(connection.exec_driver_sql(statement).scalar_one()))


def main() -> None:
    with temporary_server() as server:
        databases = ScratchDatabases(server)
        with databases.template(), databases.database() as url:
            engine = ProcessEngine.open(url)
            engine.run(DeployPack(PACK), SYSTEM)
            ids = [long_instance(engine) for _ in range(INSTANCES)]
            began = perf_counter()
            result = verify_chains(engine.database)
            seconds = perf_counter() - began
            assert not result.breaks
            print(f"verify                  {result.events / seconds:12,.0f} events/s  ({result.events} events)")
            began = perf_counter()
            result = verify_chains(engine.database, snapshots=True)
            seconds = perf_counter() - began
            print(f"verify with snapshots   {result.events / seconds:12,.0f} events/s")
            replay(engine, ids[0])
            engine.close()


def replay(engine: ProcessEngine, instance_id: str) -> None:
    last = events_of(engine, instance_id)
    began = perf_counter()
    view = engine.read(Replay(instance_id), ADMIN)
    print(f"open a replay           {(perf_counter() - began) * 1000:12.1f} ms  ({view.steps.last} events)")
    times = []
    for sequence in (1, last // 2, *([last] * 10)):
        began = perf_counter()
        engine.read(ReplayMoments(instance_id, sequence, sequence), ADMIN)
        times.append((perf_counter() - began) * 1000)
    print(f"its first, middle, last moment {times[0]:5.1f} {times[1]:.1f} {sorted(times[2:])[5]:.1f} ms")
    began = perf_counter()
    result = engine.read(ReexecuteInstance(instance_id), ADMIN)
    assert result.difference is None
    print(f"execute it again        {result.events / (perf_counter() - began):12,.0f} events/s")


if __name__ == "__main__":
    main()
