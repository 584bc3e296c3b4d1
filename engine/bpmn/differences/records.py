"""What differs between two versions of a pack, as records; words for them: engine.bpmn.differences.words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ElementState = Literal["added", "removed", "changed", "moved"]
FileState = Literal["added", "removed", "changed", "moved", "rewritten"]
Category = Literal["diagram", "decision", "form", "settings", "scenario", "other"]


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """`path` names the property within its element; None: there is none on that side."""

    path: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell of a decision table; equal texts: unchanged."""

    old: str | None
    new: str | None

    @property
    def is_changed(self) -> bool:
        return self.old != self.new


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A row: `old_number` and `new_number` count from 1, None: the rule is not on that side. `cells` follow the columns."""

    state: Literal["added", "removed", "changed", "moved", "same"]
    old_number: int | None
    new_number: int | None
    cells: tuple[CellChange, ...]

    @property
    def count(self) -> int:
        return sum(cell.is_changed for cell in self.cells) if self.state == "changed" else int(self.state != "same")


@dataclass(frozen=True, slots=True)
class TableChange:
    """A decision table on both sides; `columns` are the names of inputs, outputs and the note, (old, new)."""

    columns: tuple[CellChange, ...]
    rules: tuple[RuleChange, ...]

    @property
    def count(self) -> int:
        return sum(rule.count for rule in self.rules)


@dataclass(frozen=True, slots=True)
class ElementChange:
    """An element of a diagram, a decision, a component of a form or a table of a TOML file. `type` is its tag or kind, `name` the newer one."""

    state: ElementState
    id: str
    type: str
    name: str
    properties: tuple[PropertyChange, ...] = ()
    table: TableChange | None = None

    @property
    def count(self) -> int:
        """How many changes it counts for: one when it is new or gone, else its properties, cells and rules; being moved counts for nothing."""
        if self.state in ("added", "removed"):
            return 1
        return len(self.properties) + (self.table.count if self.table else 0)


@dataclass(frozen=True, slots=True)
class FileDifference:
    """`moved`: nothing but positions changed; `rewritten`: the bytes differ and nothing that could be told apart does."""

    file: str
    category: Category
    state: FileState
    elements: tuple[ElementChange, ...] = ()

    @property
    def count(self) -> int:
        if self.state in ("added", "removed"):
            return 1
        return sum(element.count for element in self.elements) or int(self.state == "changed")

    @property
    def moved(self) -> int:
        return sum(element.state == "moved" for element in self.elements)


@dataclass(frozen=True, slots=True)
class PackDifference:
    """`files` are those that differ, in order of names."""

    files: tuple[FileDifference, ...] = ()

    @property
    def count(self) -> int:
        """The count of changes that mean something (修改处数)."""
        return sum(file.count for file in self.files)

    @property
    def moved(self) -> int:
        return sum(file.moved for file in self.files)
