"""What of a table is like records that are there, or like another of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from engine.commands.records.record_import_rows import ImportFinding, WorkedRow
from engine.commands.records.register import Register
from engine.commands.work import Work
from engine.model.identity import Actor
from engine.model.likeness import record_likenesses, wrong_credit_codes
from engine.model.record_rights import hidden_fields
from engine.store.record_index import RecordLikeness
from engine.store.registers import Record

MOST_ALIKE = 3


def warn_of_alike(work: Work, register: Register, rows: Sequence[WorkedRow], actor: Actor) -> None:
    """New rows that are like records, and credit codes whose check character is wrong."""
    hidden = hidden_fields(register.type, actor)
    fresh = [row for row in rows if row.record_id is None and not row.refused]
    keys = {id(row): [(way, key) for way, name, key in record_likenesses(register.type, row.values) if name not in hidden] for row in fresh}
    known = _alike(work, register, sorted({pair for pairs in keys.values() for pair in pairs}), hidden)
    first: dict[tuple[str, str], int] = {}
    for row in fresh:
        titles = list(dict.fromkeys(title for pair in keys[id(row)] for title in known.get(pair, ())))[:MOST_ALIKE]
        if titles:
            named = "、".join(titles)
            row.findings.append(ImportFinding("", "alike", f"和已有记录相似：{named}", f"Like existing records: {', '.join(titles)}", True))
        above = sorted({first[pair] for pair in keys[id(row)] if pair in first})[:MOST_ALIKE]
        if above:
            numbers = ", ".join(map(str, above))
            row.findings.append(ImportFinding("", "alike_in_file", f"和文件里第 {numbers} 行相似", f"Like row {numbers} of the file", True))
        for pair in keys[id(row)]:
            first.setdefault(pair, row.number)
    for row in rows:
        for name in wrong_credit_codes(register.type, row.values):
            row.findings.append(ImportFinding(name, "credit_code", "信用代码的校验位不对", "The code's check character is wrong", True))


def _alike(work: Work, register: Register, pairs: Sequence[tuple[str, str]], hidden: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    if not pairs:
        return {}
    ways, values = (list(side) for side in zip(*pairs, strict=True))
    texts = ARRAY(sa.Text())
    asked = sa.func.unnest(sa.literal(ways, texts), sa.literal(values, texts)).table_valued(
        sa.column("way", sa.Text()), sa.column("value", sa.Text())
    )
    wanted, like = asked.render_derived(), RecordLikeness
    same = (like.record_type == register.type.key, like.way == wanted.c.way, like.value == wanted.c.value, like.field.not_in(list(hidden)))
    held = aliased(Record)
    statement = sa.select(like.way, like.value, Record.title).join(wanted, sa.and_(*same)).join(held, held.id == like.record_id)
    statement = statement.join(Record, Record.id == sa.func.coalesce(held.merged_into, held.id))
    found: dict[tuple[str, str], list[str]] = {}
    for row in work.connection.execute(statement.order_by(Record.id)):
        titles = found.setdefault((row.way, row.value), [])
        if len(titles) < MOST_ALIKE and row.title not in titles:
            titles.append(row.title)
    return found
