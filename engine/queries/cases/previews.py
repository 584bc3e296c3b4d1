"""The beginning of a file that is text, in whatever encoding it was written."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from charset_normalizer import from_bytes

from engine.model.errors import InputRejected
from engine.model.identity import Actor
from engine.queries.cases.files import FileDetail, FilePart, FileView
from engine.queries.reading import Query, Reading

# Shown at most; the rest is in the download.
TEXT_BYTES = 200_000
# What people choose from when the guess was wrong.
ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "shift_jis", "cp1252")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_GUESSED = ["gb18030", "big5", "shift_jis", "cp1252"]


@dataclass(frozen=True, slots=True)
class TextPreview:
    """The beginning of a text; `cut` says that there is more. `encoding` is the one of ENCODINGS that was used, `replaced` that it did not fit."""

    file: FileView
    text: str
    encoding: str
    cut: bool
    replaced: bool


@dataclass(frozen=True, slots=True)
class PreviewText(Query[TextPreview]):
    """`encoding` empty: found by the content. Raises NotFoundError as FileDetail; InputRejected: unknown_encoding, no_text."""

    file_id: str
    encoding: str = ""

    def answer(self, reading: Reading, actor: Actor) -> TextPreview:
        if self.encoding and self.encoding not in ENCODINGS:
            raise InputRejected("unknown_encoding", field="encoding")
        file = FileDetail(self.file_id).answer(reading, actor)
        if file.preview != "text":
            raise InputRejected("no_text", field="file_id")
        content = FilePart(self.file_id, 0).answer(reading, actor)[:TEXT_BYTES]
        cut = file.size > len(content)
        encoding = self.encoding or encoding_of(content)
        text, replaced = _decoded(content, encoding, whole=not cut)
        return TextPreview(file, text, encoding, cut, replaced)


def encoding_of(content: bytes) -> str:
    """One of ENCODINGS. The content may be cut off within a character."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content)
    except UnicodeDecodeError:
        found = list(from_bytes(content, cp_isolation=_GUESSED, preemptive_behaviour=False))
        # Best first. Of short texts several are as likely; here people write Chinese.
        likely = [_named(each.encoding) for each in found if each.chaos <= found[0].chaos]
        return likely[0] if likely and "gb18030" not in likely else "gb18030"
    return "utf-8"


def _named(encoding: str) -> str:
    return next((each for each in ENCODINGS if codecs.lookup(each).name == codecs.lookup(encoding).name), "gb18030")


def _decoded(content: bytes, encoding: str, *, whole: bool) -> tuple[str, bool]:
    """The text, and whether something in it could not be read. A character that the end cuts off is left out."""
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)
    try:
        text = decoder().decode(content, final=whole)
    except UnicodeDecodeError:
        return decoder("replace").decode(content, final=whole), True
    return text, False
