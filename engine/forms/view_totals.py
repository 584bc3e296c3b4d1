"""Sums below the columns of a list."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext

from engine.forms.components import Component, DynamicList, ExpressionField, NumberField
from engine.forms.display import money_text
from engine.forms.evaluation import State
from engine.model.values import number_text


def totals(component: DynamicList, rows: Sequence[State], columns: Sequence[Component]) -> tuple[str, ...]:
    """A text for each column, empty where nothing is added up; nothing at all when no column is."""
    if not rows or not any(isinstance(shown, (NumberField, ExpressionField)) and shown.sum for shown in columns):
        return ()
    return tuple(_total(shown, rows) for shown in columns)


def _total(shown: Component, rows: Sequence[State]) -> str:
    if not isinstance(shown, (NumberField, ExpressionField)) or not shown.sum:
        return ""
    values = (row.typed[row.level.slot_of[shown.id].index] for row in rows if row.level.slot_of[shown.id].index not in row.hidden_slots)
    with localcontext(prec=60):
        total = sum((value for value in values if isinstance(value, Decimal) and value.is_finite()), Decimal(0))
    digits = shown.digits if isinstance(shown, NumberField) else None
    return money_text(total, 2 if digits is None else digits) if shown.money else number_text(total)
