"""Two versions of a pack -> what is different in them, in the analyst's terms and not in lines of XML."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.bpmn.dialect.xml import parse
from engine.bpmn.differences.decisions import compare_decisions
from engine.bpmn.differences.diagrams import diagram_units
from engine.bpmn.differences.records import (
    Category,
    CellChange,
    ElementChange,
    FileDifference,
    PackDifference,
    PropertyChange,
    RuleChange,
    TableChange,
)
from engine.bpmn.differences.structured import compare_forms, compare_toml
from engine.bpmn.differences.units import compare_units
from engine.model.errors import DefinitionRejected


def compare_packs(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> PackDifference:
    """What makes `new` different from `old`: name -> bytes. Files that cannot be read are told as changed, without parts."""
    names = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    return PackDifference(tuple(_file(name, old.get(name), new.get(name)) for name in names))


def category_of(name: str) -> Category:
    lower = name.lower()
    if lower == "pack.toml":
        return "settings"
    if lower.startswith("scenarios/") and lower.endswith(".toml"):
        return "scenario"
    known: dict[str, Category] = {"bpmn": "diagram", "dmn": "decision", "form": "form"}
    return known.get(lower.rpartition(".")[2], "other")


def _file(name: str, old: bytes | None, new: bytes | None) -> FileDifference:
    category = category_of(name)
    if old is None or new is None:
        return FileDifference(name, category, "added" if old is None else "removed")
    compare = _COMPARE.get(category)
    if compare is None:
        return FileDifference(name, category, "changed")
    try:
        elements = tuple(compare(old, new, name))
    except (DefinitionRejected, ValueError, RecursionError):
        return FileDifference(name, category, "changed")
    if not elements:
        return FileDifference(name, category, "rewritten")
    state = "moved" if all(element.state == "moved" for element in elements) else "changed"
    return FileDifference(name, category, "moved" if state == "moved" else "changed", elements)


def _diagrams(old: bytes, new: bytes, name: str) -> list[ElementChange]:
    before, after = parse(old, name), parse(new, name)
    if before.root is None or after.root is None:
        raise DefinitionRejected([*before.findings, *after.findings])
    return compare_units(diagram_units(before.root), diagram_units(after.root))


_COMPARE: dict[Category, Callable[[bytes, bytes, str], list[ElementChange]]] = {
    "diagram": _diagrams,
    "decision": compare_decisions,
    "form": lambda old, new, _name: compare_forms(old, new),
    "settings": lambda old, new, _name: compare_toml(old, new),
    "scenario": lambda old, new, _name: compare_toml(old, new),
}

__all__ = [
    "CellChange",
    "ElementChange",
    "FileDifference",
    "PackDifference",
    "PropertyChange",
    "RuleChange",
    "TableChange",
    "category_of",
    "compare_packs",
]
