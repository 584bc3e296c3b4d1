"""Names and their types, from the inside out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.feel.inference.kinds import ANY, Type, union


@dataclass(frozen=True, slots=True)
class Names:
    """One layer of names. With `open` it may hold further names, of any type.

    `perhaps`: these names are there for some items only (the members of what a filter looks at); where they are not, the layers around are asked.
    """

    types: Mapping[str, Type]
    open: bool = False
    around: Names | None = None
    perhaps: frozenset[str] = field(default_factory=frozenset)

    def find(self, name: str) -> Type | None:
        """The type of a name; None when no layer has it."""
        found = self.types.get(name)
        if found is None and self.open:
            return ANY
        outer = self.around.find(name) if self.around is not None and (found is None or name in self.perhaps) else None
        if found is None:
            return outer
        return found if outer is None else union(found, outer)

    def binds(self, name: str) -> bool:
        """Whether a loop, a function or a context inside the expression gives the name a value of its own."""
        if self.around is None:
            return False
        return (name in self.types and name not in self.perhaps) or self.around.binds(name)

    def inside(self, types: Mapping[str, Type]) -> Names:
        return Names(types, around=self)

    def known(self) -> frozenset[str]:
        """All names, for proposals."""
        return frozenset(self.types) | (self.around.known() if self.around is not None else frozenset[str]())


def names_of(types: Mapping[str, Type] | Iterable[str], *, open: bool = False) -> Names:
    """The outermost layer; names given without types can be anything."""
    return Names(types if isinstance(types, Mapping) else dict.fromkeys(types, ANY), open)
