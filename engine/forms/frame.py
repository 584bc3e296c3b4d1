"""What a page shows of a form but for what is typed into it: as long as that stays, the page need not be made again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from hashlib import blake2b
from operator import attrgetter
from typing import Any

from engine.forms.post import PostedNames
from engine.forms.view_model import FieldView, FormView, GroupView, ItemView, ListView, RowView


def _all_but(kind: Any, *left_out: str) -> attrgetter[Any]:
    return attrgetter(*(field.name for field in fields(kind) if field.name not in left_out))


_FIELD = _all_but(FieldView, "value", "words", "ticked", "options")
_GROUP, _LIST, _ROW = _all_but(GroupView, "items"), _all_but(ListView, "rows"), _all_but(RowView, "items")
_OPTION = attrgetter("id", "token", "label")


def frame(view: FormView) -> str:
    """A digest; the same for two views that differ in nothing but what their controls hold."""
    shown = repr([view.id, view.language, view.problems, *_parts(view.items)])
    return blake2b(shown.encode(), digest_size=16).hexdigest()


def _parts(items: Iterable[ItemView]) -> Iterator[Any]:
    for item in items:
        if isinstance(item, GroupView):
            yield _GROUP(item)
            yield tuple(_parts(item.items))
        elif isinstance(item, ListView):
            yield _LIST(item)
            yield tuple((_ROW(row), *_parts(row.items)) for row in item.rows)
        elif isinstance(item, FieldView) and not item.readonly and not item.lookup:
            yield _FIELD(item)
            yield tuple(map(_OPTION, item.options))
        else:
            yield item


def holds(view: FormView, posted: PostedNames) -> bool:
    """Whether the controls hold just what was posted: a number, for example, may be shown otherwise than it was typed."""
    return all(_held(field, posted.getlist(field.name)) for field in _controls(view.items))


def _controls(items: Iterable[ItemView]) -> Iterator[FieldView]:
    for item in items:
        if isinstance(item, GroupView):
            yield from _controls(item.items)
        elif isinstance(item, ListView):
            for row in item.rows:
                yield from _controls(row.items)
        elif isinstance(item, FieldView) and not item.readonly:
            yield item


def _held(field: FieldView, posted: list[str]) -> bool:
    given = [value for value in posted if value]
    if field.kind == "checkbox":
        return field.ticked == bool(given)
    if field.kind == "filepicker":
        return [file.id for file in field.files] == given
    if field.kind in ("select", "radio", "checklist", "taglist"):
        return {option.token for option in field.options if option.selected} == set(given)
    return _lines(field.value) == _lines(posted[-1] if posted else "")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")
