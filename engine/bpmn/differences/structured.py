"""Forms and TOML files -> units."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from engine.bpmn.differences.records import ElementChange
from engine.bpmn.differences.units import Unit, compare_units, displaced, flattened, member_names

_OUTSIDE = frozenset({"components", "id", "layout", "type"})
_LABELS = ("label", "dateLabel", "timeLabel", "text", "alt", "key")
_TOOL = frozenset({"components", "exporter", "schemaVersion", "executionPlatform", "executionPlatformVersion"})


def compare_forms(old: bytes, new: bytes) -> list[ElementChange]:
    """Components by id. Another order within the same group is a move. Raises ValueError for bytes that are no JSON object."""
    before, after = _form(old), _form(new)
    order_before, order_after = _orders(before), _orders(after)
    moved = {identifier for group in order_after for identifier in displaced(order_before.get(group, []), order_after[group])}
    for identifier in moved:
        after[identifier].place = ("moved", after[identifier].place)
    return compare_units(before, after)


def _form(data: bytes) -> dict[str, Unit]:
    content = json.loads(data)
    if not isinstance(content, dict):
        raise ValueError("a form is an object")
    units = {"": Unit(str(content.get("id") or ""), "form", str(content.get("name") or ""), flattened(content, skip=_TOOL))}
    for identifier, component, group in _components(content, ""):
        label = next((str(component[key]) for key in _LABELS if isinstance(component.get(key), str) and component[key]), identifier)
        unit = Unit(identifier, str(component.get("type") or ""), label[:80], flattened(component, skip=_OUTSIDE), _place(component))
        unit.properties["@group"] = group
        units.setdefault(identifier, unit)
    return units


def _components(owner: Mapping[str, Any], group: str) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """(id, component, id of the group around it)."""
    members = owner.get("components")
    if not isinstance(members, list):
        return
    for number, component in enumerate(members, 1):
        if not isinstance(component, Mapping):
            continue
        identifier = str(component.get("id") or component.get("key") or f"{group}#{number}")
        yield identifier, component, group
        yield from _components(component, identifier)


def _place(component: Mapping[str, Any]) -> object:
    """How wide it is; the name of its row is the tool's own."""
    layout = component.get("layout")
    return layout.get("columns") if isinstance(layout, Mapping) else None


def _orders(units: Mapping[str, Unit]) -> dict[str, list[str]]:
    orders: dict[str, list[str]] = {}
    for identifier, unit in units.items():
        if identifier:
            orders.setdefault(unit.properties.get("@group", ""), []).append(identifier)
    return orders


def compare_toml(old: bytes, new: bytes) -> list[ElementChange]:
    """Tables by name; members of a list of tables by their key. Raises ValueError for bytes that are no TOML."""
    return compare_units(_toml(old), _toml(new))


def _toml(data: bytes) -> dict[str, Unit]:
    content = tomllib.loads(data.decode("utf-8-sig"))
    units: dict[str, Unit] = {}
    loose = {key: value for key, value in content.items() if not (isinstance(value, dict) or _is_tables(value))}
    if loose:
        units[""] = Unit("", "file", "", flattened(loose))
    for key, value in content.items():
        if isinstance(value, dict):
            units[key] = Unit(key, key, key, flattened(value))
        elif _is_tables(value):
            for name, member in zip(member_names(value), value, strict=True):
                units[f"{key}[{name}]"] = Unit(f"{key}[{name}]", key, str(member.get("name") or name), flattened(member))
    return units


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)
