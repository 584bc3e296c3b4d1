"""The tables [record.duplicates] and [record.rights] of pack.toml."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from engine.model.pack import FieldRoles, RecordType

RIGHTS = ("write", "read")


class Reader(Protocol):
    """The part of engine.bpmn.dialect.settings.SettingsReader that is needed here; what is wrong goes to its findings."""

    def table(self, name: str, value: Any) -> Mapping[str, Any]: ...

    def texts(self, place: str, value: Any) -> tuple[str, ...]: ...

    def unknown(self, place: str, table: Mapping[str, Any], known: tuple[str, ...]) -> None: ...


def read_tables(reader: Reader, place: str, table: Mapping[str, Any]) -> dict[str, Any]:
    """Ways of comparing with their fields, fields with their roles, and the lists of roles that mean something else when they are missing."""
    duplicates = reader.table(f"{place}.duplicates", table.get("duplicates", {}))
    rights = reader.table(f"{place}.rights", table.get("rights", {}))
    optional: Callable[[str], tuple[str, ...] | None] = lambda key: reader.texts(f"{place}.{key}", table[key]) if key in table else None  # noqa: E731
    return {
        "duplicates": {kind: reader.texts(f"{place}.duplicates.{kind}"[:120], fields) for kind, fields in duplicates.items()},
        "rights": {name: _roles(reader, f"{place}.rights.{name}"[:120], value) for name, value in rights.items()},
        "create": optional("create"),
        "archive": optional("archive"),
    }


def _roles(reader: Reader, place: str, value: Any) -> FieldRoles:
    table = reader.table(place, value)
    reader.unknown(f"{place}.", table, RIGHTS)
    return FieldRoles(*(reader.texts(f"{place}.{side}", table.get(side, [])) for side in RIGHTS))


def record_type(entry: Mapping[str, Any]) -> RecordType:
    """From the keys of one [[record]]."""
    renamed = {"form_id": entry["form"], "list_columns": entry["list"]}
    return RecordType(**renamed, **{key: value for key, value in entry.items() if key not in ("form", "list")})
