"""What a step makes findable: the head of the instance, the tasks that opened, what was submitted.

Staff find what they see, auditors whatever was recorded. Written in the transaction of the step, so that the list and its search never disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine import forms
from engine.bpmn.runtime import visible_variables
from engine.forms.shown import shown_texts
from engine.model.outcome import Outcome
from engine.model.values import Value
from engine.store.instances import LockedInstance
from engine.store.recorded_texts import RecordedText, recorded_rows
from engine.store.rows import insert_rows
from engine.store.search_text import grams, searched_text
from engine.store.worklists import SearchText

if TYPE_CHECKING:
    from engine.bpmn.elements import Element
    from engine.bpmn.pack import Pack

LANGUAGES = ("zh", "en")


def index_step(
    connection: sa.Connection, pack: Pack, head: LockedInstance, outcome: Outcome, items: Sequence[Mapping[str, Any]], submitted: tuple[int, str]
) -> None:
    """`items` are the rows of the tasks that opened; `submitted` is the task that was completed and the words of its form."""
    changes = (fact.data["changes"] for fact in outcome.facts if fact.kind == "variables_changed")
    insert_rows(connection, RecordedText, recorded_rows(head.id, head.end.sequence + 1, changes, submitted[1]))
    rows = [_opened(pack, head, outcome, item) for item in items]
    if head.snapshot is None or (outcome.title is not None and outcome.title != head.title):
        title = outcome.title if outcome.title is not None else head.title
        rows.append(_row(head.id, 0, True, (title,)))
    if submitted[1]:
        rows.append(_row(head.id, submitted[0], True, (submitted[1],)))
    insert_rows(connection, SearchText, rows, replace=True)


def index_words(connection: sa.Connection, head: LockedInstance, words: Iterable[str]) -> None:
    """What a command records that moves nothing on, for auditors; called before `head` is moved on."""
    insert_rows(connection, RecordedText, recorded_rows(head.id, head.end.sequence + 1, (), " ".join(words)))


def submitted_text(pack: Pack, element: Element, given: Mapping[str, Value], scope: Mapping[str, Value], now: datetime) -> str:
    """What those who come later read of a completed task: its form with what was submitted."""
    return searched_text(_shown(pack, element, given, scope, now))


def _opened(pack: Pack, head: LockedInstance, outcome: Outcome, item: Mapping[str, Any]) -> dict[str, Any]:
    element = pack.processes[item["process_key"]].elements[item["element_id"]]
    scope = visible_variables(pack, outcome.snapshot, item["activity_instance_id"]) if item["form_id"] else {}
    processes = (name for key in (item["process_key"], head.process_key) for name in _process_names(pack, key))
    names = (item["element_name"], item["element_name_en"], head.business_key, *processes)
    return _row(head.id, item["activity_instance_id"], False, (*names, *_shown(pack, element, None, scope, item["created_at"])))


def _shown(pack: Pack, element: Element, given: Mapping[str, Value] | None, scope: Mapping[str, Value], now: datetime) -> Iterable[str]:
    """The values of the element's form in both languages, for reading: what it hides from its readers is not among them."""
    assignment = element.assignment
    form = pack.forms.get(assignment.form_id or "") if assignment else None
    if form is None or assignment is None:
        return
    for language in LANGUAGES:
        yield from shown_texts(forms.view(form, given, scope, assignment.field_rights, now=now, language=language, readonly=True))


def _process_names(pack: Pack, process_key: str) -> tuple[str, str]:
    process = pack.processes[process_key]
    return process.name, process.name_en


def _row(instance_id: str, activity_instance_id: int, shared: bool, texts: Iterable[str | None]) -> dict[str, Any]:
    text = searched_text(texts)
    return {"instance_id": instance_id, "activity_instance_id": activity_instance_id, "shared": shared, "text": text, "grams": grams(text)}
