"""A decision table ready to run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.dmn.hit_policies import HitPolicy, decide
from engine.dmn.index import ColumnIndex, ConstantCell
from engine.dmn.run import DecisionRun
from engine.feel.code import Code, Scope, Test
from engine.feel.errors import NullResult
from engine.feel.limits import Run
from engine.feel.values import hash_key
from engine.model.values import Value

_CELL_STEPS = 3
Fit: TypeAlias = Callable[[Value], Value]


def fitted(fit: Fit, value: Value, run: Run) -> Value:
    try:
        return fit(value)
    except NullResult as reason:
        return run.null(reason, 0)


@dataclass(frozen=True, slots=True)
class InputClause:
    """`fit` converts to the declared type; `allowed` tests the values that the clause admits, None when all are."""

    label: str
    code: Code
    allowed: Test | None = None
    fit: Fit | None = None


@dataclass(frozen=True, slots=True)
class OutputClause:
    """`priorities` maps the key of an allowed output value to its rank, the most important being 0."""

    name: str
    priorities: dict[object, int] = field(default_factory=dict)
    default: Code | None = None
    has_values: bool = False
    fit: Fit | None = None

    def typed(self, value: Value, run: Run) -> Value:
        """The value as the clause's declared type has it, null with the reason kept where it is of another."""
        return value if self.fit is None else fitted(self.fit, value, run)

    def rank(self, value: Value) -> int:
        return self.priorities.get(hash_key(value), len(self.priorities))


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: a test for each input, code for each output."""

    tests: tuple[Test, ...]
    outputs: tuple[Code, ...]


class DecisionTable:
    """Finds the matching rows through the index of its columns; only cells that are no constants are evaluated row by row."""

    __slots__ = ("all_rules", "columns", "hit_policy", "inputs", "outputs", "owner", "rules")

    def __init__(
        self,
        owner: tuple[str, str],
        hit_policy: HitPolicy,
        inputs: tuple[InputClause, ...],
        outputs: tuple[OutputClause, ...],
        rules: tuple[Rule, ...],
        cells: list[list[ConstantCell | None]],
    ) -> None:
        self.owner = owner
        self.hit_policy = hit_policy
        self.inputs = inputs
        self.outputs = outputs
        self.rules = rules
        self.columns = [ColumnIndex(column) for column in cells]
        self.all_rules = (1 << len(rules)) - 1

    def code(self, scope: Scope, run: Run) -> Value:
        values: list[Value] = []
        for clause in self.inputs:
            value = clause.code(scope, run)
            if clause.fit is not None:
                value = fitted(clause.fit, value, run)
            if clause.allowed is not None and value is not None and clause.allowed(value, scope, run) is not True:
                run.note("not_allowed", 0, f"输入“{clause.label}”的值不在允许值之内")
                return self._finish(run, values, value, (), None)
            values.append(value)
        matched = self._matching(values, scope, run)
        output = decide(self, matched, scope, run)
        return self._finish(run, values, None, tuple(row + 1 for row in matched), output)

    def _finish(self, run: Run, values: list[Value], extra: Value, matched: tuple[int, ...], output: Value) -> Value:
        if isinstance(run, DecisionRun):
            seen = values if len(values) == len(self.inputs) else [*values, extra]
            inputs = tuple((clause.label, value) for clause, value in zip(self.inputs, seen, strict=False))
            run.record(self.owner, str(self.hit_policy), inputs, matched, output)
        return output

    def _matching(self, values: list[Value], scope: Scope, run: Run) -> list[int]:
        """Offsets of the rows whose every cell holds; under FIRST nothing after the first is looked at."""
        bits = self.all_rules
        slow: list[tuple[int, int]] = []
        for column, (index, value) in enumerate(zip(self.columns, values, strict=True)):
            found = index.candidates(value)
            if found is None:
                slow.append((column, self.all_rules & ~index.anything))
            else:
                bits &= found
                if index.unknown:
                    slow.append((column, index.unknown))
            if not bits:
                return []
        matched: list[int] = []
        while bits:
            low = bits & -bits
            bits ^= low
            row = low.bit_length() - 1
            if all(not (rows & low) or self._holds(row, column, values[column], scope, run) for column, rows in slow):
                matched.append(row)
                if self.hit_policy.name == "FIRST":
                    break
        return matched

    def _holds(self, row: int, column: int, value: Value, scope: Scope, run: Run) -> bool:
        run.charge(_CELL_STEPS, 0)
        return self.rules[row].tests[column](value, scope, run) is True

    def default(self, scope: Scope, run: Run) -> Value:
        """The default output; null when no clause has one."""
        if all(clause.default is None for clause in self.outputs):
            return None
        return self.shape([None if clause.default is None else clause.typed(clause.default(scope, run), run) for clause in self.outputs])

    def outputs_of(self, row: int, scope: Scope, run: Run) -> list[Value]:
        """The values of a rule, offset from 0, each of its clause's type."""
        return [clause.typed(code(scope, run), run) for clause, code in zip(self.outputs, self.rules[row].outputs, strict=True)]

    def shape(self, values: list[Value]) -> Value:
        """One output is its value, several are a context."""
        if len(self.outputs) == 1:
            return values[0]
        return {clause.name: value for clause, value in zip(self.outputs, values, strict=True)}
