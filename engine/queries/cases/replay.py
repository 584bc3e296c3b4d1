"""Replay: every step of an instance, and the instance as it was right after any of them.

Moments are folded from the log each time, from the first event on. Nothing is kept between two requests: a cache would have to be right about who may
read, about which process answers, and about a log that somebody tampered with meanwhile; folding a thousand events costs about 10 ms, reading them
included (tests/benchmarks/bench_audit.py). Moments beside each other are answered together, for one fold: whoever looks at one goes on to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.forms import Component
from engine.model.errors import InputRejected
from engine.model.fold import Folder, InstanceState
from engine.model.identity import Actor
from engine.model.values import JsonValue, Value, from_json
from engine.queries.cases.heads import versions
from engine.queries.cases.history import in_words
from engine.queries.cases.replay_views import (
    MomentChange,
    MomentForm,
    MomentVariable,
    MomentView,
    ReplayStep,
    ReplayStepsPage,
    ReplayView,
)
from engine.queries.cases.story import Story
from engine.queries.labels import element_of, label_words, pack_fields
from engine.queries.reading import Query, Reading
from engine.queries.value_words import value_words
from engine.queries.views import ProcessCall
from engine.store.case_access import require_readable
from engine.store.checked_log import ReadEvent, read_checked, read_until
from engine.store.event_stream import LoggedInstance

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack

_TASK_KINDS = ("task_opened", "task_claimed", "task_unclaimed", "task_assigned", "task_completed")
# Variables that every instance has, and no form asks for.
_BUILT_IN = {"starter": ("发起人", "Started by"), "businessKey": ("业务编号", "Business key"), "startedAt": ("发起时间", "Started at")}
MOST_MOMENTS = 10
PAGE_STEPS = 1_000


@dataclass(frozen=True, slots=True)
class Replay(Query[ReplayView]):
    """The moment `at` (None: the last one), and the page of steps that it is on. For who took part; for auditors after InspectInstances.

    The whole chain is checked. When it does not hold, `found` says why, and all ends before the first event that does not fit.
    Raises NotFoundError, NotAllowedError("inspection_not_recorded"); InputRejected for a moment that never was.
    """

    instance_id: str
    at: int | None = None

    def answer(self, reading: Reading, actor: Actor) -> ReplayView:
        head = require_readable(reading.connection, actor, self.instance_id, reading.now)
        log = read_checked(reading.connection, head.id, head.end)
        if self.at is not None:
            _check(head, self.at)
        at = min(self.at or head.end.sequence, len(log.events))
        pack = reading.pack(head.deployment_id, head.digest)
        return ReplayView(
            instance_id=head.id,
            process_key=head.process_key,
            process_name=head.process_name,
            process_name_en=head.process_name_en,
            version=head.version,
            title=head.title,
            business_key=head.business_key,
            status=head.status,
            outcome=head.outcome,
            reason=head.reason,
            started_at=head.started_at,
            ended_at=head.ended_at,
            last_hash=head.end.hash.hex(),
            steps=_page_of_steps(reading, pack, log.events, at),
            moment=next(_Telling(reading, pack, head).moments(log.events[:at], at)) if at else None,
            found=log.found,
        )


@dataclass(frozen=True, slots=True)
class ReplaySteps(Query[ReplayStepsPage]):
    """The page of steps that the moment `at` is on. Raises as Replay does."""

    instance_id: str
    at: int

    def answer(self, reading: Reading, actor: Actor) -> ReplayStepsPage:
        head = require_readable(reading.connection, actor, self.instance_id, reading.now)
        _check(head, self.at)
        log = read_checked(reading.connection, head.id, head.end)
        return _page_of_steps(reading, reading.pack(head.deployment_id, head.digest), log.events, min(self.at, len(log.events)))


@dataclass(frozen=True, slots=True)
class ReplayMoments(Query[tuple[MomentView, ...]]):
    """The instance right after each event from `first` to `until` (or to the last one, if that is earlier), at most MOST_MOMENTS of them.

    Raises as Replay does; InputRejected, too, for more than that; EventLogCorrupt when one until there is not as it was recorded.
    """

    instance_id: str
    first: int
    until: int

    def answer(self, reading: Reading, actor: Actor) -> tuple[MomentView, ...]:
        head = require_readable(reading.connection, actor, self.instance_id, reading.now)
        _check(head, self.first)
        if not isinstance(self.until, int) or not self.first <= self.until < self.first + MOST_MOMENTS:
            raise InputRejected("wrong_number", field="until", minimum=self.first, maximum=self.first + MOST_MOMENTS - 1)
        pack = reading.pack(head.deployment_id, head.digest)
        events = read_until(reading.connection, head.id, min(self.until, head.end.sequence))
        return tuple(_Telling(reading, pack, head).moments(events, self.first))


def _page_of_steps(reading: Reading, pack: Pack, events: Sequence[ReadEvent], at: int) -> ReplayStepsPage:
    first = (max(at, 1) - 1) // PAGE_STEPS * PAGE_STEPS + 1
    shown = events[first - 1 : first - 1 + PAGE_STEPS]
    return ReplayStepsPage(first, first - 1 + len(shown), len(events), _steps(reading, pack, shown))


def _check(head: LoggedInstance, sequence: object) -> None:
    if not isinstance(sequence, int) or not 1 <= sequence <= head.end.sequence:
        raise InputRejected("wrong_number", field="sequence", minimum=1, maximum=head.end.sequence)


class _Telling:
    """Folds the events of one instance, and says how it stood after each of the last ones."""

    def __init__(self, reading: Reading, pack: Pack, head: LoggedInstance) -> None:
        self._reading, self._pack, self._head = reading, pack, head
        self._fields = _Fields(pack)
        self._versions = versions(reading, head.deployment_id)

    def moments(self, events: Sequence[ReadEvent], first: int) -> Iterator[MomentView]:
        """One for each event from the sequence `first` on; `events` begin with the first of all."""
        steps = iter(_steps(self._reading, self._pack, events[first - 1 :]))
        folder, story = Folder(), Story(self._pack)
        since: list[ReadEvent] = []
        for event in events:
            folder.add(event)  # type: ignore[arg-type]  # a row has a fact's attributes
            story.add(event)
            if event.kind == "command":
                since.clear()
            since.append(event)
            if event.sequence >= first:
                yield self._moment(next(steps), folder.state(), story, since)

    def _moment(self, step: ReplayStep, state: InstanceState, story: Story, since: Sequence[ReadEvent]) -> MomentView:
        event, head = since[-1], self._head
        changes = _changes(self._fields, since)
        return MomentView(
            instance_id=head.id,
            last_sequence=head.end.sequence,
            step=step,
            process_key=event.process_key or head.process_key,
            state=state,
            calls=_calls(story, head.version, self._versions),
            progress=story.progress(),
            variables=_variables(self._fields, state, story, event.activity_instance_id, changes),
            changes=changes,
            form=_form(self._pack, story, event, head.process_key),
        )


class _Fields:
    """Names and values of variables in words."""

    def __init__(self, pack: Pack) -> None:
        self._fields: Mapping[str, Component] = pack_fields(pack)

    def labels(self, name: str) -> tuple[str, str]:
        component = self._fields.get(name)
        zh, en = (label_words(component, "zh"), label_words(component, "en")) if component else _BUILT_IN.get(name, ("", ""))
        return zh or name, "" if en == zh else en

    def words(self, name: str, value: Value) -> tuple[str, str]:
        component = self._fields.get(name)
        return value_words(component, value, "zh"), value_words(component, value, "en")


def _steps(reading: Reading, pack: Pack, events: Sequence[ReadEvent]) -> tuple[ReplayStep, ...]:
    substituted = reading.user_names(event.on_behalf_of for event in events)
    lines = in_words(reading, pack, events, technical=True, most=len(events))
    return tuple(
        ReplayStep(line, event.on_behalf_of, substituted.get(event.on_behalf_of or "", "")) for line, event in zip(lines, events, strict=True)
    )


def _calls(story: Story, version: int, known: Mapping[str, int]) -> tuple[ProcessCall, ...]:
    return tuple(replace(call, version=known.get(call.process_key, call.version)) for call in story.calls(version))


def _changes(fields: _Fields, since: Sequence[ReadEvent]) -> tuple[MomentChange, ...]:
    """`since` are the events from the last command on; several changes of a variable are one, from the first old to the last new value."""
    found: dict[tuple[int, str], dict[str, JsonValue]] = {}
    here: set[tuple[int, str]] = set()
    for event in since:
        if event.kind != "variables_changed":
            continue
        scope = int(event.data["scope"])
        for name, change in event.data["changes"].items():
            first = found.get((scope, name), change)
            found[scope, name] = {key: each[key] for key, each in (("old", first), ("new", change)) if key in each}
            if event is since[-1]:
                here.add((scope, name))
    return tuple(_change(fields, scope, name, change, (scope, name) in here) for (scope, name), change in found.items())


def _change(fields: _Fields, scope: int, name: str, change: Mapping[str, JsonValue], here: bool) -> MomentChange:
    old, new = from_json(change.get("old")), from_json(change.get("new"))
    texts = (*fields.words(name, old), *fields.words(name, new))
    return MomentChange(name, *fields.labels(name), scope, old, new, *texts, "old" not in change, "new" not in change, here)


def _variables(
    fields: _Fields, state: InstanceState, story: Story, activity_instance_id: int, changes: Iterable[MomentChange]
) -> tuple[MomentVariable, ...]:
    changed = {(change.scope, change.name) for change in changes if change.here}
    lines = []
    for name, json in story.seen_by(activity_instance_id).items():
        value, scope = from_json(json), _home(state, activity_instance_id, name)
        lines.append(MomentVariable(name, *fields.labels(name), scope, *fields.words(name, value), value, (scope, name) in changed))
    return tuple(lines)


def _home(state: InstanceState, activity_instance_id: int, name: str) -> int:
    """The innermost scope that has the variable."""
    current = activity_instance_id
    while name not in state.variables.get(current, {}):
        token = state.tokens.get(current)
        if token is None:
            return 0
        current = token.scope
    return current


def _form(pack: Pack, story: Story, event: ReadEvent, process_key: str) -> MomentForm | None:
    if event.kind in _TASK_KINDS:
        return _task_form(pack, story, event)
    if event.kind == "command" and event.data["type"] == "StartInstance" and event.data["arguments"]["start_element_id"] is None:
        return _start_form(pack, event, process_key)
    return None


def _task_form(pack: Pack, story: Story, event: ReadEvent) -> MomentForm | None:
    element = element_of(pack, event.process_key, event.element_id)
    assignment = element.assignment if element else None
    form = pack.forms.get(assignment.form_id or "") if assignment else None
    if element is None or assignment is None or form is None:
        return None
    is_done = event.kind == "task_completed"
    scope = story.decided[-1].seen if is_done else story.seen_by(event.activity_instance_id)
    submitted = _values(event.data.get("values") or {}) if is_done else None
    return MomentForm(form.id, form, element.id, event.activity_instance_id, _values(scope), submitted, assignment.field_rights)


def _start_form(pack: Pack, event: ReadEvent, process_key: str) -> MomentForm | None:
    """What was submitted is the command's own input."""
    starts = pack.processes[process_key].starts()
    element = next((each for each in starts if each.event is None or each.event.type == "none"), None)
    assignment = element.assignment if element else None
    form = pack.forms.get(assignment.form_id or "") if assignment else None
    if element is None or assignment is None or form is None:
        return None
    arguments = event.data["arguments"]
    scope = {"starter": event.actor, "businessKey": arguments["business_key"], "startedAt": event.at}
    return MomentForm(form.id, form, element.id, 0, scope, _values(arguments["variables"]), assignment.field_rights)


def _values(values: Mapping[str, JsonValue]) -> dict[str, Value]:
    return {name: from_json(value) for name, value in values.items()}
