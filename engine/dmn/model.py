"""Decision models: decisions, the knowledge they call, the services that bundle them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.dmn.records import DecisionResult, DmnEvaluationError
from engine.dmn.run import DecisionRun
from engine.dmn.session import Session
from engine.feel import FeelError
from engine.feel.code import Code
from engine.feel.nodes import TypeNode
from engine.feel.types import TypeCheck
from engine.feel.values import check_size
from engine.model.findings import Finding
from engine.model.values import Value


@dataclass(frozen=True, slots=True)
class Variable:
    """The name under which a result or an input is known, and its type (None: any)."""

    name: str
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """`requires` are ids of decisions, `inputs` ids of input data, `knowledge` ids of knowledge models and services.

    What an imported model defines has the id `import name#id`, here and wherever else ids are listed.
    `hit_policy` is None unless the logic is a decision table. `variables` are the names that the logic reads from its scope.
    """

    id: str
    name: str
    variable: Variable
    logic: Code
    requires: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()
    hit_policy: str | None = None
    variables: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model: code that makes a function in the scope of the knowledge it requires itself. `result` is its results' type."""

    id: str
    name: str
    variable: Variable
    logic: Code
    knowledge: tuple[str, ...] = ()
    result: TypeNode | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A decision service: `outputs` are evaluated with `inputs` (decisions taken as given) and `data` (input data) as parameters.

    `result` is the type of what it gives.
    """

    id: str
    name: str
    variable: Variable
    outputs: tuple[str, ...]
    inputs: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    result: TypeNode | None = None


@dataclass(frozen=True, slots=True)
class DecisionModel:
    """One checked model. Immutable; may be shared between threads. `imports` are other models by the name they are imported under."""

    name: str
    decisions: Mapping[str, Decision]
    knowledge: Mapping[str, Knowledge] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    input_data: Mapping[str, Variable] = field(default_factory=dict)
    types: Mapping[str, TypeCheck] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    imports: Mapping[str, DecisionModel] = field(default_factory=dict)

    @property
    def names_by_id(self) -> dict[str, str]:
        return {decision.id: decision.name for decision in self.decisions.values()}

    def evaluate(self, decision_id: str, scope: Mapping[str, Value], *, now: datetime | None = None) -> DecisionResult:
        """The result of a decision, given by id or by name, or of a decision service. Raises DmnEvaluationError."""
        run = DecisionRun(now)
        session = Session(self, scope, run)
        try:
            value = session.invoke(decision_id)
            check_size(value)
        except FeelError as error:
            raise DmnEvaluationError(error.code, str(error), run.decision or decision_id) from error
        except RecursionError:
            raise DmnEvaluationError("calls_too_deep", "决策嵌套过深", run.decision or decision_id) from None
        return DecisionResult(value, tuple(run.evaluations), tuple(run.reasons))
