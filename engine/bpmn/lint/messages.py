"""Every text about a diagram or a pack in one table: code -> severity, Chinese, English, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.lint.texts import Text
from engine.bpmn.lint.texts_dialect import TEXTS as DIALECT
from engine.bpmn.lint.texts_files import TEXTS as FILES
from engine.bpmn.lint.texts_flow import TEXTS as FLOW
from engine.bpmn.lint.texts_records import TEXTS as RECORDS
from engine.bpmn.lint.texts_rules import TEXTS as RULES
from engine.model.findings import Finding

# What rules give as `known` when there is nothing that could be used instead.
NOTHING_KNOWN = "-"
_NONE_YET = ("这里还没有可用的,请先加上", "There is none yet; add it first")
TEXTS: dict[str, Text] = {**FILES, **DIALECT, **RULES, **FLOW, **RECORDS}


def finding(code: str, file: str, line: int | None = None, element_id: str | None = None, element_name: str | None = None, **values: Any) -> Finding:
    """A finding with its Chinese message and proposal filled in. `code` must be in the table."""
    text = TEXTS[code]
    return Finding(
        code=code,
        file=file,
        message=text.zh.format_map(values),
        severity=text.severity,
        line=line,
        element_id=element_id,
        element_name=element_name or None,
        proposal=_proposal(text.proposal_zh, values, _NONE_YET[0]).format_map(values) or None,
        values=values,
    )


def finding_text(finding: Finding, language: str) -> str:
    """The message in `language` (`en…`, else Chinese); findings of other parts (forms, decisions) keep their own message."""
    text = TEXTS.get(finding.code)
    if text is None or not language.startswith("en"):
        return finding.message
    return _filled(text.en, finding, finding.message)


def proposal_text(finding: Finding, language: str) -> str | None:
    """How to mend it, in `language`; None when there is no proposal."""
    text = TEXTS.get(finding.code)
    if text is None or not language.startswith("en"):
        return finding.proposal
    return _filled(_proposal(text.proposal_en, finding.values, _NONE_YET[1]), finding, finding.proposal or "") or None


def _proposal(template: str, values: Mapping[str, Any], none_yet: str) -> str:
    """Where nothing is known that could be proposed, the part of the template that would list it goes."""
    if values.get("known") != NOTHING_KNOWN or "{known}" not in template:
        return template
    return template.rpartition(";")[0] or none_yet


def _filled(template: str, finding: Finding, fallback: str) -> str:
    try:
        return template.format_map(finding.values)
    except KeyError:  # another part uses the same code with values of its own
        return fallback
