"""Cells of a table that somebody prepared, as values that a form takes: words of choices, yes and no, dates as people write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from engine.forms import Component, Form
from engine.forms.components import CheckboxField, ChoiceField, DateTimeField, NumberField, Option

_YES = frozenset(("是", "有", "yes", "y", "true", "1", "√", "✓", "对"))
_NO = frozenset(("否", "无", "no", "n", "false", "0", "×", "x", "错"))
_DATE = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]+(\d{1,2}:\d{2}(?::\d{2})?).*)?$")
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
    if isinstance(component, DateTimeField) and (match := _DATE.match(unicodedata.normalize("NFKC", text))):
        day = f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}"
        return f"{day}T{match[4] or '00:00'}" if component.subtype == "datetime" else day if component.subtype == "date" else text
    return text


def _token(options: tuple[Option, ...], text: str) -> str:
    wanted = _plain(text)
    return next((option.token for option in options if wanted in map(_plain, (option.token, option.label, option.label_en or option.label))), text)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
