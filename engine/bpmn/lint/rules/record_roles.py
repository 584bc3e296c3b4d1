"""Roles that may see and edit records are roles of the pack."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.messages import finding
from engine.bpmn.lint.subject import PackParts
from engine.model.findings import Finding


def check(pack: PackParts) -> Iterator[Finding]:
    """A misspelt role would lock its people out of a register without a word."""
    for record in pack.settings.record_types:
        named = {"view": record.view, "edit": record.edit, "create": record.create or (), "archive": record.archive or ()}
        for name, sides in record.rights.items():
            named |= {f"rights.{name}.write": sides.write, f"rights.{name}.read": sides.read}
        for key, roles in named.items():
            for role in roles:
                if pack.settings.role(role) is None:
                    yield finding("pack_unknown_role", "pack.toml", record=record.name, key=key, role=role)
