"""What files of a pack say about each other: who uses the form, decision or process of a file. Works on unfinished files too."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.bpmn.dialect.names import local
from engine.bpmn.dialect.xml import parse

# Extension element -> (kind of what it names, attribute with the id).
_NAMED_BY = {
    "formDefinition": ("form", "formId"),
    "calledDecision": ("decision", "decisionId"),
    "calledElement": ("process", "processId"),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """`file` uses something: `element_id` and `name` of the element that does (both empty in pack.toml, where `name` is the entry)."""

    file: str
    element_id: str
    name: str


def references_to(files: Mapping[str, bytes], name: str, *, by_name_only: bool = False) -> tuple[Reference, ...]:
    """Where other files use the file `name`: by its name and, unless `by_name_only`, by the form, decisions or processes that it defines."""
    defined = set() if by_name_only else set(_defined(name, files[name]))
    found = [reference for other, content in sorted(files.items()) if other != name for reference in _references(other, content, defined, name)]
    return tuple(dict.fromkeys(found))


def _defined(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    ending = name.lower().rpartition(".")[2]
    if ending == "form":
        form = _json(content)
        if isinstance(form.get("id"), str):
            yield "form", form["id"]
    elif ending in ("bpmn", "dmn"):
        root = parse(content, name).root
        kind = "process" if ending == "bpmn" else "decision"
        for node in root if root is not None else ():
            if local(node) == kind and node.get("id"):
                yield kind, node.get("id", "")


def _references(other: str, content: bytes, defined: set[tuple[str, str]], name: str) -> Iterator[Reference]:
    ending = other.lower().rpartition(".")[2]
    if ending == "bpmn":
        yield from _of_diagram(other, content, defined)
    elif ending == "dmn":
        root = parse(content, other).root
        for node in root.iter() if root is not None else ():
            if local(node) == "import" and (node.get("locationURI") or "").rpartition("/")[2] == name.rpartition("/")[2]:
                yield Reference(other, "", node.get("name") or "")
    elif other.endswith(".toml"):
        yield from _of_settings(other, content, defined)
    elif ending == "form" and name in _strings(_json(content)):
        yield Reference(other, "", "")


def _of_diagram(other: str, content: bytes, defined: set[tuple[str, str]]) -> Iterator[Reference]:
    root = parse(content, other).root
    for node in root.iter() if root is not None else ():
        kind, attribute = _NAMED_BY.get(local(node), ("", ""))
        if kind and (kind, node.get(attribute)) in defined:
            owner = _owner(node)
            yield Reference(other, owner.get("id") or "", owner.get("name") or "")


def _owner(node: etree._Element) -> etree._Element:
    """The BPMN element whose extension a node is."""
    for around in node.iterancestors():
        if local(around) == "extensionElements":
            parent = around.getparent()
            return node if parent is None else parent
    return node


def _of_settings(other: str, content: bytes, defined: set[tuple[str, str]]) -> Iterator[Reference]:
    try:
        table = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return
    if ("process", table.get("process")) in defined:
        yield Reference(other, "", str(table.get("name") or ""))
    for entry in _entries(table, "record"):
        if ("form", entry.get("form")) in defined:
            yield Reference(other, "", str(entry.get("name") or entry.get("key") or ""))
    for entry in _entries(table, "role"):
        starts = entry.get("can_start")
        if isinstance(starts, list) and any(("process", key) in defined for key in starts if isinstance(key, str)):
            yield Reference(other, "", str(entry.get("name") or entry.get("key") or ""))


def _entries(table: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    entries = table.get(kind)
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []



def _json(content: bytes) -> dict[str, Any]:
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(inner)
