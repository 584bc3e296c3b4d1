"""The 16-column grid: components of one row share a line, those without a width share what is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from engine.forms.components import Component

COLUMNS = 16
_LEAST = 2


def arrange(components: Iterable[Component]) -> Iterator[tuple[Component, int, bool]]:
    """Each component with its width and whether it begins a line. A component without a row has a line of its own."""
    numbered = enumerate(components)
    for _, group in groupby(numbered, key=lambda pair: pair[1].row or pair[0]):
        yield from _line([component for _, component in group])


def _line(components: list[Component]) -> Iterator[tuple[Component, int, bool]]:
    free = [component for component in components if component.span is None]
    left = COLUMNS - sum(component.span or 0 for component in components)
    share = max(left // len(free), _LEAST) if free else 0
    used = COLUMNS
    for component in components:
        span = component.span or (COLUMNS if len(components) == 1 else share)
        first = used + span > COLUMNS
        used = span if first else used + span
        yield component, span, first
