"""Tries a scenario on the engine: people act through commands, the clock moves, and at the end what happened is compared."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine.audit.questions import ReexecuteNext
from engine.bpmn.pack import Pack, load_pack
from engine.cli.scenarios.checks import differences
from engine.cli.scenarios.files import Scenario, ScenarioStep
from engine.commands.deployments import DeployPack
from engine.commands.instances import StartInstance
from engine.commands.messages import BroadcastSignal, CorrelateMessage
from engine.commands.records import SaveRecord
from engine.commands.tasks import CompleteTask
from engine.forms import problem_text
from engine.model.errors import EngineError, FormRejected
from engine.model.identity import SYSTEM, Actor
from engine.model.values import YearsMonths
from engine.process_engine import ProcessEngine
from engine.queries.incidents import Incidents
from engine.queries.views import TaskRow
from engine.queries.worklist import OpenTasks
from engine.store.database import Database

ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """`problems` is empty when everything went as expected; each is a text for people. `seconds` is what it took."""

    scenario: Scenario
    problems: tuple[str, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        return not self.problems


class _Failed(Exception):
    """The scenario cannot go on; the text says where and why."""


@dataclass(slots=True)
class _Clock:
    moment: datetime = field(default_factory=lambda: datetime(2000, 1, 1, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.moment


class ScenarioRunner:
    """Runs scenarios of one pack, each on a database of its own: a migrated one, empty or a copy of a prepared one."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Raises DefinitionRejected for a pack that cannot be deployed."""
        self._files = files
        self._pack: Pack = load_pack(files)
        self._clock = _Clock()
        self._engine: ProcessEngine | None = None
        self._prepared = False

    def prepare(self, database_url: str) -> None:
        """Deploy the pack to the database that the scenarios' databases are copied from. With timers that start processes, each scenario deploys at
        its own time instead."""
        starts = (start for process in self._pack.processes.values() for start in process.starts())
        if any(start.event is not None and start.event.type == "timer" for start in starts):
            return
        engine = self._on(Database(database_url, pool_size=1))
        engine.run(DeployPack(self._files), SYSTEM)
        engine.close()
        self._prepared = True

    def run(self, scenario: Scenario, database_url: str) -> ScenarioResult:
        began = time.monotonic()
        engine = self._on(Database(database_url, pool_size=2))
        try:
            self._clock.moment = scenario.clock.astimezone(UTC)
            if not self._prepared:
                engine.run(DeployPack(self._files), SYSTEM)
            problems = tuple(self._play(engine, scenario))
        except _Failed as failed:
            problems = (str(failed),)
        finally:
            engine.close()
        return ScenarioResult(scenario, problems, time.monotonic() - began)

    def _on(self, database: Database) -> ProcessEngine:
        """The one engine, so that the pack is compiled once, on another database."""
        if self._engine is None:
            self._engine = ProcessEngine(database, self._clock, _numbered_ids())
        self._engine.database = database
        return self._engine

    def _play(self, engine: ProcessEngine, scenario: Scenario) -> Iterator[str]:
        for type, values in scenario.records:
            _tried("准备台账记录", lambda type=type, values=values: engine.run(SaveRecord(type, None, values, "场景"), SYSTEM))
        actor = self._actor("开始", scenario.as_)
        begin = StartInstance(scenario.process, scenario.start, scenario.business_key)
        instance_id = _tried("开始", lambda: engine.run(begin, actor)).instance_id
        _settle(engine, "开始")
        for step in scenario.steps:
            self._step(engine, instance_id, step)
            _settle(engine, step.place)
        yield from differences(engine, self._pack, instance_id, scenario.expected)
        yield from (f"流程实例 {result.instance_id} 重演不同：{result.zh}" for result in engine.read(ReexecuteNext(), SYSTEM) if result.difference)

    def _step(self, engine: ProcessEngine, instance_id: str, step: ScenarioStep) -> None:
        if step.kind == "task":
            actor = self._actor(step.place, step.as_)
            row = _open_task(engine, instance_id, step, actor)
            _tried(f"{step.place} {step.target}", lambda: engine.run(CompleteTask(row.task_id, step.data), actor))
        elif step.kind == "message":
            _tried(f"{step.place} 消息 {step.target}", lambda: engine.run(CorrelateMessage(step.target, step.key, step.data), SYSTEM))
        elif step.kind == "signal":
            _tried(f"{step.place} 信号 {step.target}", lambda: engine.run(BroadcastSignal(step.target, step.data), SYSTEM))
        else:
            self._advance(engine, step)

    def _advance(self, engine: ProcessEngine, step: ScenarioStep) -> None:
        """Everything that falls due on the way happens at its own time."""
        target = _later(self._clock.moment, step)
        for _ in range(ROUNDS):
            due = engine.next_due_at()
            if due is None or due > target:
                self._clock.moment = target
                return
            self._clock.moment = max(self._clock.moment, due)
            _settle(engine, step.place)
        raise _Failed(f"{step.place}：{ROUNDS} 次到期之后仍未到 {target.isoformat()}，定时器重复得太快")

    def _actor(self, place: str, text: str) -> Actor:
        """The one person of a role, or `role:2`, another."""
        key, _, number = text.partition(":")
        role = self._pack.settings.role(key)
        if role is None:
            known = "、".join(each.key for each in self._pack.settings.roles)
            raise _Failed(f"{place}：没有角色 {key}；有 {known}")
        suffix = number if number not in ("", "1") else ""
        return Actor(role.key + suffix, role.name + suffix, frozenset({role.key}))


def _numbered_ids() -> Any:
    """Ids that are the same at every run."""
    numbers = iter(range(1, 2**63))
    return lambda: f"{next(numbers):032x}"


def _later(moment: datetime, step: ScenarioStep) -> datetime:
    duration = step.duration
    if not isinstance(duration, YearsMonths):
        return moment + duration
    years, month = divmod(moment.year * 12 + moment.month - 1 + duration.months, 12)
    for day in (moment.day, 30, 29, 28):
        try:
            return moment.replace(year=years, month=month + 1, day=day)
        except ValueError:
            continue
    raise _Failed(f"{step.place}：日期超出范围")


def _settle(engine: ProcessEngine, place: str) -> None:
    """Connectors, messages and timers that are due; an incident ends the scenario."""
    engine.run_due_jobs()
    incidents = engine.read(Incidents(limit=5), SYSTEM)
    if incidents:
        raise _Failed(
            f"{place} 之后出现异常：" + "；".join(f"{incident.element_id}（{incident.element_name}）{incident.message}" for incident in incidents)
        )


def _open_task(engine: ProcessEngine, instance_id: str, step: ScenarioStep, actor: Actor) -> TaskRow:
    """The oldest open task of the element that the actor may do; what is open instead when there is none."""
    rows = engine.read(OpenTasks(instance_id), SYSTEM)
    of_element = [row for row in rows if row.element_id == step.target]
    mine = [row for row in of_element if row.assignee in (None, actor.user_id)]
    if mine:
        return next((row for row in mine if row.assignee == actor.user_id), mine[0])
    if of_element:
        raise _Failed(f"{step.place}：{step.target} 由 {of_element[0].assignee} 办理，不是 {actor.user_id}")
    open_now = "、".join(f"{row.element_id}（{row.element_name}，{_who(row)}）" for row in rows)
    raise _Failed(f"{step.place}：{step.target} 没有待办；现在待办的是：{open_now or '无'}")


def _who(row: TaskRow) -> str:
    return row.assignee or "、".join(group.key for group in row.candidate_groups)


def _tried(place: str, action: Any) -> Any:
    try:
        return action()
    except FormRejected as error:
        fields = "；".join(f"{path}：{problem_text(problem)}" for path, problem in sorted(error.problems.items()))
        raise _Failed(f"{place}：表单不接受：{fields}") from error
    except EngineError as error:
        raise _Failed(f"{place}：{error}") from error
