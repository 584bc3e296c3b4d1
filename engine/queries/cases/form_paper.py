"""A form on paper as a PDF: the same view that screen and print page show, set by typst."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from engine.forms import DEFAULT_ZONE
from engine.forms.view_model import FormView
from engine.queries.cases.case_file import typeset
from engine.queries.cases.case_file_parts import parts_of

TEMPLATE = Path(__file__).with_name("form_paper.typ")


def form_pdf(view: FormView, head: Sequence[tuple[str, str]], now: datetime, author: str) -> bytes:
    """PDF/A-2b of a form that is shown for reading. `head` are labels and texts that stand above it.

    Raises EngineError("pdf_unavailable", missing=…) when this installation has no typst or no Chinese font.
    """
    language = "en" if view.language.startswith("en") else "zh"
    made = f"{author} · {now.astimezone(DEFAULT_ZONE).strftime('%Y-%m-%d %H:%M')}"
    return typeset(
        {
            "title": view.title,
            "language": language,
            "author": author,
            "head": [list(pair) for pair in head],
            "parts": parts_of(view.items, language, texts=True),
            "none": view.words["no_rows"],
            "made": made,
        },
        template=TEMPLATE,
    )
