"""What checking a pack finds, before anything of it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem in one file. `code` is stable (translations are keyed by it), `values` fill its message; an `error` refuses the deployment.

    `file` is the pack-relative name, `line` counts from 1 (None when unknown), `element_id`/`element_name` name the BPMN or DMN element or the form
    field, `message` is the Chinese text ready to print, `proposal` says how to mend it; the English of both is there when their part wrote it.
    """

    code: str
    file: str
    message: str
    severity: Severity = "error"
    line: int | None = None
    element_id: str | None = None
    element_name: str | None = None
    proposal: str | None = None
    values: dict[str, Any] = field(default_factory=dict, hash=False)
    message_en: str | None = None
    proposal_en: str | None = None

    def __str__(self) -> str:
        place = self.file + (f":{self.line}" if self.line else "")
        element = f" [{self.element_id}{' ' + self.element_name if self.element_name else ''}]" if self.element_id else ""
        return f"{place}{element} {self.message}" + (f" → {self.proposal}" if self.proposal else "")
