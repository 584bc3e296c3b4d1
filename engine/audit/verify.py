"""Recomputes the hash chain of every instance's event log, and says what is wrong with the first event that does not fit.

What a chain can prove: nobody changed, removed, inserted or moved an event without recomputing every hash after it and the end that the instance's
row keeps. Against that, keep `last_hash` of an export somewhere else: `Verified.end` is what to compare with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import orjson

from engine.bpmn.pack import Pack, load_pack
from engine.bpmn.runtime import state_of
from engine.model.errors import DefinitionRejected, EventLogCorrupt
from engine.model.events import Fact
from engine.model.fold import Folder
from engine.store.database import Database
from engine.store.diagnosis import BreakKind, ChainBreak, diagnose
from engine.store.event_log import GENESIS, canonical, chained
from engine.store.event_stream import Connection, LoggedEvent, LoggedInstance, count_instances, next_instances, stream_events
from engine.store.packs import PackCache

__all__ = ["ChainBreak", "Verification", "Verified", "verify_chains", "verify_instance"]

BATCH = 500


@dataclass(frozen=True, slots=True)
class Verified:
    """One instance: what is wrong with it first, or None; how many events it has, and the hash of the last one."""

    instance_id: str
    events: int
    end: bytes
    found: ChainBreak | None


@dataclass(frozen=True, slots=True)
class Verification:
    instances: int
    breaks: tuple[ChainBreak, ...]
    events: int = 0


def verify_chains(database: Database, progress: Callable[[int, int], None] = lambda _done, _total: None, *, snapshots: bool = False) -> Verification:
    """Every instance that exists when its turn comes; `progress` is told (done, total) after each batch, which is one view of the database.

    `snapshots`: also that each instance's snapshot, which the machine goes on from, says what its events say (slower: every event is read).
    """
    total = database.read(count_instances)
    packs: PackCache[Pack] = PackCache(load_pack)
    done, events, after = 0, 0, ""
    breaks: list[ChainBreak] = []
    while True:
        results = database.read(lambda connection, after=after: _batch(connection, after, packs if snapshots else None))  # type: ignore[misc]
        if not results:
            return Verification(done, tuple(breaks), events)
        breaks += [each.found for each in results if each.found is not None]
        done, events, after = done + len(results), events + sum(each.events for each in results), results[-1].instance_id
        progress(done, max(done, total))


def _batch(connection: Connection, after: str, packs: PackCache[Pack] | None) -> list[Verified]:
    return _verified(connection, next_instances(connection, after, BATCH), packs)


def verify_instance(connection: Connection, instance: LoggedInstance, packs: PackCache[Pack] | None = None) -> Verified:
    """One instance; with `packs` its snapshot, too."""
    return _verified(connection, [instance], packs)[0]


def _verified(connection: Connection, instances: Sequence[LoggedInstance], packs: PackCache[Pack] | None) -> list[Verified]:
    """The stream is read to its end before anything else is asked of the connection."""
    checks = {each.id: _Check(each, packs is not None) for each in instances}
    for instance_id, events in groupby(stream_events(connection, list(checks)), itemgetter(0)):
        checks[instance_id].follow(events)
    return [check.result(connection, packs) for check in checks.values()]


class _Check:
    """Follows one chain."""

    def __init__(self, instance: LoggedInstance, folds: bool) -> None:
        self._instance = instance
        self._folder = Folder() if folds else None
        self._count, self._digest, self._fits = 0, GENESIS, True

    def follow(self, events: Iterable[LoggedEvent]) -> None:
        count, digest, fits = 0, GENESIS, True
        for event in events if self._folder is None else self._folded(events, self._folder):
            count += 1
            digest = chained(digest, canonical(*event[:10]))
            # The hash that is stored goes on, so that one change is one break, wherever it is.
            if digest != event[10] or event[1] != count:
                fits, digest = False, event[10]
        self._count, self._digest, self._fits = count, digest, fits

    @staticmethod
    def _folded(events: Iterable[LoggedEvent], folder: Folder) -> Iterator[LoggedEvent]:
        for event in events:
            if event.kind != "command":
                data = orjson.loads(event.data)
                folder.add(Fact(event.kind, data, event.process_key, event.element_id, event.activity_instance_id))  # type: ignore[arg-type]
            yield event

    def result(self, connection: Connection, packs: PackCache[Pack] | None) -> Verified:
        instance, found = self._instance, None
        if not self._fits or (self._count, self._digest) != (instance.end.sequence, instance.end.hash):
            found = diagnose(list(stream_events(connection, [instance.id])), instance.id, instance.end)
        elif self._folder is not None and packs is not None and (kind := self._state_break(connection, packs, self._folder)) is not None:
            found = ChainBreak(instance.id, instance.end.sequence, kind)
        return Verified(instance.id, self._count, self._digest, found)

    def _state_break(self, connection: Connection, packs: PackCache[Pack], folder: Folder) -> BreakKind | None:
        """What is wrong with the snapshot."""
        try:
            pack = packs.get(connection, self._instance.deployment_id, self._instance.digest)
        except DefinitionRejected:
            return "pack"
        if pack.digest != self._instance.digest:
            return "pack"
        folded = folder.state()
        try:
            agrees = folded == state_of(pack, self._instance.snapshot) and folded.status == self._instance.status
        except EventLogCorrupt:
            agrees = False
        return None if agrees else "snapshot"
