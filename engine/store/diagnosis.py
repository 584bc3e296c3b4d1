"""What happened to an event log whose hashes do not fit: names the first event that is changed, missing, inserted or out of order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engine.store.event_log import GENESIS, ChainEnd, canonical, chained
from engine.store.event_stream import LoggedEvent

BreakKind = Literal["changed", "missing", "inserted", "reordered", "end", "snapshot", "pack"]
FARTHEST = 500  # how far away the event that belongs in a place is looked for
WORDS: dict[BreakKind, tuple[str, str]] = {
    "changed": (
        "第 {sequence} 条事件被改动过（或前一条被改动并重算了哈希）",
        "event {sequence} was changed (or the one before it, with its hash recomputed)",
    ),
    "missing": ("缺少第 {sequence} 条事件", "event {sequence} is missing"),
    "inserted": ("第 {sequence} 条事件是后来插入的", "event {sequence} was inserted"),
    "reordered": ("第 {sequence} 条事件的次序被调换过", "event {sequence} is out of order"),
    "end": (
        "事件相互衔接，但与流程实例所记的末尾（第 {sequence} 条）不同",
        "the events fit each other, but not the end that the instance keeps (event {sequence})",
    ),
    "pack": (
        "部署的流程包文件被改动过，无法核对快照（到第 {sequence} 条事件）",
        "the deployed files were changed, the snapshot cannot be checked (up to event {sequence})",
    ),
    "snapshot": ("快照与事件日志（到第 {sequence} 条）不一致", "the snapshot does not say what the events up to {sequence} say"),
}


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """The first event of an instance that does not fit; `kind` says how:

    changed: its content or hash, or (nobody can tell) its predecessor's content and hash; missing: no event of that number, or those after it moved
    up; inserted: it does not belong there, those after it do; reordered: it belongs elsewhere; end: the instance's row disagrees with events that fit
    each other; snapshot: the state that the machine goes on from disagrees with them; pack: the files that it was deployed with are not those.
    """

    instance_id: str
    sequence: int
    kind: BreakKind = "changed"

    @property
    def zh(self) -> str:
        return WORDS[self.kind][0].format(sequence=self.sequence)

    @property
    def en(self) -> str:
        return WORDS[self.kind][1].format(sequence=self.sequence)


def diagnose(events: Sequence[LoggedEvent], instance_id: str, end: ChainEnd) -> ChainBreak | None:
    """None when everything fits. `events` in the order of their sequence; `end` is that which the instance's row knows."""
    previous = GENESIS
    for index, event in enumerate(events):
        if event.sequence != index + 1:
            return ChainBreak(instance_id, index + 1, "missing")
        if index == end.sequence and previous == end.hash:
            return ChainBreak(instance_id, event.sequence, "inserted")
        if not _fits(previous, event, event.sequence):
            return _break(events, index, previous, instance_id, end)
        previous = event.hash
    if len(events) < end.sequence:
        return ChainBreak(instance_id, len(events) + 1, "missing")
    if (len(events), previous) != (end.sequence, end.hash):
        return ChainBreak(instance_id, end.sequence, "end")
    return None


def _fits(previous: bytes, event: LoggedEvent, sequence: int) -> bool:
    """Whether the event was hashed as the one of that number after `previous`."""
    return chained(previous, canonical(event.instance_id, sequence, *event[2:10])) == event.hash


def _break(events: Sequence[LoggedEvent], index: int, previous: bytes, instance_id: str, end: ChainEnd) -> ChainBreak:
    """The event at `index` does not follow `previous`."""
    place = events[index].sequence
    if index > 0 and _fits(events[index - 2].hash if index > 1 else GENESIS, events[index], place - 1):
        return ChainBreak(instance_id, place - 1, "inserted")
    near = events[index + 1 : index + 1 + FARTHEST]
    true_one = next((each for each in near if _fits(previous, each, place)), None)
    if true_one is not None:
        return ChainBreak(instance_id, place, "reordered" if _belongs_later(events, index, true_one) else "inserted")
    following = events[index + 1] if index + 1 < len(events) else None
    moved_up = (end.sequence, end.hash) == (place + 1, events[index].hash)
    if moved_up if following is None else _fits(events[index].hash, following, place + 2):
        return ChainBreak(instance_id, place, "missing")
    return ChainBreak(instance_id, place, "changed")


def _belongs_later(events: Sequence[LoggedEvent], index: int, true_one: LoggedEvent) -> bool:
    """Whether the event at `index` continues the chain somewhere after the one that belongs in its place."""
    wrong, hash, sequence = events[index], true_one.hash, events[index].sequence + 1
    rest = [each for each in events[index + 1 : index + 1 + FARTHEST] if each is not true_one]
    while True:
        if _fits(hash, wrong, sequence):
            return True
        following = next((each for each in rest if _fits(hash, each, sequence)), None)
        if following is None:
            return False
        rest.remove(following)
        hash, sequence = following.hash, sequence + 1
