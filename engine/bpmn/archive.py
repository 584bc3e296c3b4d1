"""Files as people send them -> files of a pack: zips are unpacked within bounds, and nothing outside the pack is believed."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping

from engine.bpmn.pack import MAXIMUM_FILES, MAXIMUM_PACK_BYTES
from engine.model.errors import DefinitionRejected
from engine.model.findings import Finding

SETTINGS_FILE = "pack.toml"
# What systems and editors leave behind is no part of a pack.
_LEFT_BEHIND = re.compile(r"(^|/)(\.[^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(/|$)|(~|\.bak|\.swp|\.orig|\.tmp)$", re.IGNORECASE)
_ESCAPING = re.compile(r"^/|^[A-Za-z]:|(^|/)\.\.(/|$)")
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1
_MOST_ENTRIES = 20 * MAXIMUM_FILES
# What zipfile and its decompressors raise on bytes that only look like a zip.
_UNREADABLE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    OverflowError,
)


def files_of(sent: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """Files of a pack by their names in it: a single zip is unpacked (one folder around everything is taken off), other files are taken as they are.

    Raises DefinitionRejected for what cannot be unpacked safely, all findings at once.
    """
    given = list(sent)
    if len(given) == 1 and _is_zip(*given[0]):
        return unpack(*given[0])
    findings, files = [], {}
    for name, data in given:
        if _is_zip(name, data):
            findings.append(_finding("archive_among_files", name, "压缩包要单独上传,不能和别的文件一起", "一次只上传一个压缩包,或只上传文件"))
        elif name in files:
            findings.append(_finding("archive_name_twice", name, "同名的文件有两个", "只保留一个"))
        files[name] = data
    if findings:
        raise DefinitionRejected(findings)
    return files


def pack_zip(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files; the same files give the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), files[name], zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _is_zip(name: str, data: bytes) -> bool:
    return name.lower().endswith(".zip") or data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def unpack(name: str, data: bytes) -> dict[str, bytes]:
    """The files of a zip. Sizes that the zip states are not believed: reading stops at the pack's limit."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = _entries(archive, name)
            files = _without_folder(_contents(archive, entries, name), name)
    except _UNREADABLE as error:
        reason = re.sub(r"[^\x20-\x7e]+", " ", str(error))[:200]
        raise DefinitionRejected(
            [_finding("archive_unreadable", name, f"不是能打开的 zip 压缩包:{reason}", "重新压缩为 zip 再上传", reason=reason)]
        ) from error
    if not files:
        raise DefinitionRejected([_finding("archive_empty", name, "压缩包里没有文件", "把流程包文件夹压缩成 zip 再上传")])
    return files


def _entries(archive: zipfile.ZipFile, name: str) -> list[tuple[str, zipfile.ZipInfo]]:
    """(name in the pack, entry) of everything that is a file of the pack."""
    infos = archive.infolist()
    findings: list[Finding] = []
    if len(infos) > _MOST_ENTRIES:
        raise DefinitionRejected([_too_many(name, len(infos))])
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        inner = _name_of(info)
        if _ESCAPING.search(inner):
            entry = ascii(inner)[1:-1][:120]
            findings.append(_finding("archive_outside", name, f"压缩包里的 {entry} 指向流程包以外", "从流程包文件夹重新压缩", entry=entry))
        elif not inner or inner.endswith("/") or _LEFT_BEHIND.search(inner):
            continue
        elif info.flag_bits & _ENCRYPTED:
            findings.append(_finding("archive_encrypted", name, f"压缩包里的 {inner[:120]} 有密码", "不设密码,重新压缩", entry=inner[:120]))
        elif inner in found:
            findings.append(_finding("archive_name_twice", inner, "同名的文件有两个", "只保留一个"))
        found[inner] = info
    if len(found) > MAXIMUM_FILES:
        findings.append(_too_many(name, len(found)))
    if findings:
        raise DefinitionRejected(findings[:100])
    return list(found.items())


def _contents(archive: zipfile.ZipFile, entries: list[tuple[str, zipfile.ZipInfo]], name: str) -> dict[str, bytes]:
    left = MAXIMUM_PACK_BYTES
    files: dict[str, bytes] = {}
    for inner, info in entries:
        with archive.open(info) as opened:
            content = opened.read(left + 1)
        left -= len(content)
        if left < 0:
            message = f"解开后超过 {MAXIMUM_PACK_BYTES // 1_000_000} MB,没有继续解开"
            raise DefinitionRejected([_finding("archive_too_large", name, message, "拆成几个流程包", limit=MAXIMUM_PACK_BYTES // 1_000_000)])
        files[inner] = content
    return files


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name as it was meant: what is not marked as UTF-8 may be UTF-8 all the same, or GBK from a Chinese Windows; `\\` separates folders too."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            raw = name.encode()
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/").removeprefix("./")


def _without_folder(files: dict[str, bytes], name: str) -> dict[str, bytes]:
    """One folder (or several, one in the other) around the whole pack is taken off; several packs side by side are refused."""
    tops = [inner.rpartition("/")[0] for inner in files if inner.rpartition("/")[2] == SETTINGS_FILE]
    if len(tops) > 1 and "" not in tops:
        listed = "、".join(sorted(tops))[:200]
        raise DefinitionRejected(
            [_finding("archive_several_packs", name, f"压缩包里有几个流程包:{listed}", "一次只上传一个流程包", packs=listed.replace("、", ", "))]
        )
    while files and all("/" in inner for inner in files) and len({inner.partition("/")[0] for inner in files}) == 1:
        if next(iter(files)).partition("/")[0] == "scenarios":
            break
        files = {inner.partition("/")[2]: content for inner, content in files.items()}
    if len(tops) == 1 and SETTINGS_FILE not in files:
        folder = tops[0][:200]
        message = f"pack.toml 在文件夹 {folder} 里,外面还有别的文件"
        raise DefinitionRejected([_finding("archive_settings_inside", name, message, "只压缩 pack.toml 所在的文件夹", folder=folder)])
    return files


def _too_many(name: str, count: int) -> Finding:
    return _finding("archive_too_many", name, f"压缩包里有 {count} 个文件,上限为 {MAXIMUM_FILES}", "拆成几个流程包", count=count, limit=MAXIMUM_FILES)


def _finding(code: str, file: str, message: str, proposal: str, **values: object) -> Finding:
    return Finding(code=code, file=file, message=message, proposal=proposal, values=values)
