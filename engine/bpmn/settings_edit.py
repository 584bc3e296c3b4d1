"""pack.toml changed entry by entry: comments, order and everything that is not named stay as somebody wrote them.

An edit is one of
  {"set": [path], "value": text | number | list of texts | None}   None takes the entry out
  {"add": "role" | "record", "value": {entries}}                   a new one after the others
  {"remove": "role" | "record", "index": n}                        counted from 0
A path names an entry of [pack] or [document], or of the nth role or record: ["record", 0, "rights", "phone", "read"]. Dates of the document are
given as ISO text. What was written is read again and has to say exactly what was asked; a file where that is not so is left to be edited as text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tomlkit.exceptions import TOMLKitError

from engine.bpmn.dialect.record_settings import RIGHTS
from engine.bpmn.dialect.settings import DOCUMENT_KEYS, LISTS, TEXTS
from engine.bpmn.toml_sections import Sections
from engine.model.errors import InputRejected

MOST_EDITS = 200
LONGEST_TEXT = 2000
MOST_LISTED = 1000
KINDS = ("role", "record")
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")

Edit = Mapping[str, Any]


def edited(text: str, edits: Sequence[Edit]) -> str:
    """The file after the edits. Raises InputRejected("settings_unreadable": no TOML), InputRejected("settings_edit"): not possible as asked."""
    _need(len(edits) <= MOST_EDITS)
    lines = text.replace("\r\n", "\n")
    try:
        sections, plain = Sections(lines), tomllib.loads(lines)
    except (ValueError, RecursionError) as error:
        raise InputRejected("settings_unreadable") from error
    try:
        for edit in edits:
            _apply(sections, plain, edit)
        written = sections.text()
        _need(_meant(tomllib.loads(written)) == _meant(plain))
    except (TOMLKitError, LookupError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise InputRejected("settings_edit") from error
    return written.replace("\n", "\r\n") if "\r\n" in text else written


def _apply(sections: Sections, plain: dict[str, Any], edit: Edit) -> None:
    if "set" in edit:
        path, value = _path(edit["set"]), edit.get("value")
        _need(value is None or _is_value_of(path, value))
        sections.put(path, _typed(path, value))
        _put(plain, path, _typed(path, value))
    elif "add" in edit:
        kind, value = str(edit["add"]), edit.get("value", {})
        _need(kind in KINDS and isinstance(value, dict) and all(_is_value_of((kind, 0, key), one, new=True) for key, one in value.items()))
        sections.add(kind, value)
        plain.setdefault(kind, []).append(dict(value))
    else:
        kind, index = str(edit["remove"]), edit["index"]
        _need(kind in KINDS and type(index) is int and 0 <= index < len(plain.get(kind, ())))
        sections.remove(kind, index)
        del plain[kind][index]


def _meant(plain: dict[str, Any]) -> dict[str, Any]:
    """The file's content; a table without entries says nothing."""
    records = [{key: value for key, value in one.items() if value != {}} for one in plain.get("record", ())]
    return {key: records if key == "record" else value for key, value in plain.items() if value not in ({}, [])}


def _put(table: Any, path: Sequence[str | int], value: Any) -> None:
    for step in path[:-1]:
        if value is None and isinstance(step, str) and step not in table:
            return
        table = table[step] if isinstance(step, int) else table.setdefault(step, {})
    if value is None:
        table.pop(path[-1], None)
    else:
        table[path[-1]] = value


def _path(asked: Any) -> tuple[str | int, ...]:
    """A path that may be set. Everything else of the file is changed as text."""
    _need(isinstance(asked, list) and len(asked) >= 2 and all(isinstance(step, (str, int)) for step in asked))
    path: tuple[str | int, ...] = tuple(asked)
    head, *rest = path
    if head == "pack":
        _need(path in (("pack", "name"), ("pack", "name_en")))
    elif head == "document":
        _need(len(rest) == 1 and rest[0] in DOCUMENT_KEYS)
    else:
        _need(head in KINDS and type(rest[0]) is int and rest[0] >= 0 and _is_entry(str(head), rest[1:]))
    return path


def _is_entry(kind: str, steps: Sequence[str | int]) -> bool:
    """Whether the steps lead to something in a role or record that has a field of its own; keys stay, everything refers to them."""
    if len(steps) == 1:
        return steps[0] in (*TEXTS[kind][1:], *LISTS[kind]) or (kind == "record" and steps[0] in ("create", "archive"))
    if kind != "record" or not all(isinstance(step, str) and 0 < len(step) <= 200 for step in steps):
        return False
    if steps[0] == "duplicates":
        return len(steps) == 2
    return steps[0] == "rights" and (len(steps) == 2 or (len(steps) == 3 and steps[2] in RIGHTS))


def _is_value_of(path: Sequence[str | int], value: Any, new: bool = False) -> bool:
    """Whether the value has the kind that the reader of pack.toml expects there; `new` entries bring their key."""
    if path[0] == "pack":
        return _is_text(value)
    if path[0] == "document":
        return type(value) is int and abs(value) < 10**9 if path[1] == "revision_count" else _is_text(value)
    kind, entry = str(path[0]), path[2:]
    if entry[-1] in TEXTS[kind] and len(entry) == 1:
        return _is_text(value) and (new or entry[0] != "key")
    _need(_is_entry(kind, entry) and not (entry[0] == "rights" and len(entry) == 2))
    return isinstance(value, list) and len(value) <= MOST_LISTED and all(_is_text(one) for one in value)


def _is_text(value: Any) -> bool:
    """Text that can be written as UTF-8."""
    return isinstance(value, str) and len(value) <= LONGEST_TEXT and not any("\ud800" <= one <= "\udfff" for one in value)


def _typed(path: Sequence[str | int], value: Any) -> Any:
    is_date = path[0] == "document" and str(path[1]).endswith("_on") and isinstance(value, str) and _ISO_DATE.fullmatch(value)
    return date.fromisoformat(value) if is_date else value


def _need(holds: bool) -> None:
    if not holds:
        raise InputRejected("settings_edit")
