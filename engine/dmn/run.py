"""The state of one evaluation of a model: FEEL's budget, and the record of what was evaluated."""

from __future__ import annotations

from datetime import datetime

from engine.dmn.records import DecisionEvaluation
from engine.feel import Note
from engine.feel.limits import Run
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
        self.evaluations.append(DecisionEvaluation(owner[0], owner[1], hit_policy, inputs, matched, output))
