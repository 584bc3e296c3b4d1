"""Event logs to take away, written to a temporary file: whoever gets one gets a whole one."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Literal, TypeAlias

from engine.audit import json_lines, table, xes
from engine.audit.case import Case
from engine.bpmn.pack import Pack
from engine.model.errors import InputRejected
from engine.model.identity import Actor, is_instance_id
from engine.store.case_access import require_all_readable
from engine.store.checked_log import check
from engine.store.diagnosis import ChainBreak
from engine.store.event_stream import Connection, logged_instance, stream_events, user_names
from engine.store.packs import PackCache

ExportFormat = Literal["csv", "jsonl", "xes"]
Writer: TypeAlias = Callable[[IO[bytes], Iterable[Case], Mapping[str, str], str], int]
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
    """`file` stands at its beginning; whoever has it closes it. `name` proposes a file name. `broken`: cases whose event log does not hold, which the
    file says beside each of them, too."""

    file: IO[bytes]
    name: str
    media_type: str
    instances: int
    events: int
    broken: tuple[ChainBreak, ...]


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
        broken: list[ChainBreak] = []
        file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - the caller closes it
        try:
            events = write(file, _cases(connection, ids, packs, broken), user_names(connection), self.language)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        name = ids[0] if len(ids) == 1 else f"events-{now:%Y%m%d-%H%M%S}"
        return Exported(file, f"{name}.{self.format}", media_type, len(ids), events, tuple(broken))


def _cases(connection: Connection, ids: list[str], packs: PackCache[Pack], broken: list[ChainBreak]) -> Iterator[Case]:
    """One after the other, each read whole and checked before anything of it is written."""
    for instance_id in ids:
        instance = logged_instance(connection, instance_id)
        if instance is None:
            continue
        events = list(stream_events(connection, [instance_id]))
        _fitting, found = check(events, instance_id, instance.end)
        if found is not None:
            broken.append(found)
        yield Case(instance, packs.get(connection, instance.deployment_id, instance.digest), events, found)
