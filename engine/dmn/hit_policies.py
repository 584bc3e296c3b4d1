"""From matching rows to one output (DMN 1.5, 8.2.8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.dmn.records import DmnEvaluationError
from engine.dmn.run import DecisionRun
from engine.feel.code import Scope
from engine.feel.errors import NullResult
from engine.feel.functions.numeric import max_of_list, min_of_list, total_of_list
from engine.feel.limits import Run
from engine.feel.values import equal
from engine.model.values import Value

if TYPE_CHECKING:
    from engine.dmn.table import DecisionTable

POLICIES = ("UNIQUE", "FIRST", "PRIORITY", "ANY", "COLLECT", "RULE ORDER", "OUTPUT ORDER")
AGGREGATIONS: dict[str, Callable[[list[Value]], Value]] = {
    "SUM": total_of_list,
    "MIN": min_of_list,
    "MAX": max_of_list,
    "COUNT": lambda values: Decimal(len(values)),
}


@dataclass(frozen=True, slots=True)
class HitPolicy:
    """`aggregation` is SUM, MIN, MAX or COUNT under COLLECT, else None."""

    name: str
    aggregation: str | None = None

    def __str__(self) -> str:
        return f"{self.name} {self.aggregation}" if self.aggregation else self.name


def decide(table: DecisionTable, matched: list[int], scope: Scope, run: Run) -> Value:
    """The table's output. Raises DmnEvaluationError where UNIQUE or ANY does not hold."""
    policy = table.hit_policy
    if policy.name == "UNIQUE" and len(matched) > 1:
        raise _conflict(table, matched, run, "unique_violated", "命中策略是 UNIQUE(唯一),却同时命中规则")
    if not matched:
        return _nothing(table, scope, run)
    if policy.name in ("UNIQUE", "FIRST"):
        return _output(table, matched[0], scope, run)
    outputs = [table.outputs_of(row, scope, run) for row in matched]
    if policy.name == "ANY":
        if any(equal(values, outputs[0]) is not True for values in outputs[1:]):
            raise _conflict(table, matched, run, "any_violated", "命中策略是 ANY(任意),命中的规则却给出不同结果:规则")
        return table.shape(outputs[0])
    if policy.name in ("PRIORITY", "OUTPUT ORDER"):
        outputs.sort(key=lambda values: [clause.rank(value) for clause, value in zip(table.outputs, values, strict=True) if clause.has_values])
    if policy.name == "PRIORITY":
        return table.shape(outputs[0])
    shaped = [table.shape(values) for values in outputs]
    return _aggregated(policy, shaped, run)


def _nothing(table: DecisionTable, scope: Scope, run: Run) -> Value:
    """No row matched: the default, else an empty list or a count of zero where a list is collected, else null."""
    default = table.default(scope, run)
    if default is not None:
        return default
    if table.hit_policy.aggregation == "COUNT":
        return Decimal(0)
    if table.hit_policy.name in ("COLLECT", "RULE ORDER", "OUTPUT ORDER") and table.hit_policy.aggregation is None:
        return []
    run.note("no_rule_matched", 0, f"决策表“{table.owner[1]}”没有命中任何规则")
    return None


def _output(table: DecisionTable, row: int, scope: Scope, run: Run) -> Value:
    return table.shape(table.outputs_of(row, scope, run))


def _aggregated(policy: HitPolicy, outputs: list[Value], run: Run) -> Value:
    if policy.aggregation is None:
        return outputs
    try:
        return AGGREGATIONS[policy.aggregation](outputs)
    except NullResult as reason:
        run.null(reason, 0)
        return None


def _conflict(table: DecisionTable, matched: list[int], run: Run, code: str, message: str) -> DmnEvaluationError:
    rows = "、".join(str(row + 1) for row in matched)
    decision = run.decision if isinstance(run, DecisionRun) and run.decision else table.owner[0]
    return DmnEvaluationError(code, f"决策表“{table.owner[1]}”:{message} {rows}", decision)
