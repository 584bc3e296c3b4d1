"""What was read of single files, kept by their content: of a pack that is checked at every keystroke, only the changed file is read again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, TypeVar

from engine.bpmn.dialect import FileReading, read_file
from engine.dmn import DecisionModel, DmnRejected
from engine.dmn import load as load_decisions
from engine.forms import Form, FormDefinitionRejected
from engine.forms import load as load_form

CAPACITY = 512
_NO_IMAGES = (".bpmn", ".dmn", ".form", ".toml", ".md", ".txt")
Kept = TypeVar("Kept")


class Readings:
    """Thread-safe, least recently used first out. What is kept is immutable; a refusal is kept as well as a result."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[bytes, Any] = OrderedDict()
        self._lock = threading.Lock()

    def diagram(self, data: bytes, name: str) -> FileReading:
        return self._get(_key(name, data), lambda: read_file(data, name))

    def decisions(self, data: bytes, name: str, files: Mapping[str, bytes]) -> DecisionModel:
        """Raises DmnRejected. A model may import other models of the pack."""
        others = {other: content for other, content in files.items() if other.lower().endswith(".dmn")}
        return self._get(_key(name, data, others), lambda: load_decisions(data, name, files), DmnRejected)

    def form(self, data: bytes, name: str, files: Mapping[str, bytes]) -> Form:
        """Raises FormDefinitionRejected. A form may show images of the pack."""
        images = {other: content for other, content in files.items() if not other.lower().endswith(_NO_IMAGES)}
        return self._get(_key(name, data, images), lambda: load_form(data, name, files), FormDefinitionRejected)

    def _get(self, key: bytes, read: Callable[[], Kept], refusal: type[Exception] | tuple[type[Exception], ...] = ()) -> Kept:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
        if found is None:
            try:
                found = read()
            except refusal as error:
                found = error.with_traceback(None)
            with self._lock:
                self._kept[key] = found
                while len(self._kept) > self._capacity:
                    self._kept.popitem(last=False)
        if isinstance(found, Exception):
            raise found
        kept: Kept = found
        return kept


def _key(name: str, data: bytes, others: Mapping[str, bytes] | None = None) -> bytes:
    """Differs when the file, its name or one of the files that it may refer to differs."""
    hashed = sha256(f"{len(name)}:".encode() + name.encode("utf-8", "surrogatepass"))
    hashed.update(sha256(data).digest())
    for other in sorted(others or ()):
        hashed.update(other.encode("utf-8", "surrogatepass") + sha256((others or {})[other]).digest())
    return hashed.digest()
