"""The files of a case as its log tells of them: who added which, and the digest by which a copy of one can be recognised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine import forms
from engine.model.values import Value, from_json


@dataclass(frozen=True, slots=True)
class LoggedFile:
    """`number` of an attachment, None for a file of a form. `reason` None: not removed."""

    number: int | None
    name: str
    size: int
    digest: str
    actor: str
    at: datetime
    reason: str | None = None


def logged_files(events: Iterable[Any]) -> tuple[LoggedFile, ...]:
    """In the order in which they came. `events` have kind, actor, at and data."""
    found: dict[int | str, LoggedFile] = {}
    for event in events:
        data = event.data
        if event.kind == "attachment_added":
            number = data["attachment"]
            found[number] = LoggedFile(number, data["name"], data["size"], data["digest"], event.actor, event.at)
        elif event.kind == "attachment_removed" and data["attachment"] in found:
            found[data["attachment"]] = replace(found[data["attachment"]], reason=data["reason"])
        elif event.kind == "variables_changed":
            for file in _within([from_json(change["new"]) for change in data["changes"].values() if "new" in change]):
                told = LoggedFile(None, str(file["name"]), int(str(file["size"])), str(file["digest"]), event.actor, event.at)
                found.setdefault(str(file["id"]), told)
    return tuple(found.values())


def _within(value: Value) -> Iterator[Mapping[str, Value]]:
    """The files in a value, however deep."""
    if isinstance(value, Mapping) and forms.is_file(value):
        yield value
    elif isinstance(value, (Mapping, list)):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _within(item)
