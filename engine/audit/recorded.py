"""Recorded commands made executable again: what each did to its instance, without a database.

Written apart from engine.commands, from the recorded input alone: that the two agree is what re-execution proves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine import forms
from engine.bpmn.elements import Element
from engine.bpmn.pack import Pack
from engine.bpmn.runtime import InstanceContext, advance, visible_variables
from engine.model import stimuli
from engine.model.events import EventKind, Fact
from engine.model.identity import parse_task_id
from engine.model.outcome import InstanceStatus, UserTaskWait
from engine.model.stimuli import Stimulus
from engine.model.values import JsonValue, Value, from_json
from engine.store.seen import form_digest

LONGEST_NAME = 200


class Unreadable(Exception):
    """A recorded input that no command of this release writes; the text says what is wrong with it."""

# Files and records were checked when the command was recorded; neither may be there any more.
RECORDED = forms.Lookups(trusting=True)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A `command` event. `data`: type and arguments."""

    actor: str
    at: datetime
    data: Mapping[str, Any]

    @property
    def type(self) -> str:
        return str(self.data.get("type"))

    def person(self, user_id: str) -> Mapping[str, JsonValue] | None:
        """What the organisation answered then."""
        people = self.data.get("people", {})
        if user_id not in people:
            raise Unreadable(f"{self.type}: asks for {user_id}, whom the recorded command did not ask for")
        fields: Mapping[str, JsonValue] | None = people[user_id]
        return fields

    @property
    def arguments(self) -> Mapping[str, Any]:
        arguments = self.data.get("arguments")
        if not isinstance(arguments, Mapping):
            raise Unreadable("no arguments")
        return arguments


class Instance:
    """An instance that comes to life again."""

    def __init__(self, pack: Pack, process_key: str, id: str, version: int, deployment_id: str) -> None:
        self.pack = pack
        self.id = id
        self.process_key, self.version, self.deployment_id = process_key, version, deployment_id
        self.business_key: str | None = None
        self.starter: str | None = None
        self.snapshot = b""
        self.status: InstanceStatus = "active"
        self.title: str | None = None
        self.outcome: str | None = None
        self.reason: str | None = None
        self.tasks: dict[int, OpenTask] = {}  # by activity instance
        self.undo: Undo | None = None

    def step(self, stimulus: Stimulus, recorded: Recorded, now: datetime | None = None) -> tuple[Fact, ...]:
        context = InstanceContext(self.id, self.process_key, self.business_key, self.starter, self.version, self.deployment_id)
        outcome = advance(self.pack, context, self.snapshot or None, stimulus, now or recorded.at, recorded.person)
        self.undo = self._undo(stimulus)
        self.snapshot, self.status = outcome.snapshot, outcome.status
        self.title = outcome.title if outcome.title is not None else self.title
        self.outcome = outcome.end.outcome if outcome.end else None
        self.reason = stimulus.reason if isinstance(stimulus, stimuli.Terminate) else outcome.end.reason if outcome.end else None
        for number in outcome.closed:
            self.tasks.pop(number, None)
        for wait in outcome.opened:
            if isinstance(wait, UserTaskWait):
                assignee = wait.assignee[:LONGEST_NAME] if wait.assignee else None
                self.tasks[wait.activity_instance_id] = OpenTask(wait, assignee)
        return outcome.facts

    def _undo(self, stimulus: Stimulus) -> Undo | None:
        """What taking the step back will need: the state and the task as they still are."""
        if not isinstance(stimulus, stimuli.CompleteUserTask):
            return None
        return Undo(self.snapshot, self.tasks[stimulus.activity_instance_id].wait)

    def element(self, process_key: str, element_id: str) -> Element:
        return self.pack.processes[process_key].elements[element_id]


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task as the process opened it, and who has it now."""

    wait: UserTaskWait
    assignee: str | None


@dataclass(frozen=True, slots=True)
class Undo:
    """The completion that was the last step: the snapshot from before it, and its task."""

    before: bytes
    task: UserTaskWait


def replayed(instance: Instance, recorded: Recorded) -> tuple[Fact, ...]:
    """The command's facts, itself first. Raises Unreadable, and EngineError when the command would have been refused."""
    if not isinstance(recorded.data, Mapping):
        raise Unreadable("no command")
    handler = _HANDLERS.get(recorded.type)
    if handler is None:
        raise Unreadable(f"unknown command {recorded.type}")
    try:
        facts = handler(instance, recorded)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"{recorded.type}: {type(error).__name__}: {error}") from error
    return (Fact("command", recorded.data), *facts)


def _values(arguments: Mapping[str, Any]) -> dict[str, Value]:
    return {name: from_json(value) for name, value in arguments.get("variables", {}).items()}


def _start(instance: Instance, recorded: Recorded) -> tuple[Fact, ...]:
    """By a person at the none start event; else by a message (its key becomes the business key), a signal or a timer, without a starter."""
    arguments = recorded.arguments
    if arguments["digest"] != instance.pack.digest:
        raise Unreadable(f"StartInstance: started with pack {arguments['digest']}, not {instance.pack.digest}")
    element_id = arguments["start_element_id"]
    values: Mapping[str, Value] = _values(arguments)
    if element_id is None:
        instance.business_key, instance.starter = arguments["business_key"], recorded.actor
    else:
        instance.business_key = arguments.get("correlation_key")
    known = {"starter": instance.starter, "businessKey": instance.business_key, "startedAt": recorded.at}
    if element_id is None:
        values = _start_form(instance, values, known, recorded.at)
    return instance.step(stimuli.Start(values, element_id, known), recorded)


def _start_form(instance: Instance, given: Mapping[str, Value], known: Mapping[str, Value], at: datetime) -> Mapping[str, Value]:
    starts = instance.pack.processes[instance.process_key].starts()
    event = next(each for each in starts if each.event is None or each.event.type == "none")
    assignment = event.assignment
    if assignment is None or assignment.form_id is None:
        return given
    return forms.submit(instance.pack.forms[assignment.form_id], given, scope=known, rights=assignment.field_rights, now=at, lookups=RECORDED)


def _task_number(instance: Instance, arguments: Mapping[str, Any]) -> int:
    parts = parse_task_id(arguments["task_id"])
    if parts is None or parts[0] != instance.id:
        raise Unreadable(f"task of another instance: {arguments['task_id']}")
    return parts[1]


def _open_task(instance: Instance, number: int) -> OpenTask:
    task = instance.tasks.get(number)
    if task is None:
        raise Unreadable(f"no open task {number}")
    return task


def _complete(instance: Instance, recorded: Recorded) -> tuple[Fact, ...]:
    arguments, pack = recorded.arguments, instance.pack
    number = _task_number(instance, arguments)
    task = _open_task(instance, number).wait
    values: Mapping[str, Value] = _values(arguments)
    detail: dict[str, JsonValue] = {}
    if task.form_id is not None:
        assignment = instance.element(task.process_key, task.element_id).assignment
        scope = visible_variables(pack, instance.snapshot, number)
        rights = assignment.field_rights if assignment else {}
        values = forms.submit(pack.forms[task.form_id], values, scope=scope, rights=rights, now=recorded.at, lookups=RECORDED)
        detail = {"form_id": task.form_id, "form_digest": form_digest(pack.digest, pack.files, task.form_id)}
        if arguments["seen_digest"] is not None:
            detail["seen_digest"] = arguments["seen_digest"]
    return instance.step(stimuli.CompleteUserTask(number, values, detail), recorded)


def _withdraw(instance: Instance, recorded: Recorded) -> tuple[Fact, ...]:
    """Nothing but the last completion can be taken back; the task opens again for whoever takes it back."""
    number, undo = _task_number(instance, recorded.arguments), instance.undo
    if undo is None or undo.task.activity_instance_id != number:
        raise Unreadable(f"{number} was not the last completion")
    return instance.step(stimuli.WithdrawCompletion(number, undo.before, replace(undo.task, assignee=recorded.actor)), recorded)


def _assignment(kind: EventKind) -> Callable[[Instance, Recorded], tuple[Fact, ...]]:
    """Claim, give back, assign: the runtime knows nothing of these."""

    def handle(instance: Instance, recorded: Recorded) -> tuple[Fact, ...]:
        arguments = recorded.arguments
        number = _task_number(instance, arguments)
        task = _open_task(instance, number)
        assignee = {"task_claimed": recorded.actor, "task_unclaimed": None}.get(kind, arguments.get("assignee"))
        data: dict[str, JsonValue] = {"assignee": assignee, "previous": task.assignee}
        if arguments.get("reason"):
            data["reason"] = arguments["reason"]
        instance.tasks[number] = replace(task, assignee=assignee)
        return (Fact(kind, data, task.wait.process_key, task.wait.element_id, number),)

    return handle


def _copy(_instance: Instance, recorded: Recorded) -> tuple[Fact, ...]:
    """The task that it is about may have closed long before: its place is part of the input."""
    arguments = recorded.arguments
    data = {"to": arguments["user_ids"], "note": arguments["note"]}
    return (Fact("copy_sent", data, arguments["process_key"], arguments["element_id"], _number(recorded)),)


def _comment(_instance: Instance, recorded: Recorded) -> tuple[Fact, ...]:
    data = {name: value for name, value in recorded.arguments.items() if name != "process_key"}
    process_key = recorded.arguments["process_key"]
    if "mentioned" not in data:
        return (Fact("comment_deleted", data, process_key),)
    copies = (Fact("copy_sent", {"to": data["mentioned"], "note": ""}, process_key),) if data["mentioned"] else ()
    return (Fact("comment_changed" if "previous" in data else "comment_written", data, process_key), *copies)


def _attach(_instance: Instance, recorded: Recorded) -> tuple[Fact, ...]:
    process_key = recorded.arguments["process_key"]
    return tuple(Fact("attachment_added", file, process_key) for file in recorded.arguments["files"])


def _detach(_instance: Instance, recorded: Recorded) -> tuple[Fact, ...]:
    data = {name: value for name, value in recorded.arguments.items() if name != "process_key"}
    return (Fact("attachment_removed", data, recorded.arguments["process_key"]),)


def _number(recorded: Recorded) -> int:
    return int(recorded.arguments["activity_instance_id"])


def _fire(instance: Instance, recorded: Recorded) -> tuple[Fact, ...]:
    due_at = datetime.fromisoformat(recorded.arguments["due_at"])
    return instance.step(stimuli.FireTimer(_number(recorded)), recorded, max(recorded.at, due_at))


def _fail(instance: Instance, recorded: Recorded) -> tuple[Fact, ...]:
    arguments = recorded.arguments
    return instance.step(stimuli.FailJob(_number(recorded), arguments["code"], arguments["message"], arguments["retries"]), recorded)


def _terminate(instance: Instance, recorded: Recorded) -> tuple[Fact, ...]:
    return instance.step(stimuli.Terminate(recorded.arguments["reason"]), recorded)


def _carrying(
    stimulus: Callable[[int, Mapping[str, Value]], Stimulus],
) -> Callable[[Instance, Recorded], tuple[Fact, ...]]:
    """What comes to one activity instance with variables."""
    return lambda instance, recorded: instance.step(stimulus(_number(recorded), _values(recorded.arguments)), recorded)


_HANDLERS: dict[str, Callable[[Instance, Recorded], tuple[Fact, ...]]] = {
    "StartInstance": _start,
    "CompleteTask": _complete,
    "WithdrawCompletion": _withdraw,
    "ClaimTask": _assignment("task_claimed"),
    "UnclaimTask": _assignment("task_unclaimed"),
    "AssignTask": _assignment("task_assigned"),
    "SendCopy": _copy,
    "WriteComment": _comment,
    "ChangeComment": _comment,
    "DeleteComment": _comment,
    "AttachFiles": _attach,
    "RemoveAttachment": _detach,
    "FireTimer": _fire,
    "CorrelateMessage": _carrying(stimuli.ReceiveMessage),
    "BroadcastSignal": _carrying(stimuli.ReceiveSignal),
    "CompleteJob": _carrying(stimuli.CompleteJob),
    "FailJob": _fail,
    "RetryIncident": _carrying(stimuli.RetryIncident),
    "TerminateInstance": _terminate,
}
