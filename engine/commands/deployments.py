"""Deploy a process pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DefinitionVersion:
    """A process and the version that a deployment gave it."""

    key: str
    version: int
    name: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """`unchanged`: the pack's newest deployment already had these very files, and nothing was written."""

    id: str
    pack_key: str
    digest: str
    processes: tuple[DefinitionVersion, ...]
    unchanged: bool


@dataclass(frozen=True, slots=True)
class DeployPack:
    """Check the files of a pack (name -> bytes) and make new versions of all its processes. Administrators only.

    Raises DefinitionRejected with every finding; a process key that belongs to another pack is one.
    """

    files: Mapping[str, bytes]
    note: str = ""
