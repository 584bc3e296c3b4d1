"""A register of a pack as the people of a role will see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.forms import Form
from engine.model import record_rights
from engine.model.errors import NotFoundError
from engine.model.identity import Actor
from engine.queries.labels import field_labels
from engine.queries.packs.packs import chosen_pack
from engine.queries.reading import Query, Reading

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack
    from engine.model.pack import RecordType

Names = tuple[str, str]


@dataclass(frozen=True, slots=True)
class RecordRole:
    """A role of the pack and whether it comes into the register at all."""

    key: str
    name: str
    name_en: str
    may_see: bool


@dataclass(frozen=True, slots=True)
class RecordPreview:
    """`columns`, `search` and `filters` are labels in two languages, without the fields that `role` does not see. `rights` are those in the form."""

    key: str
    name: str
    name_en: str
    roles: tuple[RecordRole, ...]
    role: RecordRole | None
    columns: tuple[Names, ...]
    search: tuple[Names, ...]
    filters: tuple[Names, ...]
    may_edit: bool
    may_create: bool
    may_archive: bool
    form: Form
    rights: dict[str, record_rights.Right]


@dataclass(frozen=True, slots=True)
class RecordPreviewOf(Query[RecordPreview]):
    """Of the first role that sees it when none is named. Raises NotFoundError."""

    pack_key: str
    record_key: str
    role_key: str | None = None
    deployment_id: str | None = None

    def answer(self, reading: Reading, actor: Actor) -> RecordPreview:
        pack = chosen_pack(reading, actor, self.pack_key, self.deployment_id)
        kind = next((one for one in pack.settings.record_types if one.key == self.record_key), None)
        form = pack.forms.get(kind.form_id) if kind else None
        if kind is None or form is None:
            raise NotFoundError("no_such_record_type", record_type=str(self.record_key)[:100])
        roles = tuple(_roles(pack, kind))
        role = next((one for one in roles if one.key == self.role_key), None) or next((one for one in roles if one.may_see), None)
        return _preview(kind, form, roles, role)


def _roles(pack: Pack, kind: RecordType) -> Iterable[RecordRole]:
    return (RecordRole(one.key, one.name, one.name_en, record_rights.may_see(kind, _member(one.key))) for one in pack.settings.roles)


def _member(role: str) -> Actor:
    return Actor(role, role, groups=frozenset({role}))


def _preview(kind: RecordType, form: Form, roles: tuple[RecordRole, ...], role: RecordRole | None) -> RecordPreview:
    member = _member(role.key if role else "")
    rights = record_rights.field_rights(kind, member)
    labels = field_labels(form)

    def shown(keys: Iterable[str]) -> tuple[Names, ...]:
        return tuple(labels.get(key, (key, "")) for key in keys if rights.get(key) != "hidden")

    may_edit = record_rights.may_edit(kind, member)
    if not may_edit:
        rights |= {key: "read" for key in labels if rights.get(key) != "hidden"}
    return RecordPreview(
        kind.key,
        kind.name,
        kind.name_en,
        roles,
        role,
        shown(kind.list_columns),
        shown(kind.search),
        shown(dict.fromkeys((*kind.filters, *kind.people))),
        may_edit,
        record_rights.may_create(kind, member),
        record_rights.may_archive(kind, member),
        form,
        rights,
    )
