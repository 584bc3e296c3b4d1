"""What is done by hand in a sandbox, as JSON data that can be done again.

    start    as, process, values, business_key        claim, unclaim, withdraw    as, task, element
    task     as, task, element, data                  advance                     text (ISO 8601 duration)
    message  name, key, data                          until                       at (ISO 8601 with offset)
    signal   name, data                               retry                       instance, activity
    record   type, values                             file                        as, name, content (Base64), accept

`as` is a role's key, or `role:2`, another person of it. Steps name tasks by id and by element: when files have changed, ids may be others.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from engine.commands.files import KeepFile
from engine.commands.instances import RetryIncident, StartInstance
from engine.commands.messages import BroadcastSignal, CorrelateMessage
from engine.commands.tasks.tasks import ClaimTask, CompleteTask, UnclaimTask
from engine.commands.tasks.withdraw import WithdrawCompletion
from engine.model.errors import ConflictError, InputRejected, NotAllowedError
from engine.model.identity import SYSTEM, parse_task_id
from engine.model.values import from_json, normalize, to_json
from engine.process_engine import ProcessEngine
from engine.queries.worklist.worklist import OpenTasks
from engine.trial.scenario_files import read_duration
from engine.trial.stage import Stage, open_task

Step = Mapping[str, Any]
ROUNDS = 300
_TASK_COMMANDS: Mapping[str, type[ClaimTask | UnclaimTask | WithdrawCompletion]] = {
    "claim": ClaimTask,
    "unclaim": UnclaimTask,
    "withdraw": WithdrawCompletion,
}


def step_of(engine: ProcessEngine, command: object, role: str) -> dict[str, Any]:
    """The step that is this command of a person of `role`. Raises NotAllowedError("not_in_sandbox") for what a sandbox cannot do again."""
    if isinstance(command, StartInstance):
        return {"kind": "start", "as": role, "process": command.key, "values": _data(command.variables), "business_key": command.business_key}
    if isinstance(command, CompleteTask):
        return {"kind": "task", "as": role, **_task(engine, command.task_id), "data": _data(command.variables)}
    if isinstance(command, KeepFile) and isinstance(command.content, bytes):
        content = b64encode(command.content).decode()
        return {"kind": "file", "as": role, "name": command.name, "content": content, "accept": list(command.accept)}
    for kind, type in _TASK_COMMANDS.items():
        if isinstance(command, type):
            return {"kind": kind, "as": role, **_task(engine, command.task_id)}
    raise NotAllowedError("not_in_sandbox")


def play(stage: Stage, step: Step, instance_id: str | None) -> Any:
    """Do it; `instance_id` is the instance that the start began. Answers what the command answered. Raises EngineError."""
    action = _ACTIONS.get(str(step.get("kind")))
    if action is None:
        raise InputRejected("unknown_sandbox_step", kind=str(step.get("kind"))[:50])
    return action(stage, step, instance_id)


def _start(stage: Stage, step: Step, instance_id: str | None) -> Any:
    if instance_id is not None:
        raise ConflictError("sandbox_started")
    command = StartInstance(step["process"], from_json(step["values"]), step["business_key"])
    return stage.start(command, stage.actor(step["as"]))


def _complete(stage: Stage, step: Step, instance_id: str | None) -> Any:
    return stage.complete(_task_id(stage, step, instance_id), from_json(step["data"]), stage.actor(step["as"]))


def _on_task(stage: Stage, step: Step, instance_id: str | None) -> Any:
    task_id = step["task"] if step["kind"] == "withdraw" else _task_id(stage, step, instance_id)
    return stage.engine.run(_TASK_COMMANDS[step["kind"]](task_id), stage.actor(step["as"]))


def _advance(stage: Stage, step: Step, _instance_id: str | None) -> None:
    duration = read_duration(str(step["text"]))
    if duration is None:
        raise InputRejected("bad_duration", field="text", text=str(step["text"])[:50])
    stage.advance(duration, ROUNDS)


def _until(stage: Stage, step: Step, _instance_id: str | None) -> None:
    at = moment_of(step["at"])
    if at < stage.clock.moment:
        raise InputRejected("sandbox_time_goes_on", field="at", at=at.isoformat())
    stage.advance_to(at, ROUNDS)


def _message(stage: Stage, step: Step, _instance_id: str | None) -> None:
    stage.engine.run(CorrelateMessage(step["name"], step["key"], from_json(step["data"])), SYSTEM)


def _signal(stage: Stage, step: Step, _instance_id: str | None) -> None:
    stage.engine.run(BroadcastSignal(step["name"], from_json(step["data"])), SYSTEM)


def _retry(stage: Stage, step: Step, _instance_id: str | None) -> None:
    stage.engine.run(RetryIncident(step["instance"], step["activity"]), SYSTEM)


def _record(stage: Stage, step: Step, _instance_id: str | None) -> None:
    stage.save_record(step["type"], from_json(step["values"]))


def _file(stage: Stage, step: Step, _instance_id: str | None) -> Any:
    command = KeepFile(step["name"], b64decode(step["content"]), tuple(step["accept"]))
    return stage.engine.run(command, stage.actor(step["as"]))


_ACTIONS: Mapping[str, Callable[[Stage, Step, str | None], Any]] = {
    "start": _start,
    "task": _complete,
    **dict.fromkeys(_TASK_COMMANDS, _on_task),
    "advance": _advance,
    "until": _until,
    "message": _message,
    "signal": _signal,
    "retry": _retry,
    "record": _record,
    "file": _file,
}


def moment_of(text: object) -> datetime:
    """An aware time in UTC. Raises InputRejected("bad_moment")."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise InputRejected("bad_moment", field="at", text=str(text)[:50]) from error
    if moment.tzinfo is None:
        raise InputRejected("bad_moment", field="at", text=str(text)[:50])
    return moment.astimezone(UTC)


def _data(values: object) -> Any:
    return to_json(normalize(dict(values) if isinstance(values, Mapping) else {}))


def _task(engine: ProcessEngine, task_id: str) -> dict[str, str]:
    parts = parse_task_id(task_id)
    rows = engine.read(OpenTasks(parts[0]), SYSTEM) if parts else ()
    return {"task": task_id, "element": next((row.element_id for row in rows if row.task_id == task_id), "")}


def _task_id(stage: Stage, step: Step, instance_id: str | None) -> str:
    """The task by its id; when that is not there, another open one of the same element that this person may do.

    Raises ConflictError("sandbox_no_such_task", element_id).
    """
    parts = parse_task_id(step["task"])
    rows = stage.engine.read(OpenTasks(parts[0]), SYSTEM) if parts else ()
    if any(row.task_id == step["task"] and row.element_id == step["element"] for row in rows):
        return str(step["task"])
    found = open_task(stage.engine, instance_id or "", step["element"], stage.actor(step["as"]))
    if found is None:
        raise ConflictError("sandbox_no_such_task", element_id=step["element"])
    return found.task_id
