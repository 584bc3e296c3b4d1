"""What came of trying a scenario: what differed and where, and what was passed through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.trial.scenario_files import Scenario


@dataclass(frozen=True, slots=True)
class Difference:
    """`text` and `text_en` say it in words; `element_id` is where to look, "" when it is about no element; `expected` and `actual` as texts."""

    text: str
    text_en: str
    element_id: str = ""
    expected: str = ""
    actual: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Visited:
    """Elements entered and flows taken by process key."""

    elements: Mapping[str, frozenset[str]] = field(default_factory=dict)
    flows: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __or__(self, other: Visited) -> Visited:
        return Visited(_union(self.elements, other.elements), _union(self.flows, other.flows))


def _union(one: Mapping[str, frozenset[str]], other: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    return {key: one.get(key, frozenset()) | other.get(key, frozenset()) for key in (*one, *other)}


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """`differences` is empty when everything went as expected. `seconds` is what it took."""

    scenario: Scenario
    differences: tuple[Difference, ...]
    seconds: float
    visited: Visited = Visited()

    @property
    def passed(self) -> bool:
        return not self.differences

    @property
    def problems(self) -> tuple[str, ...]:
        """The differences in Chinese words."""
        return tuple(difference.text for difference in self.differences)


class Failed(Exception):
    """The scenario cannot go on; the difference says where and why."""

    def __init__(self, text: str, text_en: str, element_id: str = "", expected: str = "", actual: str = "") -> None:
        super().__init__(text)
        self.difference = Difference(text, text_en, element_id, expected, actual)
