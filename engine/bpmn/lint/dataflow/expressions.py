"""Expressions of diagrams against what is known where they stand."""

from __future__ import annotations

from collections.abc import Iterator

from engine import feel
from engine.bpmn.lint.dataflow.connectors import INPUTS, record_form
from engine.bpmn.lint.dataflow.places import Place, places
from engine.bpmn.lint.dataflow.scopes import AT_START, Variables
from engine.bpmn.lint.dataflow.solve import Flow
from engine.bpmn.lint.dataflow.wording import NEVER_A_VARIABLE, Wording
from engine.bpmn.lint.words import shorten
from engine.feel import nodes
from engine.feel.analysis import children
from engine.feel.inference import Problem, Type, infer, kinds_text
from engine.feel.nearest import nearest
from engine.model.findings import Finding

Where = tuple[int | None, str | None, str | None]
_TESTS_FOR_NULL = ("is defined", "get or else")


def check(flow: Flow, variables: Variables) -> list[Finding]:
    """Everything that is wrong with the expressions of one process. Elements that no token comes to are left alone."""
    words = Wording(variables.process.file)
    reached = variables.paths.reachable()
    outside: set[str] = set()
    for place in places(flow, variables):
        if place.reader is None or place.reader in reached:
            _check(flow, variables, place, words, outside)
    for element in variables.process.elements.values():
        if element.id in reached and element.job is not None and element.job.type in INPUTS:
            _check_job(flow, variables, element.id, words)
    return words.findings


def where_of(variables: Variables, place: Place) -> Where:
    if place.element is None:
        return None, variables.process.key, variables.process.name
    return place.element.line, place.element.id, place.element.name or None


def _check(flow: Flow, variables: Variables, place: Place, words: Wording, outside: set[str]) -> None:
    try:
        expression = feel.compile(place.source)
    except feel.FeelError:  # reported by its own rule
        return
    found = infer(expression, place.view.types)
    where = where_of(variables, place)
    for problem in found.problems:
        if problem.code == "unknown_name":
            _unknown(flow, variables, place, problem, words, outside)
        else:
            words.problem(problem, where, place.zh, place.en, place.source, certain=not place.view.open or problem.code in NEVER_A_VARIABLE)
    if place.reader is not None:
        for name, position in _too_early(variables, place, expression):
            writers = _writers(variables, place, name)
            words.add(
                "flow_not_yet_written", where, place_zh=place.zh, place_en=place.en, expression=shorten(place.source, 80),
                name=name, position=position, writers=writers,
            )  # fmt: skip
    _check_wanted(place, found.type, bool(found.problems), where, words)


def _check_wanted(place: Place, kind: Type, spoilt: bool, where: Where, words: Wording) -> None:
    """The result against what the place wants. A result of null is reported only where nothing else was."""
    if not place.wanted or kind.kinds & place.wanted:
        return
    if not kind.kinds and (spoilt or not place.needed):
        return
    code = "flow_wrong_result" if not place.view.open and not spoilt else "flow_wrong_result_perhaps"
    words.wanted(code, where, place.zh, place.en, place.source, kind, kinds_text(place.wanted))


def _unknown(flow: Flow, variables: Variables, place: Place, problem: Problem, words: Wording, outside: set[str]) -> None:
    """A name that nothing visible from here writes. Where names may come from outside, one word about each, unless it looks misspelt."""
    name, proposal = str(problem.values["name"]), problem.values["proposal"]
    values = {"place_zh": place.zh, "place_en": place.en, "expression": shorten(place.source, 80), "name": name, "position": problem.position}
    where = where_of(variables, place)
    if proposal is not None:
        words.add("flow_unknown_name_meant", where, proposal=proposal, **values)
    elif not place.view.open:
        elsewhere = _elsewhere(flow, variables, name)
        words.add("flow_unknown_name" if not elsewhere else "flow_name_elsewhere", where, elements=elsewhere, **values)
    elif name not in outside and not _fed_from_outside(variables):
        words.add("flow_name_from_outside", where, **values)
    outside.add(name)


def _fed_from_outside(variables: Variables) -> bool:
    """Whether messages, signals, jobs or tasks without a form bring what the pack does not tell; a bare start alone brings only what it is given."""
    for element in variables.process.elements.values():
        event = element.event
        if event is not None and event.type in ("message", "signal", "error") and element.kind not in ("end_event", "intermediate_throw_event"):
            return True
        if element.job is not None and element.job.type not in INPUTS:
            return True
        if element.kind in ("user_task", "manual_task") and (element.assignment is None or element.assignment.form_id is None):
            return True
    return False


def _elsewhere(flow: Flow, variables: Variables, name: str) -> str:
    """Elements of the process that have the name as their own local variable."""
    found = [identifier for identifier, scope in variables.scopes.items() if name in scope.types]
    elements = [variables.process.elements[identifier] for identifier in found if identifier in variables.process.elements]
    return "、".join(element.name or element.id for element in elements[:5])


def _too_early(variables: Variables, place: Place, expression: feel.Expression) -> Iterator[tuple[str, int]]:
    """Names that the expression reads although no path leads from what writes them to here; a test for null shows that this is meant."""
    reader, chain = place.reader or "", list(place.view.chain)
    allowed: frozenset[str] | None = None
    for name in sorted(expression.variables):
        scope = _scope_of(variables, place, name)
        if scope is None or AT_START in variables.scope(scope).writers.get(name, ()):
            continue
        if place.at_exit and scope == reader:
            continue
        if variables.is_open(chain) or variables.may_be_there(name, scope, reader, at_exit=place.at_exit):
            continue
        if allowed is None:
            allowed = tested_for_null(expression.tree)
        if name not in allowed:
            yield name, _position(expression.tree, name)


def _scope_of(variables: Variables, place: Place, name: str) -> str | None:
    """The scope that the name is read from; what an element's own work brings is not there before it is done."""
    for identifier in place.view.chain:
        writers = variables.scope(identifier).writers.get(name)
        if writers is not None and (place.at_exit or identifier != place.reader or AT_START in writers):
            return identifier
    return None


def tested_for_null(tree: nodes.Node) -> frozenset[str]:
    """Names that the expression itself compares with null."""
    found: set[str] = set()
    pending: list[nodes.Node] = [tree]
    while pending:
        node = pending.pop()
        pending.extend(children(node))
        if isinstance(node, nodes.Compare) and nodes.Literal(None) in (node.left, node.right):
            found.update(side.name for side in (node.left, node.right) if isinstance(side, nodes.Name))
        elif isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name) and node.function.name in _TESTS_FOR_NULL:
            found.update(argument.name for argument in node.arguments if isinstance(argument, nodes.Name))
    return frozenset(found)


def _position(tree: nodes.Node, name: str) -> int:
    pending: list[nodes.Node] = [tree]
    places: list[int] = []
    while pending:
        node = pending.pop()
        pending.extend(children(node))
        if isinstance(node, nodes.Name) and node.name == name:
            places.append(node.position)
    return min(places, default=1)


def _writers(variables: Variables, place: Place, name: str) -> str:
    scope = _scope_of(variables, place, name) or ""
    elements = [variables.process.elements[one] for one in sorted(variables.scope(scope).writers.get(name, ())) if one in variables.process.elements]
    return "、".join(element.name or element.id for element in elements[:5])


def _check_job(flow: Flow, variables: Variables, identifier: str, words: Wording) -> None:
    """Inputs of the connectors that work on registers: they are contexts, and hold fields of the register's form."""
    element = variables.process.elements[identifier]
    where = (element.line, element.id, element.name or None)
    job = element.job
    if job is None or not element.inputs:
        return
    form = record_form(flow.parts, job.headers)
    view = flow.view(variables, element)
    for name in INPUTS[job.type]:
        kind = view.types.get(name) if any(mapped.target.split(".")[0] == name for mapped in element.inputs) else None
        if kind is None:
            continue
        if "context" not in kind.kinds:
            shown = kinds_text(kind.kinds)
            words.add("flow_connector_input_kind", where, type=job.type, name=name, given_zh=shown[0], given_en=shown[1])
        elif form is not None:
            for field in [key for key, _ in kind.members if key not in form.keys]:
                meant = nearest(field, form.keys)
                code = "flow_connector_field" if name == "values" and not view.open else "flow_connector_field_perhaps"
                words.add(code, where, name=name, field=field, form=form.id, meant=meant or "、".join(sorted(form.keys)[:8]))
