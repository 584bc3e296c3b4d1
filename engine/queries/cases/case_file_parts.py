"""A read-only form as parts of a printed page: labels, pairs of label and words, tables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from engine.forms.markdown import plain_lines
from engine.forms.view_model import FieldView, GroupView, ImageView, ItemView, ListView, SeparatorView, TableView, TextView
from engine.queries.value_words import AFTER_LABEL

_UNBROKEN = re.compile(r"[!-~]{20}(?=[!-~])")


def breakable(text: str) -> str:
    """Long words without a place to break, names of files often, may break: a zero-width space stands there."""
    return _UNBROKEN.sub(lambda found: found.group() + "\u200b", text)


def parts_of(items: Iterable[ItemView], language: str, *, texts: bool = False) -> list[dict[str, Any]]:
    """Fields that follow each other are one part. Texts that explain the form to who fills it in are left out, but for `texts`."""
    parts: list[dict[str, Any]] = []
    for item in items:
        if isinstance(item, FieldView):
            if not parts or parts[-1]["kind"] != "fields":
                parts.append({"kind": "fields", "rows": []})
            parts[-1]["rows"].append([item.label, item.full_words])
        elif isinstance(item, GroupView):
            parts += [{"kind": "label", "text": item.label}] if item.label else []
            parts += parts_of(item.items, language, texts=texts)
        elif isinstance(item, ListView):
            parts.append(_list(item, language))
        elif isinstance(item, TableView):
            rows = [[cell.text for cell in row] for row in item.rows]
            parts.append({"kind": "table", "text": item.label, "head": [column.label for column in item.columns], "rows": rows})
        elif texts:
            parts += _shown(item)
    return parts


def _shown(item: ItemView) -> list[dict[str, Any]]:
    """What explains a form or divides it; a picture by its words."""
    if isinstance(item, TextView):
        return [{"kind": "text", "lines": plain_lines(item.html)}]
    if isinstance(item, ImageView):
        return [{"kind": "text", "lines": [item.alt]}]
    return [{"kind": "line"}] if isinstance(item, SeparatorView) else []


def _list(item: ListView, language: str) -> dict[str, Any]:
    """Rows whose columns are hidden here and there, or that contain lists themselves, are told in one cell each."""
    head = [column.label for column in item.columns]
    rows = [[_words(cell, language) for cell in row.items] for row in item.rows]
    if not head or any(len(row) != len(head) for row in rows):
        return {"kind": "table", "text": item.label, "head": [item.label], "rows": [["\n".join(_labelled(row.items, language))] for row in item.rows]}
    totals = [[total or (item.total_label if at == 0 else "") for at, total in enumerate(item.totals)]] if item.totals else []
    return {"kind": "table", "text": item.label, "head": head, "rows": rows + totals}


def _words(item: ItemView, language: str) -> str:
    return item.full_words if isinstance(item, FieldView) else "\n".join(_labelled([item], language))


def _labelled(items: Iterable[ItemView], language: str) -> list[str]:
    lines: list[str] = []
    for part in parts_of(items, language):
        if part["kind"] == "fields":
            lines += [f"{label}{AFTER_LABEL[language]}{words or '—'}" for label, words in part["rows"]]
        elif part["kind"] == "table":
            lines += [part["text"], *(" · ".join(row) for row in part["rows"])]
        else:
            lines.append(part["text"])
    return lines
