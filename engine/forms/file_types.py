"""What a file is, by its content: names and what browsers claim are never trusted. Reads the first bytes only, opens and runs nothing."""

from __future__ import annotations

import re
import unicodedata
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from typing import Literal

PreviewKind = Literal["image", "pdf", "text", "none"]
HEAD_BYTES = 8192
UNKNOWN = "application/octet-stream"
PLAIN = "text/plain"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
# Images that every browser shows and that cannot carry scripts.
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
LONGEST_NAME = 200
_OFFICE = "application/vnd.openxmlformats-officedocument."
_PACKED = (
    (b"word/", _OFFICE + "wordprocessingml.document"),
    (b"xl/", _OFFICE + "spreadsheetml.sheet"),
    (b"ppt/", _OFFICE + "presentationml.presentation"),
)
_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"{\\rtf", "application/rtf"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-executable"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
# What telephones call a picture is packed as films are; the brand tells them apart (ISO/IEC 23008-12).
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "image/heic"),
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
}
_MARKUP = re.compile(rb"\s*(?:<!--.*?-->\s*|<\?xml.*?\?>\s*)*<(?:!doctype\s+)?(svg|html|head|body|script|iframe|[a-z!?])", re.IGNORECASE | re.DOTALL)
_ARCHIVES = frozenset({ZIP, *(kind for _, kind in _PACKED)})
_TEXTS = frozenset({PLAIN, "text/xml", "text/html", "image/svg+xml"})
# Extension -> the contents that it may have; other extensions say nothing about the content.
EXTENSIONS: dict[str, frozenset[str]] = {
    **{name: frozenset({kind}) for name, kind in {
        "pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
        "bmp": "image/bmp", "rtf": "application/rtf", "7z": "application/x-7z-compressed", "rar": "application/vnd.rar", "gz": "application/gzip",
        "tif": "image/tiff", "tiff": "image/tiff", "wav": "audio/wav", "avi": "video/x-msvideo", "svg": "image/svg+xml", "ogg": "audio/ogg",
        "exe": "application/vnd.microsoft.portable-executable", "dll": "application/vnd.microsoft.portable-executable", "mp4": "video/mp4",
        "heic": "image/heic", "heif": "image/heic", "avif": "image/avif",
    }.items()},
    **{name: frozenset({ZIP, kind}) for name, (_, kind) in zip(("docx", "xlsx", "pptx"), _PACKED, strict=True)},
    **dict.fromkeys(("doc", "xls", "ppt", "msg"), frozenset({OLE})),
    **dict.fromkeys(("zip", "jar", "odt", "ods", "odp"), _ARCHIVES),
    **dict.fromkeys(("txt", "csv", "json", "md", "log", "ini", "sql"), frozenset({PLAIN})),
    **dict.fromkeys(("html", "htm"), frozenset({"text/html", PLAIN})),
    "xml": frozenset({"text/xml", "image/svg+xml", "text/html"}),
}  # fmt: skip
# What a name of a MIME type in `accept` may mean beyond the type itself.
_SAME = {
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "text/csv": "csv",
    "application/json": "json",
}
ACCEPT = re.compile(r"\.[0-9A-Za-z]{1,12}|[a-z]+/(?:\*|[0-9A-Za-z][0-9A-Za-z.+-]{0,80})")


def sniff(head: bytes) -> str:
    """The MIME type of a content by its first HEAD_BYTES bytes; UNKNOWN when nothing is recognised."""
    for start, kind in _STARTS:
        if head.startswith(start):
            return _packed(head) if kind == ZIP else kind
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    return _text(head)


def _packed(head: bytes) -> str:
    """An archive, or an office document: its parts are named in what begins each entry."""
    if b"[Content_Types].xml" in head or b"_rels/" in head:
        return next((kind for folder, kind in _PACKED if folder in head), ZIP)
    return ZIP


def _text(head: bytes) -> str:
    body = head.removeprefix(b"\xef\xbb\xbf")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") and len(head) > 2:
        body = head.decode("utf-16", "ignore").encode()
    if b"\x00" in body or not _decodes(body):
        return UNKNOWN
    match = _MARKUP.match(body)
    if match is None:
        return PLAIN
    if b"<svg" in body[:4096].lower():
        return "image/svg+xml"
    if match[1].lower() in (b"html", b"head", b"body", b"script", b"iframe"):
        return "text/html"
    return "text/xml" if body.lstrip().startswith(b"<?xml") else "text/html"


def _decodes(body: bytes) -> bool:
    """Whether the bytes are text in UTF-8 or GB 18030; the last character may be cut off."""
    for encoding in ("utf-8", "gb18030"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < len(body) - 4 or len(body) < HEAD_BYTES:
                continue
            text = body[: error.start].decode(encoding)
        return not any(unicodedata.category(character) == "Cc" and character not in "\t\n\r\f\x1b\x85" for character in text)
    return False


def extension(name: str) -> str:
    """Lower-case, without the dot; empty when there is none."""
    stem, dot, last = name.rpartition(".")
    return last.lower() if dot and stem else ""


def fits_name(name: str, kind: str) -> bool:
    """Whether a content may have that name: no program is called a PDF."""
    allowed = EXTENSIONS.get(extension(name))
    return allowed is None or kind in allowed


def accepted(name: str, kind: str, accept: tuple[str, ...]) -> bool:
    """Whether name and content are among `accept` (`.pdf`, `image/*`, `application/pdf`); everything is when it is empty."""
    if not accept:
        return True
    return fits_name(name, kind) and any(_matches(extension(name), kind, token) for token in accept)


def _matches(suffix: str, kind: str, token: str) -> bool:
    if token.startswith("."):
        return suffix == token[1:].lower()
    token = token.lower()
    if token.endswith("/*"):
        return kind.startswith(token[:-1]) and kind not in ("image/svg+xml", "text/html")
    if token in _SAME:
        return suffix == _SAME[token]
    return kind == token or (token == EXTENSION_TYPES.get(suffix) and kind in EXTENSIONS[suffix])


EXTENSION_TYPES = {name: kind for name, (_, kind) in zip(("docx", "xlsx", "pptx"), _PACKED, strict=True)}


def clean_name(name: str) -> str:
    """The last part of a path, without control and direction marks, not longer than LONGEST_NAME; never empty."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(character for character in last if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")).strip(" .")
    if len(kept) > LONGEST_NAME:
        suffix = extension(kept)[:12]
        kept = kept[: LONGEST_NAME - len(suffix) - 1].rstrip(" .") + ("." + suffix if suffix else "")
    return kept or "未命名"


def preview_kind(type: str) -> PreviewKind:
    """How a content can be shown, by its type. Web pages and drawings are texts here: their source is shown, they are never run."""
    if type in IMAGES:
        return "image"
    if type == "application/pdf":
        return "pdf"
    return "text" if type.startswith("text/") or type == "image/svg+xml" else "none"


def size_text(size: int) -> str:
    """For people: 812 B, 12.3 KB, 4.0 MB."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.1f} KB" if size < 999_950 else f"{size / 1_000_000:.1f} MB"


def image_address(content: bytes) -> str | None:
    """A data: address of a real image; None for anything else."""
    kind = sniff(content[:HEAD_BYTES])
    return f"data:{kind};base64,{b64encode(content).decode()}" if kind in IMAGES else None


def checked_address(address: str, longest: int) -> str | None:
    """A data: address made anew from its bytes, if they are a real image; None for every other address."""
    match = re.fullmatch(r"data:[a-zA-Z0-9/+.-]{1,60};base64,([0-9A-Za-z+/=\s]+)", address) if len(address) <= longest else None
    if match is None:
        return None
    try:
        return image_address(b64decode(match[1]))
    except (Base64Error, ValueError):
        return None
