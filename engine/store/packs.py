"""Compiled packs, kept per process by the digest of their files."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

import sqlalchemy as sa

from engine.store.tables import DeployedContent, DeployedFile

PackT = TypeVar("PackT")
CAPACITY = 64
_FILES = (
    sa.select(DeployedFile.name, DeployedContent.content)
    .join(DeployedContent, DeployedContent.digest == DeployedFile.digest)
    .where(DeployedFile.deployment_id == sa.bindparam("deployment_id"))
)


def deployed_files(connection: sa.Connection, deployment_id: str) -> dict[str, bytes]:
    """The files of a deployment: name -> bytes."""
    return {row.name: bytes(row.content) for row in connection.execute(_FILES, {"deployment_id": deployment_id})}


class PackCache(Generic[PackT]):
    """Thread-safe, least recently used first out. Packs are immutable; two threads may compile the same one, the first result stays."""

    def __init__(self, load: Callable[[Mapping[str, bytes]], PackT], capacity: int = CAPACITY) -> None:
        self._load = load
        self._capacity = capacity
        self._packs: OrderedDict[str, PackT] = OrderedDict()
        self._lock = threading.Lock()

    def compile(self, files: Mapping[str, bytes]) -> PackT:
        """Compile without keeping. Raises DefinitionRejected."""
        return self._load(files)

    def get(self, connection: sa.Connection, deployment_id: str, digest: str) -> PackT:
        """The pack of a deployment; its files are read only when it is not kept yet."""
        with self._lock:
            pack = self._packs.get(digest)
            if pack is not None:
                self._packs.move_to_end(digest)
                return pack
        return self.keep(digest, self._load(deployed_files(connection, deployment_id)))

    def keep(self, digest: str, pack: PackT) -> PackT:
        with self._lock:
            kept = self._packs.setdefault(digest, pack)
            self._packs.move_to_end(digest)
            while len(self._packs) > self._capacity:
                self._packs.popitem(last=False)
            return kept
