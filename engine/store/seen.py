"""Digests of what somebody saw when deciding: the form, and the data that it showed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from functools import lru_cache

import orjson

from engine.model.values import Value, to_json
from engine.store.database import json_text


def seen_digest(form_digest: str | None, keys: Collection[str], scope: Mapping[str, Value]) -> str:
    """Of a form and the current values of the names that it can write; changes elsewhere in the instance do not matter to who fills it in."""
    shown = [[key, to_json(scope[key])] for key in sorted(keys) if key in scope]
    return hashlib.sha256(json_text([form_digest, shown]).encode()).hexdigest()


def form_digest(pack_digest: str, files: Mapping[str, bytes], form_id: str) -> str | None:
    """SHA-256 in hex of the pack's file that defines the form."""
    return _form_digests(pack_digest, _Files(files)).get(form_id)


class _Files:
    """Equal to every other, so that the cache goes by the pack's digest alone."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Files)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=64)
def _form_digests(_pack_digest: str, packed: _Files) -> dict[str, str]:
    forms = [content for name, content in packed.files.items() if name.endswith(".form")]
    return {str(orjson.loads(content.removeprefix(b"\xef\xbb\xbf")).get("id")): hashlib.sha256(content).hexdigest() for content in forms}
