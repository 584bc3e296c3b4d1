"""Event logs to take away, written to a temporary file: whoever gets one gets a whole one."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Literal, TypeAlias

from engine.audit import json_lines, table, xes
from engine.bpmn.pack import Pack
from engine.model.errors import InputRejected
from engine.model.identity import Actor, is_instance_id
from engine.store.case_access import require_all_readable
from engine.store.event_stream import Connection, LoggedEvent, LoggedInstance, logged_instance, stream_events, user_names
from engine.store.packs import PackCache

ExportFormat = Literal["csv", "jsonl", "xes"]
Cases: TypeAlias = Iterable[tuple[LoggedInstance, Pack, Iterable[LoggedEvent]]]
Writer: TypeAlias = Callable[[IO[bytes], Cases, Mapping[str, str], str], int]
FORMATS: Mapping[str, tuple[Writer, str]] = {
    "csv": (table.write, "text/csv; charset=utf-8"),
    "jsonl": (json_lines.write, "application/jsonl"),
    "xes": (xes.write, "application/xml"),
}
LANGUAGES = ("zh", "en")
MOST_AT_ONCE = 10_000
IN_MEMORY_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Exported:
    """`file` stands at its beginning; whoever has it closes it. `name` proposes a file name."""

    file: IO[bytes]
    name: str
    media_type: str
    instances: int
    events: int


@dataclass(frozen=True, slots=True)
class ExportEvents:
    """The events of instances, as csv, jsonl or xes, with names in one language. For who took part; for auditors after InspectInstances."""

    instance_ids: tuple[str, ...]
    format: ExportFormat
    language: str = "zh"

    def fetch(self, connection: Connection, actor: Actor, packs: PackCache[Pack], now: datetime) -> Exported:
        if self.format not in FORMATS:
            raise InputRejected("unknown_format", field="format", formats=", ".join(FORMATS))
        if self.language not in LANGUAGES:
            raise InputRejected("unknown_language", field="language", languages=", ".join(LANGUAGES))
        ids = list(dict.fromkeys(self.instance_ids))
        if not 1 <= len(ids) <= MOST_AT_ONCE:
            raise InputRejected("wrong_number", field="instance_ids", minimum=1, maximum=MOST_AT_ONCE)
        if not all(map(is_instance_id, ids)):
            raise InputRejected("wrong_type", field="instance_ids", expected="instance ids")
        require_all_readable(connection, actor, ids, now)
        write, media_type = FORMATS[self.format]
        file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - the caller closes it
        try:
            events = write(file, _cases(connection, ids, packs), user_names(connection), self.language)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        name = ids[0] if len(ids) == 1 else f"events-{now:%Y%m%d-%H%M%S}"
        return Exported(file, f"{name}.{self.format}", media_type, len(ids), events)


def _cases(connection: Connection, ids: list[str], packs: PackCache[Pack]) -> Iterator[tuple[LoggedInstance, Pack, Iterable[LoggedEvent]]]:
    """One after the other: each case's events must be read before the next case is asked for."""
    for instance_id in ids:
        instance = logged_instance(connection, instance_id)
        if instance is not None:
            yield instance, packs.get(connection, instance.deployment_id, instance.digest), stream_events(connection, [instance_id])
