"""What people have remembered for them: how the list of a register looks when they come to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.commands.input import checked_text
from engine.commands.records.register import register_of
from engine.commands.work import Work
from engine.model.arrangement import Arrangement, RecordFilter
from engine.model.errors import InputRejected, NotFoundError
from engine.model.identity import Actor
from engine.model.record_rights import may_see
from engine.store.list_memory import RememberedList, register_list
from engine.store.rows import insert_rows

MOST_COLUMNS, MOST_FILTERS, MOST_TOKENS = 100, 20, 100


@dataclass(frozen=True, slots=True)
class ListRemembered:
    at: datetime


@dataclass(frozen=True, slots=True)
class RememberRecordList:
    """From now on the list of a register opens for the actor as `arrangement` says; None: as the pack says. Fields that go later are left out."""

    record_type: str
    arrangement: Arrangement | None

    def execute(self, work: Work, actor: Actor) -> ListRemembered:
        key = checked_text(self.record_type, "record_type")
        register = register_of(work, key)
        if not may_see(register.type, actor):
            raise NotFoundError("no_such_record_type", record_type=key)
        mine = {"user_id": actor.user_id, "list_key": register_list(key)}
        if self.arrangement is None:
            work.connection.execute(sa.delete(RememberedList).filter_by(**mine))
        else:
            kept = {"arrangement": asdict(_checked(self.arrangement)), "remembered_at": work.now}
            insert_rows(work.connection, RememberedList, [{**mine, **kept}], replace=True)
        return ListRemembered(work.now)


def _checked(given: Arrangement) -> Arrangement:
    columns = _texts(given.columns, "columns", MOST_COLUMNS)
    if len(given.filters) > MOST_FILTERS:
        raise InputRejected("wrong_number", field="filters", minimum=0, maximum=MOST_FILTERS)
    return Arrangement(
        columns, checked_text(given.sort, "sort", required=False), tuple(_range(one) for one in given.filters), given.archived is True
    )


def _range(one: RecordFilter) -> RecordFilter:
    tokens, low, high = _texts(one.tokens, "tokens", MOST_TOKENS), one.low, one.high
    ends = (checked_text(end, name, required=False) for name, end in (("low", low), ("high", high)))
    return RecordFilter(checked_text(one.field, "field"), tokens, *ends)


def _texts(given: Sequence[str], field: str, most: int) -> tuple[str, ...]:
    if len(given) > most:
        raise InputRejected("wrong_number", field=field, minimum=0, maximum=most)
    return tuple(checked_text(text, field) for text in given)
