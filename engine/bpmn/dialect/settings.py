"""pack.toml -> PackSettings; a key that nobody reads is a mistake, not a comment."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.bpmn.dialect.record_settings import read_tables, record_type
from engine.bpmn.lint.messages import finding
from engine.model.findings import Finding
from engine.model.pack import PackSettings, Role
from engine.model.parser_words import toml_reason

FILE = "pack.toml"
DOCUMENT_KEYS = (
    "title",
    "status",
    "number",
    "department",
    "supervision",
    "verification",
    "prepared_on",
    "reviewed_on",
    "approved_on",
    "prepared_by",
    "reviewed_by",
    "approved_by",
    "revision_mark",
    "revision_count",
    "revised_on",
    "title_en",
    "status_en",
    "department_en",
    "supervision_en",
    "verification_en",
)
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,62}")
TEXTS = {
    "pack": ("key", "name", "name_en"),
    "role": ("key", "name", "name_en", "department", "department_en"),
    "record": ("key", "name", "name_en", "form", "title", "sort"),
}
LISTS = {
    "pack": (),
    "role": ("duties", "can_start"),
    "record": ("unique", "search", "list", "view", "edit", "filters", "people"),
}
_TABLES = {"pack": (), "role": (), "record": ("duplicates", "rights", "create", "archive")}
_NEEDED = {"pack": ("key", "name"), "role": ("key", "name"), "record": ("key", "name", "form")}


class SettingsReader:
    """Reads one pack.toml; `findings` gathers everything that is wrong with it."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def read(self, data: bytes) -> PackSettings:
        """Settings as far as they can be read; never raises."""
        table = self._parse(data)
        self.unknown("", table, ("pack", "document", "role", "record"))
        head = self._entry("pack", "pack", self.table("pack", table.get("pack", {})))
        roles = tuple(_role(entry) for entry in self._entries("role", table))
        records = tuple(record_type(entry) for entry in self._entries("record", table))
        self._unique("role", [role.key for role in roles] + [role.name for role in roles if role.name != role.key])
        self._unique("record", [record.key for record in records])
        return PackSettings(head["key"], head["name"], head["name_en"], self._document(table.get("document", {})), roles, records)

    def _add(self, code: str, **values: Any) -> None:
        self.findings.append(finding(code, FILE, **values))

    def _parse(self, data: bytes) -> dict[str, Any]:
        try:
            return tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
        except UnicodeDecodeError:
            self.findings.append(finding("xml_undecodable", FILE))
        except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
            reason = toml_reason(str(error))
            values = {"place": reason.place, "place_en": reason.place_en, "reason": reason.zh, "reason_en": reason.en}
            self.findings.append(finding("pack_toml_syntax", FILE, reason.line, **values))
        return {"pack": {"key": "unreadable", "name": "unreadable"}}

    def unknown(self, place: str, table: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                self._add("pack_unknown_key", key=f"{place}{key}"[:120], known="、".join(known))

    def table(self, name: str, value: Any) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        self._add("pack_wrong_type", key=name, expected="表", expected_en="a table")
        return {}

    def _entries(self, kind: str, table: Mapping[str, Any]) -> list[dict[str, Any]]:
        entries = table.get(kind, [])
        if not isinstance(entries, list):
            self._add("pack_wrong_type", key=kind, expected=f"[[{kind}]] 表的列表", expected_en=f"an array of tables [[{kind}]]")
            return []
        return [self._entry(kind, f"{kind}[{index}]", self.table(kind, entry)) for index, entry in enumerate(entries, 1)]

    def _entry(self, kind: str, place: str, table: Mapping[str, Any]) -> dict[str, Any]:
        """All keys of one table, missing ones empty."""
        self.unknown(f"{place}.", table, (*TEXTS[kind], *LISTS[kind], *_TABLES[kind]))
        for key in _NEEDED[kind]:
            if not table.get(key):
                self._add("pack_missing_key", key=f"{place}.{key}")
        result: dict[str, Any] = {key: self._text(f"{place}.{key}", table.get(key, "")) for key in TEXTS[kind]}
        result.update({key: self.texts(f"{place}.{key}", table.get(key, [])) for key in LISTS[kind]})
        if kind == "record":
            result.update(read_tables(self, place, table))
        if result["key"] and not _IDENTIFIER.fullmatch(result["key"]):
            self._add("pack_bad_key", key=f"{place}.key", value=result["key"][:120])
        return result

    def _text(self, place: str, value: Any) -> str:
        if isinstance(value, str):
            return value.strip()
        self._add("pack_wrong_type", key=place, expected="文字", expected_en="text")
        return ""

    def texts(self, place: str, value: Any) -> tuple[str, ...]:
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(item.strip() for item in value)
        self._add("pack_wrong_type", key=place, expected="文字的列表", expected_en="a list of texts")
        return ()

    def _unique(self, kind: str, keys: list[str]) -> None:
        for key in dict.fromkeys(keys):
            if key and keys.count(key) > 1:
                self._add("pack_duplicate_key", key=kind, value=key[:120])

    def _document(self, value: Any) -> Mapping[str, str]:
        table = self.table("document", value)
        self.unknown("document.", table, DOCUMENT_KEYS)
        result: dict[str, str] = {}
        for key in DOCUMENT_KEYS:
            if key not in table:
                continue
            entry = table[key]
            if isinstance(entry, bool) or not isinstance(entry, (str, int, date)):
                self._add("pack_wrong_type", key=f"document.{key}", expected="文字、整数或日期", expected_en="text, a whole number or a date")
            else:
                result[key] = entry.isoformat() if isinstance(entry, date) else str(entry)
        return result


def _role(entry: dict[str, Any]) -> Role:
    return Role(entry["key"], entry["name"], entry["name_en"], entry["department"], entry["duties"], entry["can_start"], entry["department_en"])
