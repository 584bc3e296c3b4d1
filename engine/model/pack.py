"""What pack.toml says: the pack, its document head, roles and record types. Pure records; engine.bpmn.pack reads the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Role:
    """A candidate group. `can_start` lists process keys that its members may start; `duties` element ids that carry its duties."""

    key: str
    name: str
    name_en: str = ""
    department: str = ""
    duties: tuple[str, ...] = ()
    can_start: tuple[str, ...] = ()
    department_en: str = ""


@dataclass(frozen=True, slots=True)
class FieldRoles:
    """Which roles may write and which may only read a field of a register; it does not exist for all others."""

    write: tuple[str, ...] = ()
    read: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordType:
    """A register: the form that describes its fields, what is listed, found and kept unique, and which roles may do what.

    `sort`: the field by which the list begins, `-` before it for descending; empty: last changed first. `people`: fields that hold a person's name or
    account. `create` and `archive` None: whoever may edit. `duplicates`: way of comparing (engine.model.likeness) -> fields. `rights`: fields that
    not everybody who sees the record may see or change.
    """

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
    sort: str = ""
    filters: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    create: tuple[str, ...] | None = None
    archive: tuple[str, ...] | None = None
    duplicates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rights: Mapping[str, FieldRoles] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> RecordType:
        """From dataclasses.asdict that went through JSON."""
        kept: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}
        kept["duplicates"] = {kind: tuple(fields) for kind, fields in kept.get("duplicates", {}).items()}
        rights = kept.get("rights", {}).items()
        kept["rights"] = {name: FieldRoles(**{side: tuple(roles) for side, roles in sides.items()}) for name, sides in rights}
        return cls(**kept)

    @property
    def sort_field(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def ordered_fields(self) -> tuple[str, ...]:
        """By which lists can be sorted and narrowed down."""
        return tuple(dict.fromkeys(name for name in (*self.list_columns, *self.filters, *self.people, self.sort_field) if name))


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
