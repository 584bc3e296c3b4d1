"""What a template needs to show files, records to choose from, and images."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from engine.feel import FeelError
from engine.forms.components import ChoiceField, Field, FileField, ImageComponent, Option, RecordSource
from engine.forms.evaluation import Run, State
from engine.forms.file_types import IMAGES, checked_address, size_text
from engine.forms.limits import LIMITS
from engine.forms.lookups import given_items, is_choice, is_file, record_token
from engine.forms.view_model import FileView
from engine.forms.words import WORDS
from engine.model.values import Value

SEARCH, OPEN, UPLOAD = "_q.", "_open.", "_file."


def offered_records(run: Run, field: ChoiceField, name: str, value: Value, readonly: bool) -> tuple[Option, ...]:
    """What was chosen, by its own label or the register's, then what the search finds."""
    source = field.record
    assert source is not None
    chosen = [_chosen(run, source, item) for item in given_items(value) or ()]
    if readonly:
        return tuple(chosen)
    search = run.lookups.asked.get(SEARCH + name, "")[:200]
    found = _once(run, (source, "find", search), lambda: run.lookups.records.find(source, search, LIMITS.record_options))
    return tuple({option.token: option for option in (*chosen, *found)}.values())


def _chosen(run: Run, source: RecordSource, item: Any) -> Option:
    token = record_token(item) or ""
    if isinstance(item, dict) and is_choice(item):
        return Option(token, item, item["label"])
    known = _once(run, (source, "named", token), lambda: run.lookups.records.named(source, (token,)))
    return known[0] if known else Option(token, item, token)


def _once(run: Run, key: object, ask: Any) -> tuple[Option, ...]:
    if key not in run.found:
        answer = ask()
        run.found[key] = None if answer is None else tuple(answer)
    return run.found[key] or ()


def lookup_view(run: Run, language: str, field: Field, name: str, value: Value, readonly: bool) -> dict[str, Any]:
    """What a FieldView has beyond other fields."""
    if isinstance(field, FileField):
        return _files(run, language, field, name, value, readonly)
    if not isinstance(field, ChoiceField) or readonly:
        return {}
    result: dict[str, Any] = {"searchable": field.searchable}
    if field.record is not None:
        source = field.record
        asked = {key: text for key, text in (("label", source.label), ("value", source.value)) if text}
        address = f"{run.lookups.base}/options/{quote(source.record_type)}" + (f"?{urlencode(asked)}" if asked else "")
        result |= {"lookup": address, "search": run.lookups.asked.get(SEARCH + name, "")[:200], "search_name": SEARCH + name}
    return result


def _files(run: Run, language: str, field: FileField, name: str, value: Value, readonly: bool) -> dict[str, Any]:
    words = WORDS[language]
    views = tuple(
        FileView(
            id=item["id"],
            name=item["name"],
            size=size_text(int(item["size"])),
            address=f"{run.lookups.base}/files/{item['id']}",
            preview=item["type"] in IMAGES and int(item["size"]) <= LIMITS.preview_bytes,
            remove_operation="" if readonly else f"remove:{name}:{item['id']}",
            remove_label="" if readonly else words["remove_file"].format(name=item["name"]),
        )
        for item in (value if isinstance(value, list) else ())
        if is_file(item)
    )
    if readonly:
        return {"files": views}
    note = words["upload_note"].format(megabytes=LIMITS.file_bytes // 1_000_000)
    if field.accept:
        note += ("；" if language == "zh" else "; ") + words["accepted"].format(accept=" ".join(field.accept))
    control = {"accept": ",".join(field.accept), "multiple": field.multiple, "upload": f"{run.lookups.base}/files", "upload_name": UPLOAD + name}
    control["most_bytes"] = LIMITS.file_bytes
    return {"files": views, "hint": note, **control}


def image_source(run: Run, component: ImageComponent, state: State) -> str:
    """The address of the picture; empty when there is none, or none that may be shown."""
    if component.source is None:
        return component.address
    try:
        value = component.source.value(state.scope, run.now)
    except FeelError:
        return ""
    item = value[0] if isinstance(value, list) and value else value
    if is_file(item) and item["type"] in IMAGES:
        return f"{run.lookups.base}/files/{item['id']}?inline=1"
    return checked_address(item, LIMITS.image_characters) or "" if isinstance(item, str) else ""
