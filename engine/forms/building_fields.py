"""The components that carry values: their rules, options and defaults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

from engine import feel
from engine.forms.allowed import REQUIRED_ONLY, VALIDATE_PROPERTIES, owner_of
from engine.forms.building_files import choice_of_records, file_field, moment_notes, record_source, sums, without_effect
from engine.forms.building_rules import count_rule, in_order, step_rule
from engine.forms.checks import BOUNDS
from engine.forms.coerce import coercer, make_option
from engine.forms.components import (
    CheckboxField,
    ChoiceField,
    ChoiceStyle,
    DateTimeField,
    ExpressionField,
    Field,
    NumberField,
    Option,
    Subtype,
    TextField,
)
from engine.forms.limits import LIMITS
from engine.forms.patterns import Pattern, PatternProblem, compile_pattern
from engine.forms.reading import Place, shown
from engine.forms.rules import Rule
from engine.model.errors import FieldProblem
from engine.model.values import normalize

FieldBuilder = Callable[[Place, dict[str, Any]], Field]
_UTC = ZoneInfo("UTC")


def _field(place: Place, common: dict[str, Any]) -> dict[str, Any]:
    validate = place.below("validate")
    validate.only(VALIDATE_PROPERTIES.get(common["type"], REQUIRED_ONLY), owner_of(common["type"]))
    return {
        **common,
        "description": place.words("description", place.below("properties"), "description.en"),
        "readonly": place.condition("readonly"),
        "disabled": place.condition("disabled"),
        "required": validate.condition("required"),
    }


def _with_default(place: Place, field: Field) -> Field:
    """The field with its default, which must be a value that the field itself would accept."""
    value = place.data.get("defaultValue")
    if value is None or value == "" or value == []:
        return field
    if isinstance(value, str) and feel.strip_marker(value) is not None:
        return replace(field, default=place.feel_only("defaultValue"))
    try:
        coerced = coercer(field)(normalize(value), _UTC)
    except TypeError:
        coerced = FieldProblem("type")
    if isinstance(coerced, FieldProblem):
        place.add("form_default", "defaultValue", value=shown(value), reason=coerced.code)
        return field
    return replace(field, default=Rule(coerced))


def _adorners(place: Place) -> dict[str, Any]:
    appearance = place.below("appearance")
    appearance.only(frozenset({"prefixAdorner", "suffixAdorner"}), owner_of(place.data["type"]))
    custom = place.below("properties")
    return {
        "prefix": appearance.words("prefixAdorner", custom, "prefixAdorner.en"),
        "suffix": appearance.words("suffixAdorner", custom, "suffixAdorner.en"),
    }


def _textfield(place: Place, common: dict[str, Any]) -> Field:
    values = _field(place, common) | (_adorners(place) if common["type"] == "textfield" else {})
    validate = place.below("validate")
    least, most = count_rule(validate, "minLength", LIMITS.text_characters), count_rule(validate, "maxLength", LIMITS.text_characters)
    in_order(validate, ("minLength", least), ("maxLength", most))
    kind = validate.one_of("validationType", ("email", "phone", "custom"), "custom")
    return _with_default(
        place,
        TextField(
            **values,
            multiline=common["type"] == "textarea",
            min_length=least,
            max_length=most,
            pattern=_pattern(place, validate),
            validation=None if kind == "custom" else kind,  # type: ignore[arg-type]
        ),
    )


def _pattern(place: Place, validate: Place) -> Pattern | None:
    source = validate.text("pattern")
    if not source:
        return None
    english = place.below("properties").text("patternErrorMessage.en") or None
    try:
        return compile_pattern(source, validate.text("patternErrorMessage") or None, english)
    except PatternProblem as error:
        validate.add("form_pattern", "pattern", pattern=shown(source), reason=(str(error), error.english))
    return None


def _number(place: Place, common: dict[str, Any]) -> Field:
    values = _field(place, common) | _adorners(place)
    validate = place.below("validate")
    digits = place.integer("decimalDigits", 0, 20)
    least, most = validate.number_rule("min"), validate.number_rule("max")
    in_order(validate, ("min", least), ("max", most))
    if place.flag("serializeToString"):
        place.add(
            "form_property_value", "serializeToString", value="true", known=("false；数字本来就精确，不必存为文字", "false; numbers are exact anyway")
        )
    return _with_default(
        place,
        NumberField(
            **values,
            digits=digits,
            increment=step_rule(place, "increment"),
            minimum=least,
            maximum=most,
            money=_money(place, digits),
            sum=sums(place),
        ),
    )


def _money(place: Place, digits: int | None) -> bool:
    chosen = place.below("properties").one_of("format", ("money", "plain"), "")
    return chosen == "money" or (chosen == "" and digits == 2)


def _datetime(place: Place, common: dict[str, Any]) -> Field:
    values = _field(place, common)
    validate = place.below("validate")
    subtype = cast(Subtype, place.one_of("subtype", ("date", "time", "datetime"), "date"))
    place.one_of("timeSerializingFormat", ("utc_offset", "utc_normalized", "no_timezone"), "utc_offset")
    place.flag("use24h")
    not_past = place.flag("disallowPassedDates")
    moment_notes(place, subtype)
    least, most = _moment(validate, "min", subtype), _moment(validate, "max", subtype)
    in_order(validate, ("min", least), ("max", most), subtype)
    return _with_default(
        place,
        DateTimeField(
            **values,
            subtype=subtype,
            minimum=least,
            maximum=most,
            not_past=not_past and subtype != "time",
            interval_minutes=place.integer("timeInterval", 1, 60, 1) or 1,
        ),
    )


def _moment(validate: Place, name: str, subtype: Subtype) -> Rule | None:
    value = validate.data.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, str) and feel.strip_marker(value) is not None:
        return validate.feel_only(name)
    parse: Callable[[str], date | time] = (
        time.fromisoformat if subtype == "time" else (datetime.fromisoformat if subtype == "datetime" else date.fromisoformat)
    )
    try:
        constant = parse(value)
        BOUNDS[subtype](constant, _UTC)
        return Rule(constant)
    except (TypeError, ValueError):
        example = "08:00" if subtype == "time" else "2026-01-31"
        validate.add("form_rule.moment", name, example=example)
    return None


def _checkbox(place: Place, common: dict[str, Any]) -> Field:
    values = _field(place, common)
    return _with_default(place, CheckboxField(**values))


def _choice(place: Place, common: dict[str, Any]) -> Field:
    values = _field(place, common)
    style = cast(ChoiceStyle, common["type"])
    record = record_source(place) if style in ("select", "taglist") else None
    if record is not None:
        return choice_of_records(place, values, record, style)
    options, source = _options(place)
    searchable = place.flag("searchable")
    if source is not None and place.data.get("defaultValue") not in (None, "", []):
        return _computed_choice_default(place, values, source, style, searchable)
    return _with_default(place, ChoiceField(**values, style=style, options=options, source=source, searchable=searchable))


def _computed_choice_default(place: Place, values: dict[str, Any], source: Rule, style: ChoiceStyle, searchable: bool) -> Field:
    """With computed options a default can only be checked when the form is filled in."""
    value = place.data["defaultValue"]
    if isinstance(value, str) and feel.strip_marker(value) is not None:
        default = place.feel_only("defaultValue")
    else:
        default = Rule(normalize(value)) if isinstance(value, (str, int, Decimal, list)) else None
    return ChoiceField(**values, default=default, style=style, source=source, searchable=searchable)


def _options(place: Place) -> tuple[tuple[Option, ...], Rule | None]:
    given = [name for name in ("values", "valuesKey", "valuesExpression") if place.data.get(name) not in (None, "")]
    if len(given) != 1:
        place.add("form_options.several" if given else "form_options.none", given[-1] if given else "type", given=given)
        return (), None
    if given == ["values"]:
        return _fixed_options(place), None
    if given == ["valuesKey"]:
        expression = place.expression("valuesKey", place.text("valuesKey"))
        return (), Rule(expression=expression) if expression is not None else None
    return (), place.feel_only("valuesExpression")


def _fixed_options(place: Place) -> tuple[Option, ...]:
    items = place.objects("values")
    if len(items) > LIMITS.options:
        place.add("form_options.many", "values", limit=LIMITS.options)
    options: dict[str, Option] = {}
    for item in items[: LIMITS.options]:
        at = place.item(item, "values")
        at.only(frozenset({"label", "label_en", "value"}), ("选项", "An option"))
        value = item.get("value")
        option = (
            make_option(normalize(value), at.text("label"), at.text("label_en") or None) if isinstance(value, (str, int, Decimal, bool)) else None
        )
        if option is None:
            at.add("form_option", "value", value=shown(value))
        elif option.token in options:
            at.add("form_option.twice", "value", value=shown(value))
        else:
            options[option.token] = option if option.label else Option(option.token, option.value, option.token, option.label_en)
    return tuple(options.values())


def _expression(place: Place, common: dict[str, Any]) -> Field:
    if place.one_of("computeOn", ("change", "presubmit"), "change") == "presubmit":
        without_effect(place, "computeOn", ("计算字段在填写时和提交时都会计算", "computed fields are computed while typing and when submitting"))
    description = place.words("description", place.below("properties"), "description.en")
    expression = place.feel_only("expression") or Rule()
    return ExpressionField(**common, description=description, expression=expression, money=_money(place, None), sum=sums(place))


FIELD_BUILDERS: dict[str, FieldBuilder] = {
    "textfield": _textfield,
    "textarea": _textfield,
    "number": _number,
    "datetime": _datetime,
    "checkbox": _checkbox,
    "checklist": _choice,
    "taglist": _choice,
    "radio": _choice,
    "select": _choice,
    "expression": _expression,
    "filepicker": lambda place, common: file_field(place, _field(place, common)),
}
