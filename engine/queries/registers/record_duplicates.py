"""Records that may be the same thing: those like given values, and all probable pairs of a register. Answered by an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine.model.identity import Actor
from engine.model.likeness import record_likenesses, wrong_credit_codes
from engine.model.values import Value
from engine.queries.reading import Query, Reading, check_page, findable
from engine.queries.registers.register_reading import RegisterView, register_view
from engine.queries.registers.register_views import Likeness, RecordColumn, RecordPair, RecordPairs, SimilarRecord
from engine.store.record_index import RecordDistinction, RecordLikeness
from engine.store.registers import Record

MOST_SIMILAR = 20
MOST_LINES = 200
# A telephone number that stands in more fields than this is a switchboard's or a placeholder.
CROWD = 40
_TEXTS = sa.ARRAY(sa.Text())


@dataclass(frozen=True, slots=True)
class SimilarRecords(Query["tuple[SimilarRecord, ...]"]):
    """Records like these values, most likenesses first, at most 20; archived ones too. `record_id`: the record itself, which is left out together
    with those that somebody told apart from it. What is hidden from the actor is not compared."""

    record_type: str
    values: Mapping[str, Value]
    record_id: str | None = None

    def answer(self, reading: Reading, actor: Actor) -> tuple[SimilarRecord, ...]:
        register = register_view(reading, actor, self.record_type)
        values = {name: value for name, value in self.values.items() if name not in register.hidden}
        keys = sorted({(way, key) for way, _field, key in record_likenesses(register.type, values)})
        if not keys:
            return ()
        rows = reading.connection.execute(self._statement(register, keys)).all()
        found: dict[str, list[sa.Row[Any]]] = {}
        for row in rows:
            found.setdefault(row.id, []).append(row)
        alike = (_similar(register, lines) for lines in found.values())
        return tuple(sorted(alike, key=lambda one: (one.archived, -len(one.likenesses))))[:MOST_SIMILAR]

    def _statement(self, register: RegisterView, keys: Sequence[tuple[str, str]]) -> sa.Select[Any]:
        ways, values = (list(side) for side in zip(*keys, strict=True))
        asked = sa.func.unnest(sa.literal(ways, _TEXTS), sa.literal(values, _TEXTS))
        wanted = asked.table_valued(sa.column("way", sa.Text()), sa.column("value", sa.Text())).render_derived()
        like = RecordLikeness
        same = (like.record_type == register.type.key, like.way == wanted.c.way, like.value == wanted.c.value, like.field.not_in(register.hidden))
        # What a merged record held tells of its successor.
        held = aliased(Record)
        statement = sa.select(Record.id, Record.title, held.data, Record.archived_at, like.way, like.field).select_from(like)
        statement = statement.join(wanted, sa.and_(*same)).join(held, held.id == like.record_id)
        statement = statement.join(Record, Record.id == sa.func.coalesce(held.merged_into, held.id))
        own = findable(self.record_id) if self.record_id is not None else None
        if own is not None:
            statement = statement.where(Record.id != own, ~_told_apart(Record.id, sa.literal(own)))
        return statement.order_by(Record.updated_at.desc(), Record.id, like.way, like.field).limit(MOST_LINES)


@dataclass(frozen=True, slots=True)
class WrongCreditCodes(Query["tuple[RecordColumn, ...]"]):
    """Fields of these values, without hidden ones, that hold a credit code whose check character is wrong: a slip of the pen, or a code of before.

    Something to ask about, not to refuse: whether a field takes only right ones is for its form to say.
    """

    record_type: str
    values: Mapping[str, Value]

    def answer(self, reading: Reading, actor: Actor) -> tuple[RecordColumn, ...]:
        register = register_view(reading, actor, self.record_type)
        return tuple(register.column(name) for name in wrong_credit_codes(register.type, self.values) if name not in register.hidden)


def _told_apart(one: Any, other: Any) -> sa.ColumnElement[bool]:
    low, high = sa.func.least(one, other), sa.func.greatest(one, other)
    return sa.exists().where(RecordDistinction.low_id == low, RecordDistinction.high_id == high)


def _similar(register: RegisterView, rows: Sequence[sa.Row[Any]]) -> SimilarRecord:
    first = rows[0]
    likenesses = tuple(_likeness(register, row.way, row.field, row.data) for row in rows)
    return SimilarRecord(first.id, first.title, first.archived_at is not None, tuple(dict.fromkeys(likenesses)))


def _likeness(register: RegisterView, way: str, field: str, data: Mapping[str, Any]) -> Likeness:
    label, label_en = register.labels.get(field, (field, ""))
    return Likeness(way, label, label_en, register.words(field, data.get(field), "zh"))


# What is shared is found by one walk along an index; the rest touches only the records that share something, step by step as it stands here.
_PAIRS = sa.text("""
WITH shared AS MATERIALIZED (
  SELECT way, value, count(*) AS number FROM record_likenesses
  WHERE record_type = :type AND field <> ALL (:hidden) GROUP BY way, value HAVING count(*) > 1 AND min(record_id) < max(record_id)
), alike AS MATERIALIZED (
  SELECT one.* FROM shared, LATERAL (
    SELECT way, value, field, record_id FROM record_likenesses AS each
    WHERE each.record_type = :type AND each.way = shared.way AND each.value = shared.value AND field <> ALL (:hidden) OFFSET 0
  ) AS one WHERE number <= :crowd
), used AS MATERIALIZED (
  SELECT id FROM records WHERE id = ANY (ARRAY(SELECT record_id FROM alike)) AND archived_at IS NULL
), pairs AS (
  SELECT low.record_id AS low_id, high.record_id AS high_id, json_agg(json_build_array(high.way, high.field)) AS reasons,
    count(DISTINCT high.way) AS ways
  FROM alike AS low JOIN alike AS high ON high.way = low.way AND high.value = low.value AND high.record_id > low.record_id
  JOIN used AS low_used ON low_used.id = low.record_id JOIN used AS high_used ON high_used.id = high.record_id
  GROUP BY low.record_id, high.record_id
), page AS (
  SELECT * FROM pairs WHERE NOT EXISTS (
    SELECT 1 FROM record_distinctions AS told WHERE told.low_id = pairs.low_id AND told.high_id = pairs.high_id OFFSET 0
  ) ORDER BY ways DESC, low_id, high_id LIMIT :limit OFFSET :offset
)
SELECT crowds.number AS crowded, page.low_id, page.high_id, page.reasons
FROM (SELECT count(*) AS number FROM shared WHERE number > :crowd) AS crowds LEFT JOIN page ON true ORDER BY ways DESC, low_id, high_id
""").bindparams(sa.bindparam("hidden", type_=_TEXTS))


@dataclass(frozen=True, slots=True)
class DuplicatePairs(Query[RecordPairs]):
    """Pairs of records in use that may be the same and that nobody told apart, those with most reasons first."""

    record_type: str
    limit: int = 50
    offset: int = 0

    def answer(self, reading: Reading, actor: Actor) -> RecordPairs:
        check_page(self.limit, self.offset)
        register = register_view(reading, actor, self.record_type)
        asked = {"type": register.type.key, "hidden": sorted(register.hidden), "crowd": CROWD}
        found = reading.connection.execute(_PAIRS, {**asked, "limit": self.limit + 1, "offset": self.offset}).all()
        rows = [row for row in found if row.low_id is not None]
        shown = rows[: self.limit]
        ids = {record_id for row in shown for record_id in (row.low_id, row.high_id)}
        records = {row.id: row for row in reading.connection.execute(sa.select(Record.id, Record.title, Record.data).where(Record.id.in_(ids)))}
        pairs = tuple(_pair(register, records[row.low_id], records[row.high_id], row.reasons) for row in shown)
        return RecordPairs(register.kind, pairs, len(rows) > self.limit, found[0].crowded)


def _pair(register: RegisterView, low: Any, high: Any, reasons: Sequence[Sequence[str]]) -> RecordPair:
    likenesses = dict.fromkeys(_likeness(register, way, field, high.data) for way, field in reasons)
    return RecordPair(low.id, low.title, high.id, high.title, tuple(likenesses))
