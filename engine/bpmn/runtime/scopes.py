"""Variables as a tree of scopes, after Zeebe's rules.

Every activity instance may have a scope of locals; a name is looked up from the inside out; a result goes up to the scope where its name is defined,
else to the outermost one. A call activity is a wall: what it calls sees the call's own scope as outermost and nothing beyond it.

Variables are kept as JSON (engine.model.values) and decoded when first read, so that a large variable that nobody reads costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from engine.bpmn.runtime.tokens import Token, TokenWorkflow
from engine.model.errors import ScriptError
from engine.model.values import JsonValue, Value, from_json, to_json

MISSING: Any = object()


class Scopes:
    """All scopes of one instance, by activity instance id (0 = the instance). `record(scope, changes)` is told of every change."""

    def __init__(self, workflow: TokenWorkflow, stored: Mapping[int, dict[str, JsonValue]], record: Callable[[int, dict[str, Any]], None]) -> None:
        self._workflow = workflow
        self._stored: dict[int, dict[str, JsonValue]] = {scope: dict(names) for scope, names in stored.items()}
        self._decoded: dict[tuple[int, str], Value] = {}
        self._record = record

    def stored(self) -> dict[int, dict[str, JsonValue]]:
        """Everything as JSON, for the snapshot."""
        return {scope: names for scope, names in self._stored.items() if names}

    def drop(self, scope: int) -> None:
        """The activity instance has left: its locals are gone."""
        for name in self._stored.pop(scope, ()):
            self._decoded.pop((scope, name), None)

    def has(self, scope: int, name: str) -> bool:
        return name in self._stored.get(scope, ())

    def get(self, scope: int, name: str) -> Value:
        key = (scope, name)
        if key not in self._decoded:
            self._decoded[key] = from_json(self._stored[scope][name])
        return self._decoded[key]

    def names(self, scope: int) -> tuple[str, ...]:
        return tuple(self._stored.get(scope, ()))

    def raw(self, scope: int) -> dict[str, JsonValue]:
        """The locals of one scope as JSON."""
        return dict(self._stored.get(scope, {}))

    def set(self, scope: int, values: Mapping[str, Value]) -> None:
        """Set names in exactly this scope and record what changed. Raises ScriptError, and sets nothing, for a value that cannot be kept."""
        encoded = {name: storable(value, name) for name, value in values.items()}
        names = self._stored.setdefault(scope, {})
        changes: dict[str, Any] = {}
        for name, new in encoded.items():
            old = names.get(name, MISSING)
            if old is not MISSING and old == new and orjson.dumps(old) == orjson.dumps(new):  # 1 == True for Python, not for people
                continue
            changes[name] = {"new": new} if old is MISSING else {"old": old, "new": new}
            names[name] = new
            self._decoded.pop((scope, name), None)
        if changes:
            self._record(scope, changes)

    def put_back(self, scope: int, before: Mapping[str, list[JsonValue]]) -> None:
        """Names of exactly this scope as they were: [value], or [] for one that was not there."""
        names = self._stored.get(scope, {})
        changes: dict[str, Any] = {}
        for name, kept in before.items():
            old = names.pop(name, MISSING)
            self._decoded.pop((scope, name), None)
            if kept:
                names[name] = kept[0]
            changes[name] = {**({} if old is MISSING else {"old": old}), **({"new": kept[0]} if kept else {})}
        if changes:
            self._record(scope, changes)

    def restore(self, scope: int, former: Mapping[str, JsonValue]) -> None:
        """Exactly these names in exactly this scope, in their order; what changes is recorded."""
        names = self._stored.get(scope, {})
        changes: dict[str, Any] = {}
        for name in [*former, *(name for name in names if name not in former)]:
            old, new = names.get(name, MISSING), former.get(name, MISSING)
            if old is not MISSING and new is not MISSING and orjson.dumps(old) == orjson.dumps(new):
                continue
            changes[name] = {**({} if old is MISSING else {"old": old}), **({} if new is MISSING else {"new": new})}
            self._decoded.pop((scope, name), None)
        self._stored[scope] = dict(former)
        if changes:
            self._record(scope, changes)

    def chain(self, token: Token) -> Iterator[int]:
        """Scopes that the token sees, from its own outwards. Seen from inside a call activity, the call's scope is the last."""
        current: Token | None = token
        while current is not None:
            yield current.id
            if current is not token and current.memo.get("call"):
                return
            current = current.host

    def outermost(self, token: Token) -> int:
        return list(self.chain(token))[-1]

    def propagate(self, token: Token, values: Mapping[str, Value], *, own: bool = True) -> None:
        """Set each name where it is defined, seen from the token (without its own scope when `own` is False), else in the outermost scope."""
        chain = list(self.chain(token))
        candidates = chain if own else chain[1:]
        targets: dict[int, dict[str, Value]] = {}
        for name, value in values.items():
            scope = next((scope for scope in candidates if self.has(scope, name)), chain[-1])
            targets.setdefault(scope, {})[name] = value
        for scope, names in targets.items():
            self.set(scope, names)


def storable(value: Value, name: str) -> JsonValue:
    """The JSON form of a value. Raises ScriptError for one that has none, such as a function."""
    try:
        return to_json(value)
    except (TypeError, ValueError) as error:
        raise ScriptError("value_not_storable", name=name, message=str(error)) from error


class ScopeView(Mapping[str, Value]):
    """What an expression at one token can see. Looks names up when asked; nothing is copied."""

    __slots__ = ("_chain", "_extra", "_scopes")

    def __init__(self, scopes: Scopes, token: Token, extra: Mapping[str, Value] | None = None) -> None:
        self._scopes = scopes
        self._chain = tuple(scopes.chain(token))
        self._extra = extra or {}

    def __getitem__(self, name: str) -> Value:
        if name in self._extra:
            return self._extra[name]
        for scope in self._chain:
            if self._scopes.has(scope, name):
                return self._scopes.get(scope, name)
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return name in self._extra or any(self._scopes.has(scope, str(name)) for scope in self._chain)

    def __iter__(self) -> Iterator[str]:
        seen = dict.fromkeys(self._extra)
        for scope in self._chain:
            seen.update(dict.fromkeys(self._scopes.names(scope)))
        return iter(seen)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def assign_path(target: dict[str, Value], path: str, value: Value, current: Callable[[str], Value]) -> None:
    """Put `value` at the dotted `path` of `target`; a context on the way is taken from `target`, else copied from `current(name)`, else made."""
    head, *rest = path.split(".")
    if not rest:
        target[head] = value
        return
    base = target.get(head, current(head))
    node: dict[str, Value] = dict(base) if isinstance(base, Mapping) else {}
    target[head] = node
    for name in rest[:-1]:
        inner = node.get(name)
        node[name] = dict(inner) if isinstance(inner, Mapping) else {}
        node = node[name]
    node[rest[-1]] = value
