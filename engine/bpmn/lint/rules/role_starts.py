"""Processes that roles may start are in the pack."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.messages import finding
from engine.bpmn.lint.subject import PackParts
from engine.model.findings import Finding


def check(pack: PackParts) -> Iterator[Finding]:
    """A misspelt process key would leave nobody to start the process."""
    for role in pack.settings.roles:
        for process in role.can_start:
            if process not in pack.processes:
                yield finding("pack_unknown_process", "pack.toml", role=role.name, process=process)
