"""Names of roles, elements and fields, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from engine.feel import FeelError
from engine.forms import Component, Form
from engine.forms.components import DynamicList, Group
from engine.queries.reading import Reading
from engine.queries.views import RoleName
from engine.store.registers import Group as GroupRow
from engine.store.tables import Definition

if TYPE_CHECKING:
    from engine.bpmn.elements import Element
    from engine.bpmn.pack import Pack

BETWEEN = {"zh": "、", "en": ", "}


_KEYS = sa.bindparam("keys", type_=sa.ARRAY(sa.Text()))
_ROLES = sa.select(GroupRow.key, GroupRow.name, GroupRow.name_en, GroupRow.department).where(GroupRow.key == sa.any_(_KEYS))


def role_names(reading: Reading, keys: Iterable[str]) -> dict[str, RoleName]:
    """Every key with its role; a group that is no role is named by its own text."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    found = {row.key: RoleName(*row) for row in reading.connection.execute(_ROLES, {"keys": wanted})}
    return {key: found.get(key) or RoleName(key, key) for key in wanted}


def who(roles: Iterable[RoleName], language: str) -> str:
    """Names of roles in one text."""
    return BETWEEN[language].join((role.name_en or role.name) if language == "en" else role.name for role in roles)


def element_of(pack: Pack, process_key: str | None, element_id: str | None) -> Element | None:
    process = pack.processes.get(process_key or "")
    return process.elements.get(element_id or "") if process else None


def element_names(pack: Pack, process_key: str | None, element_id: str | None) -> tuple[str, str]:
    """Chinese name (the id when the diagram gives none) and English name."""
    element = element_of(pack, process_key, element_id)
    if element is None:
        return element_id or "", ""
    return element.name or element.id, element.name_en


def outcome_en(pack: Pack, process_key: str, end_element_id: str | None) -> str:
    """The English name of how an instance ended."""
    return element_names(pack, process_key, end_element_id)[1] if end_element_id else ""


def top_fields(form: Form) -> Iterator[tuple[str, Component]]:
    """(top-level data key, component) of fields and lists, in the order of the form; below a group with a path the group stands for its fields."""
    yield from top_fields_of(form.components)


def top_fields_of(components: Iterable[Component]) -> Iterator[tuple[str, Component]]:
    """The same for any level: of a form, a group or a row."""
    for component in components:
        if isinstance(component, Group) and not component.path:
            yield from top_fields_of(component.components)
        elif isinstance(component, (Group, DynamicList)):
            yield component.path.split(".")[0], component
        elif key := getattr(component, "key", None):
            yield str(key).split(".")[0], component


def field_labels(form: Form) -> dict[str, tuple[str, str]]:
    """Top-level data key -> label in Chinese and in English."""
    labels: dict[str, tuple[str, str]] = {}
    for key, component in top_fields(form):
        zh, en = label_words(component, "zh"), label_words(component, "en")
        labels.setdefault(key, (zh or key, "" if en == zh else en))
    return labels


def label_words(component: Component, language: str) -> str:
    """A label without the values it may show; when it cannot do without them, as the form has it."""
    try:
        return component.label.template(language).fill({}, None, lambda value: "" if value is None else str(value)).strip()
    except FeelError:
        return component.label.plain


def pack_fields(pack: Pack) -> Mapping[str, Component]:
    """Variables by the form fields that write them; the first form in the pack's order wins."""
    fields: dict[str, Component] = {}
    for form in pack.forms.values():
        for key, component in top_fields(form):
            fields.setdefault(key, component)
    return fields


_PROCESS_NAMES = (
    sa.select(Definition.key, Definition.name, Definition.name_en)
    .ext(distinct_on(Definition.key))
    .where(Definition.key == sa.any_(_KEYS))
    .order_by(Definition.key, Definition.version.desc())
)


def process_names(reading: Reading, keys: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The Chinese and English names of the newest versions of processes; what is not deployed is left out."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    return {row.key: (row.name, row.name_en) for row in reading.connection.execute(_PROCESS_NAMES, {"keys": wanted})}
