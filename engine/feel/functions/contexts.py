"""Contexts."""

from __future__ import annotations

from engine.feel.errors import NullResult
from engine.feel.functions.registry import built_in
from engine.feel.values import shown_kind
from engine.model.values import Value


@built_in("get value", "m: context, key: string")
def get_value(m: dict[str, Value], key: str) -> Value:
    if key not in m:
        raise NullResult("no_such_member", f"上下文中没有“{key}”")
    return m[key]


@built_in("get value", "context: context, keys: list")
def get_value_along(context: dict[str, Value], keys: list[Value]) -> Value:
    value: Value = context
    if not keys:
        raise NullResult("empty_list", "键的列表为空")
    for key in keys:
        if not isinstance(key, str):
            raise NullResult("wrong_argument", f"键应为文本,却是{shown_kind(key)}")
        if not isinstance(value, dict) or key not in value:
            raise NullResult("no_such_member", f"上下文中没有“{key}”")
        value = value[key]
    return value


@built_in("get entries", "m: context")
def get_entries(m: dict[str, Value]) -> list[Value]:
    return [{"key": key, "value": value} for key, value in m.items()]


@built_in("context", "entries: list")
def context(entries: list[Value]) -> dict[str, Value]:
    result: dict[str, Value] = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or "value" not in entry:
            raise NullResult("not_an_entry", "每一项须是含 key(文本)与 value 的上下文")
        if entry["key"] in result:
            raise NullResult("entry_twice", f"键“{entry['key']}”出现了两次")
        result[entry["key"]] = entry["value"]
    return result


@built_in("context put", "context: context, key: string, value: any")
def context_put(context: dict[str, Value], key: str, value: Value) -> dict[str, Value]:
    return {**context, key: value}


@built_in("context put", "context: context, keys: list, value: any")
def context_put_along(context: dict[str, Value], keys: list[Value], value: Value) -> dict[str, Value]:
    if not keys:
        raise NullResult("empty_list", "键的列表为空")
    result = dict(context)
    place = result
    for key in keys[:-1]:
        if not isinstance(key, str) or not isinstance(place.get(key, {}), dict):
            raise NullResult("not_a_context", f"“{key}”不是上下文")
        place[key] = dict(place.get(key, {}))
        place = place[key]
    if not isinstance(keys[-1], str):
        raise NullResult("wrong_argument", f"键应为文本,却是{shown_kind(keys[-1])}")
    place[keys[-1]] = value
    return result


@built_in("context merge", "contexts: list")
def context_merge(contexts: list[Value]) -> dict[str, Value]:
    result: dict[str, Value] = {}
    for one in contexts:
        if not isinstance(one, dict):
            raise NullResult("not_a_context", f"列表中有{shown_kind(one)},应全为上下文")
        result.update(one)
    return result
