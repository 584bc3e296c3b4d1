"""Bytes of an XML file -> text, whatever encoding it was saved in."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_DECLARATION = re.compile(r"\A\s*<\?xml\s[^>]*\?>")
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COMMON_CHINESE = 0.8  # share of two-byte characters inside GB 2312 above which bytes are taken for Chinese


@dataclass(frozen=True, slots=True)
class Decoded:
    """`text` without BOM and XML declaration (its line breaks kept); `declared` and `used` differ when the file lied or was silent."""

    text: str
    declared: str | None
    used: str


def decode(data: bytes) -> Decoded | None:
    """The text of an XML file; None when no encoding fits. GB2312 and GBK are read as GB18030, ISO-8859-1 as windows-1252."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data[len(bom) :], encoding, None)
    for start, encoding in _WIDE:
        if data.startswith(start):
            return _strict(data, encoding, None)
    match = _DECLARED.match(data[:400])
    declared = match[1].decode("ascii").lower() if match else None
    for encoding in _candidates(data, declared):
        decoded = _strict(data, encoding, declared)
        if decoded is not None:
            return decoded
    return None


def to_utf8(data: bytes) -> bytes:
    """The same file in UTF-8, saying so, for browsers (which read nothing else); bytes that no encoding fits come back as they are."""
    decoded = decode(data)
    return data if decoded is None else ('<?xml version="1.0" encoding="UTF-8"?>' + decoded.text).encode("utf-8", "surrogatepass")


def illegal_character(text: str) -> tuple[int, str] | None:
    """Line and code point of the first character that XML forbids."""
    match = _ILLEGAL.search(text)
    return None if match is None else (text.count("\n", 0, match.start()) + 1, f"U+{ord(match[0]):04X}")


def _candidates(data: bytes, declared: str | None) -> Iterator[str]:
    """Asked one after the other: guessing reads all bytes, and most files are what they say."""
    known = _known(declared)
    if known is not None and not known.startswith(("utf-16", "utf-32")):
        yield known
    yield "utf-8"
    yield from ("gb18030", "windows-1252") if _looks_chinese(data) else ("windows-1252", "gb18030")


def _known(declared: str | None) -> str | None:
    """The codec for a declared name; None when there is none, or it is not a text encoding."""
    if declared is None:
        return None
    if declared in ("gb2312", "gbk", "gb_2312-80", "x-gbk", "cp936"):
        return "gb18030"
    try:
        info = codecs.lookup(declared)
    except LookupError:
        return None
    if not getattr(info, "_is_text_encoding", True) or info.name in (
        "idna",
        "punycode",
        "raw_unicode_escape",
        "unicode_escape",
        "utf-7",
        "undefined",
    ):
        return None
    return "windows-1252" if info.name == "iso8859-1" else info.name


def _looks_chinese(data: bytes) -> bool:
    """Are most pairs that start with a high byte common characters of GB 2312 (both bytes high)?"""
    pairs = common = position = 0
    while position < len(data):
        if data[position] < 0x80:
            position += 1
            continue
        pairs += 1
        second = data[position + 1] if position + 1 < len(data) else 0
        common += 0xA1 <= data[position] <= 0xF7 and second >= 0xA1
        position += 2
    return pairs > 0 and common / pairs >= _COMMON_CHINESE


def _strict(data: bytes, encoding: str, declared: str | None) -> Decoded | None:
    try:
        text = data.decode(encoding)
    except (UnicodeError, ValueError):
        return None
    text = text.removeprefix("\ufeff")
    declaration = _DECLARATION.match(text)
    if declaration:
        text = "\n" * declaration[0].count("\n") + text[declaration.end() :]
    return Decoded(text, declared, encoding)
