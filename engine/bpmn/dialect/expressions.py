"""Attribute and element text -> FEEL: `=…` is FEEL, other text becomes a FEEL literal, foreign languages are refused."""

from __future__ import annotations

import re
from typing import Literal

from lxml import etree

from engine.bpmn.dialect.names import text_of
from engine.bpmn.dialect.report import Report
from engine.bpmn.dialect.vendors import check_attributes

_FOREIGN = re.compile(r"[$#]\{")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
_VARIABLE = re.compile(r"[^\W\d]\w{0,99}")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})

LiteralKind = Literal["text", "number", "none"]


def quote(text: str) -> str:
    """A FEEL string literal."""
    return f'"{text.translate(_ESCAPES)}"'


def expression(report: Report, node: etree._Element, text: str | None, literal: LiteralKind = "text") -> str | None:
    """FEEL without its `=`; None for nothing, or for what was refused. `literal` says what plain text stands for ("none": not allowed)."""
    stripped = (text or "").strip()
    if not stripped:
        return None
    if stripped.startswith("="):
        body = stripped[1:].strip()
        if not body:
            report.add("bpmn_empty_expression", node)
        return body or None
    if _FOREIGN.search(stripped):
        report.add("bpmn_foreign_expression", node, expression=stripped)
        return None
    if literal == "number" and _NUMBER.fullmatch(stripped):
        return stripped
    if literal == "text":
        return quote(stripped)
    report.add("bpmn_expression_needs_feel", node, expression=stripped)
    return None


def expression_element(report: Report, node: etree._Element, literal: LiteralKind = "none") -> str | None:
    """FEEL of a BPMN expression element (`conditionExpression`, `timeDuration`, …), whose `language` must be FEEL or absent."""
    check_attributes(report, node)
    language = node.get("language") or "FEEL"
    if "feel" not in language.lower():
        report.add("bpmn_script_language", node, language=language)
        return None
    text = text_of(node)
    if not text:
        report.add("bpmn_empty_expression", node)
    return expression(report, node, text, literal)


def static(report: Report, node: etree._Element, text: str | None) -> str:
    """A value that cannot be an expression (names, ids, codes); "" for nothing or what was refused."""
    stripped = (text or "").strip()
    if stripped.startswith("=") or _FOREIGN.search(stripped):
        report.add("bpmn_expression_not_static", node, expression=stripped)
        return ""
    return stripped


def variable(report: Report, node: etree._Element, text: str | None, dotted: bool = False) -> str | None:
    """A variable name, a dotted path where `dotted`; None for nothing or what was refused."""
    stripped = (text or "").strip()
    if not stripped:
        return None
    parts = stripped.split(".") if dotted else [stripped]
    if not all(_VARIABLE.fullmatch(part) for part in parts):
        report.add("bpmn_bad_variable", node, name=stripped)
        return None
    return stripped


def boolean(report: Report, node: etree._Element, attribute: str, default: bool) -> bool:
    """An XML Schema boolean attribute."""
    value = node.get(attribute)
    if value is None or value.strip() in ("true", "1", "false", "0"):
        return default if value is None else value.strip() in ("true", "1")
    report.add("bpmn_bad_boolean", node, attribute=attribute, value=value)
    return default


def whole_number(report: Report, node: etree._Element, attribute: str, default: int | None, low: int, high: int) -> int | None:
    """A whole number attribute, `=3` accepted for 3."""
    value = (node.get(attribute) or "").strip().removeprefix("=").strip()
    if not value:
        return default
    if re.fullmatch(r"[0-9]{1,9}", value) and low <= int(value) <= high:
        return int(value)
    report.add("bpmn_bad_number", node, attribute=attribute, value=value, low=low, high=high)
    return default
