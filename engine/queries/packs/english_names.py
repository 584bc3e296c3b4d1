"""English names of what a file of a pack is made of, by the ids that differences use; files that cannot be read have none."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.bpmn.dialect import read_file
from engine.bpmn.differences.units import member_names

_LABELS = ("label.en", "dateLabel.en", "timeLabel.en", "text.en", "alt.en")

Pair = tuple[str, Any]


def english_names(category: str, file: str, content: bytes | None) -> dict[str, str]:
    """id -> English name; of diagrams, forms and pack.toml."""
    read = _READERS.get(category)
    if read is None or not content:
        return {}
    try:
        return {id: name for id, name in read(content, file) if isinstance(name, str) and name}
    except (ValueError, RecursionError):
        return {}


def _diagram(content: bytes, file: str) -> Iterator[Pair]:
    for process in read_file(content, file).processes:
        yield process.key, process.name_en
        yield from ((element.id, element.name_en) for element in process.elements.values())
        yield from ((flow.id, flow.name_en) for flow in process.flows.values())


def _form(content: bytes, file: str) -> Iterator[Pair]:
    form = json.loads(content)
    if isinstance(form, dict):
        yield str(form.get("id") or ""), _own(form).get("name.en")
        yield from _components(form)


def _components(owner: Mapping[str, Any]) -> Iterator[Pair]:
    members = owner.get("components")
    for component in members if isinstance(members, list) else ():
        if isinstance(component, Mapping):
            words = _own(component)
            name = next((words[key] for key in _LABELS if words.get(key)), None)
            yield str(component.get("id") or component.get("key") or ""), name
            yield from _components(component)


def _own(component: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = component.get("properties")
    return properties if isinstance(properties, Mapping) else {}


def _settings(content: bytes, file: str) -> Iterator[Pair]:
    for key, value in tomllib.loads(content.decode("utf-8-sig")).items():
        if isinstance(value, dict):
            yield key, value.get("name_en")
        elif isinstance(value, list) and all(isinstance(one, dict) for one in value):
            yield from ((f"{key}[{name}]", one.get("name_en")) for name, one in zip(member_names(value), value, strict=True))


_READERS: Mapping[str, Callable[[bytes, str], Iterator[Pair]]] = {"diagram": _diagram, "form": _form, "settings": _settings}
