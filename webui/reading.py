"""What was filled in before, for reading: earlier decisions and records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from engine import EarlierDecision, FormView
from webui import forms
from webui.language import pick


@dataclass(frozen=True, slots=True)
class DecisionCard:
    """One completed task. `form` None: it had nothing to fill in."""

    name: str
    actor_name: str
    at: datetime
    form: FormView | None


def decision_cards(decisions: Iterable[EarlierDecision]) -> list[DecisionCard]:
    return [
        DecisionCard(
            pick(decision.element_name, decision.element_name_en),
            decision.actor_name,
            decision.at,
            forms.for_reading(decision.form, decision.values, decision.scope, decision.rights) if decision.form else None,
        )
        for decision in decisions
    ]
