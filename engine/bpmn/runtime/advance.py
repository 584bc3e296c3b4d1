"""The entrance to the runtime: bring a snapshot to life, let the stimulus happen, run, and put everything away again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine import feel
from engine.bpmn.runtime.behaviors.arming import happen, schedule_of
from engine.bpmn.runtime.catching import throw_error
from engine.bpmn.runtime.library import Library, Pack, library_of
from engine.bpmn.runtime.people import Directory, People, nobody_known
from engine.bpmn.runtime.scopes import Scopes, ScopeView
from engine.bpmn.runtime.snapshot import Stored, decode, dump, revive
from engine.bpmn.runtime.step import InstanceContext, Step
from engine.bpmn.runtime.thrown import ThrownError
from engine.bpmn.runtime.tokens import ERROR, STARTED, WAITING, Token, TokenWorkflow
from engine.bpmn.runtime.withdraw import withdraw
from engine.model.errors import InputRejected, InstanceNotActive, ProcessError
from engine.model.fold import InstanceState, TokenState
from engine.model.outcome import Outcome
from engine.model.stimuli import (
    CompleteJob,
    CompleteUserTask,
    FailJob,
    FireTimer,
    ReceiveMessage,
    ReceiveSignal,
    RetryIncident,
    SetVariables,
    Start,
    Stimulus,
    Terminate,
    ThrowError,
    WithdrawCompletion,
)
from engine.model.values import Value, to_json

_JOB_KINDS = ("service_task", "send_task", "intermediate_throw_event", "end_event")


def advance(
    pack: Pack, context: InstanceContext, snapshot: bytes | None, stimulus: Stimulus, now: datetime, directory: Directory = nobody_known
) -> Outcome:
    """One step of one instance. `snapshot` is None for Start only; `now` is aware UTC; `directory` answers what expressions ask about people.

    Raises InputRejected when the stimulus fits nothing that waits, NotWithdrawable, InstanceNotActive for an ended instance. What fails inside
    the process does not raise: it becomes an incident in the outcome.
    """
    library = library_of(pack)
    people = People(directory)
    step = _begin(library, context, now, people) if snapshot is None else _resume(library, context, decode(snapshot), now, people)
    _HANDLERS[type(stimulus)](step, stimulus)
    if step.status == "active":
        step.run()
    return _outcome(step)


def visible_variables(pack: Pack, snapshot: bytes, activity_instance_id: int) -> dict[str, Value]:
    """What an expression at the activity instance would see (0: the instance itself). An unknown id sees the instance's variables."""
    stored = decode(snapshot)
    workflow = revive(stored, library_of(pack))
    scopes = Scopes(workflow, stored.scopes, lambda *_: None)
    return dict(ScopeView(scopes, workflow.token(activity_instance_id) or workflow.root))


def state_of(pack: Pack, snapshot: bytes) -> InstanceState:
    """The runtime's state in the terms of the fold of the event log."""
    stored = decode(snapshot)
    workflow = revive(stored, library_of(pack))
    tokens: dict[int, TokenState] = {}
    waits: dict[int, str] = {}
    for token in workflow.tasks.values():
        if token is workflow.root:
            continue
        if not token.is_armed:
            tokens[token.id] = TokenState(token.task_spec.process.key, token.element.id, token.host.id)
        kind = _wait_kind(token)
        if kind is not None:
            waits[token.id] = kind
    return InstanceState(stored.status, tokens, {scope: names for scope, names in stored.scopes.items() if names}, waits)


def _wait_kind(token: Token) -> str | None:
    if token.state == ERROR:
        return "incident"
    kind, event = token.element.kind, token.element.event
    if token.is_armed or (token.state == STARTED and kind in ("intermediate_catch_event", "receive_task") and token.task_spec.role != "body"):
        return "timer" if event is not None and event.type == "timer" else "signal" if event is not None and event.type == "signal" else "message"
    if token.state != STARTED or token.task_spec.role == "body":
        return None
    if kind in ("user_task", "manual_task"):
        return "user_task"
    return "job" if kind in _JOB_KINDS else None


def _begin(library: Library, context: InstanceContext, now: datetime, people: People) -> Step:
    workflow = TokenWorkflow(library.process_spec(context.process_key), 0)
    workflow.create_root()
    return Step(library, context, workflow, {}, now, people)


def _resume(library: Library, context: InstanceContext, stored: Stored, now: datetime, people: People) -> Step:
    if stored.status != "active":
        raise InstanceNotActive(instance_id=context.instance_id, status=stored.status)
    step = Step(library, context, revive(stored, library), stored.scopes, now, people)
    step.end = stored.end
    return step


def _outcome(step: Step) -> Outcome:
    end = step.end if step.status != "active" else None
    blob = dump(step.workflow, step.scopes.stored(), step.status, step.end)
    closed = tuple(step.closed)
    opened, thrown = tuple(step.opened.values()), tuple(step.thrown)
    return Outcome(blob, step.status, _title(step), tuple(step.facts), opened, closed, thrown, end, step.people.asked)


def _title(step: Step) -> str | None:
    source = step.workflow.spec.model.title
    if not source:
        return None
    try:
        value = feel.compile(source).evaluate(ScopeView(step.scopes, step.workflow.root), now=step.now)
    except feel.FeelError:
        return None  # a title is a convenience: a broken one must not stop the process
    return None if value is None else feel.text(value)[:500]


# What each stimulus does before the tokens run


def _find(step: Step, activity_instance_id: int, *kinds: str) -> Token:
    token = step.workflow.token(activity_instance_id)
    if token is None or token is step.workflow.root or (kind := _wait_kind(token)) is None or kind not in kinds:
        raise InputRejected("unknown_activity", activity_instance_id=activity_instance_id, instance_id=step.context.instance_id)
    return token


def _move_on(step: Step, token: Token, values: Mapping[str, Value]) -> None:
    step.close(token.id)
    step.results(token, values)
    token.wake("outputs")


def _start(step: Step, stimulus: Start) -> None:
    model = step.workflow.spec.model
    if step.workflow.last_id:
        raise InputRejected("already_started", instance_id=step.context.instance_id)
    if stimulus.start_element_id is None:
        start = next((each for each in model.starts() if each.event is None or each.event.type == "none"), None)
    else:
        start = next((each for each in model.starts() if each.id == stimulus.start_element_id), None)
    if start is None:
        raise InputRejected("no_such_start", process_key=model.key, element_id=stimulus.start_element_id)
    context = step.context
    head = {"version": context.version, "deployment_id": context.deployment_id, "business_key": context.business_key, "starter": context.starter}
    step.fact("instance_started", None, process_key=model.key, **head)
    if stimulus.start_element_id is None:
        step.scopes.set(0, {**stimulus.values, **stimulus.known})
        step.enter(step.workflow.spec.spec(start.id), step.workflow.root)
        return
    step.scopes.set(0, stimulus.known)
    step.results(step.enter(step.workflow.spec.spec(start.id), step.workflow.root), stimulus.values)


def _complete_user_task(step: Step, stimulus: CompleteUserTask) -> None:
    token = _find(step, stimulus.activity_instance_id, "user_task")
    values = {name: to_json(value) for name, value in stimulus.values.items()}
    step.fact("task_completed", token, values=values, **stimulus.detail)
    _move_on(step, token, stimulus.values)


def _fire_timer(step: Step, stimulus: FireTimer) -> None:
    token = _find(step, stimulus.activity_instance_id, "timer")
    schedule = schedule_of(token)
    step.fact("timer_fired", token, due_at=to_json(schedule.due_at), remaining=schedule.remaining)
    if token.is_armed:
        happen(step, token, {})
    else:
        _move_on(step, token, {})


def _receive(step: Step, stimulus: ReceiveMessage | ReceiveSignal) -> None:
    kind = "message" if isinstance(stimulus, ReceiveMessage) else "signal"
    token = _find(step, stimulus.activity_instance_id, kind)
    event = token.element.event
    values = {name: to_json(value) for name, value in stimulus.values.items()}
    stays = token.is_armed and token.host.element.kind != "event_based_gateway" and not token.element.interrupting
    step.fact("message_received" if kind == "message" else "signal_received", token, name=event.name if event else None, values=values, stays=stays)
    if token.is_armed:
        happen(step, token, stimulus.values)
    else:
        _move_on(step, token, stimulus.values)


def _complete_job(step: Step, stimulus: CompleteJob) -> None:
    token = _find(step, stimulus.activity_instance_id, "job")
    step.fact("job_completed", token, values={name: to_json(value) for name, value in stimulus.values.items()})
    _move_on(step, token, stimulus.values)


def _fail_job(step: Step, stimulus: FailJob) -> None:
    token = _find(step, stimulus.activity_instance_id, "job")
    step.fact("job_failed", token, code=stimulus.code, message=stimulus.message, retries=stimulus.retries)
    if stimulus.retries <= 0:
        token.phase = "enter"
        step.fail(token, ProcessError(stimulus.code, message=stimulus.message))


def _throw_error(step: Step, stimulus: ThrowError) -> None:
    token = _find(step, stimulus.activity_instance_id, "job", "user_task")
    throw_error(step, token, ThrownError(stimulus.error_code, stimulus.message, stimulus.values))
    if token.state == ERROR:
        token.phase = "enter"


def _retry(step: Step, stimulus: RetryIncident) -> None:
    token = _find(step, stimulus.activity_instance_id, "incident")
    step.fact("incident_resolved", token)
    step.close(token.id)
    if token.phase == "wait":
        token.phase = "enter"
    if token.phase == "enter":
        step.undo_inputs(token)
    step.scopes.propagate(token, stimulus.values)  # where the failed expression finds them: a local of that name hides the instance's
    token._set_state(WAITING)
    token.wake(token.phase)


def _set_variables(step: Step, stimulus: SetVariables) -> None:
    token = step.workflow.token(stimulus.scope)
    if token is None or token.is_armed:
        raise InputRejected("unknown_activity", activity_instance_id=stimulus.scope, instance_id=step.context.instance_id)
    step.scopes.set(token.id, stimulus.values)


def _terminate(step: Step, stimulus: Terminate) -> None:
    for token in list(step.workflow.root.tokens()):
        step.cancel(token)
    step.status = "terminated"
    step.end = None
    step.fact("instance_terminated", None, reason=stimulus.reason)


_HANDLERS: dict[type[Any], Callable[[Step, Any], None]] = {
    Start: _start,
    CompleteUserTask: _complete_user_task,
    WithdrawCompletion: lambda step, stimulus: withdraw(step, stimulus, _wait_kind),
    FireTimer: _fire_timer,
    ReceiveMessage: _receive,
    ReceiveSignal: _receive,
    CompleteJob: _complete_job,
    FailJob: _fail_job,
    ThrowError: _throw_error,
    RetryIncident: _retry,
    SetVariables: _set_variables,
    Terminate: _terminate,
}
