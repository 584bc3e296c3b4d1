"""Events as a table for spreadsheet programs: CSV in UTF-8 with a byte order mark, one row per event."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import IO

from engine.audit.case import Case
from engine.bpmn.elements import Element
from engine.bpmn.pack import Pack
from engine.store.event_log import time_text
from engine.store.event_stream import LoggedEvent

COLUMNS = (
    ("流程实例", "instance"),
    ("标题", "title"),
    ("业务主键", "business key"),
    ("流程", "process"),
    ("版本", "version"),
    ("序号", "sequence"),
    ("时间(UTC)", "time (UTC)"),
    ("操作者", "actor"),
    ("姓名", "name"),
    ("代理", "on behalf of"),
    ("事件", "event"),
    ("流程标识", "process key"),
    ("元素标识", "element id"),
    ("元素", "element"),
    ("活动实例", "activity instance"),
    ("数据", "data"),
    ("哈希", "hash"),
    ("整条日志", "whole log"),
)
# What spreadsheet programs take for a formula, the full-width forms included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write(file: IO[bytes], cases: Iterable[Case], names: Mapping[str, str], language: str) -> int:
    """Answers how many events were written."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    rows = csv.writer(text)
    rows.writerow([en if language == "en" else zh for zh, en in COLUMNS])
    count = 0
    for each in cases:
        instance, integrity = each.instance, each.integrity(language)
        process = (instance.process_name_en or instance.process_name) if language == "en" else instance.process_name
        case = [instance.id, instance.title, instance.business_key, process, instance.version]
        for event in each.events:
            count += 1
            rows.writerow([safe(cell) for cell in (*case, *_cells(event, each.pack, names, language), integrity)])
    text.detach()
    return count


def _cells(event: LoggedEvent, pack: Pack, names: Mapping[str, str], language: str) -> list[str | int | None]:
    person = [event.actor, names.get(event.actor, event.actor), event.on_behalf_of]
    place = [event.process_key, event.element_id, element_name(pack, event, language), event.activity_instance_id]
    return [event.sequence, time_text(event.at), *person, event.kind, *place, event.data, event.hash.hex()]


def element_of(pack: Pack, event: LoggedEvent) -> Element | None:
    process = pack.processes.get(event.process_key or "")
    return process.elements.get(event.element_id or "") if process else None


def element_name(pack: Pack, event: LoggedEvent, language: str) -> str:
    """The element's name; its id when it has none, empty for events of the instance as a whole."""
    element = element_of(pack, event)
    if element is None:
        return event.element_id or ""
    return (element.name_en if language == "en" else "") or element.name or element.id


def safe(cell: str | int | None) -> str | int:
    """Text that no spreadsheet program takes for a formula: an apostrophe goes before it. NUL, which CSV readers refuse, is left out."""
    if not isinstance(cell, str):
        return "" if cell is None else cell
    text = cell.replace("\x00", "")
    return "'" + text if text.lstrip(" \u3000").startswith(FORMULA) or text.startswith(FORMULA) else text
