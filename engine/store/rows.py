"""Many rows in one INSERT with a constant text, which the server prepares once: one array for each column, unnested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert

from engine.store.database import json_text
from engine.store.tables import Base


def insert_rows(connection: sa.Connection, entity: type[Base], rows: Sequence[Mapping[str, Any]], *, replace: bool = False) -> None:
    """Insert `rows`, which all have the same keys. JSON columns take JSON data or, as str, its text. Nothing happens without rows.

    `replace`: a row with the same primary key takes the new values.
    """
    if not rows:
        return
    connection.execute(insert_statement(entity, tuple(rows[0]), replace=replace), row_arrays(entity, rows))


def row_arrays(entity: type[Base], rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """The parameters of insert_statement."""
    table = table_of(entity)
    return {name: [_plain(table.c[name].type, row[name]) for row in rows] for name in rows[0]}


def table_of(entity: type[Base]) -> sa.Table:
    """The table of a mapped class, typed."""
    table = entity.__table__
    assert isinstance(table, sa.Table)  # noqa: S101 - narrows SQLAlchemy's type
    return table


@cache
def insert_statement(entity: type[Base], columns: tuple[str, ...], *, replace: bool = False) -> Insert:
    """One INSERT of however many rows, with an array for each column."""
    table = table_of(entity)
    types = {name: table.c[name].type for name in columns}
    sent = {name: sa.Text() if isinstance(kind, (sa.JSON, ARRAY)) else kind for name, kind in types.items()}
    arrays = [sa.bindparam(name, type_=ARRAY(kind)) for name, kind in sent.items()]
    source = sa.func.unnest(*arrays).table_valued(*(sa.column(name, kind) for name, kind in sent.items())).render_derived()
    chosen = [sa.cast(source.c[name], kind) if sent[name] is not kind else source.c[name] for name, kind in types.items()]
    statement = insert(table).from_select(list(columns), sa.select(*chosen))
    if not replace:
        return statement
    keys = [column.name for column in table.primary_key]
    return statement.on_conflict_do_update(index_elements=keys, set_={name: statement.excluded[name] for name in columns if name not in keys})


def _plain(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    if isinstance(kind, sa.JSON):
        return value if isinstance(value, str) else json_text(value)
    if isinstance(kind, ARRAY):
        return array_text(value)
    return value


def array_text(items: Iterable[str | int]) -> str:
    """The text of a text[]: arrays of arrays cannot be unnested one level only."""
    return "{" + ",".join('"' + str(item).replace("\\", "\\\\").replace('"', '\\"') + '"' for item in items) + "}"
