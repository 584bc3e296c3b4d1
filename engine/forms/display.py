"""Values as text: as an input control holds them, and as words for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine import feel
from engine.forms.coerce import token_of
from engine.forms.components import CheckboxField, ChoiceField, DateTimeField, ExpressionField, Field, FileField, NumberField, Option
from engine.forms.file_types import size_text
from engine.forms.lookups import is_choice, is_file
from engine.model.values import Value, YearsMonths, number_text

EMPTY = "—"
BOX = "□"
ROOM = "_" * 16
MOST_BOXES = 20
YES_NO = {"zh": ("是", "否"), "en": ("Yes", "No")}


def money_text(number: Decimal, digits: int) -> str:
    """Thousands apart and at least `digits` decimals: 1234.5 -> 1,234.50. Nothing is rounded."""
    text = format(number, f",.{digits}f")
    return text if Decimal(text.replace(",", "")) == number else format(number.normalize(), ",f")


def field_number(field: NumberField, number: Decimal) -> str:
    if not number.is_finite():
        return str(number)
    return money_text(number, 2 if field.digits is None else field.digits) if field.money else number_text(number)


def clock_text(value: time | datetime) -> str:
    return value.strftime("%H:%M:%S" if value.second else "%H:%M")


def local(value: datetime, zone: ZoneInfo) -> datetime:
    return value.astimezone(zone) if value.tzinfo is not None else value


def input_text(field: Field | Any, value: Value, zone: ZoneInfo) -> str:
    """What the control of the field holds for this value; text passes through, so that what was typed can be shown again."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(field, NumberField) and isinstance(value, (Decimal, int)) and not isinstance(value, bool):
        return field_number(field, Decimal(value))
    if isinstance(field, DateTimeField):
        return _moment_input(field, value, zone)
    if isinstance(field, ChoiceField):
        return token_of(value) or ""
    return plain_words(value, "zh", zone)


def _moment_input(field: DateTimeField, value: Value, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        value = local(value, zone)
        if field.subtype == "date":
            return str(value.date().isoformat())
        return f"{value.date().isoformat()}T{clock_text(value)}" if field.subtype == "datetime" else clock_text(value)
    if isinstance(value, time):
        return clock_text(value)
    return str(value.isoformat()) if isinstance(value, date) else str(value)


def field_words(field: Field, value: Value, options: Iterable[Option], language: str, zone: ZoneInfo) -> str:
    """The value for reading: option labels, 是/否, money with thousands, dates; EMPTY when there is none."""
    if isinstance(field, CheckboxField):
        return YES_NO[language][0 if value is True else 1]
    if value is None or value == [] or value == "":
        return EMPTY
    if isinstance(field, FileField):
        return files_words(value, language) or EMPTY
    if isinstance(field, ChoiceField) and field.record is not None:
        known = {option.token: option_label(option, language) for option in options}
        return _joined((_chosen_words(item, known, language, zone) for item in (value if isinstance(value, list) else [value])), language)
    if isinstance(field, ChoiceField):
        labels = {option.token: option_label(option, language) for option in options}
        chosen = value if isinstance(value, (list, tuple)) else [value]
        return _joined((labels.get(token_of(item) or "", plain_words(item, language, zone)) for item in chosen), language)
    if isinstance(field, NumberField) and isinstance(value, Decimal):
        return field_number(field, value)
    if isinstance(field, DateTimeField) and isinstance(value, (date, time)):
        return _moment_input(field, value, zone).replace("T", " ")
    if isinstance(field, ExpressionField) and field.money and isinstance(value, Decimal) and value.is_finite():
        return money_text(value, 2)
    return plain_words(value, language, zone) or EMPTY


def blank_words(field: Field, options: Iterable[Option], language: str) -> str:
    """Room to write by hand, or boxes to tick where there are not too many."""
    if isinstance(field, CheckboxField):
        return BOX
    labels = [option_label(option, language) for option in options]
    return "  ".join(f"{BOX} {label}" for label in labels) if 0 < len(labels) <= MOST_BOXES else ROOM


def files_words(value: Value, language: str) -> str:
    """Names and sizes of files; empty when there are none."""
    files = [item for item in (value if isinstance(value, list) else [value]) if is_file(item)]
    return _joined((f"{item['name']} ({size_text(int(item['size']))})" for item in files), language)


def _chosen_words(value: Value, known: Mapping[str, str], language: str, zone: ZoneInfo) -> str:
    """A record that was chosen: as it was called then, else as it is called now."""
    if isinstance(value, Mapping) and is_choice(value):
        return str(value["label"])
    return known.get(value, value) if isinstance(value, str) else plain_words(value, language, zone)


def option_label(option: Option, language: str) -> str:
    return option.label_en if language == "en" and option.label_en else option.label


def _joined(texts: Iterable[str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(texts)


def _nested_words(value: Value, language: str, zone: ZoneInfo) -> str:
    if isinstance(value, list):
        return _joined((plain_words(item, language, zone) for item in value), language)
    return ("；" if language == "zh" else "; ").join(f"{key}：{plain_words(item, language, zone)}" for key, item in value.items())


def _known_words(value: Value, language: str) -> str:
    """Files and chosen records, whose ids are nothing for people; empty for every other value."""
    items = value if isinstance(value, list) else [value]
    if items and all(is_file(item) for item in items):
        return files_words(items, language)
    if items and all(isinstance(item, Mapping) and is_choice(item) for item in items):
        return _joined((str(item["label"]) for item in items), language)
    return ""


def plain_words(value: Value, language: str, zone: ZoneInfo) -> str:
    """Any value for people; empty for null."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return YES_NO[language][0 if value else 1]
    if isinstance(value, Decimal):
        return number_text(value) if value.is_finite() else str(value)
    if isinstance(value, datetime):
        moment = local(value, zone)
        return f"{moment.date().isoformat()} {clock_text(moment)}"
    if isinstance(value, time):
        return clock_text(value)
    if isinstance(value, (list, Mapping)):
        return _known_words(value, language) or _nested_words(value, language, zone)
    if isinstance(value, (date, timedelta, YearsMonths)):
        return str(feel.text(value) or "")
    return str(feel.text(value) or "")
