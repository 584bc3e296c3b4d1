"""What narrows the task list: the words of a search, and filters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine.forms import DEFAULT_ZONE
from engine.model.errors import InputRejected
from engine.model.task_list import Due, Priority
from engine.queries.reading import MAXIMUM_SEARCH, findable
from engine.store.search_text import folded, word_grams
from engine.store.tables import WorkItem
from engine.store.worklists import SearchText

USUAL_PRIORITY = 50
MOST_WORDS = 10


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Empty texts do not filter. `customer`: words of the instance's title.

    `due`: overdue now; today: until the end of the day, and not before it began; week: the same from Monday to Sunday; none: without a due time.
    `whose`: "own", or the login of whom the actor substitutes (engine.queries.worklist_whose).
    """

    process_key: str = ""
    element_id: str = ""
    due: Due = ""
    priority: Priority = ""
    customer: str = ""
    whose: str = ""
    zone: ZoneInfo = DEFAULT_ZONE

    def conditions(self, now: datetime) -> Iterator[sa.ColumnElement[bool]]:
        """On `work_items`. Raises InputRejected for a choice that there is not."""
        if self.process_key:
            yield WorkItem.process_key == findable(self.process_key)
        if self.element_id:
            yield WorkItem.element_id == findable(self.element_id)
        if self.due:
            yield self._due(now)
        if self.priority:
            yield self._priority()
        for word in words_of(self.customer):
            yield _has(word, SearchText.activity_instance_id == 0)

    def _priority(self) -> sa.ColumnElement[bool]:
        match self.priority:
            case "high":
                return WorkItem.priority > USUAL_PRIORITY
            case "usual":
                return WorkItem.priority == USUAL_PRIORITY
            case "low":
                return WorkItem.priority < USUAL_PRIORITY
        raise InputRejected("unknown_priority", field="priority")

    def _due(self, now: datetime) -> sa.ColumnElement[bool]:
        midnight = now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        monday = midnight - timedelta(days=midnight.weekday())
        match self.due:
            case "overdue":
                return WorkItem.due_at < now
            case "today":
                return _between(midnight, midnight + timedelta(days=1))
            case "week":
                return _between(monday, monday + timedelta(days=7))
            case "none":
                return WorkItem.due_at.is_(None)
        raise InputRejected("unknown_due", field="due")


def _between(first: datetime, last: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(WorkItem.due_at >= first, WorkItem.due_at < last)


def words_of(search: str) -> list[str]:
    """The folded words of a search, each once."""
    return list(dict.fromkeys(folded(search[:MAXIMUM_SEARCH].encode(errors="ignore").decode()).split()))[:MOST_WORDS]


def found(search: str) -> Iterator[sa.ColumnElement[bool]]:
    """Every word must be in what the task's readers see: the task's own texts, or those that all readers of the instance see."""
    own = sa.or_(SearchText.shared, SearchText.activity_instance_id == WorkItem.activity_instance_id)
    for word in words_of(search):
        yield _has(word, own)


def _has(word: str, where: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(SearchText.instance_id == WorkItem.instance_id, contains(SearchText, word), where)


def contains(texts: Any, word: str) -> sa.ColumnElement[bool]:
    """A folded word occurs in the text of a table that has columns `text` and `grams`."""
    wanted: Any = sa.literal(word_grams(word), sa.ARRAY(sa.Integer()))
    pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return sa.and_(texts.grams.op("@>", is_comparison=True)(wanted), texts.text.like(pattern))
