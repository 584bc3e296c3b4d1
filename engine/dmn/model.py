"""Decision models: decisions, the knowledge they call, the services that bundle them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.dmn.records import DecisionResult, DmnEvaluationError
from engine.dmn.run import DecisionRun
from engine.feel import FeelError
from engine.feel.code import Code, Frame, Scope
from engine.feel.errors import NullResult
from engine.feel.limits import Run
from engine.feel.nodes import TypeNode
from engine.feel.types import TypeCheck, coerce
from engine.feel.values import FeelFunction, check_size
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
    """A business knowledge model: code that makes a function in the scope of the knowledge it requires itself."""

    id: str
    name: str
    variable: Variable
    logic: Code
    knowledge: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """A decision service: `outputs` are evaluated with `inputs` (decisions taken as given) and `data` (input data) as parameters."""

    id: str
    name: str
    variable: Variable
    outputs: tuple[str, ...]
    inputs: tuple[str, ...] = ()
    data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionModel:
    """One checked model. Immutable; may be shared between threads."""

    name: str
    decisions: Mapping[str, Decision]
    knowledge: Mapping[str, Knowledge] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    input_data: Mapping[str, Variable] = field(default_factory=dict)
    types: Mapping[str, TypeCheck] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def names_by_id(self) -> dict[str, str]:
        return {decision.id: decision.name for decision in self.decisions.values()}

    def evaluate(self, decision_id: str, scope: Mapping[str, Value], *, now: datetime | None = None) -> DecisionResult:
        """The result of a decision, given by id or by name, or of a decision service. Raises DmnEvaluationError."""
        run = DecisionRun(now)
        session = _Session(self, scope, run)
        try:
            value = session.invoke(decision_id)
            check_size(value)
        except FeelError as error:
            raise DmnEvaluationError(error.code, str(error), run.decision or decision_id) from error
        except RecursionError:
            raise DmnEvaluationError("calls_too_deep", "决策嵌套过深", run.decision or decision_id) from None
        return DecisionResult(value, tuple(run.evaluations), tuple(run.reasons))


class _Session:
    """One evaluation: every decision is evaluated at most once. `given` are values that stand in for decisions and input data, by id."""

    def __init__(self, model: DecisionModel, scope: Scope, run: DecisionRun, given: Mapping[str, Value] | None = None) -> None:
        self.model = model
        self.scope = scope
        self.run = run
        self.results: dict[str, Value] = dict(given or {})
        self.functions: dict[str, FeelFunction | None] = {}

    def invoke(self, reference: str) -> Value:
        model = self.model
        by_name = {service.name: service.id for service in model.services.values()}
        by_name |= {decision.name: decision.id for decision in model.decisions.values()}
        found = reference if reference in model.decisions or reference in model.services else by_name.get(reference, "")
        if found in model.decisions:
            return self.decide(found)
        if found in model.services:
            return self._serve_from_scope(model.services[found])
        raise DmnEvaluationError("unknown_decision", f"没有决策“{reference}”", reference)

    def decide(self, decision_id: str) -> Value:
        """The value of a decision, its requirements first: they are known under their variable's name and their id."""
        if decision_id in self.results:
            return self.results[decision_id]
        decision = self.model.decisions[decision_id]
        frame = Frame(self.scope)
        for required in decision.requires:
            value = self.decide(required)
            frame.setdefault(required, value)
            frame[self.model.decisions[required].variable.name] = value
        for data in decision.inputs:
            self._enter_input(frame, data)
        self._enter_knowledge(frame, decision.knowledge)
        before, self.run.decision = self.run.decision, decision_id
        count = len(self.run.evaluations)
        value = self._typed(decision.logic(frame, self.run), decision.variable)
        self.run.decision = before
        if not any(one.decision_id == decision_id for one in self.run.evaluations[count:]):
            inputs = tuple((name, frame[name]) for name in sorted(decision.variables) if name in frame or name in self.scope)
            self.run.record((decision_id, decision.name), None, inputs, (), value)
        self.results[decision_id] = value
        return value

    def _typed(self, value: Value, variable: Variable) -> Value:
        if variable.type is None:
            return value
        try:
            return coerce(value, variable.type, self.model.types)
        except NullResult as reason:
            self.run.note(reason.code, 0, f"“{variable.name}”:{reason.message}")
            return None

    def _enter_input(self, frame: Frame, data_id: str) -> None:
        variable = self.model.input_data[data_id]
        if data_id in self.results:
            frame[variable.name] = self.results[data_id]
        elif variable.name in self.scope:
            frame[variable.name] = self._typed(self.scope[variable.name], variable)

    def _enter_knowledge(self, frame: Frame, references: tuple[str, ...]) -> None:
        for reference in references:
            found = self.model.knowledge.get(reference) or self.model.services.get(reference)
            if found is not None:
                frame[found.variable.name] = self._function(reference)

    def _function(self, reference: str) -> Value:
        if reference not in self.functions:
            service = self.model.services.get(reference)
            self.functions[reference] = self._service_function(service) if service is not None else self._knowledge_function(reference)
        return self.functions[reference]

    def _knowledge_function(self, reference: str) -> FeelFunction | None:
        knowledge = self.model.knowledge[reference]
        frame = Frame({})
        self._enter_knowledge(frame, knowledge.knowledge)
        made = knowledge.logic(frame, self.run)
        if not isinstance(made, FeelFunction):
            return None
        frame[knowledge.variable.name] = made

        def invoke(run: Run, arguments: list[Value], given: tuple[str, ...] | None = None) -> Value:
            return self._typed(made.invoke(run, arguments, given), knowledge.variable)

        return FeelFunction(knowledge.name, made.parameters, made.types, invoke)

    def _service_function(self, service: Service) -> FeelFunction:
        parameters = self._parameters(service)
        names = tuple(variable.name for _, variable in parameters)

        def invoke(_run: Run, arguments: list[Value], given: tuple[str, ...] | None = None) -> Value:
            if given is not None and set(given) != set(names) or len(arguments) != len(names):
                raise NullResult("wrong_arguments", f"决策服务“{service.name}”的参数是 {'、'.join(names) or '(无)'}")
            ordered = arguments if given is None else [arguments[given.index(name)] for name in names]
            return self._serve(
                service, [coerce(value, variable.type, self.model.types) for value, (_, variable) in zip(ordered, parameters, strict=True)]
            )

        return FeelFunction(service.name, names, tuple(variable.type for _, variable in parameters), invoke)

    def _parameters(self, service: Service) -> list[tuple[str, Variable]]:
        """Input data first, then input decisions, as the standard orders the parameters of a service."""
        data = [(one, self.model.input_data[one]) for one in service.data]
        return data + [(one, self.model.decisions[one].variable) for one in service.inputs]

    def _serve_from_scope(self, service: Service) -> Value:
        values = []
        for _, variable in self._parameters(service):
            values.append(self._typed(self.scope.get(variable.name), variable))
        return self._serve(service, values)

    def _serve(self, service: Service, values: list[Value]) -> Value:
        given = {reference: value for (reference, _), value in zip(self._parameters(service), values, strict=True)}
        inner = _Session(self.model, Frame({}), self.run, given)
        results = [(self.model.decisions[output].variable.name, inner.decide(output)) for output in service.outputs]
        return self._typed(results[0][1] if len(results) == 1 else dict(results), service.variable)
