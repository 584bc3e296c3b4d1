"""What pack.toml says: the pack, its document head, roles and record types. Pure records; engine.bpmn.pack reads the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Role:
    """A candidate group. `can_start` lists process keys that its members may start; `duties` element ids that carry its duties."""

    key: str
    name: str
    name_en: str = ""
    department: str = ""
    duties: tuple[str, ...] = ()
    can_start: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordType:
    """A register: the form that describes its fields, unique keys, what is searched and listed, which roles may see and edit."""

    key: str
    name: str
    name_en: str = ""
    form_id: str = ""
    title: str = ""
    unique: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    list_columns: tuple[str, ...] = ()
    view: tuple[str, ...] = ()
    edit: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackSettings:
    """`document` holds head and foot of the controlled document (text, dates as ISO text, counts as text)."""

    key: str
    name: str
    name_en: str = ""
    document: Mapping[str, str] = field(default_factory=dict)
    roles: tuple[Role, ...] = ()
    record_types: tuple[RecordType, ...] = ()

    def role(self, key_or_name: str) -> Role | None:
        """The role of that key or (Chinese) name."""
        return next((role for role in self.roles if key_or_name in (role.key, role.name)), None)
