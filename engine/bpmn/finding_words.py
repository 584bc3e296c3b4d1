"""Findings of every part in the reader's language, and drawings of the diagrams that they are about.

Messages of diagrams and packs stand in engine.bpmn.lint, forms bring both languages. Decisions and deployments write theirs in Chinese; here is the
English by code, to which the names and values of the Chinese message are added.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from engine.bpmn.lint import finding_text, proposal_text
from engine.bpmn.svg import diagram_keys, draw
from engine.feel.reasons import REASONS
from engine.model.findings import Finding

MOST_DRAWINGS = 12
_CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_QUOTED = re.compile(r"“([^”]{1,120})”|'([^']{1,120})'")
_LATIN = re.compile(r"[A-Za-z_][\w.\-]*(?: [A-Za-z_][\w.\-]*)*")

ENGLISH: dict[str, tuple[str, str]] = {
    "archive_among_files": ("A zip must be uploaded alone, not together with other files", "Upload one zip, or only files"),
    "archive_name_twice": ("There are two files of this name", "Keep one of them"),
    "archive_unreadable": ("This is no zip that can be opened: {reason}", "Zip the pack again and upload it"),
    "archive_too_many": ("The zip holds {count} files, more than {limit}", "Split the pack"),
    "archive_outside": ("{entry} in the zip points outside the pack", "Zip the pack's folder again"),
    "archive_encrypted": ("{entry} in the zip has a password", "Zip it again without a password"),
    "archive_too_large": ("It unpacks to more than {limit} MB; unpacking was stopped", "Split it into several packs"),
    "archive_several_packs": ("The zip holds several packs: {packs}", "Upload one pack at a time"),
    "archive_settings_inside": ("pack.toml is in the folder {folder}, with other files around it", "Zip only the folder that holds pack.toml"),
    "process_key_taken": ("The process key {key} belongs to the pack {pack_key}", "Choose another process key, or put the process into that pack"),
    "record_type_taken": ("The register {key} belongs to the pack {pack_key}", "Choose another key for the register"),
    "start_timer": ("The time of the timer start event cannot be worked out", "Write a date and time, a duration (PT1H) or a cycle (R/P1D)"),
    "import_name": ("An import has no name, or the name of another one", "Give every import its own name"),
    "import_kind": ("An import of this kind is not supported", "Only DMN models can be imported"),
    "import_missing": ("The model of an import was not found", "Put that .dmn file into the same pack"),
    "import_cycle": ("Imports form a circle", "Remove one of them"),
    "import_broken": ("The file of an import has errors", "Mend that file first"),
    "logic_missing": ("An expression or the whole logic is missing", "Fill it in"),
    "imported_values": ("importedValues are not supported", "Write the expression itself"),
    "external_function": ("Functions of this kind are not supported", "Use a FEEL function"),
    "requirement_cycle": ("Decisions require each other in a circle", "Remove one of the requirements"),
    "type_twice": ("A type is defined twice", "Rename or remove one of them"),
    "unknown_type": ("There is no such type", "Use a built-in type, or add the itemDefinition"),
    "nested_too_deep": ("It is nested too deeply", "Simplify it"),
    "id_twice": ("An id is used twice", "Use another id"),
    "import": ("Importing other models is not supported", "Put the decisions into this file"),
    "unknown_element": ("An unknown element", "Remove it"),
    "id_missing": ("An id or a name is missing", "Add id and name"),
    "service_without_output": ("The decision service has no output decision", "Name the output decision"),
    "unknown_reference": ("A reference to something that is not in this file or of another kind", "Use the id of an element of this file"),
    "unknown_hit_policy": ("There is no such hit policy", "Use UNIQUE, FIRST, PRIORITY, ANY, COLLECT, RULE ORDER or OUTPUT ORDER"),
    "bad_aggregation": ("The aggregation cannot be used here", "Aggregate only under COLLECT with one output: SUM, MIN, MAX or COUNT"),
    "input_empty": ("An input has no expression", "Fill in the input expression"),
    "no_output": ("The decision table has no output column", "Add one"),
    "output_without_name": ("An output column has no name", "With several outputs, each needs a name"),
    "output_twice": ("Two output columns have the same name", "Rename one"),
    "no_priorities": ("The hit policy needs an order of the output values", "List the allowed output values, the most important first"),
    "too_many_rules": ("The table has too many rules", "Split the table"),
    "wrong_cell_count": ("A rule has the wrong number of cells", "Add or remove cells"),
    "output_empty": ("An output cell is empty and counts as null", "Fill it in; write null where null is meant"),
    "rules_overlap": ("Two rules of a UNIQUE table match the same values", "Make them disjoint, or choose another hit policy"),
    "not_feel": ("The expression language is not supported", "Use FEEL"),
    "not_dmn": ("The file is not DMN 1.3 to 1.5", "Save it again with a modeler for DMN 1.3 or newer"),
    "file_too_large": ("The file is too large", "Split it"),
    "broken_xml": ("The XML is broken", "Export the file again from the modeler"),
    "doctype": ("The file has a DOCTYPE", "Remove it"),
}


def finding_words(finding: Finding, language: str) -> tuple[str, str]:
    """What is wrong and how to mend it (empty when nothing is proposed)."""
    if finding.message_en is not None and language.startswith("en"):
        return finding.message_en, finding.proposal_en or ""
    message, proposal = finding_text(finding, language), proposal_text(finding, language) or ""
    if not language.startswith("en"):
        return message, proposal
    if finding.code == "bpmn_feel_syntax":
        code, comma, place = str(finding.values.get("reason_en", "")).partition(",")
        return message.replace(f"{code}{comma}{place}", f"{REASONS.get(code, code)}{comma}{place}"), proposal
    if message != finding.message or not _CHINESE.search(message):
        return message, proposal
    return _english(finding)


def _english(finding: Finding) -> tuple[str, str]:
    text = ENGLISH.get(finding.code)
    if text is None and finding.code.startswith("feel_"):
        why = REASONS.get(finding.code.removeprefix("feel_"), finding.code.removeprefix("feel_").replace("_", " "))
        text = (f"A FEEL text is wrong at character {finding.values.get('position', '?')}: {why}", "Mend it; texts stand in half-width double quotes")
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
