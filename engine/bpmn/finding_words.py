"""Findings of every part in the reader's language, and drawings of the diagrams that they are about.

Messages of diagrams and packs stand in engine.bpmn.lint, forms and decisions bring both languages. Deployments write theirs in Chinese; here is the
English by code, to which the names and values of the Chinese message are added.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from engine.bpmn.lint import finding_text, proposal_text
from engine.bpmn.svg import diagram_keys, draw
from engine.model.findings import Finding

MOST_DRAWINGS = 12
_CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_QUOTED = re.compile(r"“([^”]{1,120})”|'([^']{1,120})'")
_LATIN = re.compile(r"[A-Za-z_][\w.\-]*(?: [A-Za-z_][\w.\-]*)*")

ENGLISH: dict[str, tuple[str, str]] = {
    "archive_among_files": ("A zip must be uploaded alone, not together with other files", "Upload one zip, or only files"),
    "archive_name_twice": ("There are two files of this name", "Keep one of them"),
    "archive_unreadable": ("This is no zip that can be opened: {reason}", "Zip the pack again and upload it"),
    "archive_empty": ("The zip holds no files", "Zip the pack's folder and upload it"),
    "archive_too_many": ("The zip holds {count} files, more than {limit}", "Split the pack"),
    "archive_outside": ("{entry} in the zip points outside the pack", "Zip the pack's folder again"),
    "archive_encrypted": ("{entry} in the zip has a password", "Zip it again without a password"),
    "archive_too_large": ("It unpacks to more than {limit} MB; unpacking was stopped", "Split it into several packs"),
    "archive_several_packs": ("The zip holds several packs: {packs}", "Upload one pack at a time"),
    "archive_settings_inside": ("pack.toml is in the folder {folder}, with other files around it", "Zip only the folder that holds pack.toml"),
    "process_key_taken": ("The process key {key} belongs to the pack {pack_key}", "Choose another process key, or put the process into that pack"),
    "record_type_taken": ("The register {key} belongs to the pack {pack_key}", "Choose another key for the register"),
    "start_timer": ("The time of the timer start event cannot be worked out", "Write a date and time, a duration (PT1H) or a cycle (R/P1D)"),
}


def finding_words(finding: Finding, language: str) -> tuple[str, str]:
    """What is wrong and how to mend it (empty when nothing is proposed)."""
    if finding.message_en is not None and language.startswith("en"):
        return finding.message_en, finding.proposal_en or ""
    message, proposal = finding_text(finding, language), proposal_text(finding, language) or ""
    if not language.startswith("en"):
        return message, proposal
    if message != finding.message or not _CHINESE.search(message):
        return message, proposal
    return _english(finding)


def _english(finding: Finding) -> tuple[str, str]:
    text = ENGLISH.get(finding.code)
    if text is None:
        text = (finding.code.replace("_", " ").capitalize(), "")
    if "{" in text[0] and finding.values and "{{" not in text[0]:
        try:
            return text[0].format_map(finding.values), text[1]
        except KeyError:
            return text
    details = _details(finding.message)
    return (f"{text[0]} ({details})" if details else text[0]), text[1]


def _details(message: str) -> str:
    """Names and values that the message quotes, else its words of Latin letters."""
    quoted = [first or second for first, second in _QUOTED.findall(message)]
    return ", ".join(dict.fromkeys(quoted or _LATIN.findall(message)))[:200]


def draw_findings(files: Mapping[str, bytes], findings: Iterable[Finding], language: str = "zh") -> dict[str, tuple[str, ...]]:
    """File -> SVG drawings in which the elements at fault stand out; only of diagrams that can be read and have such an element on them."""
    wrong: dict[str, set[str]] = {}
    for finding in findings:
        if finding.element_id and finding.file.lower().endswith(".bpmn") and finding.file in files:
            wrong.setdefault(finding.file, set()).add(finding.element_id)
    drawings: dict[str, tuple[str, ...]] = {}
    for file, elements in list(wrong.items())[:MOST_DRAWINGS]:
        data = files[file]
        drawn = (draw(data, key, language=language, wrong=elements) for key in diagram_keys(data)[:MOST_DRAWINGS])
        marked = tuple(dict.fromkeys(svg for svg in drawn if " is-wrong" in svg))
        if marked:
            drawings[file] = marked
    return drawings
