"""Two lists of units -> what changed between them. A unit is what people know by a name: an element, a component, a role."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from engine.bpmn.differences.records import ElementChange, PropertyChange

# A list whose order has a meaning: the names of its members, one a line.
ORDER = "/order"


@dataclass(slots=True)
class Unit:
    """`properties`: path -> text, everything that means something; `place`: where it is drawn, compared as a whole."""

    id: str
    type: str
    name: str
    properties: dict[str, str] = field(default_factory=dict)
    place: object = None


def compare_units(old: Mapping[str, Unit], new: Mapping[str, Unit]) -> list[ElementChange]:
    """In the order of the newer side; what is gone comes where it was."""
    changes = []
    for identifier in merged(list(old), list(new)):
        before, after = old.get(identifier), new.get(identifier)
        if before is None or after is None:
            one = after or before
            if one is not None:
                changes.append(ElementChange("removed" if after is None else "added", one.id, one.type, one.name))
            continue
        properties = compare_properties(before.properties, after.properties)
        if before.type != after.type:
            properties.insert(0, PropertyChange("@type", before.type, after.type))
        if properties:
            changes.append(ElementChange("changed", after.id, after.type, after.name, tuple(properties)))
        elif before.place != after.place:
            changes.append(ElementChange("moved", after.id, after.type, after.name))
    return changes


def compare_properties(old: Mapping[str, str], new: Mapping[str, str]) -> list[PropertyChange]:
    changes = []
    for path in merged(list(old), list(new)):
        before, after = old.get(path), new.get(path)
        if before != after and not (path.endswith(ORDER) and _same_order(before, after)):
            changes.append(PropertyChange(path, before, after))
    return changes


def _same_order(old: str | None, new: str | None) -> bool:
    """Whether those that both lists have stand in the same order: what was added or removed is told elsewhere."""
    before, after = (old or "").split("\n"), (new or "").split("\n")
    return [one for one in before if one in after] == [one for one in after if one in before]


def merged(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Every name of both sides once: the order of the newer one, what is gone after what it stood behind."""
    result = list(new)
    known = set(new)
    behind: str | None = None
    for name in old:
        if name not in known:
            result.insert(result.index(behind) + 1 if behind is not None else 0, name)
            known.add(name)
        behind = name
    return result


def displaced(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Names of both sides that stand in another order; as few as explain it."""
    both = set(old) & set(new)
    before, after = [one for one in old if one in both], [one for one in new if one in both]
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return both - {name for block in blocks for name in before[block.a : block.a + block.size]}


def flattened(value: Any, path: str = "", skip: Iterable[str] = ()) -> dict[str, str]:
    """JSON or TOML data -> path -> text. Members of lists are named by their key, id, value or name where each has its own."""
    if isinstance(value, Mapping):
        skipped = frozenset(skip)
        found: dict[str, str] = {}
        for key, one in value.items():
            if key not in skipped:
                found |= flattened(one, f"{path}.{key}" if path else str(key))
        return found
    if isinstance(value, list) and any(isinstance(one, (Mapping, list)) for one in value):
        names = member_names(value)
        found = {f"{path}{ORDER}": "\n".join(names)} if len(names) > 1 else {}
        for name, one in zip(names, value, strict=True):
            found |= flattened(one, f"{path}[{name}]")
        return found
    return {path: shown(value)}


def member_names(members: Sequence[Any]) -> list[str]:
    """A name for each member of a list, its number where the members have none."""
    for key in ("key", "id", "value", "name"):
        names = [str(one.get(key)) if isinstance(one, Mapping) and one.get(key) not in (None, "") else "" for one in members]
        if all(names) and len(set(names)) == len(names):
            return names
    return [str(number) for number in range(1, len(members) + 1)]


def shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
