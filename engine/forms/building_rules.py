"""Bounds, lengths and steps of a definition, as far as they are known before anything is filled in."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.forms.checks import BOUNDS
from engine.forms.reading import Place, shown
from engine.forms.rules import Rule

_UTC = ZoneInfo("UTC")


def count_rule(place: Place, name: str, limit: int) -> Rule | None:
    """A number of characters or rows: a whole number up to the limit, or FEEL."""
    rule = place.number_rule(name)
    if rule is None or rule.expression is not None or not isinstance(rule.constant, Decimal):
        return rule
    if rule.constant != int(rule.constant) or not 0 <= rule.constant <= limit:
        place.add("form_rule.count", name, limit=limit)
        return None
    return rule


def step_rule(place: Place, name: str) -> Rule | None:
    """The step between numbers, above 0, or FEEL."""
    rule = place.number_rule(name)
    if rule is not None and isinstance(rule.constant, Decimal) and rule.constant <= 0:
        place.add("form_rule.step", name)
        return None
    return rule


def in_order(place: Place, low: tuple[str, Rule | None], high: tuple[str, Rule | None], subtype: str = "") -> None:
    """A finding when two fixed bounds leave nothing between them. `subtype`: which kind of moments they are, empty for numbers."""
    (low_name, least), (high_name, most) = low, high
    if least is None or most is None or least.constant is None or most.constant is None:
        return
    first, last = _comparable(least.constant, subtype), _comparable(most.constant, subtype)
    if first > last:
        place.add("form_rule.order", low_name, low=_as_written(place, low_name), other=place.prefix + high_name, high=_as_written(place, high_name))


def _comparable(value: Any, subtype: str) -> Any:
    bound = BOUNDS[subtype](value, _UTC) if subtype else value
    return bound.astimezone(_UTC) if isinstance(bound, datetime) else bound


def _as_written(place: Place, name: str) -> str:
    return shown(place.data.get(name)).strip('"')
