"""The last completions of an instance: who, when, what was decided and said, which files were given."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.forms import Form, is_file
from engine.forms.components import TextField, is_short
from engine.model.values import JsonValue, from_json
from engine.queries.cases.decision_words import Deciding
from engine.queries.labels import element_names, top_fields
from engine.queries.reading import Reading
from engine.queries.task_page.short_words import labelled
from engine.queries.task_page.views import GivenFile, Labelled, PastStep, Phrase
from engine.store.checked_log import NO_END
from engine.store.tables import Event, WorkItem

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack

MOST_STEPS, MOST_REMARKS, MOST_FILES = 20, 3, 20
# A literal, not a parameter: the partial index is used for this kind only.
COMPLETION = Event.kind == sa.literal_column("'task_completed'")
_STANDS = sa.and_(
    WorkItem.instance_id == Event.instance_id, WorkItem.activity_instance_id == Event.activity_instance_id, WorkItem.state == "completed"
)
_COLUMNS = (
    Event.sequence,
    Event.at,
    Event.actor,
    Event.on_behalf_of,
    Event.process_key,
    Event.element_id,
    Event.activity_instance_id,
    Event.data,
)
_OF = Event.instance_id == sa.bindparam("instance_id", type_=sa.Text())
_BEFORE = Event.sequence < sa.bindparam("before", type_=sa.Integer())
_LAST = sa.select(*_COLUMNS).join(WorkItem, _STANDS).where(_OF, COMPLETION, _BEFORE).order_by(Event.sequence.desc()).limit(MOST_STEPS + 1)
_NUMBER = Event.activity_instance_id == sa.bindparam("number", type_=sa.Integer())
_ONE = sa.select(*_COLUMNS).join(WorkItem, _STANDS).where(_OF, COMPLETION, _NUMBER)


def completion(reading: Reading, instance_id: str, number: int) -> sa.Row[Any] | None:
    """The event of a task's completion, None when it was not completed or taken back."""
    return reading.connection.execute(_ONE, {"instance_id": instance_id, "number": number}).one_or_none()


def last_completions(reading: Reading, instance_id: str, before: int = NO_END) -> Sequence[sa.Row[Any]]:
    """Up to MOST_STEPS + 1 of those before an event, newest first."""
    return reading.connection.execute(_LAST, {"instance_id": instance_id, "before": before}).all()


def past_steps(reading: Reading, pack: Pack, events: Sequence[sa.Row[Any]], hidden: Collection[str]) -> tuple[PastStep, ...]:
    """`hidden` are top-level keys that the reader's task does not show."""
    names = reading.user_names(person for event in events for person in (event.actor, event.on_behalf_of))
    deciding = Deciding(pack)
    return tuple(_step(pack, deciding, event, names, hidden) for event in events)


def _step(pack: Pack, deciding: Deciding, event: sa.Row[Any], names: Mapping[str, str], hidden: Collection[str]) -> PastStep:
    form = pack.forms.get(event.data.get("form_id") or "")
    values = {key: value for key, value in (event.data.get("values") or {}).items() if key not in hidden}
    outcome = deciding.outcome(event.process_key, event.element_id, form, values) if form else ("", "")
    return PastStep(
        event.activity_instance_id,
        *element_names(pack, event.process_key, event.element_id),
        names[event.actor],
        names.get(event.on_behalf_of or "", ""),
        event.at,
        Phrase(*outcome) if outcome[0] else None,
        _said(form, values, decided=bool(outcome[0])) if form else (),
        tuple(_files(list(values.values())))[:MOST_FILES],
        form is not None,
    )


def _said(form: Form, values: Mapping[str, JsonValue], *, decided: bool) -> tuple[Labelled, ...]:
    """Long texts: opinions, reasons, explanations. Where there is none and nothing was decided: the first short values."""
    given = [(key, component) for key, component in top_fields(form) if values.get(key) not in (None, "", [])]
    long = [(key, component) for key, component in given if isinstance(component, TextField) and component.multiline]
    short = [] if decided else [(key, component) for key, component in given if is_short(component)]
    return tuple(labelled(key, component, from_json(values[key])) for key, component in (long or short)[:MOST_REMARKS])


def _files(value: Any) -> Iterator[GivenFile]:
    """Files anywhere in what was submitted, lists and groups included."""
    if is_file(value):
        yield GivenFile(str(value["id"]), str(value["name"]), int(value["size"]))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _files(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _files(inner)
