"""The state of one evaluation of a model: FEEL's budget, and the record of what was evaluated."""

from __future__ import annotations

from datetime import datetime

from engine.dmn.records import DecisionEvaluation
from engine.feel import Note
from engine.feel.limits import Run
from engine.feel.values import FeelFunction, text
from engine.model.values import Value


class DecisionRun(Run):
    """`decision` is the id of the decision that is being evaluated, for errors."""

    __slots__ = ("decision", "evaluations", "reasons")

    def __init__(self, now: datetime | None) -> None:
        self.reasons: list[Note] = []
        super().__init__(now, self.reasons)
        self.evaluations: list[DecisionEvaluation] = []
        self.decision = ""

    def record(
        self, owner: tuple[str, str], hit_policy: str | None, inputs: tuple[tuple[str, Value], ...], matched: tuple[int, ...], output: Value
    ) -> None:
        """Functions are no values that history could keep: they are left out of the inputs, and stand as text where they are the output."""
        seen = tuple((name, value) for name, value in inputs if not _holds_function(value))
        shown = text(output) if isinstance(output, FeelFunction) else output
        self.evaluations.append(DecisionEvaluation(owner[0], owner[1], hit_policy, seen, matched, shown))


def _holds_function(value: Value) -> bool:
    return isinstance(value, FeelFunction) or (isinstance(value, dict) and any(isinstance(one, FeelFunction) for one in value.values()))
