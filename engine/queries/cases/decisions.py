"""What was decided earlier in an instance: completed user tasks, to be shown by their forms as they were then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.model.identity import task_id
from engine.model.values import from_json
from engine.queries.cases.story import Decided
from engine.queries.labels import element_names, element_of
from engine.queries.reading import Reading
from engine.queries.views import EarlierDecision

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack

MOST_DECISIONS = 100


def earlier_decisions(reading: Reading, pack: Pack, instance_id: str, decided: Iterable[Decided]) -> tuple[EarlierDecision, ...]:
    """The last hundred, oldest first."""
    latest = list(decided)[-MOST_DECISIONS:]
    names = reading.user_names(each.actor for each in latest)
    return tuple(_decision(pack, instance_id, each, names[each.actor]) for each in latest)


def _decision(pack: Pack, instance_id: str, decided: Decided, actor_name: str) -> EarlierDecision:
    element = element_of(pack, decided.process_key, decided.element_id)
    name, name_en = element_names(pack, decided.process_key, decided.element_id)
    return EarlierDecision(
        task_id(instance_id, decided.activity_instance_id),
        decided.element_id,
        name,
        name_en,
        decided.actor,
        actor_name,
        decided.at,
        pack.forms.get(decided.data.get("form_id") or ""),
        {key: from_json(value) for key, value in (decided.data.get("values") or {}).items()},
        {key: from_json(value) for key, value in decided.seen.items()},
        element.assignment.field_rights if element and element.assignment else {},
    )
