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
from engine.queries.worklist.worklist_order import DUE, NEVER
from engine.store.search_text import folded, word_grams
from engine.store.tables import WorkItem
from engine.store.worklists import SearchText

USUAL_PRIORITY = 50
MOST_WORDS = 10


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Empty texts do not filter. `customer`: words of the instance's title.

    `process_key`: of the process that was started, or of a called one that the task stands in. `element_id` may have its own process before it, with
    a slash between them.

    `due`: overdue now; today: until the end of the day, and not before it began; week: the same from Monday to Sunday; none: without a due time.
    `whose`: "own", or the login of whom the actor substitutes (engine.queries.worklist.worklist_whose).
    """

    process_key: str = ""
    element_id: str = ""
    due: Due = ""
    priority: Priority = ""
    customer: str = ""
    whose: str = ""
    zone: ZoneInfo = DEFAULT_ZONE

    def conditions(self, now: datetime, *, closed: bool = False) -> Iterator[sa.ColumnElement[bool]]:
        """On `work_items`, open ones or closed ones. Raises InputRejected for a choice that there is not."""
        if self.process_key:
            key = findable(self.process_key)
            yield sa.or_(WorkItem.own_process_key == key, WorkItem.process_key == key)
        if self.element_id:
            yield from self._element()
        yield from self.ordering(now)
        for word in words_of(self.customer):
            yield _has(word, SearchText.activity_instance_id == 0) if closed else WorkItem.title_words.like(_pattern(word))

    def ordering(self, now: datetime) -> Iterator[sa.ColumnElement[bool]]:
        """Those of the conditions that an order's index knows. Raises InputRejected as `conditions`."""
        if self.due:
            yield self._due(now)
        if self.priority:
            yield self._priority()

    def _element(self) -> Iterator[sa.ColumnElement[bool]]:
        process_key, _slash, element_id = findable(self.element_id).rpartition("/")
        yield WorkItem.element_id == element_id
        if process_key:
            yield WorkItem.process_key == process_key

    def _priority(self) -> sa.ColumnElement[bool]:
        """Said of what the usual order is by, so that it is a stretch of that order's index."""
        match self.priority:
            case "high":
                return -WorkItem.priority < -USUAL_PRIORITY
            case "usual":
                # A single value would be no order to the planner, it would sort again.
                return (-WorkItem.priority).between(-USUAL_PRIORITY, -USUAL_PRIORITY)
            case "low":
                return -WorkItem.priority > -USUAL_PRIORITY
        raise InputRejected("unknown_priority", field="priority")

    def _due(self, now: datetime) -> sa.ColumnElement[bool]:
        """As `_priority`: a stretch of an order's index."""
        midnight = now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        monday = midnight - timedelta(days=midnight.weekday())
        match self.due:
            case "overdue":
                return sa.literal(now, DUE.type) > DUE
            case "today":
                return _between(midnight, midnight + timedelta(days=1))
            case "week":
                return _between(monday, monday + timedelta(days=7))
            case "none":
                return DUE >= NEVER
        raise InputRejected("unknown_due", field="due")


def _between(first: datetime, last: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(sa.literal(first, DUE.type) <= DUE, sa.literal(last, DUE.type) > DUE)


def words_of(search: str) -> list[str]:
    """The folded words of a search, each once."""
    return list(dict.fromkeys(folded(search[:MAXIMUM_SEARCH].encode(errors="ignore").decode()).split()))[:MOST_WORDS]


def found(search: str, *, closed: bool = False) -> Iterator[sa.ColumnElement[bool]]:
    """Every word must be in what the task's readers see: the task's own texts, or those that all readers of the instance see."""
    own = sa.or_(SearchText.shared, SearchText.activity_instance_id == WorkItem.activity_instance_id)
    for word in words_of(search):
        yield _has(word, own) if closed else WorkItem.words.like(_pattern(word))


def by_index(*searched: str) -> Iterator[sa.ColumnElement[bool]]:
    """What lets open tasks that hold all these words be looked up, instead of being looked at one by one."""
    wanted = sorted({gram for text in searched for word in words_of(text) for gram in word_grams(word)})
    if wanted:
        yield WorkItem.word_grams.op("@>", is_comparison=True)(_array(wanted))


def _has(word: str, where: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(SearchText.instance_id == WorkItem.instance_id, contains(SearchText, word), where)


def contains(texts: Any, word: str) -> sa.ColumnElement[bool]:
    """A folded word occurs in the text of a table that has columns `text` and `grams`."""
    return sa.and_(texts.grams.op("@>", is_comparison=True)(_array(word_grams(word))), texts.text.like(_pattern(word)))


def _array(numbers: list[int]) -> Any:
    return sa.literal(numbers, sa.ARRAY(sa.Integer()))


def _pattern(word: str) -> str:
    return "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
