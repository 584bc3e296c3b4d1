"""Values with their labels."""

from __future__ import annotations

from engine.forms import Component
from engine.model.values import Value
from engine.queries.labels import label_words
from engine.queries.task_page.views import Labelled
from engine.queries.value_words import value_words


def labelled(key: str, component: Component, value: Value) -> Labelled:
    """Its text is empty when there is no value."""
    label, label_en = label_words(component, "zh"), label_words(component, "en")
    text, text_en = value_words(component, value, "zh").strip(), value_words(component, value, "en").strip()
    return Labelled(label or key, "" if label_en == label else label_en, text, "" if text_en == text else text_en)
