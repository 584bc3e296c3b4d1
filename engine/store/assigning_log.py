"""What the log of changes to people says of substitutes and handovers, and whether their rows still say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.store.accounts import AccountEvent
from engine.store.assigning import Handover, Substitution
from engine.store.rows import table_of

SUBSTITUTE_SET, SUBSTITUTE_ENDED, HANDED_OVER = "substitute_set", "substitute_ended", "work_handed_over"
_SET = ("substitute_id", "from_at", "until", "process_keys", "reason")
_ENDED = ("ended_at",)
_HANDED = ("to_user", "tasks", "lasting", "reason")
Changes = dict[str, dict[str, Any]]


def set_changes(row: Mapping[str, Any]) -> Changes:
    """Of a new row of `substitutions`."""
    return _new(row, "substitution", _SET)


def ended_changes(row: Mapping[str, Any]) -> Changes:
    return _new(row, "substitution", ("substitute_id", *_ENDED))


def handover_changes(row: Mapping[str, Any]) -> Changes:
    """Of a new row of `handovers`."""
    return _new(row, "handover", _HANDED)


def _new(row: Mapping[str, Any], kind: str, fields: tuple[str, ...]) -> Changes:
    return {kind: {"new": row["id"]}, **{name: {"new": _plain(row[name])} for name in fields}}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def rows_unlike_log(connection: sa.Connection) -> tuple[tuple[str, int], ...]:
    """(`substitution` or `handover`, id) of rows that were changed, left out or put in past the log; what is older than the log is not looked at."""
    found = _unlike(connection, "substitution", table_of(Substitution), _logged(connection, "substitution"), (*_SET, *_ENDED), "user_id")
    found += _unlike(connection, "handover", table_of(Handover), _logged(connection, "handover"), _HANDED, "from_user")
    return tuple(found)


def _logged(connection: sa.Connection, kind: str) -> dict[int, dict[str, Any]]:
    """id -> what the events say, later ones over earlier ones."""
    kinds = (HANDED_OVER,) if kind == "handover" else (SUBSTITUTE_SET, SUBSTITUTE_ENDED)
    columns = (AccountEvent.kind, AccountEvent.subject_id, AccountEvent.changes)
    statement = sa.select(*columns).where(AccountEvent.kind.in_(kinds)).order_by(AccountEvent.number)
    logged: dict[int, dict[str, Any]] = {}
    for row in connection.execute(statement):
        said = {name: change.get("new") for name, change in row.changes.items()}
        # The end of an absence that began before the log says nothing of its beginning.
        if row.kind != SUBSTITUTE_ENDED or said[kind] in logged:
            logged.setdefault(said[kind], {}).update(said, of=row.subject_id)
    return logged


def _unlike(
    connection: sa.Connection, kind: str, table: sa.Table, logged: Mapping[int, Mapping[str, Any]], fields: tuple[str, ...], of: str
) -> list[tuple[str, int]]:
    if not logged:
        return []
    statement = sa.select(table).where(table.c.id >= min(logged)).order_by(table.c.id)
    rows = {row["id"]: row for row in connection.execute(statement).mappings()}
    return [(kind, id) for id in _differing(rows, logged, fields, of)]


def _differing(rows: Mapping[int, Any], logged: Mapping[int, Mapping[str, Any]], fields: tuple[str, ...], of: str) -> Iterator[int]:
    for id in sorted({*rows, *logged}):
        row, said = rows.get(id), logged.get(id)
        if row is None or said is None or row[of] != said["of"] or any(_moment(row[name]) != _moment(said.get(name)) for name in fields):
            yield id


def _moment(value: Any) -> Any:
    """Times compare as times, whatever zone they were written in."""
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return value
    return value
