"""What a scenario expected against what happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bpmn.pack import Pack
from engine.model.errors import EngineError
from engine.model.events import HistoryEvent
from engine.model.identity import SYSTEM
from engine.model.values import normalize
from engine.process_engine import ProcessEngine
from engine.queries.cases.history import History
from engine.queries.cases.instances import InstanceView, Variables
from engine.queries.registers.record_lists import RecordList
from engine.queries.registers.registers import RecordView
from engine.queries.views import InstanceDetail
from engine.queries.worklist.worklist import OpenTasks
from engine.trial.outcomes import Difference
from engine.trial.scenario_files import Expected, ExpectedRecords

_HAPPENED = frozenset({"task_completed", "timer_fired", "message_received", "signal_received"})


def differences(engine: ProcessEngine, pack: Pack, instance_id: str, expected: Expected) -> Iterator[Difference]:
    """One for each expectation that was not met."""
    view = engine.read(InstanceView(instance_id), SYSTEM)
    events = engine.read(History(instance_id), SYSTEM)
    yield from _path(tuple(path_of(pack, view.head.process_key, events)), expected)
    yield from _end(engine, view, events, expected)
    for records in expected.records:
        yield from _records(engine, records)
    yield from _variables(engine, instance_id, expected.variables)


def path_of(pack: Pack, process_key: str, events: tuple[HistoryEvent, ...]) -> Iterator[str]:
    """Start and end events of the process itself, and everywhere completed tasks, fired timers, received messages and signals, in order."""
    outermost = pack.processes[process_key].elements
    for event in events:
        element = outermost.get(event.element_id or "") if event.process_key == process_key else None
        is_frame = element is not None and element.parent is None and element.kind in ("start_event", "end_event")
        if event.element_id and (event.kind in _HAPPENED or (event.kind == "activity_entered" and is_frame)):
            yield event.element_id


def _path(happened: tuple[str, ...], expected: Expected) -> Iterator[Difference]:
    wanted = expected.path
    if wanted is None or wanted == happened:
        return
    same = next((number for number, pair in enumerate(zip(wanted, happened, strict=False)) if pair[0] != pair[1]), min(len(wanted), len(happened)))
    should = wanted[same] if same < len(wanted) else ""
    did = happened[same] if same < len(happened) else ""
    way = " → ".join(happened)
    zh = f"路径第 {same + 1} 处应为 {should or '结束'}，实际为 {did or '没有再发生什么'}；实际路径：{way}"
    en = f"At place {same + 1} of the path: expected {should or 'the end'}, was {did or 'nothing'}; the path was: {way}"
    yield Difference(zh, en, did or should, should, did)


def _end(engine: ProcessEngine, view: InstanceDetail, events: tuple[HistoryEvent, ...], expected: Expected) -> Iterator[Difference]:
    ended = next((event.data for event in events if event.kind == "instance_completed"), {})
    head = view.head
    pairs: tuple[tuple[str, str, str | None, Any], ...] = (
        ("状态", "Status", expected.status, head.status),
        ("结束事件", "End event", expected.end, ended.get("end_element_id")),
        ("结果", "Outcome", expected.outcome, head.outcome),
        ("原因", "Reason", expected.reason, head.reason),
    )
    open_now = tuple(row.element_id for row in engine.read(OpenTasks(head.instance_id), SYSTEM))
    active = head.status == "active"
    for name, name_en, should, did in pairs:
        if should is None or should == did:
            continue
        still = f"；流程还在进行，待办：{'、'.join(open_now) or '无'}" if active else ""
        still_en = f"; it is still running, open: {', '.join(open_now) or 'none'}" if active else ""
        zh, en = f"{name}应为 {should}，实际为 {did or '无'}{still}", f"{name_en}: expected {should}, was {did or 'none'}{still_en}"
        yield Difference(zh, en, (open_now[0] if open_now else "") if active else ended.get("end_element_id") or "", should, did or "")
    if expected.open is not None and sorted(expected.open) != sorted(open_now):
        should, did = "、".join(expected.open), "、".join(open_now)
        en = f"Open tasks: expected {', '.join(expected.open) or 'none'}, were {', '.join(open_now) or 'none'}"
        yield Difference(f"待办应为 {should or '无'}，实际为 {did or '无'}", en, next(iter(open_now), ""), should, did)


def _records(engine: ProcessEngine, expected: ExpectedRecords) -> Iterator[Difference]:
    type = expected.type
    try:
        page = engine.read(RecordList(type, limit=500), SYSTEM)
    except EngineError as error:
        yield Difference(f"台账 {type}：{error}", f"Register {type}: {error}")
        return
    if expected.count is not None and page.total != expected.count:
        zh, en = f"台账 {type} 应有 {expected.count} 条记录，实际有 {page.total} 条", f"Register {type}: expected {expected.count}, has {page.total}"
        yield Difference(zh, en, "", str(expected.count), str(page.total))
    if expected.count is None and not page.total:
        yield Difference(f"台账 {type} 里没有记录", f"Register {type} is empty")
    wanted = normalize(dict(expected.values))
    if wanted and not any(_has(engine, type, row.record_id, wanted) for row in page.rows):
        shown = _shown(wanted)
        yield Difference(f"台账 {type} 里没有一条记录符合 {shown}", f"No record of register {type} has {shown}", "", shown)


def _has(engine: ProcessEngine, type: str, record_id: str, wanted: Mapping[str, Any]) -> bool:
    values = engine.read(RecordView(type, record_id), SYSTEM).values
    return all(values.get(key) == value for key, value in wanted.items())


def _variables(engine: ProcessEngine, instance_id: str, expected: Mapping[str, Any]) -> Iterator[Difference]:
    values = engine.read(Variables(instance_id), SYSTEM).values
    for name, wanted in normalize(dict(expected)).items():
        if name not in values:
            yield Difference(f"变量 {name} 应为 {wanted}，实际没有这个变量", f"Variable {name}: expected {wanted}, there is none", "", str(wanted))
        elif values[name] != wanted:
            did = values[name]
            yield Difference(f"变量 {name} 应为 {wanted}，实际为 {did}", f"Variable {name}: expected {wanted}, was {did}", "", str(wanted), str(did))


def _shown(values: Mapping[str, Any]) -> str:
    return "、".join(f"{key} = {value}" for key, value in values.items())
