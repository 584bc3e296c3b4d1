"""What a completed task decided and said, in short."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeGuard

from engine.forms import Form
from engine.forms.components import ChoiceField, Component, TextField
from engine.model.values import JsonValue, from_json
from engine.queries.labels import label_words, top_fields
from engine.queries.value_words import value_words


def chosen(form: Form, values: Mapping[str, JsonValue]) -> tuple[str, str]:
    """What was chosen when the form asks for one choice: that is what a decision looks like. Chinese and English, or twice nothing."""
    choices = [component for key, component in top_fields(form) if values.get(key) is not None and _is_radio(component)]
    if len(choices) != 1:
        return "", ""
    value = from_json(values[choices[0].key])
    return value_words(choices[0], value, "zh"), value_words(choices[0], value, "en")


def _is_radio(component: Component) -> TypeGuard[ChoiceField]:
    return isinstance(component, ChoiceField) and component.style == "radio" and component.source is None and "." not in component.key


def remark(form: Form, values: Mapping[str, JsonValue]) -> str:
    """The first long text that was written, with its label: an opinion or a reason."""
    for key, component in top_fields(form):
        if isinstance(component, TextField) and component.multiline and isinstance(values.get(key), str) and values[key].strip():
            return f"{label_words(component, 'zh') or key}：{values[key].strip()}"
    return ""
