"""Decisions: their own texts and rules, and whether the tasks that ask them supply what they read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.elements import Element
from engine.bpmn.lint.dataflow.form_types import option_type
from engine.bpmn.lint.dataflow.scopes import Variables
from engine.bpmn.lint.dataflow.solve import Flow, View
from engine.bpmn.lint.dataflow.wording import Wording
from engine.dmn.analysis import ModelShape, Output, Shape, Table, Text
from engine.dmn.analysis_rules import Witness, conflicts, dead_rules, gaps
from engine.feel import nodes
from engine.feel.inference import Names, Type, choice_of, described, infer_tree, kinds_text, never_of, of_value, union, values_text
from engine.feel.nearest import nearest
from engine.feel.values import equal, literal_text
from engine.forms.components import ChoiceField
from engine.forms.plan import Level
from engine.model.findings import Finding
from engine.model.values import Value

MOST_WITNESSES = 400
_MOST_PER_TABLE = 20
Asked = list[tuple[Variables, Element, View]]


def check_decisions(flow: Flow) -> list[Finding]:
    """All models of the pack, and all business rule tasks."""
    asked = _asked(flow)
    findings: list[Finding] = []
    for model in {id(model): model for model in flow.parts.decisions.values()}.values():
        words = Wording(model.file)
        for shape in model.decisions.values():
            _check_texts(model, shape, words)
            uses = [use for decision, used in asked.items() if decision in model.decisions and shape in model.closure(decision) for use in used]
            for table in shape.tables:
                _check_rules(flow, model, shape, table, uses, words)
        findings += words.findings
    for decision_id, used in asked.items():
        for variables, element, view in used:
            findings += _check_supply(flow.parts.decisions[decision_id], decision_id, variables, element, view)
    return findings


def _asked(flow: Flow) -> dict[str, Asked]:
    found: dict[str, Asked] = {}
    for variables in flow.processes.values():
        reached = variables.paths.reachable()
        for element in variables.process.elements.values():
            if element.decision_id in flow.parts.decisions and element.id in reached and element.kind == "business_rule_task":
                found.setdefault(element.decision_id or "", []).append((variables, element, flow.view(variables, element)))
    return found


def _check_texts(model: ModelShape, shape: Shape, words: Wording) -> None:
    """Problems inside the model's own texts, whoever asks."""
    names = model.names_for(shape)
    _check_types(shape, names, words)
    for text in shape.texts:
        _check_text(text, names, "表达式", "expression", words)
    for table in shape.tables:
        columns = [_column_type(column.kind, infer_tree(column.expression.tree, names).type) for column in table.inputs]
        for column in table.inputs:
            _check_text(column.expression, names, f"输入“{column.label}”", f"input “{column.label}”", words)
        for output in table.outputs:
            if output.default is not None:
                _check_text(output.default, names, "默认输出", "default output", words)
        for row in table.rows:
            for number, text in enumerate(row.cells):
                zh, en = f"规则 {row.number} 的条件“{table.inputs[number].label}”", f"condition “{table.inputs[number].label}” of rule {row.number}"
                _check_text(text, names.inside({"?": columns[number]}), zh, en, words)
            for output, text in zip(table.outputs, row.outputs, strict=True):
                zh, en = f"规则 {row.number} 的输出", f"output of rule {row.number}"
                _check_text(text, names, zh, en, words)
                _check_output(output, text, names, (zh, en), words)


def _check_types(shape: Shape, names: Names, words: Wording) -> None:
    """What the model declares to be of a type that it never is."""
    inferred = infer_tree(shape.tree, names)
    where = (shape.place.line, shape.id, shape.name)
    for problem in inferred.problems:
        if problem.code == "never_of_type":
            words.add("flow_never_of_type", where, **problem.values)
    if never_of(inferred.type, shape.kind):
        _never_of_type(shape.variable, inferred.type, shape.kind, where, words)


def _never_of_type(label: str, found: Type, declared: Type, where: tuple[int | None, str | None, str | None], words: Wording) -> None:
    given, wanted = described(found), described(declared)
    words.add("flow_never_of_type", where, label=label, given_zh=given[0], given_en=given[1], wanted_zh=wanted[0], wanted_en=wanted[1])


def _check_output(output: Output, text: Text, names: Names, place: tuple[str, str], words: Wording) -> None:
    found = infer_tree(text.tree, names).type
    where = (text.place.line, text.place.element_id, text.place.element_name)
    if never_of(found, output.kind):
        _never_of_type(output.name or text.place.element_name or place[0], found, output.kind, where, words)
    elif output.allowed and never_of(found, choice_of(output.allowed)):
        given, wanted = described(found), values_text(output.allowed)
        words.add(
            "flow_output_not_listed", where, place_zh=place[0], place_en=place[1], given_zh=given[0], given_en=given[1],
            wanted_zh=wanted, wanted_en=wanted,
        )  # fmt: skip


def _column_type(declared: Type, found: Type) -> Type:
    return found if declared.anything or (found.kinds and found.kinds <= declared.kinds) else declared


def _check_text(text: Text, names: Names, zh: str, en: str, words: Wording) -> None:
    for problem in infer_tree(text.tree, names).problems:
        if problem.code not in ("unknown_name", "unknown_type"):
            where = (text.place.line, text.place.element_id, text.place.element_name)
            words.problem(
                problem, where, zh, en, text.source, certain=text.column is None and problem.code not in ("unknown_function", "never_equal")
            )


def _check_rules(flow: Flow, model: ModelShape, shape: Shape, table: Table, uses: Asked, words: Wording) -> None:
    supplied = [_domains(table, view.types) for _, _, view in uses if not view.open]
    every = {
        number: union(*(one[number] for one in supplied))
        for number in range(len(table.inputs))
        if supplied and all(number in one for one in supplied)
    }
    narrowed = every if len(supplied) == len(uses) else {}
    for dead in dead_rules(table, narrowed)[:_MOST_PER_TABLE]:
        place = (dead.row.place.line, dead.row.place.element_id, shape.name)
        if dead.column is not None:
            cell, label = dead.row.cells[dead.column].source, table.inputs[dead.column].label
            words.add("flow_rule_never_matches", place, rule=dead.row.number, input=label, cell=cell)
        else:
            others = "、".join(map(str, dead.covered_by))
            words.add("flow_rule_covered", place, rule=dead.row.number, others=others, policy=table.policy.name)
    for conflict in conflicts(table)[:_MOST_PER_TABLE] if table.policy.name == "ANY" else ():
        place = (conflict.later.place.line, conflict.later.place.element_id, shape.name)
        words.add("flow_rules_contradict", place, one=conflict.earlier.number, other=conflict.later.number, witness=_shown(table, conflict.witness))
    _check_gaps(flow, shape, table, uses, words)


def _check_gaps(flow: Flow, shape: Shape, table: Table, uses: Asked, words: Wording) -> None:
    where = (table.place.line, shape.id, shape.name)
    if not uses:
        witness = next(gaps(table), None)
        if witness is not None:
            words.add("flow_gap", where, witness=_shown(table, witness))
        return
    for _, element, view in uses:
        for count, witness in enumerate(gaps(table, {} if view.open else _domains(table, view.types))):
            if count >= MOST_WITNESSES:
                break
            if _can_happen(flow, table, witness):
                words.add("flow_gap_at_task", where, witness=_shown(table, witness), task=element.name or element.id)
                return


def _domains(table: Table, types: Mapping[str, Type]) -> dict[int, Type]:
    """What the inputs of a table can be where the scope has these names."""
    found: dict[int, Type] = {}
    for number, column in enumerate(table.inputs):
        tree = column.expression.tree
        if isinstance(tree, nodes.Name) and tree.name in types:
            found[number] = types[tree.name]
    return found


def _shown(table: Table, witness: Witness) -> str:
    parts = [f"{table.inputs[number].label} = {literal_text(value)}" for number, value in sorted(witness.items())]
    return ", ".join(parts) or "-"


def _can_happen(flow: Flow, table: Table, witness: Witness) -> bool:
    """Whether forms let these values be chosen together: the options of one field may depend on another."""
    values = {
        column.expression.tree.name: witness[number]
        for number, column in enumerate(table.inputs)
        if number in witness and isinstance(column.expression.tree, nodes.Name)
    }
    for name, value in values.items():
        fields = list(_choices(flow, name))
        if fields and not any(_offers(field, values, value) for field in fields):
            return False
    return True


def _choices(flow: Flow, name: str) -> Iterator[ChoiceField]:
    """Fields of that name whose options are computed, and all others of that name."""
    for form in flow.parts.forms.values():
        yield from _named(form.level, name)


def _named(level: Level, name: str) -> Iterator[ChoiceField]:
    for slot in level.slots:
        if slot.name == name and isinstance(slot.component, ChoiceField) and not slot.component.multiple:
            yield slot.component


def _offers(field: ChoiceField, values: Mapping[str, Value], value: Value) -> bool:
    if field.source is None or field.source.expression is None or not field.source.expression.variables & values.keys():
        return True
    offered = option_type(field, {name: of_value(one) for name, one in values.items()}, open=True)
    source = field.source.expression
    if source.variables <= values.keys():
        try:
            offered = option_type_of(source.evaluate(values))
        except ValueError:
            return True
    return offered.values is None or any(equal(value, one) is True for one in offered.values)


def option_type_of(options: Value) -> Type:
    """The values of computed options, given the options themselves."""
    items = options if isinstance(options, list) else []
    return union(*(of_value(item.get("value") if isinstance(item, dict) else item) for item in items))


def _check_supply(model: ModelShape, decision_id: str, variables: Variables, element: Element, view: View) -> list[Finding]:
    """Names that a decision reads against what is known at the task, and their types against those declared."""
    words = Wording(variables.process.file)
    where = (element.line, element.id, element.name or None)
    for name in sorted(model.needs(decision_id)):
        if name in view.types or view.open:
            continue
        meant = nearest(name, view.types)
        words.add("flow_decision_input", where, decision=decision_id, name=name, model=model.file, meant=meant or "-")
    for shape in model.closure(decision_id):
        for table in shape.tables:
            for number, kind in _domains(table, view.types).items():
                _check_kind(shape, table, number, kind, (where, view.open), words)
    return words.findings


def _check_kind(
    shape: Shape, table: Table, number: int, kind: Type, at: tuple[tuple[int | None, str | None, str | None], bool], words: Wording
) -> None:
    """The kind that is supplied against those that the cells compare with, and against the declared one, of which evaluation makes it or null."""
    column, cells = table.inputs[number], [row.constants[number] for row in table.rows]
    compared = frozenset(cell.kind for cell in cells if cell is not None and cell.kind)
    constant = bool(cells) and all(cell is not None and cell.kind and not cell.negated for cell in cells)
    where, open_ = at
    if not kind.kinds:
        return
    if constant and not kind.kinds & compared:
        code, wanted = "flow_decision_kind_perhaps" if open_ else "flow_decision_kind", kinds_text(compared)
    elif not column.kind.anything and not kind.kinds & column.kind.kinds:
        code, wanted = "flow_decision_kind_perhaps", described(column.kind)
    else:
        return
    given = described(kind)
    words.add(
        code,
        where,
        decision=shape.name,
        input=column.label,
        given_zh=given[0],
        given_en=given[1],
        wanted_zh=wanted[0],
        wanted_en=wanted[1],
    )
