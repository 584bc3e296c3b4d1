"""The machine's copy of an instance: what lives, its variables and its waits, in a few kilobytes.

Format: one version byte, then zstd of JSON: tokens [id, parent, process, spec, state, phase, memo], scopes [[id, {name: value}]], the process,
the last id and the end reached so far. Definitions are never stored with an instance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import zstandard

from engine.bpmn.runtime.library import Library
from engine.bpmn.runtime.tokens import READY, Token, TokenWorkflow
from engine.model.errors import EventLogCorrupt
from engine.model.outcome import End, InstanceStatus
from engine.model.values import JsonValue

VERSION = b"\x01"


@dataclass(frozen=True, slots=True)
class Stored:
    """A decoded snapshot before it is brought to life."""

    process_key: str
    last_id: int
    status: InstanceStatus
    end: End | None
    root: list[Any]
    tokens: list[list[Any]]
    scopes: dict[int, dict[str, JsonValue]]


def dump(workflow: TokenWorkflow, scopes: Mapping[int, Mapping[str, JsonValue]], status: InstanceStatus, end: End | None) -> bytes:
    root = workflow.root
    tokens: list[list[Any]] = []
    stack = list(reversed(root.children))
    while stack:
        token: Token = stack.pop()
        tokens.append([token.id, token.host.id, token.task_spec.process.key, token.task_spec.name, token.state, token.phase, token.memo or None])
        stack.extend(reversed(token.children))
    data = {
        "process": workflow.spec.model.key,
        "last": workflow.last_id,
        "status": status,
        "end": None if end is None else [end.element_id, end.outcome, end.reason],
        "root": [root.state, root.phase],
        "tokens": tokens,
        "scopes": [[scope, names] for scope, names in scopes.items()],
    }
    return VERSION + zstandard.ZstdCompressor(level=1).compress(orjson.dumps(data))


def decode(blob: bytes) -> Stored:
    """Raises EventLogCorrupt on a snapshot of an unknown version or one that cannot be read."""
    if blob[:1] != VERSION:
        raise EventLogCorrupt("snapshot_version", version=blob[:1].hex())
    try:
        data = orjson.loads(zstandard.ZstdDecompressor().decompress(blob[1:]))
        end = None if data["end"] is None else End(*data["end"])
        return Stored(
            data["process"], data["last"], data["status"], end, data["root"], data["tokens"], {scope: names for scope, names in data["scopes"]}
        )
    except (ValueError, KeyError, TypeError, zstandard.ZstdError) as error:
        raise EventLogCorrupt("snapshot_unreadable") from error


def revive(stored: Stored, library: Library) -> TokenWorkflow:
    """The live workflow of a decoded snapshot."""
    process_spec = library.process_spec(stored.process_key)
    workflow = TokenWorkflow(process_spec, stored.last_id)
    root = workflow.create_root()
    root._state, root.phase = stored.root
    for identity, parent, process_key, spec_name, state, phase, memo in stored.tokens:
        spec = library.process_spec(process_key).task_specs[spec_name]
        token = Token(workflow, spec, workflow.tasks[parent], state, identity)
        token.phase = phase
        if memo:
            token.internal_data = memo
        if state == READY:  # a step that reached its limit left it queued
            workflow.queue.append(token)
    return workflow
