"""What was recorded, to be found by auditors: the words of every value that a step changed, and what was submitted with it.

Kept apart from what staff search for: here are also values that no form shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.values import TAG, JsonValue
from engine.store.search_text import LONGEST_TEXT, grams, searched_text
from engine.store.tables import Base

# A step that changes more text than this is found by its beginning.
MOST_TEXTS = 20


class RecordedText(Base):
    """Words recorded by the step whose command is the event `sequence`; `part` counts from 0 where they are longer than one text."""

    __tablename__ = "recorded_texts"
    __table_args__ = (Index("ix_recorded_texts_grams", "grams", postgresql_using="gin"),)

    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    grams: Mapped[list[int]] = mapped_column(ARRAY(Integer()))


def recorded_rows(instance_id: str, sequence: int, changes: Iterable[Mapping[str, JsonValue]], submitted: str = "") -> list[dict[str, Any]]:
    """Rows of a step. `changes` are those of its events variables_changed, name -> {old?, new?}; what a value had before is not told again."""
    words: dict[str, None] = dict.fromkeys([submitted] if submitted else [])
    for each in changes:
        for change in each.values():
            known = set(_leaves(change.get("old")))
            words.update(dict.fromkeys(leaf for leaf in _leaves(change.get("new")) if leaf not in known))
    texts = [searched_text(part) for part in _parts(words)][:MOST_TEXTS]
    kept = [text for text in texts if text]
    return [{"instance_id": instance_id, "sequence": sequence, "part": part, "text": text, "grams": grams(text)} for part, text in enumerate(kept)]


def _leaves(value: JsonValue) -> Iterator[str]:
    """The texts, numbers and times within a value in its JSON form."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, dict):
        if TAG in value:
            value = {"v": value["v"]} if isinstance(value["v"], str) else dict(value["v"])
        for item in value.values():
            yield from _leaves(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _parts(words: Iterable[str]) -> Iterator[list[str]]:
    """Together as many words as one text holds; folding may make a letter longer, so there is room."""
    part: list[str] = []
    size = 0
    for word in words:
        if part and size + len(word) > LONGEST_TEXT // 2:
            yield part
            part, size = [], 0
        part.append(word)
        size += len(word) + 1
    yield part
