"""Bytes -> XML tree: size, encoding, DOCTYPE and depth are checked before anything is believed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.dialect.decode import decode, illegal_character
from engine.bpmn.lint.messages import finding
from engine.model.findings import Finding
from engine.model.parser_words import xml_reason

MAXIMUM_FILE_BYTES = 10_000_000
# How files of other kinds begin; a .docx is a ZIP.
_OTHER_KINDS = (
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP / Word / Excel"),
    (b"\xd0\xcf\x11\xe0", "Word / Excel / Visio"),
    (b"{\\rtf", "RTF"),
)
_BEFORE_ROOT = re.compile(r"\s+|<!--.*?-->|<\?.*?\?>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Parsed:
    """`root` is None when the file cannot be read; `text` is what was read, without its XML declaration."""

    root: etree._Element | None
    text: str
    findings: tuple[Finding, ...]


def parse(data: bytes, file: str) -> Parsed:
    """Read an XML file. Never raises: what is wrong is in `findings`."""
    problem = _not_looked_at(data, file)
    if problem is not None:
        return _failed(problem)
    decoded = decode(data)
    if decoded is None:
        return _failed(finding("xml_undecodable", file))
    illegal = illegal_character(decoded.text)
    if illegal is not None:
        return _failed(finding("xml_illegal_character", file, illegal[0], character=illegal[1]))
    if _has_doctype(decoded.text):
        return _failed(finding("xml_doctype", file))
    warnings: tuple[Finding, ...] = ()
    if decoded.declared is None or not _same(decoded.declared, decoded.used):
        if not decoded.used.startswith("utf"):  # a guess that reads every byte may still read other words than were written
            return _failed(finding("xml_encoding_wrong", file, declared=decoded.declared or "UTF-8", likely=decoded.used))
        if decoded.declared is not None:
            warnings = (finding("xml_encoding_guessed", file, declared=decoded.declared, used=decoded.used),)
    root = _tree(decoded.text, file)
    if isinstance(root, Finding):
        return _failed(root)
    return Parsed(root, decoded.text, warnings)


def _not_looked_at(data: bytes, file: str) -> Finding | None:
    """Nothing, too much, or another kind of file."""
    if not data.strip():
        return finding("file_empty", file)
    if len(data) > MAXIMUM_FILE_BYTES:
        return finding("file_too_large", file, size_bytes=len(data), limit_bytes=MAXIMUM_FILE_BYTES)
    kind = next((kind for start, kind in _OTHER_KINDS if data.startswith(start)), None)
    return None if kind is None else finding("xml_other_kind", file, kind=kind)


def _failed(problem: Finding) -> Parsed:
    return Parsed(None, "", (problem,))


def _tree(text: str, file: str) -> etree._Element | Finding:
    if not text.strip():
        return finding("file_empty", file)
    if not text.lstrip().startswith("<"):
        return finding("xml_not_xml", file, 1, start=" ".join(text[:200].split())[:30])
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        told = error.msg or ""
        reason = xml_reason(told, error.position)
        if "depth" in told.lower():
            return finding("xml_too_deep", file, reason.line)
        return finding("xml_syntax", file, reason.line, place=reason.place, place_en=reason.place_en, reason=reason.zh, reason_en=reason.en)


def _has_doctype(text: str) -> bool:
    """Is there a DOCTYPE before the root element? Looked for by hand, so that the parser never sees one."""
    position = 0
    while match := _BEFORE_ROOT.match(text, position):
        position = match.end()
    return text[position : position + 9].upper() == "<!DOCTYPE"


def _same(declared: str, used: str) -> bool:
    plain, actual = declared.replace("-", "").replace("_", ""), used.replace("-", "").replace("_", "")
    chinese = actual == "gb18030" and plain in ("gb18030", "gbk", "gb2312", "cp936", "xgbk", "gb231280")
    latin = actual in ("windows1252", "cp1252") and plain in ("windows1252", "cp1252", "iso88591", "latin1", "usascii", "ascii")
    return plain == actual or chinese or latin or (plain.startswith("utf16") and actual.startswith("utf16"))
