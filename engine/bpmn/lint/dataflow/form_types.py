"""What the fields of a form can hold, and which variables it writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from engine.feel import Expression
from engine.feel.inference import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    NULL,
    NUMBER,
    STRING,
    TIME,
    Type,
    choice_of,
    context_of,
    infer,
    list_of,
    of_value,
    union,
)
from engine.feel.inference.data import items_of
from engine.feel.inference.kinds import SCALARS
from engine.feel.values import kind_of
from engine.forms import Form
from engine.forms.components import CheckboxField, ChoiceField, Component, DateTimeField, DynamicList, ExpressionField, Field, NumberField, TextField
from engine.forms.plan import Level, Slot
from engine.forms.rules import Rule
from engine.model.values import Value

Rights = Mapping[str, str]
Written = tuple[Component, str, Rule | Expression, tuple[DynamicList, ...]]
_MOMENTS = {"date": DATE, "time": TIME, "datetime": DATE_TIME}
_NO_RIGHTS: Rights = {}


def type_in(expression: Expression, names: Mapping[str, Type], open: bool) -> Type:
    """The type of an expression where these names are known. Further names hold nothing, or with `open` anything."""
    missing = () if open else (expression.variables | expression.possible_variables) - names.keys()
    return infer(expression, {**names, **dict.fromkeys(missing, NULL)} if missing else names, open=open).type


def field_type(component: Component, names: Mapping[str, Type], open: bool = False) -> Type:
    """The values that a field accepts. `names` are what its expressions may read."""
    if isinstance(component, TextField):
        return STRING
    if isinstance(component, NumberField):
        return NUMBER
    if isinstance(component, DateTimeField):
        return _MOMENTS[component.subtype]
    if isinstance(component, CheckboxField):
        return BOOLEAN
    if isinstance(component, ExpressionField):
        return _rule_type(component.expression, names, open)
    if isinstance(component, ChoiceField):
        one = option_type(component, names, open)
        return list_of(one) if component.multiple else one
    return ANY


def option_type(component: ChoiceField, names: Mapping[str, Type], open: bool = False) -> Type:
    """What one option of a choice can be."""
    if component.source is None:
        options = tuple((kind_of(option.value), option.value) for option in component.options)
        return _choice(options) if SCALARS.issuperset(kind for kind, _ in options) else choice_of(value for _, value in options)
    item = items_of(_rule_type(component.source, names, open))
    if item.anything or (item.open and "context" in item.kinds):
        return ANY
    given = item.member("value") if "context" in item.kinds else None
    plain = item.only(item.kinds - {"context"})
    return plain if given is None else union(given, plain)


@lru_cache(maxsize=2048)
def _choice(options: tuple[tuple[str, Value], ...]) -> Type:
    """Kinds stand beside the values, because 1 and true are equal keys; options do not change between two checks of a pack."""
    return choice_of(value for _, value in options)


def _rule_type(rule: Rule, names: Mapping[str, Type], open: bool) -> Type:
    return of_value(rule.constant) if rule.expression is None else type_in(rule.expression, names, open)


def level_types(level: Level, names: Mapping[str, Type], rights: Rights = _NO_RIGHTS, open: bool = False) -> dict[str, Type]:
    """Names that a form, or a row of one of its lists, holds. What it only shows keeps the type that `names` say it has."""
    found: dict[str, Type] = {}
    known = dict(names)
    for slot in level.slots:
        kind = _slot_type(slot, known, rights, open)
        outer = names.get(slot.path[0]) if len(slot.path) == 1 else None
        if locked(slot, rights) and outer is not None:
            kind = outer
        elif outer is not None and slot.may_be_readonly:
            kind = union(kind, outer)
        _put(found, slot.path, kind)
        known[slot.path[0]] = found[slot.path[0]]
    return found


def _slot_type(slot: Slot, names: Mapping[str, Type], rights: Rights, open: bool) -> Type:
    component = slot.component
    if isinstance(component, DynamicList):
        if slot.level is None:
            return ANY
        row = level_types(slot.level, {name: kind for name, kind in names.items() if name not in slot.level.shape}, rights, open)
        return list_of(context_of(row, open=not component.may_change_rows or bool(rights)))
    return field_type(component, names, open)


def _put(found: dict[str, Type], path: tuple[str, ...], kind: Type) -> None:
    """Enter a type at a path; contexts on the way may hold more than the form knows."""
    head, *rest = path
    if not rest:
        found[head] = kind
        return
    known = found.get(head)
    members = dict(known.members) if known is not None else {}
    _put(members, tuple(rest), kind)
    found[head] = context_of(members, open=True)


def locked(slot: Slot, rights: Rights) -> bool:
    """Whether the form never changes what is there."""
    right = next((rights[name] for name in slot.rights_names if name in rights), "write")
    return right != "write" or slot.always_readonly


def written(form: Form, names: Mapping[str, Type], rights: Rights, open: bool = False) -> dict[str, Type]:
    """Variables that completing the form sets, where the scope has `names`."""
    types = level_types(form.level, names, open=open)
    result: dict[str, Type] = {}
    for slot in form.level.slots:
        name = slot.path[0]
        if not locked(slot, rights) or slot.default is not None:
            result[name] = types[name]
    return result


def expressions(form: Form) -> Iterator[Written]:
    """Every expression of a form: its component, the property, the rule or the place in a text, and the lists around it."""
    yield from _expressions(form.components, ())


def _expressions(components: tuple[Component, ...], lists: tuple[DynamicList, ...]) -> Iterator[Written]:
    for component in components:
        for name in component.__dataclass_fields__:
            for rule in _rules(getattr(component, name)):
                yield component, name, rule, lists
        inner = getattr(component, "components", ())
        yield from _expressions(inner, (*lists, component) if isinstance(component, DynamicList) else lists)


def _rules(value: object) -> Iterator[Rule | Expression]:
    if isinstance(value, Rule):
        if value.expression is not None:
            yield value
        return
    for language in ("zh", "en"):
        template = getattr(value, language, None)
        for part in getattr(template, "parts", ()):
            if isinstance(part, Expression):
                yield part


def label_of(component: Component) -> str:
    """The name by which people know a component."""
    return component.label.plain or (component.key if isinstance(component, Field) else component.id)
