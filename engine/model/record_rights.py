"""Who may do what with the records of a register. Administrators and the system may everything, auditors see everything."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from engine.model.identity import Actor, is_auditor
from engine.model.pack import RecordType

Right = Literal["read", "write", "hidden"]


def has_role(actor: Actor, roles: Collection[str]) -> bool:
    return actor.is_administrator or not actor.groups.isdisjoint(roles)


def may_see(type: RecordType, actor: Actor) -> bool:
    """Who may edit may see."""
    return is_auditor(actor) or has_role(actor, (*type.view, *type.edit))


def may_edit(type: RecordType, actor: Actor) -> bool:
    return has_role(actor, type.edit)


def may_create(type: RecordType, actor: Actor) -> bool:
    return may_edit(type, actor) and (type.create is None or has_role(actor, type.create))


def may_archive(type: RecordType, actor: Actor) -> bool:
    return may_edit(type, actor) and (type.archive is None or has_role(actor, type.archive))


def field_rights(type: RecordType, actor: Actor) -> dict[str, Right]:
    """Of the fields that not everybody may write, by the best of the actor's roles; fields that are not named follow the record."""
    if actor.is_administrator:
        return {}
    rights: dict[str, Right] = {}
    for name, roles in type.rights.items():
        if not actor.groups.isdisjoint(roles.write) and may_edit(type, actor):
            continue
        rights[name] = "read" if is_auditor(actor) or not actor.groups.isdisjoint((*roles.read, *roles.write)) else "hidden"
    return rights


def hidden_fields(type: RecordType, actor: Actor) -> frozenset[str]:
    """Fields that do not exist for the actor."""
    return frozenset(name for name, right in field_rights(type, actor).items() if right == "hidden")
