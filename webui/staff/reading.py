"""What was filled in before, for reading: earlier decisions and records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from engine import EarlierDecision, FormView
from webui import forms
from webui.language import pick


@dataclass(frozen=True, slots=True)
class DecisionCard:
    """One completed task. `form` None: it had nothing to fill in."""

    task_id: str
    name: str
    actor_name: str
    at: datetime
    form: FormView | None
    is_open: bool = False


def decision_cards(decisions: Iterable[EarlierDecision], shown_form: str | None = None) -> list[DecisionCard]:
    """Newest first. The first that says something new beside the form `shown_form` is open from the start."""
    cards = [_card(decision) for decision in decisions][::-1]
    news = next((at for at, card in enumerate(cards) if card.form and card.form.id != shown_form), None)
    return [replace(card, is_open=at == news) for at, card in enumerate(cards)]


def _card(decision: EarlierDecision) -> DecisionCard:
    return DecisionCard(
        decision.task_id,
        pick(decision.element_name, decision.element_name_en),
        decision.actor_name,
        decision.at,
        forms.for_reading(decision.form, decision.values, decision.scope, decision.rights) if decision.form else None,
    )
