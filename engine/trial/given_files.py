"""Files in what scenarios and sandboxes enter: a context {file, text} or {file, base64} stands for a file of that name, which is kept when the
step is taken; {file, text} in UTF-8.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from engine.commands.files import KeepFile
from engine.forms.lookups import file_id, is_file
from engine.model.identity import Actor
from engine.process_engine import ProcessEngine

_SHAPES = (frozenset({"file", "text"}), frozenset({"file", "base64"}))


def is_given_file(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) in _SHAPES and all(isinstance(text, str) for text in value.values())


def content_of(given: Mapping[str, str]) -> bytes:
    """Raises ValueError for what is not Base64."""
    if "text" in given:
        return given["text"].encode()
    try:
        return base64.b64decode("".join(given["base64"].split()), validate=True)
    except binascii.Error as error:
        raise ValueError(given["file"]) from error


def as_given(name: str, content: bytes) -> dict[str, str]:
    """Text as text, anything else in Base64."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = ""
    # TOML reads a line end as one character, and has no others of ASCII's.
    if text and text.replace("\n", "").replace("\t", "").isprintable():
        return {"file": name, "text": text}
    return {"file": name, "base64": base64.b64encode(content).decode()}


def kept(engine: ProcessEngine, data: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """The same data with every given file kept as the actor's and named as forms name it. Raises FormRejected as KeepFile."""

    def keep(given: Mapping[str, str], field: str) -> Any:
        return engine.run(KeepFile(given["file"], content_of(given), field=field), actor).as_value()

    return {name: _replaced(value, is_given_file, partial(keep, field=name)) for name, value in data.items()}


def given_files(data: Any) -> Iterator[Mapping[str, str]]:
    """All of them in nested data."""
    if is_given_file(data):
        yield data
        return
    for value in _inner(data):
        yield from given_files(value)


def given_again(data: Any, files: Mapping[str, Mapping[str, str]]) -> Any:
    """The same data with the files in it, whole or by their ids, as they are given; `files` has them by id."""
    return _replaced(data, lambda value: file_id(value) in files, lambda value: files[file_id(value) or ""])


def holds_file(data: Any) -> bool:
    """Whether a file that was kept stands anywhere in it; its id is another at every run."""
    if is_file(data):
        return True
    return any(map(holds_file, _inner(data)))


def _inner(data: Any) -> Iterable[Any]:
    return data.values() if isinstance(data, Mapping) else data if isinstance(data, list | tuple) else ()


def _replaced(data: Any, wanted: Callable[[Any], bool], replacement: Callable[[Any], Any]) -> Any:
    if wanted(data):
        return replacement(data)
    if isinstance(data, Mapping):
        return {key: _replaced(value, wanted, replacement) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_replaced(value, wanted, replacement) for value in data]
    return data
