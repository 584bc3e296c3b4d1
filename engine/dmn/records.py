"""What evaluating a decision gives, and how it is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.feel import Note
from engine.model.findings import Finding
from engine.model.values import Value


class DmnRejected(ValueError):
    """The file cannot be used; `findings` hold every reason at once."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))


class DmnEvaluationError(ValueError):
    """An evaluation that has no result: two rules under UNIQUE, a limit exceeded, a decision that does not exist. `message` is Chinese."""

    def __init__(self, code: str, message: str, decision_id: str) -> None:
        self.code = code
        self.message = message
        self.decision_id = decision_id
        super().__init__(f"{decision_id}: {message}")


@dataclass(frozen=True, slots=True)
class DecisionEvaluation:
    """One decision (or a table inside one, or a business knowledge model) as it was evaluated.

    `hit_policy` is None where the logic is no table; `inputs` are (label, value seen); `matched_rules` count from 1.
    """

    decision_id: str
    decision_name: str
    hit_policy: str | None
    inputs: tuple[tuple[str, Value], ...]
    matched_rules: tuple[int, ...]
    output: Value


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """`evaluations` stand in the order in which they ended, the asked decision last; `notes` tell why something was null."""

    value: Value
    evaluations: tuple[DecisionEvaluation, ...]
    notes: tuple[Note, ...] = ()
