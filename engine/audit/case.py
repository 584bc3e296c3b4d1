"""A case as it is exported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine.bpmn.pack import Pack
from engine.store.diagnosis import ChainBreak
from engine.store.event_stream import LoggedEvent, LoggedInstance


class Case(NamedTuple):
    """An instance with its whole log; `found`: what is wrong first with the log."""

    instance: LoggedInstance
    pack: Pack
    events: Sequence[LoggedEvent]
    found: ChainBreak | None

    def integrity(self, language: str) -> str:
        """In words, said with every case that is handed out."""
        if self.found is None:
            return "intact" if language == "en" else "完整"
        return f"does not hold: {self.found.en}" if language == "en" else f"核对不上：{self.found.zh}"
