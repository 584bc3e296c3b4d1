"""The engine in process on a server of its own: start, complete, the pages that people wait for, a loop that gets old. Median of many."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine import (
    SYSTEM,
    Actor,
    BackgroundOfTask,
    CompleteTask,
    DeployPack,
    InstanceList,
    InstanceView,
    ProcessEngine,
    StartInstance,
    TaskForm,
    Worklist,
)
from engine.cli.packs import read_folder
from engine.store.scratch import ScratchDatabases, temporary_server

PACK = Path(__file__).resolve().parents[2] / "processes" / "customer_development"
SPECIALIST = Actor("wangfang", "王芳", frozenset({"marketing_specialist"}))
PROSPECT = {"customer_name": "宁波海川机械有限公司", "customer_kind": "企业", "channels": ["公司内部"], "prospect_reason": "询价"}
INSIDE = {"internal_sources": ["现有客户档案"], "internal_findings": "未发现相关信息"}
LOOP = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
 id="d" targetNamespace="http://example.org/loop"><process id="loop" name="loop" isExecutable="true"><startEvent id="start" name="start"/>
<userTask id="again" name="again"><extensionElements><zeebe:userTask/><zeebe:assignmentDefinition assignee="=starter"/></extensionElements></userTask>
<exclusiveGateway id="enough" name="enough?" default="enough_again"/><endEvent id="end" name="end"/>
<sequenceFlow id="start_again" sourceRef="start" targetRef="again"/><sequenceFlow id="again_enough" sourceRef="again" targetRef="enough"/>
<sequenceFlow id="enough_again" sourceRef="enough" targetRef="again"/><sequenceFlow id="enough_end" sourceRef="enough" targetRef="end">
<conditionExpression>=stop = true</conditionExpression></sequenceFlow></process></definitions>"""
ROUNDS, WINDOW, LIST_ROWS = 1000, 40, 300


def milliseconds(action: Callable[[], object], times: int) -> float:
    """Median of `times` runs after three that do not count."""
    taken = []
    for number in range(times + 3):
        began = time.perf_counter()
        action()
        if number >= 3:
            taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def commit(engine: ProcessEngine) -> None:
    """The smallest transaction: what the disk costs."""
    digest = uuid4().hex
    engine.database.write(
        lambda tx: tx.connection.exec_driver_sql("INSERT INTO deployed_contents (digest, content) VALUES (%(digest)s, '')", {"digest": digest}),
        engine.clock,
        lambda: "",
    )


def loop_times(engine: ProcessEngine) -> tuple[float, float]:
    """Median milliseconds of completions around the 10th and around the 1000th of one instance, taken in turns: both have the same weather."""
    young, old = (engine.run(StartInstance("loop"), SYSTEM).next_task_id for _ in range(2))
    for number in range(ROUNDS):
        old = engine.run(CompleteTask(str(old), {}), SYSTEM).next_task_id
        if number >= ROUNDS - 10:
            young = engine.run(CompleteTask(str(young), {}), SYSTEM).next_task_id
    taken: dict[str, list[float]] = {"young": [], "old": []}
    tasks = {"young": young, "old": old}
    for number in range(2 * WINDOW):
        name = ("young", "old")[number % 2]
        began = time.perf_counter()
        tasks[name] = engine.run(CompleteTask(str(tasks[name]), {}), SYSTEM).next_task_id
        taken[name].append((time.perf_counter() - began) * 1000)
    return statistics.median(taken["young"]), statistics.median(taken["old"])


def measured(engine: ProcessEngine) -> list[tuple[str, float, float | None]]:
    """(what, milliseconds or factor, the most it may be)."""
    engine.run(DeployPack(read_folder(PACK)), SYSTEM)
    engine.run(DeployPack({"loop.bpmn": LOOP}), SYSTEM)
    started = [engine.run(StartInstance("customer_development", PROSPECT), SPECIALIST) for _ in range(LIST_ROWS)]
    tasks = iter(str(each.next_task_id) for each in started)
    rows: list[tuple[str, float, float | None]] = [
        ("commit of one row", milliseconds(lambda: commit(engine), 100), None),
        ("start an instance", milliseconds(lambda: engine.run(StartInstance("customer_development", PROSPECT), SPECIALIST), 100), 15.0),
        ("complete a task", milliseconds(lambda: engine.run(CompleteTask(next(tasks), INSIDE), SPECIALIST), 100), 10.0),
        ("task list, 50 rows", milliseconds(lambda: engine.read(Worklist("mine"), SPECIALIST), 50), None),
        ("task page: form", milliseconds(lambda: engine.read(TaskForm(str(started[-1].next_task_id)), SPECIALIST), 50), None),
        ("task page: around it", milliseconds(lambda: engine.read(BackgroundOfTask(str(started[-1].next_task_id)), SPECIALIST), 50), None),
        ("instance list, 50 rows", milliseconds(lambda: engine.read(InstanceList(), SPECIALIST), 50), None),
        ("instance page", milliseconds(lambda: engine.read(InstanceView(started[-1].instance_id), SPECIALIST), 50), None),
    ]
    tenth, thousandth = loop_times(engine)
    rows += [("loop, 10th completion", tenth, None), ("loop, 1000th completion", thousandth, None), ("1000th / 10th", thousandth / tenth, 1.3)]
    return rows


def main() -> int:
    """Exit status 1 when something takes longer than it may."""
    with temporary_server() as server, ScratchDatabases(server).template() as url:
        engine = ProcessEngine.open(url)
        rows = measured(engine)
        engine.close()
    for what, value, most in rows:
        unit = "   " if what.startswith("1000th /") else " ms"
        limit = "" if most is None else f"   at most {most:g}{unit.rstrip()} {'ok' if value <= most else 'TOO SLOW'}"
        print(f"{what:<26}{value:8.2f}{unit}{limit}")
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; limits hold on a quiet one")
    return 1 if any(most is not None and value > most for _, value, most in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
