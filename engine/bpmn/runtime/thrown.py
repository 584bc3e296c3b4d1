"""A BPMN error on its way through the scopes: control flow inside one step, never seen outside the runtime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.model.values import Value


@dataclass(eq=False)
class ThrownError(Exception):
    """Raised where the error happens; the step loop looks for the boundary event that catches `code`."""

    code: str
    message: str
    values: Mapping[str, Value] = field(default_factory=dict)
