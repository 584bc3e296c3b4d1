"""What a form shows, as plain texts: for searching. What is hidden from whoever reads the form is not among it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.forms.display import EMPTY
from engine.forms.view_model import FieldView, FormView, GroupView, ItemView, ListView, TableView


def shown_texts(view: FormView) -> Iterator[str]:
    """Values in words, files by name, numbers also without thousands marks; no labels and fixed texts. The view must be for reading."""
    return _texts(view.items)


def _texts(items: Iterable[ItemView]) -> Iterator[str]:
    for item in items:
        match item:
            case FieldView():
                if item.words != EMPTY:
                    yield item.words
                if item.numeric:
                    yield item.words.replace(",", "")
            case GroupView():
                yield from _texts(item.items)
            case ListView():
                for row in item.rows:
                    yield from _texts(row.items)
            case TableView():
                yield from (cell.text for cells in item.rows for cell in cells)
