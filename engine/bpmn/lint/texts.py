"""One message of the table."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model.findings import Severity


@dataclass(frozen=True, slots=True)
class Text:
    """Templates for str.format; `severity` decides whether the deployment is refused."""

    zh: str
    en: str
    proposal_zh: str = ""
    proposal_en: str = ""
    severity: Severity = "error"
