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
        """Functions are no values that history could keep: inputs that are functions are left out, elsewhere their text stands for them."""
        seen = tuple((name, _kept(value)) for name, value in inputs if not isinstance(value, FeelFunction))
        self.evaluations.append(DecisionEvaluation(owner[0], owner[1], hit_policy, seen, matched, _kept(output)))


def _kept(value: Value) -> Value:
    """The value itself, or a copy in which functions have become text."""
    if isinstance(value, FeelFunction):
        return text(value)
    return _without_functions(value, {}) if isinstance(value, (list, dict)) and _holds_function(value) else value


def _holds_function(value: Value) -> bool:
    """Looks at every part once, however often it is shared."""
    pending, seen = [value], set()
    while pending:
        current = pending.pop()
        if isinstance(current, FeelFunction):
            return True
        if isinstance(current, (list, dict)) and id(current) not in seen:
            seen.add(id(current))
            pending.extend(current.values() if isinstance(current, dict) else current)
    return False


def _without_functions(value: Value, done: dict[int, Value]) -> Value:
    if isinstance(value, FeelFunction):
        return text(value)
    if not isinstance(value, (list, dict)):
        return value
    if id(value) not in done:
        if isinstance(value, dict):
            done[id(value)] = {name: _without_functions(item, done) for name, item in value.items()}
        else:
            done[id(value)] = [_without_functions(item, done) for item in value]
    return done[id(value)]
