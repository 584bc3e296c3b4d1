"""Where packs are tried: an engine on a database of its own, with a clock that is moved by hand and people made from the pack's roles.

Ids are numbered, so the same steps at the same times give the same instances.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.bpmn.pack import Pack, load_pack
from engine.bpmn.readings import Readings
from engine.commands.deployments import DeployPack
from engine.commands.instances import Started, StartInstance
from engine.commands.messages import BroadcastSignal, CorrelateMessage
from engine.commands.records.records import SaveRecord
from engine.commands.tasks.tasks import CompleteTask
from engine.model.errors import EngineError, InputRejected
from engine.model.identity import SYSTEM, Actor
from engine.model.values import YearsMonths
from engine.process_engine import ProcessEngine
from engine.queries.views import TaskRow
from engine.queries.worklist.worklist import OpenTasks
from engine.store.database import Database
from engine.trial.given_files import kept
from engine.trial.scenario_files import ScenarioStep

ROUNDS = 1000
MOST_AT_ONCE = 5000


class HandClock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.moment = datetime(2000, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


class NumberedIds:
    """Ids that are the same at every run; `begin` starts a part of its own, so that what fails in one does not move the next."""

    def __init__(self) -> None:
        self._part = self._number = 0

    def begin(self, part: int) -> None:
        self._part, self._number = part, 0

    def __call__(self) -> str:
        self._number += 1
        return f"{self._part:08x}{self._number:024x}"


class Stage:
    """One engine for one pack, which is compiled once; it is put on one database after another."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Raises DefinitionRejected for a pack that cannot be deployed."""
        self.files = files
        self.clock = HandClock()
        self.pack: Pack = load_pack(files, Readings())
        self.ids = NumberedIds()
        self._engine: ProcessEngine | None = None

    @property
    def starts_by_timer(self) -> bool:
        starts = (start for process in self.pack.processes.values() for start in process.starts())
        return any(start.event is not None and start.event.type == "timer" for start in starts)

    @property
    def engine(self) -> ProcessEngine:
        if self._engine is None:
            raise RuntimeError("the stage is on no database")
        return self._engine

    def on(self, database_url: str, pool_size: int = 2) -> ProcessEngine:
        database = Database(database_url, pool_size=pool_size)
        if self._engine is None:
            self._engine = ProcessEngine(database, self.clock, self.ids)
        self._engine.database = database
        return self._engine

    def deploy(self) -> None:
        self.engine.run(DeployPack(self.files), SYSTEM)

    def actor(self, text: str) -> Actor:
        """The one person of a role, or `role:2`, another. Raises InputRejected("no_such_role")."""
        key, _, number = text.partition(":")
        role = self.pack.settings.role(key)
        if role is None:
            raise InputRejected("no_such_role", role=key[:100])
        suffix = number if number not in ("", "1") else ""
        return Actor(role.key + suffix, role.name + suffix, frozenset({role.key}))

    def start(self, command: StartInstance, actor: Actor) -> Started:
        return self.engine.run(replace(command, variables=kept(self.engine, command.variables, actor)), actor)

    def complete(self, task_id: str, data: Mapping[str, Any], actor: Actor) -> Any:
        return self.engine.run(CompleteTask(task_id, kept(self.engine, data, actor)), actor)

    def save_record(self, type: str, values: Mapping[str, Any]) -> None:
        """One that exists before."""
        self.engine.run(SaveRecord(type, None, kept(self.engine, values, SYSTEM), "场景"), SYSTEM)

    def deliver(self, step: ScenarioStep) -> None:
        """A message or a signal arrives."""
        if step.kind == "message":
            self.engine.run(CorrelateMessage(step.target, step.key, step.data), SYSTEM)
        else:
            self.engine.run(BroadcastSignal(step.target, step.data), SYSTEM)

    def settle(self, most: int = MOST_AT_ONCE) -> None:
        """Connectors, messages and timers that are due now. Raises EngineError("too_many_due") when they do not come to an end."""
        if self.engine.run_due_jobs(most=most) >= most:
            raise EngineError("too_many_due", rounds=most, until=self.clock.moment.isoformat())

    def advance(self, duration: timedelta | YearsMonths, rounds: int = ROUNDS) -> None:
        """As advance_to, by a duration."""
        self.advance_to(later(self.clock.moment, duration), rounds)

    def advance_to(self, target: datetime, rounds: int = ROUNDS) -> None:
        """Everything that falls due on the way happens at its own time. Raises EngineError("too_many_due") when timers repeat too fast."""
        for _ in range(rounds):
            due = self.engine.next_due_at()
            if due is None or due > target:
                self.clock.moment = target
                return
            self.clock.moment = max(self.clock.moment, due)
            self.settle()
        raise EngineError("too_many_due", rounds=rounds, until=target.isoformat())

    def close(self) -> None:
        if self._engine is not None:
            self._engine.close()


def later(moment: datetime, duration: timedelta | YearsMonths) -> datetime:
    """Raises InputRejected("date_out_of_range")."""
    try:
        if not isinstance(duration, YearsMonths):
            return moment + duration
        years, month = divmod(moment.year * 12 + moment.month - 1 + duration.months, 12)
        last = next(day for day in (moment.day, 30, 29, 28) if _exists(moment, years, month + 1, day))
        return moment.replace(year=years, month=month + 1, day=last)
    except (OverflowError, StopIteration) as error:
        raise InputRejected("date_out_of_range") from error


def _exists(moment: datetime, year: int, month: int, day: int) -> bool:
    try:
        moment.replace(year=year, month=month, day=day)
    except ValueError:
        return False
    return True


def open_task(engine: ProcessEngine, instance_id: str, element_id: str, actor: Actor) -> TaskRow | None:
    """The oldest open task of the element that the actor may do, their own first."""
    rows = [row for row in engine.read(OpenTasks(instance_id), SYSTEM) if row.element_id == element_id]
    mine = [row for row in rows if row.assignee in (None, actor.user_id)]
    return next((row for row in mine if row.assignee == actor.user_id), mine[0] if mine else None)
