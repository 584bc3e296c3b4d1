"""What was done in a sandbox -> a scenario file that does the same and expects what came of it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

import tomlkit
from tomlkit.items import Table

from engine.commands.input import checked_text
from engine.model.errors import ConflictError
from engine.model.identity import SYSTEM
from engine.model.values import YearsMonths, duration_text, from_json
from engine.process_engine import ProcessEngine
from engine.queries.cases.history import History
from engine.queries.cases.instances import InstanceView, Variables
from engine.queries.registers.record_lists import RecordList
from engine.queries.registers.registers import RecordTypes
from engine.queries.views import InstanceDetail
from engine.queries.worklist.worklist import OpenTasks
from engine.store.trial_server import TrialServer
from engine.trial.checks import path_of
from engine.trial.given_files import as_given, given_again, holds_file
from engine.trial.runner import ScenarioRunner
from engine.trial.sandbox_steps import Step, moment_of
from engine.trial.scenario_files import FOLDER, load_scenarios, read_duration
from engine.trial.stage import NumberedIds, Stage, later

_SKIPPED = frozenset({"claim", "unclaim", "file"})
_EXACT_DIGITS = 15  # what a TOML number keeps when it is read as a float


@dataclass(frozen=True, slots=True)
class Recording:
    """How a run is written down. `variables` are those whose values the scenario checks at the end."""

    name: str
    description: str = ""
    variables: Collection[str] = ()


def recorded(stage: Stage, instance_id: str | None, steps: Sequence[Step], recording: Recording, zone: tzinfo) -> bytes:
    """The text of a scenario file. Raises InputRejected, ConflictError: sandbox_empty, sandbox_incident, sandbox_not_recordable(kind)."""
    name = checked_text(recording.name, "name")
    description = checked_text(recording.description, "description", maximum=2000, required=False)
    if instance_id is None:
        raise ConflictError("sandbox_empty")
    view = stage.engine.read(InstanceView(instance_id), SYSTEM)
    if view.head.incidents:
        raise ConflictError("sandbox_incident")
    uploads = _uploads(steps)
    lasting = [_with_files(step, uploads) for step in _lasting(steps)]
    start = lasting[0]
    document = tomlkit.document()
    for line in description.splitlines():
        document.add(tomlkit.comment(line) if line.strip() else tomlkit.nl())
    document.update({"name": name, "process": start["process"], "as": start["as"], "clock": view.head.started_at.astimezone(zone)})
    if start["business_key"]:
        document["business_key"] = start["business_key"]
    document.add("start", _table(_given(start["values"], {})))
    before = tomlkit.aot()
    for step in (_with_files(step, uploads) for step in steps if step["kind"] == "record"):
        before.append(_table({"type": step["type"], "values": _given(step["values"], {})}))
    if before:
        document.add("record", before)
    taken = {decision.task_id: given_again(decision.values, uploads) for decision in view.decisions}
    made = tomlkit.aot()
    for step in _made(lasting[1:], view.head.started_at, taken):
        made.append(step)
    if made:
        document.add("step", made)
    document.add("expect", _expected(stage, view, recording.variables))
    return tomlkit.dumps(document).encode()


def _lasting(steps: Sequence[Step]) -> list[Step]:
    """The start and what follows it, without what was taken back; before it only time may have passed."""
    begun = next(at for at, step in enumerate(steps) if step["kind"] == "start")
    kept: list[Step] = []
    for step in steps:
        if step["kind"] == "withdraw":
            at = max(at for at, done in enumerate(kept) if done["kind"] == "task" and done["task"] == step["task"])
            del kept[at]
        elif step["kind"] not in _SKIPPED:
            kept.append(step)
    before = [step for step in steps[:begun] if step["kind"] not in ("record", "file")]
    for step in (*before, *(step for step in kept if step["kind"] == "retry")):
        if step["kind"] not in ("advance", "until"):
            raise ConflictError("sandbox_not_recordable", kind=str(step["kind"]))
    return kept[next(at for at, step in enumerate(kept) if step["kind"] == "start") :]


def _uploads(steps: Sequence[Step]) -> dict[str, dict[str, str]]:
    """id -> the file as scenarios give it. Every step numbers its ids anew, and an upload takes one."""
    ids, found = NumberedIds(), {}
    for number, step in enumerate(steps, 1):
        ids.begin(number)
        if step["kind"] == "file":
            found[ids()] = as_given(step["name"], b64decode(step["content"]))
    return found


def _with_files(step: Step, files: Mapping[str, Mapping[str, str]]) -> Step:
    entered = {key: given_again(step[key], files) for key in ("values", "data") if key in step}
    return {**step, **entered}


def _made(steps: Sequence[Step], moment: datetime, taken: Mapping[str, Mapping[str, Any]]) -> Iterator[Table]:
    """Steps of the file; `moment` is when the first of them begins, `taken` what each task's form made of what was typed."""
    for step in steps:
        kind = step["kind"]
        if kind == "task":
            table = _table({"task": step["element"], "as": step["as"]})
            data = _given(step["data"], taken.get(step["task"], {}))
            if data:
                table.add("data", _table(data))
            yield table
        elif kind in ("message", "signal"):
            table = _table({kind: step["name"], **({"key": step["key"]} if step.get("key") else {})})
            if step["data"]:
                table.add("data", _table(_given(step["data"], {})))
            yield table
        else:
            duration = read_duration(str(step["text"])) if kind == "advance" else moment_of(step["at"]) - moment
            if duration:
                yield _table({"advance": str(step["text"]) if kind == "advance" else duration_text(_days(duration))})
                moment = later(moment, duration)


def _days(duration: timedelta | YearsMonths) -> timedelta:
    return duration if isinstance(duration, timedelta) else timedelta(0)


def _expected(stage: Stage, view: InstanceDetail, variables: Collection[str]) -> Table:
    engine, head = stage.engine, view.head
    events = engine.read(History(head.instance_id), SYSTEM)
    path = tomlkit.array()
    path.extend(path_of(stage.pack, head.process_key, events))
    expected = tomlkit.table()
    expected["path"] = path.multiline(True)
    if head.status == "active":
        expected["status"] = "active"
        expected["open"] = [row.element_id for row in engine.read(OpenTasks(head.instance_id), SYSTEM)]
    else:
        ended: Mapping[str, Any] = next((event.data for event in events if event.kind == "instance_completed"), {})
        found = {"end": ended.get("end_element_id"), "outcome": head.outcome, "reason": head.reason}
        expected.update({key: text for key, text in found.items() if text})
    counts = list(_records(engine))
    if counts:
        expected["records"] = counts
    values = engine.read(Variables(head.instance_id), SYSTEM).values
    checked = {name: _plain(values[name]) for name in variables if name in values and not holds_file(values[name])}
    if checked := {name: value for name, value in checked.items() if value is not None}:
        expected.add("variables", _table(checked))
    return expected


def _records(engine: ProcessEngine) -> Iterator[dict[str, Any]]:
    for kind in engine.read(RecordTypes(), SYSTEM):
        total = engine.read(RecordList(kind.key, limit=1), SYSTEM).total
        yield {"type": kind.key, "count": total}


def _given(values: Any, taken: Mapping[str, Any]) -> dict[str, Any]:
    """What was entered, as the form took it where that can be written; what was left empty is left out."""
    found = {}
    for name, value in from_json(values).items():
        as_taken = _plain(taken.get(name))
        plain = _plain(value) if as_taken is None else as_taken
        if plain not in (None, "", []):
            found[name] = plain
    return found


def _plain(value: Any) -> Any:
    """A value as TOML has it, None when it has none: null, durations, ranges."""
    if isinstance(value, bool | str):
        return value
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value
    if isinstance(value, date | time):
        return value
    if isinstance(value, Mapping):
        return {key: plain for key, item in value.items() if (plain := _plain(item)) is not None}
    if isinstance(value, Sequence):
        items = [_plain(item) for item in value]
        return None if None in items else items
    return None


def _number(value: Decimal) -> Any:
    if value == value.to_integral_value() and abs(value) < 2**53:
        return int(value)
    return float(value) if len(value.as_tuple().digits) <= _EXACT_DIGITS else None


def _table(values: Mapping[str, Any]) -> Table:
    table = tomlkit.table()
    for name, value in values.items():
        table.add(name, _item(value))
    return table


def _item(value: Any) -> Any:
    """Contexts inside lists stand on one line."""
    if isinstance(value, Mapping):
        inline = tomlkit.inline_table()
        inline.update({key: _item(item) for key, item in value.items()})
        return inline
    if isinstance(value, list):
        array = tomlkit.array()
        array.extend([_item(item) for item in value])
        return array.multiline(any(isinstance(item, Mapping) for item in value))
    return value


def replays(files: Mapping[str, bytes], file: str, content: bytes, server: TrialServer) -> None:
    """Runs the new scenario once with the files that it was recorded with. Raises ConflictError("recording_differs", reason) unless it is green."""
    pack = {name: data for name, data in files.items() if not name.startswith(FOLDER)}
    runner = ScenarioRunner(pack)
    (scenario,) = load_scenarios({file: content})
    database = server.create()
    try:
        result = runner.run(scenario, database)
    finally:
        server.drop(database)
    if not result.passed:
        first = result.differences[0]
        raise ConflictError("recording_differs", reason=first.text[:500], reason_en=first.text_en[:500])
