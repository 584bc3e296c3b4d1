"""Values of form fields as words, lists and groups with the labels of what is in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.forms import DEFAULT_ZONE, Component
from engine.forms.components import ChoiceField, DynamicList, Field, Group
from engine.forms.display import field_words, plain_words
from engine.model.values import Value
from engine.queries.labels import label_words, top_fields_of

BETWEEN_FIELDS, AFTER_LABEL, BETWEEN_ROWS = {"zh": "，", "en": ", "}, {"zh": "：", "en": ": "}, {"zh": "；", "en": "; "}


def value_words(component: Component | None, value: Value, language: str) -> str:
    """For reading; empty when there is nothing. `component` is the field that the value belongs to, if one is known."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(component, DynamicList) and isinstance(value, list):
        rows = (_fields(component.components, row, language) for row in value if isinstance(row, Mapping))
        return BETWEEN_ROWS[language].join(row for row in rows if row)
    if isinstance(component, Group) and isinstance(value, Mapping):
        return _fields(component.components, value, language)
    if isinstance(component, ChoiceField) and component.source is not None:
        return plain_words(value, language, DEFAULT_ZONE)
    if isinstance(component, Field):
        return field_words(component, value, component.options if isinstance(component, ChoiceField) else (), language, DEFAULT_ZONE)
    return plain_words(value, language, DEFAULT_ZONE)


def _fields(components: Iterable[Component], values: Mapping[str, Any], language: str) -> str:
    texts = []
    for key, component in top_fields_of(components):
        words = value_words(component, values.get(key), language)
        if words:
            texts.append(f"{label_words(component, language) or key}{AFTER_LABEL[language]}{words}")
    return BETWEEN_FIELDS[language].join(texts)
