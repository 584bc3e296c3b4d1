"""Duties of roles are elements of the pack."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.messages import finding
from engine.bpmn.lint.subject import PackParts
from engine.model.findings import Finding


def check(pack: PackParts) -> Iterator[Finding]:
    """The list of duties ties a role's description to the drawing; a duty that names no element ties it to nothing."""
    known = {identifier for process in pack.processes.values() for identifier in process.elements}
    for role in pack.settings.roles:
        for element in role.duties:
            if element not in known:
                yield finding("pack_unknown_duty", "pack.toml", role=role.name, element=element)
