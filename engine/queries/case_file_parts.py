"""A read-only form as parts of a printed page: labels, pairs of label and words, tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.forms.view_model import FieldView, GroupView, ItemView, ListView, TableView


def parts_of(items: Iterable[ItemView]) -> list[dict[str, Any]]:
    """Fields that follow each other are one part. Texts that explain the form to who fills it in are left out."""
    parts: list[dict[str, Any]] = []
    for item in items:
        if isinstance(item, FieldView):
            if not parts or parts[-1]["kind"] != "fields":
                parts.append({"kind": "fields", "rows": []})
            parts[-1]["rows"].append([item.label, item.words])
        elif isinstance(item, GroupView):
            parts += [{"kind": "label", "text": item.label}] if item.label else []
            parts += parts_of(item.items)
        elif isinstance(item, ListView):
            parts.append(_list(item))
        elif isinstance(item, TableView):
            rows = [[cell.text for cell in row] for row in item.rows]
            parts.append({"kind": "table", "text": item.label, "head": [column.label for column in item.columns], "rows": rows})
    return parts


def _list(item: ListView) -> dict[str, Any]:
    """Rows whose columns are hidden here and there, or that contain lists themselves, are told in one cell each."""
    head = [column.label for column in item.columns]
    rows = [[_words(cell) for cell in row.items] for row in item.rows]
    if not head or any(len(row) != len(head) for row in rows):
        return {"kind": "table", "text": item.label, "head": [item.label], "rows": [["\n".join(_labelled(row.items))] for row in item.rows]}
    return {"kind": "table", "text": item.label, "head": head, "rows": rows}


def _words(item: ItemView) -> str:
    return item.words if isinstance(item, FieldView) else "\n".join(_labelled([item]))


def _labelled(items: Iterable[ItemView]) -> list[str]:
    lines: list[str] = []
    for part in parts_of(items):
        if part["kind"] == "fields":
            lines += [f"{label}：{words or '—'}" for label, words in part["rows"]]
        elif part["kind"] == "table":
            lines += [part["text"], *(" · ".join(row) for row in part["rows"])]
        else:
            lines.append(part["text"])
    return lines
