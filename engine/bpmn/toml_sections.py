"""A TOML file as its sections, so that one entry can be changed and every other line stays as it is written.

A section is a header with what stands below it; comments and blank lines after its last entry belong to what follows and are its `tail`. Values are
changed by tomlkit inside the one section, tables come and go as whole sections. The caller compares what comes out with what was meant.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tomlkit
from tomlkit.items import Array

_HEADER = re.compile(r"[ \t]*\[")
Path = tuple[str | int, ...]


@dataclass(slots=True)
class Section:
    """`path` names the table, with the number of the entry behind an array of tables; `header` is empty for what stands before the first one."""

    path: Path
    header: str
    body: str
    tail: str

    def text(self) -> str:
        return self.header + self.body + self.tail


def sections_of(text: str) -> list[Section]:
    """Raises ValueError where a header cannot be told from a value."""
    blocks: list[list[str]] = [[]]
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        if _HEADER.match(line) and _complete(blocks[-1]):
            blocks.append([])
        blocks[-1].append(line)
    counts: dict[str, int] = {}
    return [_section(block, counts) for block in blocks]


def _complete(lines: Sequence[str]) -> bool:
    """Whether the lines are whole TOML: inside an open list or text a line that begins with `[` is no header."""
    try:
        tomllib.loads("".join(lines))
    except ValueError:
        return False
    return True


def _section(lines: list[str], counts: dict[str, int]) -> Section:
    header = lines.pop(0) if lines and _HEADER.match(lines[0]) else ""
    end = len(lines)
    while end and lines[end - 1].strip()[:1] in ("", "#"):
        end -= 1
    return Section(_path(header, counts), header, "".join(lines[:end]), "".join(lines[end:]))


def _path(header: str, counts: dict[str, int]) -> Path:
    path: list[str | int] = []
    table: Any = tomllib.loads(header)
    while table:
        ((key, table),) = table.items()
        path.append(key)
        is_array, table = isinstance(table, list), table[0] if isinstance(table, list) else table
        if len(path) == 1 and is_array:
            counts[key] = counts.get(key, -1) + 1
        if len(path) == 1 and key in counts:
            path.append(counts[key])
    return tuple(path)


class Sections:
    """The file that is being changed. What does not fit it raises LookupError, TypeError or tomlkit's errors."""

    def __init__(self, text: str) -> None:
        self._all = sections_of(text)

    def text(self) -> str:
        return "".join(section.text() for section in self._all)

    def put(self, path: Path, value: Any) -> None:
        """Sets an entry, in a new section where there is none for it; None takes out the entry, or the table with what is in it."""
        if value is None and self._drop(path):
            return
        section = max((one for one in self._all if path[: len(one.path)] == one.path), key=lambda one: len(one.path))
        rest = path[len(section.path) :]
        body = tomlkit.parse(section.body)
        if len(rest) == 1 or rest[0] in body:
            _set(body, rest, value)
            section.body = tomlkit.dumps(body)
        elif value is not None:
            self._insert(path[:-1], {str(path[-1]): value}, "[{}]")

    def add(self, kind: str, entries: Mapping[str, Any]) -> None:
        """One more table at the end of an array of tables."""
        number = len({one.path[1] for one in self._all if one.path[:1] == (kind,)})
        self._insert((kind, number), entries, "[[{}]]")

    def remove(self, kind: str, index: int) -> None:
        """Takes a table out of an array of tables."""
        if not self._drop((kind, index)):
            raise LookupError(kind)
        for one in self._all:
            if one.path[:1] == (kind,) and int(one.path[1]) > index:
                one.path = (kind, int(one.path[1]) - 1, *one.path[2:])

    def _drop(self, path: Path) -> bool:
        """Takes out the sections below the path. Comments after the last of them stay: they speak of what follows."""
        kept: list[Section] = []
        following = [*self._all[1:], None]
        for section, after in zip(self._all, following, strict=True):
            if section.path[: len(path)] != path:
                kept.append(section)
            elif section.tail.strip() and (after is None or after.path[: len(path)] != path):
                kept[-1].tail = kept[-1].tail.rstrip("\n") + section.tail if kept[-1].tail.strip() else section.tail
        dropped, self._all = len(kept) < len(self._all), kept
        return dropped

    def _insert(self, path: Path, entries: Mapping[str, Any], header: str) -> None:
        """A new section after those that it belongs to."""
        relatives = [one for one in self._all if one.path[:1] == path[:1] and (len(path) <= 2 or one.path[:2] == path[:2])]
        before = relatives[-1] if relatives else self._all[-1]
        body = tomlkit.document()
        for key, value in entries.items():
            body.add(key, value)
        name = ".".join(tomlkit.key(step).as_string() for step in path if isinstance(step, str))
        new = Section(path, header.format(name) + "\n", tomlkit.dumps(body), before.tail)
        before.body = _ended(before.body)
        before.tail = "\n" if before.text() else ""
        self._all.insert(self._all.index(before) + 1, new)


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"


def _set(place: Any, path: Path, value: Any) -> None:
    for step in path[:-1]:
        if isinstance(step, str) and step not in place:
            if value is None:
                return
            place[step] = tomlkit.inline_table()
        place = place[step]
    key = path[-1]
    old = place.get(key)
    if value is None:
        place.pop(key, None)
    elif isinstance(old, Array) and isinstance(value, list):
        _arrange(old, value)
    else:
        place[key] = value


def _arrange(array: Array, wanted: list[str]) -> None:
    """The wanted texts in the array, where possible in the places that they have, so that comments between them keep their meaning."""
    for index in reversed(range(len(array))):
        if array[index] not in wanted or array[index] in array[:index]:
            del array[index]
    for text in wanted:
        if text not in array:
            array.append(text)
    if list(array) != wanted:
        for index, text in enumerate(wanted):
            array[index] = text
