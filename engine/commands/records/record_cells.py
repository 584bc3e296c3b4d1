"""Cells of a table that somebody prepared, as values that a form takes: words of choices, yes and no, dates as people write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta

from engine.forms import Component, Form
from engine.forms.components import CheckboxField, ChoiceField, DateTimeField, NumberField, Option

_YES = frozenset(("是", "有", "yes", "y", "true", "1", "√", "✓", "对"))
_NO = frozenset(("否", "无", "no", "n", "false", "0", "×", "x", "错"))
_DATE = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]+(\d{1,2}:\d{2}(?::\d{2})?).*)?$")
_COMPACT_DATE = re.compile(r"^((?:19|20)\d{2})(0[1-9]|1[0-2])([0-3]\d)$")
# Days since the end of 1899 that are dates of this time: 1927 to 2119.
_DAY_NUMBER = re.compile(r"^[1-7]\d{4}(?:\.\d+)?$")
_FIRST_DAY = date(1899, 12, 30)
_SEVERAL = re.compile(r"[、,，;；\n]")


def form_values(form: Form, cells: Mapping[str, str]) -> dict[str, object]:
    """field -> what engine.forms.submit takes, of the cells that hold anything. What cannot be read stays as it is, for the form to refuse."""
    slots = {slot.path[0]: slot.component for slot in form.level.slots if len(slot.path) == 1}
    return {name: _value(slots.get(name), text.strip()) for name, text in cells.items() if text.strip()}


def _value(component: Component | None, text: str) -> object:
    if isinstance(component, CheckboxField):
        word = _plain(text)
        return True if word in _YES else False if word in _NO else text
    if isinstance(component, ChoiceField):
        parts = [part.strip() for part in _SEVERAL.split(text) if part.strip()] if component.multiple else [text]
        tokens = [_token(component.options, part) for part in parts]
        return tokens if component.multiple else tokens[0]
    if isinstance(component, NumberField):
        return unicodedata.normalize("NFKC", text).replace(" ", "").lstrip("¥￥")
    if isinstance(component, DateTimeField):
        return _moment(component, text)
    return text


def _moment(component: DateTimeField, text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    if match := _DATE.match(plain):
        day = f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}"
        return f"{day}T{match[4] or '00:00'}" if component.subtype == "datetime" else day if component.subtype == "date" else text
    compact = _COMPACT_DATE.match(plain) if component.subtype == "date" else None
    return "-".join(compact.groups()) if compact else text


def day_of_number(code: str, given: object) -> str | None:
    """The day that a spreadsheet means by a bare number, when a field refused it as no date (`code`)."""
    if code != "date" or not isinstance(given, str) or not _DAY_NUMBER.match(given):
        return None
    return (_FIRST_DAY + timedelta(days=int(given.partition(".")[0]))).isoformat()


def _token(options: tuple[Option, ...], text: str) -> str:
    wanted = _plain(text)
    return next((option.token for option in options if wanted in map(_plain, (option.token, option.label, option.label_en or option.label))), text)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
