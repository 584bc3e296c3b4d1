"""One evaluation of a model: which decision needs which, and under what names their results are known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.dmn.imports import NAMELESS
from engine.dmn.records import DmnEvaluationError
from engine.dmn.run import DecisionRun
from engine.feel.code import Frame, Scope
from engine.feel.errors import NullResult
from engine.feel.limits import Run
from engine.feel.nodes import TypeNode
from engine.feel.types import coerce
from engine.feel.values import FeelFunction
from engine.model.values import Value, normalize

if TYPE_CHECKING:
    from engine.dmn.model import DecisionModel, Knowledge, Service, Variable

_Bound = tuple[str, str, Value]
_DECISION_STEPS = 40


class Session:
    """Every decision is evaluated at most once. `given` are values that stand in for decisions and input data, by id.

    An imported model has a session of its own. Its input data are members of the variable named like the import, else variables of the same name.
    """

    def __init__(self, model: DecisionModel, scope: Scope, run: DecisionRun, given: Mapping[str, Value] | None = None) -> None:
        self.model = model
        self.scope = scope
        self.run = run
        self.results: dict[str, Value] = dict(given or {})
        self.functions: dict[str, FeelFunction | None] = {}
        self.imported: dict[str, Session] = {}

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

    def _home(self, reference: str) -> tuple[Session, str, str]:
        """Where an id belongs: the session of its model, the import's name, the id there."""
        name, mark, inner = reference.rpartition("#")
        if not mark:
            return self, "", reference
        if name not in self.imported:
            members = self.scope.get(name)
            scope = Frame(self.scope, members if isinstance(members, dict) else {})
            given = {key[len(name) + 1 :]: value for key, value in self.results.items() if key.startswith(f"{name}#")}
            self.imported[name] = Session(self.model.imports[name], scope, self.run, given)
        return self.imported[name], name, inner

    def decide(self, decision_id: str) -> Value:
        """The value of a decision, its requirements first: they are known under their variable's name and their id."""
        home, _, inner = self._home(decision_id)
        if home is not self:
            return home.decide(inner)
        if decision_id in self.results:
            return self.results[decision_id]
        self.run.charge(_DECISION_STEPS, 0)
        decision = self.model.decisions[decision_id]
        bound: list[_Bound] = []
        for required in decision.requires:
            bound.append((required, self._variable(required).name, self.decide(required)))
        bound += self._inputs(decision.inputs)
        bound += self._knowledge(decision.knowledge)
        frame = self._frame(self.scope, bound)
        for required in decision.requires:
            frame.setdefault(required, self.decide(required))
        before, self.run.decision = self.run.decision, decision_id
        count = len(self.run.evaluations)
        value = self._typed(decision.logic(frame, self.run), decision.variable)
        self.run.decision = before
        if not any(one.decision_id == decision_id for one in self.run.evaluations[count:]):
            inputs = tuple((name, frame[name]) for name in sorted(decision.variables) if name in frame or name in self.scope)
            self.run.record((decision_id, decision.name), None, inputs, (), value)
        self.results[decision_id] = value
        return value

    def _variable(self, reference: str) -> Variable:
        home, _, inner = self._home(reference)
        found = home.model.decisions.get(inner)
        return found.variable if found is not None else home.model.input_data[inner]

    def _frame(self, scope: Scope, bound: list[_Bound]) -> Frame:
        """Names of this model as they are, names of an imported one as members of a context named like the import."""
        frame = Frame(scope)
        for reference, name, value in bound:
            prefix = reference.rpartition("#")[0]
            if not prefix or prefix.startswith(NAMELESS):
                frame[name] = value
            elif isinstance(frame.get(prefix), dict):
                frame[prefix][name] = value
            else:
                frame[prefix] = {name: value}
        return frame

    def _typed(self, value: Value, variable: Variable) -> Value:
        return self._fit(value, variable.type, variable.name)

    def _given(self, value: Value, variable: Variable) -> Value:
        """A value from outside: a type looks at its parts, so plain Python data becomes FEEL values first."""
        if variable.type is None:
            return value
        try:
            return self._typed(normalize(value), variable)
        except TypeError:  # it holds what has no form outside an evaluation, such as a function
            return self._typed(value, variable)

    def _fit(self, value: Value, kind: TypeNode | None, name: str) -> Value:
        """The value converted to the type; null, with the reason kept, when it is not of the type."""
        try:
            return coerce(value, kind, self.model.types)
        except NullResult as reason:
            self.run.note(reason.code, 0, f"“{name}”:{reason.message}")
            return None

    def _inputs(self, references: tuple[str, ...]) -> list[_Bound]:
        bound: list[_Bound] = []
        for reference in references:
            home, _, inner = self._home(reference)
            variable = home.model.input_data[inner]
            if inner in home.results:
                bound.append((reference, variable.name, home.results[inner]))
            elif variable.name in home.scope:
                bound.append((reference, variable.name, home._given(home.scope[variable.name], variable)))
        return bound

    def _knowledge(self, references: tuple[str, ...]) -> list[_Bound]:
        bound: list[_Bound] = []
        for reference in references:
            home, _, inner = self._home(reference)
            found: Knowledge | Service | None = home.model.knowledge.get(inner) or home.model.services.get(inner)
            if found is not None:
                bound.append((reference, found.variable.name, home._function(inner)))
        return bound

    def _function(self, reference: str) -> Value:
        if reference not in self.functions:
            service = self.model.services.get(reference)
            self.functions[reference] = self._service_function(service) if service is not None else self._knowledge_function(reference)
        return self.functions[reference]

    def _knowledge_function(self, reference: str) -> FeelFunction | None:
        knowledge = self.model.knowledge[reference]
        frame = self._frame({}, self._knowledge(knowledge.knowledge))
        made = knowledge.logic(frame, self.run)
        if not isinstance(made, FeelFunction):
            return None
        frame[knowledge.variable.name] = made

        def invoke(run: Run, arguments: list[Value], given: tuple[str, ...] | None = None) -> Value:
            return self._fit(made.invoke(run, arguments, given), knowledge.result, knowledge.variable.name)

        return FeelFunction(knowledge.name, made.parameters, made.types, invoke, knowledge.result or made.result)

    def _service_function(self, service: Service) -> FeelFunction:
        parameters = self._parameters(service)
        names = tuple(variable.name for _, variable in parameters)

        def invoke(_run: Run, arguments: list[Value], given: tuple[str, ...] | None = None) -> Value:
            if given is not None and set(given) != set(names) or len(arguments) != len(names):
                raise NullResult("wrong_arguments", f"决策服务“{service.name}”的参数是 {'、'.join(names) or '(无)'}")
            ordered = arguments if given is None else [arguments[given.index(name)] for name in names]
            fitted = zip(ordered, parameters, strict=True)
            return self._serve(service, [coerce(value, one.type, self._home(reference)[0].model.types) for value, (reference, one) in fitted])

        return FeelFunction(service.name, names, tuple(variable.type for _, variable in parameters), invoke, service.result)

    def _parameters(self, service: Service) -> list[tuple[str, Variable]]:
        """Input data first, then input decisions, as the standard orders the parameters of a service."""
        return [(one, self._variable(one)) for one in (*service.data, *service.inputs)]

    def _serve_from_scope(self, service: Service) -> Value:
        values = []
        for reference, variable in self._parameters(service):
            home = self._home(reference)[0]
            values.append(home._given(home.scope.get(variable.name), variable))
        return self._serve(service, values)

    def _serve(self, service: Service, values: list[Value]) -> Value:
        given = {reference: value for (reference, _), value in zip(self._parameters(service), values, strict=True)}
        inner = Session(self.model, Frame({}), self.run, given)
        results = [(inner._variable(output).name, inner.decide(output)) for output in service.outputs]
        return self._fit(results[0][1] if len(results) == 1 else dict(results), service.result, service.variable.name)
