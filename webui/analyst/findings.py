"""Findings about a process pack as pages and tools show them: by file, in the reader's language, with drawings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine import Finding, draw_findings, finding_words
from webui.language import language

MOST_SHOWN = 300


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding in words; `element` is the name of the element at fault, `element_id` its id."""

    is_error: bool
    line: int | None
    element: str
    element_id: str
    message: str
    proposal: str
    code: str


@dataclass(frozen=True, slots=True)
class FileFindings:
    """What is wrong with one file (empty: with the pack as a whole); `drawings` are SVG with the elements at fault marked."""

    file: str
    lines: tuple[FindingLine, ...]
    drawings: tuple[str, ...]


def grouped(findings: Iterable[Finding], files: Mapping[str, bytes] | None = None) -> list[FileFindings]:
    """By file in order of names, the pack as a whole first; drawn where `files` has the diagram."""
    found = list(findings)[:MOST_SHOWN]
    drawings = draw_findings(files, found, language()) if files else {}
    by_file: dict[str, list[FindingLine]] = {}
    for finding in sorted(found, key=lambda one: (one.file, one.severity, one.line or 0)):
        by_file.setdefault(finding.file, []).append(_line(finding))
    return [FileFindings(file, tuple(lines), drawings.get(file, ())) for file, lines in by_file.items()]


def _line(finding: Finding) -> FindingLine:
    message, proposal = finding_words(finding, language())
    element = finding.element_name or ""
    return FindingLine(finding.severity == "error", finding.line, element, finding.element_id or "", message, proposal, finding.code)


def as_line(finding: Finding) -> dict[str, Any]:
    """A finding for a page's script, in the reader's language."""
    return asdict(_line(finding))


def as_json(finding: Finding) -> dict[str, Any]:
    """A finding for a tool, in both languages."""
    (message, proposal), (message_en, proposal_en) = finding_words(finding, "zh"), finding_words(finding, "en")
    return {
        "code": finding.code,
        "severity": finding.severity,
        "file": finding.file,
        "line": finding.line,
        "element_id": finding.element_id,
        "element_name": finding.element_name,
        "message": {"zh": message, "en": message_en},
        "proposal": {"zh": proposal, "en": proposal_en},
    }
