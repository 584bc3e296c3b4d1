"""A pack made ready to run: its process models as the library's specs, built once per pack and shared."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Protocol

from engine.bpmn.elements import ProcessModel
from engine.bpmn.runtime.behaviors import behavior_of, body_of
from engine.bpmn.runtime.tokens import ElementSpec, ProcessSpec
from engine.dmn import DecisionModel
from engine.model.errors import NotFoundError

CACHE_SIZE = 64


class Pack(Protocol):
    """What the runtime needs of engine.bpmn.pack.Pack."""

    @property
    def digest(self) -> str: ...
    @property
    def processes(self) -> Mapping[str, ProcessModel]: ...
    @property
    def decisions(self) -> Mapping[str, DecisionModel]: ...


class Library:
    """Specs of one pack, each built when first asked for. Specs are immutable at run time, so threads share them."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._specs: dict[str, ProcessSpec] = {}

    @property
    def decisions(self) -> Mapping[str, DecisionModel]:
        return self._pack.decisions

    def process_spec(self, key: str) -> ProcessSpec:
        """Raises NotFoundError for a process that the pack does not have."""
        spec = self._specs.get(key)
        if spec is None:
            model = self._pack.processes.get(key)
            if model is None:
                raise NotFoundError("unknown_process", process_key=key)
            spec = self._specs[key] = build(model, self)
        return spec


def build(model: ProcessModel, library: Library) -> ProcessSpec:
    """One library task spec per element, two for a repeated activity (its body, and what is repeated)."""
    spec = ProcessSpec(model, library)
    for element in model.elements.values():
        body = body_of(element)
        if body is None:
            ElementSpec(spec, f"element:{element.id}", element, behavior_of(element), "token")
        else:
            ElementSpec(spec, f"element:{element.id}", element, body, "body")
            ElementSpec(spec, f"each:{element.id}", element, behavior_of(element), "inner")
    for flow in model.flows.values():
        spec.spec(flow.source).connect(spec.spec(flow.target))
    return spec


_cache: OrderedDict[str, Library] = OrderedDict()
_lock = threading.Lock()


def library_of(pack: Pack) -> Library:
    """The pack's library, from a small cache keyed by the pack's content digest."""
    with _lock:
        library = _cache.get(pack.digest)
        if library is None:
            library = _cache[pack.digest] = Library(pack)
            while len(_cache) > CACHE_SIZE:
                _cache.popitem(last=False)
        _cache.move_to_end(pack.digest)
        return library
