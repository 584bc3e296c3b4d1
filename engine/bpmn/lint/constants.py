"""Values of expressions that need no variable, as far as they are known before anything runs."""

from __future__ import annotations

import re

from engine import feel
from engine.model.values import Value

# Loops take time; a constant that is worth checking has none.
_COSTLY = re.compile(r"\b(for|some|every|function)\b|\.\.")
_LONGEST = 300


def constant(source: str | None) -> tuple[Value] | None:
    """The value of a short expression without variables, in a tuple; None when it has variables, asks for the time, or is wrong."""
    if source is None or len(source) > _LONGEST or (not source.startswith('"') and _COSTLY.search(source)):
        return None
    try:
        compiled = feel.compile(source)
        return None if compiled.variables else (compiled.evaluate({}),)
    except feel.FeelError:
        return None


def constant_names(source: str | None) -> tuple[str, ...]:
    """The names in a constant list of strings, or a string with commas; () when it is none."""
    value = constant(source)
    if value is None:
        return ()
    content = value[0]
    parts = content.replace("，", ",").split(",") if isinstance(content, str) else content if isinstance(content, list) else []
    return tuple(part.strip() for part in parts if isinstance(part, str) and part.strip())
