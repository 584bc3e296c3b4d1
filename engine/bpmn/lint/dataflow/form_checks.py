"""Expressions of forms against their own fields and what is known at the tasks that show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.bpmn.lint.dataflow.form_types import expressions, label_of, level_types
from engine.bpmn.lint.dataflow.solve import ENGINE_NAMES, Flow
from engine.bpmn.lint.dataflow.wording import NEVER_A_VARIABLE, Wording
from engine.bpmn.lint.words import shorten
from engine.feel import Expression
from engine.feel.inference import NUMBER, Inferred, Type, context_of, infer, kinds_text, union
from engine.forms import Form
from engine.forms.components import Component, DynamicList
from engine.forms.plan import Level, all_slots
from engine.model.findings import Finding

_TRUTHS = frozenset(("hide", "readonly", "disabled", "required"))
_BOOLEAN = frozenset(("boolean",))
_WORDS: Mapping[str, tuple[str, str]] = {
    "hide": ("隐藏条件", "hide condition"),
    "readonly": ("只读条件", "readonly condition"),
    "disabled": ("禁用条件", "disabled condition"),
    "required": ("必填条件", "required condition"),
    "default": ("默认值", "default value"),
    "expression": ("表达式", "expression"),
    "source": ("数据来源", "source of data"),
    "column_source": ("列的来源", "source of columns"),
    "minimum": ("最小值", "minimum"),
    "maximum": ("最大值", "maximum"),
    "min_length": ("最小长度", "minimum length"),
    "max_length": ("最大长度", "maximum length"),
    "increment": ("步长", "increment"),
    "label": ("标签", "label"),
    "description": ("说明", "description"),
    "text": ("文字", "text"),
    "prefix": ("前缀", "prefix"),
    "suffix": ("后缀", "suffix"),
}


@dataclass(slots=True)
class Use:
    """What is known around a form, over all the places that show it."""

    types: dict[str, Type] = field(default_factory=dict)
    open: bool = False

    def add(self, types: Mapping[str, Type], open: bool) -> None:
        for name, kind in types.items():
            known = self.types.get(name)
            self.types[name] = kind if known is None else union(known, kind)
        self.open = self.open or open


def check_forms(flow: Flow) -> list[Finding]:
    """Forms that nothing shows are left alone."""
    findings: list[Finding] = []
    for form_id, use in _uses(flow).items():
        form = flow.parts.forms.get(form_id)
        if form is not None:
            findings += _check(form, use, flow.parts.form_files.get(form_id, form_id))
    return findings


def _uses(flow: Flow) -> dict[str, Use]:
    found: dict[str, Use] = {}
    for variables in flow.processes.values():
        reached = variables.paths.reachable()
        for element in variables.process.elements.values():
            form_id = element.assignment.form_id if element.assignment is not None else None
            if form_id is None or element.id not in reached:
                continue
            use = found.setdefault(form_id, Use())
            if element.kind == "start_event":
                use.add(ENGINE_NAMES, False)
            else:
                view = flow.view(variables, element)
                use.add(view.types, view.open)
    for record in flow.parts.settings.record_types:
        if record.form_id:
            found.setdefault(record.form_id, Use())
    return found


def _check(form: Form, use: Use, file: str) -> list[Finding]:
    words = Wording(file)
    own = level_types(form.level, use.types, open=use.open)
    names = {**use.types, **{name: union(kind, use.types[name]) if name in use.types else kind for name, kind in own.items()}}
    levels = {id(slot.component): slot.level for slot in all_slots(form.level) if slot.level is not None}
    rows: dict[tuple[int, ...], dict[str, Type]] = {}
    for component, property_name, rule, lists in expressions(form):
        expression = rule if isinstance(rule, Expression) else rule.expression
        if expression is None:
            continue
        key = tuple(id(one) for one in lists)
        if key not in rows:
            rows[key] = _row_names(names, lists, levels, use.open)
        found = infer(expression, rows[key], open=use.open)
        if found.problems or property_name in _TRUTHS:
            _report(component, property_name, expression, found, form, words)
    return words.findings


def _row_names(names: dict[str, Type], lists: tuple[DynamicList, ...], levels: Mapping[int, Level | None], open: bool) -> dict[str, Type]:
    """Names inside the rows of lists: those of the row first, and `this`, `parent` and `i`."""
    around = context_of(names, open=True)
    for one in lists:
        level = levels.get(id(one))
        if level is None:
            continue
        row = level_types(level, {name: kind for name, kind in names.items() if name not in level.shape}, open=open)
        this = context_of(row, open=True)
        names = {**names, **row, "this": this, "parent": around, "i": NUMBER}
        around = this
    return names


def _report(component: Component, property_name: str, expression: Expression, found: Inferred, form: Form, words: Wording) -> None:
    zh, en = _WORDS.get(property_name, (property_name, property_name))
    where = (component.line, component.id, label_of(component))
    for problem in found.problems:
        if problem.code != "unknown_name":
            words.problem(problem, where, zh, en, expression.source, certain=problem.code in NEVER_A_VARIABLE)
            continue
        values = {
            "place_zh": zh,
            "place_en": en,
            "expression": shorten(expression.source, 80),
            "name": problem.values["name"],
            "position": problem.position,
        }
        proposal = problem.values["proposal"]
        if proposal is not None:
            words.add("flow_unknown_name_meant", where, proposal=proposal, **values)
        else:
            words.add("flow_form_unknown_name", where, form=form.name, **values)
    kind = found.type
    if property_name in _TRUTHS and kind.kinds and "boolean" not in kind.kinds:
        words.wanted("flow_form_not_boolean", where, zh, en, expression.source, kind, kinds_text(_BOOLEAN))
