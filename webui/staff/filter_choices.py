"""What a task list can be narrowed to: its steps, the processes that were started, and those called from them, each with how many tasks there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine import TaskKind
from webui.language import pick


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    text: str
    number: int


@dataclass(frozen=True, slots=True)
class Choices:
    """Processes that are only `called` from others stand apart from those that were `started`."""

    steps: tuple[Choice, ...]
    started: tuple[Choice, ...]
    called: tuple[Choice, ...]


def choices_of(kinds: Sequence[TaskKind]) -> Choices:
    steps: dict[str, tuple[str, int]] = {}
    started: dict[str, tuple[str, int]] = {}
    called: dict[str, tuple[str, int]] = {}
    for kind in kinds:
        process = pick(kind.process_name, kind.process_name_en)
        step = f"{process} · {pick(kind.element_name, kind.element_name_en)}"
        _add(steps, f"{kind.process_key}/{kind.element_id}", step, kind.number)
        _add(started, kind.own_process_key, pick(kind.own_process_name, kind.own_process_name_en), kind.number)
        if kind.process_key != kind.own_process_key:
            _add(called, kind.process_key, process, kind.number)
    return Choices(_sorted(steps), _sorted(started), _sorted({key: found for key, found in called.items() if key not in started}))


def _add(found: dict[str, tuple[str, int]], key: str, text: str, number: int) -> None:
    found[key] = (text, found.get(key, ("", 0))[1] + number)


def _sorted(found: dict[str, tuple[str, int]]) -> tuple[Choice, ...]:
    return tuple(Choice(key, *rest) for key, rest in sorted(found.items(), key=lambda each: (-each[1][1], each[0])))
