"""Variables of one process: in which scope each is kept, what it can hold, and which elements write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.bpmn.elements import Element, ProcessModel
from engine.bpmn.lint.dataflow.paths import Paths
from engine.feel.inference import Type, union

ROOT = ""
AT_START = "@start"
MOST_ROUNDS = 12


@dataclass(slots=True)
class Scope:
    """`writers` are ids of elements, or AT_START for what is there from the beginning; `open`: others may put anything in."""

    types: dict[str, Type] = field(default_factory=dict)
    writers: dict[str, set[str]] = field(default_factory=dict)
    open: bool = False


@dataclass(slots=True)
class Variables:
    """State of the search for a fixed point over one process. Scopes are the process (ROOT) and every element that has locals."""

    process: ProcessModel
    paths: Paths
    scopes: dict[str, Scope] = field(default_factory=dict)
    changed: bool = False
    given: frozenset[str] = frozenset()

    def scope(self, identifier: str) -> Scope:
        return self.scopes.setdefault(identifier, Scope())

    def chain(self, element: Element | None) -> list[str]:
        """Scopes around an element, from its own outwards."""
        found: list[str] = []
        while element is not None:
            found.append(element.id)
            element = self.process.elements.get(element.parent or "")
        return [*found, ROOT]

    def write(self, scope: str, name: str, kind: Type, writer: str) -> None:
        """Add to what a variable can hold."""
        place = self.scope(scope)
        known = place.types.get(name)
        new = kind if known is None else union(known, kind)
        if known is None or new != known:
            place.types[name] = new
            self.changed = True
        place.writers.setdefault(name, set()).add(writer)

    def opens(self, scope: str) -> None:
        if not self.scope(scope).open:
            self.scope(scope).open = True
            self.changed = True

    def propagate(self, chain: list[str], values: Mapping[str, Type], writer: str) -> None:
        """Set each name in the first scope of the chain that has it from the beginning, else in the process."""
        for name, kind in values.items():
            target = next((scope for scope in chain if AT_START in self.scope(scope).writers.get(name, ())), ROOT)
            self.write(target if target in chain else ROOT, name, kind, writer)

    def names(self, chain: list[str]) -> dict[str, Type]:
        """All names that a chain of scopes sees; inner ones hide outer ones where they are there from the beginning."""
        found: dict[str, Type] = {}
        for identifier in reversed(chain):
            scope = self.scope(identifier)
            for name, kind in scope.types.items():
                certain = name not in found or AT_START in scope.writers[name]
                found[name] = kind if certain else union(found[name], kind)
        return found

    def is_open(self, chain: list[str]) -> bool:
        return any(self.scope(scope).open for scope in chain)

    def may_be_there(self, name: str, scope: str, reader: str, *, at_exit: bool) -> bool:
        """Whether some path leads from a writer of the name to the place where it is read."""
        writers = self.scope(scope).writers.get(name, set())
        if AT_START in writers or (at_exit and reader in writers):
            return True
        return any(writer in self.process.elements and self.paths.may_precede(writer, reader, at_exit=at_exit) for writer in writers)
