"""Tries a scenario on the engine: people act through commands, the clock moves, and at the end what happened is compared."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from engine.audit.questions import ReexecuteNext
from engine.commands.instances import StartInstance
from engine.forms import problem_text
from engine.model.errors import EngineError, FormRejected, InputRejected
from engine.model.identity import SYSTEM, Actor
from engine.process_engine import ProcessEngine
from engine.queries.incidents import Incidents
from engine.queries.views import TaskRow
from engine.queries.worklist.worklist import OpenTasks
from engine.trial.checks import differences
from engine.trial.coverage import visited
from engine.trial.outcomes import Difference, Failed, ScenarioResult, Visited
from engine.trial.scenario_files import Scenario, ScenarioStep
from engine.trial.stage import Stage, open_task


class ScenarioRunner:
    """Runs scenarios of one pack, each on a database of its own: a migrated one, empty or a copy of a prepared one."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Raises DefinitionRejected for a pack that cannot be deployed."""
        self._stage = Stage(files)
        self._prepared = False

    @property
    def stage(self) -> Stage:
        return self._stage

    def prepare(self, database_url: str) -> None:
        """Deploy the pack to the database that the scenarios' databases are copied from. With timers that start processes, each scenario deploys at
        its own time instead."""
        if self._stage.starts_by_timer:
            return
        self._stage.on(database_url, pool_size=1)
        self._stage.deploy()
        self._stage.close()
        self._prepared = True

    def run(self, scenario: Scenario, database_url: str) -> ScenarioResult:
        began = time.monotonic()
        stage = self._stage
        engine = stage.on(database_url)
        seen = Visited()
        try:
            stage.clock.moment = scenario.clock.astimezone(UTC)
            if not self._prepared:
                stage.deploy()
            found = tuple(self._play(engine, scenario))
        except Failed as failed:
            found = (failed.difference,)
        finally:
            try:
                seen = visited(engine)
            finally:
                engine.close()
        return ScenarioResult(scenario, found, time.monotonic() - began, seen)

    def _play(self, engine: ProcessEngine, scenario: Scenario) -> Iterator[Difference]:
        begin = ("开始", "Start")
        for type, values in scenario.records:
            _tried(("准备台账记录", "Preparing records"), lambda type=type, values=values: self._stage.save_record(type, values))
        actor = self._actor(begin, scenario.as_)
        start = StartInstance(scenario.process, scenario.start, scenario.business_key)
        instance_id = _tried(begin, lambda: self._stage.start(start, actor)).instance_id
        _settle(engine, begin)
        for step in scenario.steps:
            self._step(engine, instance_id, step)
            _settle(engine, _place(step))
        yield from differences(engine, self._stage.pack, instance_id, scenario.expected)
        for result in engine.read(ReexecuteNext(), SYSTEM):
            if result.difference:
                text = f"流程实例 {result.instance_id} 重演不同：{result.zh}"
                yield Difference(text, f"Instance {result.instance_id} re-executes differently: {result.en}")

    def _step(self, engine: ProcessEngine, instance_id: str, step: ScenarioStep) -> None:
        place, en = _place(step)
        if step.kind == "task":
            actor = self._actor((place, en), step.as_)
            row = _open_task(engine, instance_id, step, actor)
            _tried((f"{place} {step.target}", f"{en} {step.target}"), lambda: self._stage.complete(row.task_id, step.data, actor), step.target)
        elif step.kind == "advance":
            _tried((place, en), lambda: self._stage.advance(step.duration))
        else:
            zh, kind = ("消息", "message") if step.kind == "message" else ("信号", "signal")
            _tried((f"{place} {zh} {step.target}", f"{en} {kind} {step.target}"), lambda: self._stage.deliver(step))

    def _actor(self, place: tuple[str, str], text: str) -> Actor:
        try:
            return self._stage.actor(text)
        except InputRejected as error:
            known = [each.key for each in self._stage.pack.settings.roles]
            key = error.details["role"]
            zh, en = f"{place[0]}：没有角色 {key}；有 {'、'.join(known)}", f"{place[1]}: there is no role {key}; there are {', '.join(known)}"
            raise Failed(zh, en) from error


def _place(step: ScenarioStep) -> tuple[str, str]:
    return step.place, step.place_en


def _settle(engine: ProcessEngine, place: tuple[str, str]) -> None:
    """Connectors, messages and timers that are due; an incident ends the scenario."""
    engine.run_due_jobs()
    incidents = engine.read(Incidents(limit=5), SYSTEM)
    if incidents:
        told = [f"{incident.element_id}（{incident.element_name}）{incident.message}" for incident in incidents]
        told_en = [f"{incident.element_id} ({incident.element_name_en or incident.element_name}) {incident.message}" for incident in incidents]
        raise Failed(f"{place[0]} 之后出现异常：" + "；".join(told), f"{place[1]}: then an incident: " + "; ".join(told_en), incidents[0].element_id)


def _open_task(engine: ProcessEngine, instance_id: str, step: ScenarioStep, actor: Actor) -> TaskRow:
    """The task that the step completes; what is open instead when there is none."""
    found = open_task(engine, instance_id, step.target, actor)
    if found is not None:
        return found
    rows = engine.read(OpenTasks(instance_id), SYSTEM)
    place, en = _place(step)
    taken = next((row for row in rows if row.element_id == step.target), None)
    if taken is not None:
        zh = f"{place}：{step.target} 由 {taken.assignee} 办理，不是 {actor.user_id}"
        raise Failed(zh, f"{en}: {step.target} is {taken.assignee}'s, not {actor.user_id}'s", step.target, actor.user_id, taken.assignee or "")
    open_now = "、".join(f"{row.element_id}（{row.element_name}，{_who(row)}）" for row in rows) or "无"
    open_en = ", ".join(f"{row.element_id} ({_who(row)})" for row in rows) or "none"
    zh = f"{place}：{step.target} 没有待办；现在待办的是：{open_now}"
    raise Failed(zh, f"{en}: no open task of {step.target}; open are: {open_en}", step.target, step.target, "、".join(row.element_id for row in rows))


def _who(row: TaskRow) -> str:
    return row.assignee or "、".join(group.key for group in row.candidate_groups)


def _tried(place: tuple[str, str], action: Any, element_id: str = "") -> Any:
    try:
        return action()
    except FormRejected as error:
        fields = "；".join(f"{path}：{problem_text(problem)}" for path, problem in sorted(error.problems.items()))
        fields_en = "; ".join(f"{path}: {problem_text(problem, 'en')}" for path, problem in sorted(error.problems.items()))
        raise Failed(f"{place[0]}：表单不接受：{fields}", f"{place[1]}: the form refuses: {fields_en}", element_id) from error
    except EngineError as error:
        if error.code == "too_many_due":
            rounds, until = error.details["rounds"], error.details["until"]
            zh = f"{place[0]}：{rounds} 次到期之后仍未到 {until}，定时器重复得太快"
            raise Failed(zh, f"{place[1]}: after {rounds} timers it is still not {until}; a timer repeats too fast") from error
        raise Failed(f"{place[0]}：{error}", f"{place[1]}: {error}", element_id) from error
