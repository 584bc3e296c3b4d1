"""Options that an expression or a variable yields: a list of values, or of contexts with `label` and `value`."""

from __future__ import annotations

from collections.abc import Mapping

from engine import feel
from engine.forms.checks import RuleFailed
from engine.forms.coerce import make_option
from engine.forms.components import Option
from engine.model.values import Value


def computed_options(value: Value) -> tuple[Option, ...]:
    """null gives none. Raises RuleFailed when the value cannot serve as options."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise RuleFailed("选项应为列表", "options must be a list")
    options: dict[str, Option] = {}
    for item in value:
        option = _option(item)
        if option is None:
            raise RuleFailed(
                "选项应为文字、数字，或含 label 与 value 的对象", "an option must be a text, a number, or an object with label and value"
            )
        options.setdefault(option.token, option)
    return tuple(options.values())


def _option(item: Value) -> Option | None:
    if isinstance(item, Mapping) and "value" in item:
        label, english = item.get("label"), item.get("label_en")
        text = feel.text(item["value"] if label is None else label)
        return make_option(item["value"], str(text or ""), str(english) if english else None)
    return None if item is None else make_option(item, str(feel.text(item) or ""))
