"""What an auditor asks for, as the address says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, cast
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _

from engine import CaseFilter
from webui.paging import LONGEST_SEARCH

Status = Literal["active", "completed", "terminated"]
STATUSES = ("active", "completed", "terminated")
FIELDS = ("q", "process", "status", "outcome", "person", "task", "value", "time", "since", "until")


@dataclass(frozen=True, slots=True)
class Asked:
    """`values` as they were typed, without empty ones; `problems` by field. With problems there is no filter: half a question has no answer."""

    values: Mapping[str, str]
    filter: CaseFilter | None
    problems: Mapping[str, str]


def asked(arguments: Mapping[str, str]) -> Asked:
    cleaned = {name: arguments.get(name, "").replace("\0", "").strip()[:LONGEST_SEARCH] for name in FIELDS}
    values = {name: value for name, value in cleaned.items() if value}
    problems: dict[str, str] = {}
    since, until = _midnight(values, "since", problems), _midnight(values, "until", problems, days=1)
    if since and until and since >= until:
        problems["until"] = _("结束日期早于开始日期。")
    key, _slash, version = values.get("process", "").partition("/")
    if version and not (version.isascii() and version.isdigit()):
        problems["process"] = _("没有这个版本。")
    if values.get("status", "active") not in STATUSES:
        problems["status"] = _("没有这种状态。")
    if problems:
        return Asked(values, None, problems)
    wanted = CaseFilter(
        search=values.get("q", ""),
        process_key=key or None,
        version=int(version) if version else None,
        status=cast(Status, values["status"]) if "status" in values else None,
        outcome=values.get("outcome"),
        person=values.get("person", ""),
        task=values.get("task", ""),
        value=values.get("value", ""),
        time="ended" if values.get("time") == "ended" else "started",
        since=since,
        until=until,
    )
    return Asked(values, wanted, problems)


def _midnight(values: Mapping[str, str], name: str, problems: dict[str, str], days: int = 0) -> datetime | None:
    """The beginning of that day, or of one `days` later."""
    text = values.get(name)
    if not text:
        return None
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
        if not 1900 <= day.year <= 9000:
            raise ValueError(text)
    except (ValueError, OverflowError):
        problems[name] = _("日期应写成 2026-11-23 这样。")
        return None
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(current_app.config["TIME_ZONE"]))
