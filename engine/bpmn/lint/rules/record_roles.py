"""Roles that may see and edit records are roles of the pack."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.messages import finding
from engine.bpmn.lint.subject import PackParts
from engine.model.findings import Finding


def check(pack: PackParts) -> Iterator[Finding]:
    """A misspelt role would lock its people out of a register without a word."""
    for record in pack.settings.record_types:
        for key, roles in (("view", record.view), ("edit", record.edit)):
            for role in roles:
                if pack.settings.role(role) is None:
                    yield finding("pack_unknown_role", "pack.toml", record=record.name, key=key, role=role)
