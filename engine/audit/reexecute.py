"""Runs an instance again, in memory and without effects, from the commands that its log recorded, and compares what comes of it with the log.

Each `command` event holds an input, its actor and its time; the pack is that of the instance's deployment. The runtime is a function of these, so
every fact, and with it every hash, must come out the same. What connectors answered is part of the recorded input (CompleteJob): none is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from engine.audit.recorded import Instance, Recorded, Unreadable, replayed
from engine.bpmn.pack import Pack
from engine.bpmn.runtime import state_of
from engine.model.errors import EngineError, EventLogCorrupt
from engine.store.event_log import ChainEnd, Stamp, stamped
from engine.store.event_stream import LoggedEvent, LoggedInstance

_COMPARED = ("kind", "at", "actor", "on_behalf_of", "process_key", "element_id", "activity_instance_id", "data", "hash")


@dataclass(frozen=True, slots=True)
class Difference:
    """The first event that comes out otherwise. `recorded`, `again`: what the database has and what came out, as text.

    `field` is the part of the event that differs. Or count: the log or what came out has no such event; input: the recorded input cannot be executed
    (`again` says why); pack: the deployed files are not those any more; and, after the last event, a part of the instance's row: snapshot, status,
    outcome, reason or title.
    """

    sequence: int
    field: str
    recorded: str
    again: str


@dataclass(frozen=True, slots=True)
class Reexecution:
    """`commands` and `events` count what was executed and compared."""

    instance_id: str
    commands: int
    events: int
    difference: Difference | None

    @property
    def zh(self) -> str:
        """In words; empty when everything came out the same."""
        return "" if self.difference is None else _ZH.format(self.difference)

    @property
    def en(self) -> str:
        return "" if self.difference is None else _EN.format(self.difference)


_ZH = "重演到第 {0.sequence} 条事件时不同（{0.field}）：记录为“{0.recorded}”，重演得到“{0.again}”"
_EN = "differs at event {0.sequence} ({0.field}): recorded “{0.recorded}”, again “{0.again}”"


class _Differs(Exception):
    def __init__(self, difference: Difference) -> None:
        super().__init__(difference.field)
        self.difference = difference


def reexecute(instance: LoggedInstance, pack: Pack, events: Iterable[LoggedEvent]) -> Reexecution:
    """Execute again and compare. `pack` is that of the instance's deployment, `events` its whole log in order."""
    if pack.digest != instance.digest:
        return Reexecution(instance.id, 0, 0, Difference(1, "pack", instance.digest, pack.digest))
    run = _Run(instance, pack)
    try:
        for segment in _segments(events):
            run.execute(segment)
        run.compare_end()
    except _Differs as differs:
        return Reexecution(instance.id, run.commands, run.end.sequence, differs.difference)
    return Reexecution(instance.id, run.commands, run.end.sequence, None)


def _segments(events: Iterable[LoggedEvent]) -> Iterator[list[LoggedEvent]]:
    """A command and what came of it, one after the other."""
    segment: list[LoggedEvent] = []
    for event in events:
        if event.kind == "command" and segment:
            yield segment
            segment = []
        segment.append(event)
    if segment:
        yield segment


class _Run:
    """The instance as it comes out again."""

    def __init__(self, instance: LoggedInstance, pack: Pack) -> None:
        self._instance = instance
        self._again = Instance(pack, instance.process_key, instance.id, instance.version, instance.deployment_id)
        self._pack = pack
        self.commands = 0
        self.end = ChainEnd()

    def execute(self, segment: Sequence[LoggedEvent]) -> None:
        head = segment[0]
        if head.kind != "command" or head.sequence != self.end.sequence + 1:
            raise _Differs(Difference(self.end.sequence + 1, "count", _text(head), "command"))
        recorded = Recorded(head.actor, head.at, orjson.loads(head.data))
        try:
            facts = replayed(self._again, recorded)
        except (EngineError, Unreadable) as refusal:
            raise _Differs(Difference(head.sequence, "input", head.data, str(refusal))) from refusal
        self.commands += 1
        rows, end = stamped(facts, self.end, Stamp(head.instance_id, head.at, head.actor, head.on_behalf_of))
        for logged, row in zip(segment, rows, strict=False):
            _compare(logged, row)
        if len(segment) != len(rows):
            place = min(len(segment), len(rows))
            logged_text = _text(segment[place]) if place < len(segment) else ""
            raise _Differs(Difference(head.sequence + place, "count", logged_text, str(rows[place]["kind"]) if place < len(rows) else ""))
        self.end = end

    def compare_end(self) -> None:
        """The instance's row: it is what the machine goes on from, and what lists show."""
        row, again = self._instance, self._again
        if self.end != row.end:
            raise _Differs(Difference(self.end.sequence + 1, "count", str(row.end.sequence), str(self.end.sequence)))
        pairs: list[tuple[str, Any, Any]] = [
            ("status", row.status, again.status),
            ("outcome", row.outcome, again.outcome),
            ("reason", row.reason, again.reason),
            ("title", row.title, again.title),
        ]
        for field, recorded, came_out in pairs:
            if recorded != came_out:
                raise _Differs(Difference(self.end.sequence, field, str(recorded), str(came_out)))
        if again.snapshot != row.snapshot:
            self._compare_states(again.snapshot)

    def _compare_states(self, snapshot: bytes) -> None:
        """Compression may write the same state in other bytes."""
        try:
            recorded = state_of(self._pack, self._instance.snapshot)
        except EventLogCorrupt as error:
            raise _Differs(Difference(self.end.sequence, "snapshot", str(error), "")) from error
        if recorded != state_of(self._pack, snapshot):
            raise _Differs(Difference(self.end.sequence, "snapshot", str(recorded), str(state_of(self._pack, snapshot))))


def _compare(logged: LoggedEvent, row: dict[str, Any]) -> None:
    for field in _COMPARED:
        recorded, again = getattr(logged, field), row[field]
        if recorded != again:
            raise _Differs(Difference(logged.sequence, field, _shown(recorded), _shown(again)))


def _shown(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else "" if value is None else str(value)


def _text(event: LoggedEvent) -> str:
    return f"{event.kind} {event.data}"
