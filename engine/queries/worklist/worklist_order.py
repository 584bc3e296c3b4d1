"""Orders of the task list, and where in one of them a page begins: a stretch of an index, however many tasks there are."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from engine.model.errors import InputRejected
from engine.model.identity import is_instance_id
from engine.model.task_list import Sort
from engine.queries.views import TaskRow
from engine.store.tables import NO_DUE, WorkItem

_LAST = (WorkItem.instance_id, WorkItem.activity_instance_id)
DUE: sa.ColumnElement[Any] = sa.type_coerce(sa.literal_column(NO_DUE.replace("due_at", "work_items.due_at")), sa.DateTime(timezone=True))
NEVER = sa.literal_column("'infinity'::timestamp with time zone", sa.DateTime(timezone=True))


def _at(value: Any) -> sa.ColumnElement[Any]:
    return NEVER if value is None else sa.literal(_moment(value), sa.DateTime(timezone=True))


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment


def _number(value: Any) -> sa.ColumnElement[Any]:
    return sa.literal(int(value), sa.Integer())


@dataclass(frozen=True, slots=True)
class _Key:
    """A column of an order: how to read it from a row, how a cursor's value is compared with it."""

    column: sa.SQLColumnExpression[Any]
    of: Callable[[TaskRow], Any]
    value: Callable[[Any], sa.ColumnElement[Any]]


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


_PRIORITY = _Key(-WorkItem.priority, lambda row: -row.priority, _number)
_DUE_KEY = _Key(DUE, lambda row: _text(row.due_at), _at)
_CREATED = _Key(WorkItem.created_at, lambda row: _text(row.created_at), _at)
_NAME = _Key(WorkItem.element_name, lambda row: row.element_name, lambda value: sa.literal(str(value), sa.Text()))
_CLOSED = _Key(WorkItem.closed_at, lambda row: _text(row.completed_at), _at)
_IDS = (
    _Key(WorkItem.instance_id, lambda row: row.instance_id, lambda value: sa.literal(_instance(value), sa.Text())),
    _Key(WorkItem.activity_instance_id, lambda row: row.activity_instance_id, _number),
)


def _instance(value: Any) -> str:
    if not is_instance_id(value):
        raise ValueError(value)
    return str(value)


@dataclass(frozen=True, slots=True)
class Order:
    """All keys in one direction, none of them null."""

    name: Sort
    keys: tuple[_Key, ...]
    descending: bool = False

    def columns(self, *, backwards: bool = False) -> tuple[sa.SQLColumnExpression[Any], ...]:
        return tuple(key.column.desc() if self.descending != backwards else key.column.asc() for key in self.keys)

    def labelled(self) -> tuple[sa.ColumnElement[Any], ...]:
        """The keys under names of their own, for `of`."""
        return tuple(key.column.label(f"key_{at}") for at, key in enumerate(self.keys))

    def of(self, columns: Any, *, backwards: bool = False) -> tuple[sa.ColumnElement[Any], ...]:
        """As `columns`, in a subquery that has the labelled keys."""
        named = (columns[f"key_{at}"] for at in range(len(self.keys)))
        return tuple(column.desc() if self.descending != backwards else column.asc() for column in named)

    def cursor(self, row: TaskRow) -> str:
        """Names the place of a row, also when the row is gone."""
        return base64.urlsafe_b64encode(orjson.dumps([self.name, *(key.of(row) for key in self.keys)])).decode().rstrip("=")

    def beyond(self, cursor: str, *, backwards: bool = False) -> sa.ColumnElement[bool]:
        """What comes after the place, or before it. Raises InputRejected for a cursor of another order or of nobody's making."""
        try:
            name, *values = orjson.loads(base64.urlsafe_b64decode(cursor[:2000] + "=" * (-len(cursor) % 4)))
            if name != self.name or len(values) != len(self.keys):
                raise ValueError(name)
            place = sa.tuple_(*(key.value(value) for key, value in zip(self.keys, values, strict=True)))
        except (ValueError, TypeError, binascii.Error) as error:
            raise InputRejected("wrong_cursor", field="after") from error
        here = sa.tuple_(*(key.column for key in self.keys))
        return here < place if self.descending != backwards else here > place


ORDERS: dict[str, Order] = {
    order.name: order
    for order in (
        Order("priority", (_PRIORITY, _DUE_KEY, _CREATED, *_IDS)),
        Order("due", (_DUE_KEY, _CREATED, *_IDS)),
        Order("newest", (_CREATED, *_IDS), descending=True),
        Order("oldest", (_CREATED, *_IDS)),
        Order("name", (_NAME, _CREATED, *_IDS)),
        Order("closed", (_CLOSED, *_IDS), descending=True),
    )
}
USUAL = {"done": "closed", "started": "newest"}


def order_of(tab: str, sort: str | None) -> Order:
    """The order that is asked for, else the usual one of the tab. Raises InputRejected; "closed" is for what is done only."""
    name = sort or USUAL.get(tab, "priority")
    if name not in ORDERS or (name == "closed") != (tab == "done" and name == "closed"):
        raise InputRejected("unknown_sort", sort=str(name)[:100])
    return ORDERS[name]


def neighbours(order: Order, rows: Sequence[TaskRow], *, more_before: bool, more_after: bool) -> tuple[str | None, str | None]:
    """Cursors for the pages before and after these rows."""
    if not rows:
        return None, None
    return order.cursor(rows[0]) if more_before else None, order.cursor(rows[-1]) if more_after else None
