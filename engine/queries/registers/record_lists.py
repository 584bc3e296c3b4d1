"""Lists of records: searched, narrowed down, sorted by an index, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa

from engine.forms import DEFAULT_ZONE
from engine.forms.coerce import token_of
from engine.forms.components import ChoiceField, DateTimeField
from engine.model.arrangement import RecordFilter
from engine.model.errors import InputRejected
from engine.model.identity import Actor
from engine.model.sort_keys import number_key, sort_key, text_key
from engine.model.values import from_json, normalize
from engine.queries.reading import Query, Reading, check_page, findable, search_words
from engine.queries.registers.register_reading import RegisterView, kind_of, register_view
from engine.queries.registers.register_views import FilterChoice, FilterView, RecordPage, RecordRow
from engine.queries.value_words import value_words
from engine.store.record_index import RecordValue
from engine.store.registers import Record

MOST_CHOICES = 100
MOST_FILTERS = 20
# Walking along an index until a page is full pays where this many fit, within this part of them.
BROAD, NEAR = 2_000, 20
MOST_STEPS = 5_000
NOTHING, ME = "-", "@me"
YES_NO = (("1", "是", "Yes"), ("0", "否", "No"))


@dataclass(frozen=True, slots=True)
class RecordList(Query[RecordPage]):
    """Records of a register. `search` words must all occur in the searched fields; every filter must be met.

    `sort`: a field, `-` before it for descending; empty: as the pack says, else last changed first; what has no value stands last. `columns`: fields
    to show instead of the pack's. `archived`: those out of use instead of those in use. Unknown or hidden fields are left out.
    """

    record_type: str
    search: str = ""
    limit: int = 50
    offset: int = 0
    filters: tuple[RecordFilter, ...] = ()
    sort: str = ""
    columns: tuple[str, ...] = ()
    archived: bool = False

    def without_filters(self) -> RecordList:
        return replace(self, filters=())

    def answer(self, reading: Reading, actor: Actor) -> RecordPage:
        check_page(self.limit, self.offset)
        register = register_view(reading, actor, self.record_type)
        filters = [one for one in self.filters[:MOST_FILTERS] if one.field in register.fields and one.field in register.type.ordered_fields]
        wanted = [*self._wanted(register), *(condition for one in filters for condition in _conditions(register, one, actor))]
        sort = next((one for one in (self.sort, register.type.sort) if one and register.column(one.removeprefix("-")).sortable), "")
        counted = sa.select(sa.func.count()).select_from(Record).where(*wanted)
        total = int(reading.connection.scalar(counted) or 0)
        statement = sa.select(Record.id, Record.title, Record.data, Record.updated_at).where(*wanted)
        rows: Sequence[sa.Row[Any]] = []
        if total >= BROAD and self.offset + self.limit <= total // NEAR:
            rows = self._page(reading, _sorted(statement, register, sort, by_index=True))
        if len(rows) < min(self.limit, total - self.offset):
            # Few, or what fits stands late in this order: a hundred thousand steps along the index cost more than sorting.
            rows = self._page(reading, _sorted(statement, register, sort, by_index=False))
        keys = tuple(key for key in dict.fromkeys(self.columns) if key in register.choosable) or register.columns
        choosable, columns = (tuple(map(register.column, names)) for names in (register.choosable, keys))
        lines = tuple(_row(register, keys, row) for row in rows)
        return RecordPage(register.kind, columns, lines, total, sort, self.archived, tuple(filters), choosable)

    def _page(self, reading: Reading, arranged: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        return reading.connection.execute(arranged.limit(self.limit).offset(self.offset)).all()

    def _wanted(self, register: RegisterView) -> Iterable[sa.ColumnElement[bool]]:
        yield Record.record_type == self.record_type
        yield Record.archived_at.is_not(None) if self.archived else Record.archived_at.is_(None)
        yield from searched(register, self.search)


def searched(register: RegisterView, search: str) -> Iterable[sa.ColumnElement[bool]]:
    """Every word in the searched fields; hidden ones cannot be found out by searching."""
    patterns = search_words(search.casefold())
    yield from (Record.search.like(pattern) for pattern in patterns)
    if patterns and not register.hidden.isdisjoint(register.type.search):
        visible = [Record.data[name].as_string() for name in register.type.search if name not in register.hidden]
        text = sa.func.lower(sa.func.concat_ws(" ", "", *visible))
        yield from (text.like(pattern) for pattern in patterns)


def _sorted(statement: sa.Select[Any], register: RegisterView, sort: str, *, by_index: bool) -> sa.Select[Any]:
    """The beginning of what fits many records comes out of an index; else all are looked at, and the records themselves know how to sort."""
    if not sort:
        return statement.order_by(Record.updated_at.desc(), Record.id)
    if not by_index:
        return statement.order_by(_ways(_key(sort.removeprefix("-")), sort), Record.id)
    # LIMIT and OFFSET 0 keep the two steps apart: along the index, and each record looked at until the page is full.
    values = (RecordValue.record_type == register.type.key, RecordValue.field == sort.removeprefix("-"), RecordValue.number == 0)
    order = _ways(RecordValue.value, sort), RecordValue.record_id
    walk = sa.select(RecordValue.value, RecordValue.record_id).where(*values).order_by(*order).limit(MOST_STEPS).subquery("walk")
    found = statement.where(Record.id == walk.c.record_id).offset(0).lateral("found")
    return sa.select(*found.c).select_from(walk.join(found, sa.true())).order_by(_ways(walk.c.value, sort), walk.c.record_id)


def _ways(key: sa.ColumnElement[Any] | sa.orm.InstrumentedAttribute[Any], sort: str) -> sa.UnaryExpression[Any]:
    return key.desc().nulls_last() if sort.startswith("-") else key.asc()


def _conditions(register: RegisterView, one: RecordFilter, actor: Actor) -> Iterable[sa.ColumnElement[bool]]:
    if one.tokens:
        keys = [key for token in one.tokens[:MOST_CHOICES] for key in _token_keys(register, one.field, token, actor)]
        met = Record.listed[one.field].has_any(sa.literal(keys, sa.ARRAY(sa.Text())))
        yield sa.or_(met, ~Record.listed.has_key(one.field)) if NOTHING in one.tokens else met
    kind = kind_of(register.fields[one.field])
    low, high = (_bound(register, one, side, kind) for side in ("low", "high"))
    if low is not None:
        yield _key(one.field) >= low
    if high is not None:
        yield _key(one.field) < high if kind == "datetime" else _key(one.field) <= high


def _key(field: str) -> sa.ColumnElement[str]:
    """What a record is sorted by in a field, null for nothing."""
    return sa.collate(Record.listed[field][0].astext, "C")


def _token_keys(register: RegisterView, field: str, token: str, actor: Actor) -> list[str]:
    component = register.fields[field]
    if token == NOTHING:
        return []
    if token == ME and field in register.type.people:
        return [key for key in map(text_key, (actor.name, actor.user_id)) if key]
    if isinstance(component, ChoiceField):
        values = (option.value for option in component.options if option.token == token)
        return [key for value in values if (key := sort_key(value))] or [key for key in (text_key(token),) if key]
    kind = kind_of(component)
    key = number_key(normalize(_number(field, token))) if kind == "number" else token if kind == "boolean" else text_key(token)
    return [key] if key else []


def _bound(register: RegisterView, one: RecordFilter, side: str, kind: str) -> str | None:
    """The key of an end of a range. Raises InputRejected for what is no number or date."""
    text = getattr(one, side).strip()
    if not text:
        return None
    if kind == "number":
        return number_key(normalize(_number(one.field, text)))
    if kind not in ("date", "datetime"):
        return text_key(text)
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InputRejected("wrong_date", field=one.field, given=text[:40]) from error
    if kind == "date":
        return day.isoformat()
    # A day of the people who read it; the upper end is the beginning of the day after.
    moment = datetime(day.year, day.month, day.day, tzinfo=DEFAULT_ZONE) + timedelta(days=side == "high")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def _number(field: str, text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation as error:
        raise InputRejected("wrong_number", field=field, given=text[:40]) from error


def _row(register: RegisterView, keys: Sequence[str], row: sa.Row[Any]) -> RecordRow:
    cells, cells_en = (tuple(register.words(key, row.data.get(key), language) for key in keys) for language in ("zh", "en"))
    return RecordRow(row.id, row.title, cells, cells_en, row.updated_at, tuple(from_json(row.data.get(key)) for key in keys))


@dataclass(frozen=True, slots=True)
class RecordFilters(Query["tuple[FilterView, ...]"]):
    """By what the list of a register can be narrowed down: choices with their words, ranges, and for texts the values that occur (at most 100)."""

    record_type: str

    def answer(self, reading: Reading, actor: Actor) -> tuple[FilterView, ...]:
        register = register_view(reading, actor, self.record_type)
        named = dict.fromkeys((*register.type.filters, *register.type.people))
        return tuple(_filter(reading, register, name) for name in named if name in register.fields)


def _filter(reading: Reading, register: RegisterView, name: str) -> FilterView:
    component, (label, label_en) = register.fields[name], register.labels[name]
    kind = kind_of(component)
    if kind == "number" or (isinstance(component, DateTimeField) and kind != "time"):
        return FilterView(name, label, label_en, "number" if kind == "number" else "date", ())
    if kind == "boolean":
        return FilterView(name, label, label_en, "choice", tuple(FilterChoice(*choice) for choice in YES_NO))
    if isinstance(component, ChoiceField) and component.options:
        choices = tuple(FilterChoice(option.token, option.label, option.label_en or "") for option in component.options)
        return FilterView(name, label, label_en, "choice", choices)
    return FilterView(name, label, label_en, "person" if name in register.type.people else "value", _occurring(reading, register, name))


# One step of the index for each value that occurs, not one for each record.
_OCCURRING = sa.text("""
WITH RECURSIVE steps AS (
  (SELECT value, record_id, 1 AS number FROM record_values WHERE record_type = :type AND field = :field AND value IS NOT NULL ORDER BY value LIMIT 1)
  UNION ALL
  SELECT next.value, next.record_id, steps.number + 1 FROM steps, LATERAL (
    SELECT value, record_id FROM record_values WHERE record_type = :type AND field = :field AND value > steps.value ORDER BY value LIMIT 1
  ) AS next WHERE steps.number < :most
)
SELECT records.data -> CAST(:field AS text) AS value FROM steps JOIN records ON records.id = steps.record_id ORDER BY steps.value
""")


def _occurring(reading: Reading, register: RegisterView, name: str) -> tuple[FilterChoice, ...]:
    asked = {"type": register.type.key, "field": findable(name), "most": MOST_CHOICES}
    choices: dict[str, FilterChoice] = {}
    for value in reading.connection.execute(_OCCURRING, asked).scalars():
        for item in value if isinstance(value, list) else [value]:
            words = value_words(register.fields[name], from_json(item), "zh")
            choices.setdefault(words, FilterChoice(token_of(from_json(item)) or words, words, ""))
    return tuple(choices.values())
