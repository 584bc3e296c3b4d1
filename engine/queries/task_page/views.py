"""What the page of a task is made of, beside its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from engine.queries.views import CurrentWork, HistoryLine, ProcessCall, Progress


@dataclass(frozen=True, slots=True)
class Phrase:
    """The same in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A value in words with the label of its field; an empty English text means that the Chinese one stands for both."""

    label: str
    label_en: str
    text: str
    text_en: str = ""


@dataclass(frozen=True, slots=True)
class GivenFile:
    """`size` in bytes."""

    file_id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A record of a register that belongs to the case and that the actor may open."""

    record_type: str
    record_id: str
    kind: str
    kind_en: str
    title: str


@dataclass(frozen=True, slots=True)
class Glance:
    """The case in a few lines. `department` is the starter's; `values` are what matters of the data, as far as the task's reader may see it."""

    title: str | None
    business_key: str | None
    process_key: str
    process_name: str
    process_name_en: str
    version: int
    started_by_name: str
    department: str
    department_en: str
    started_at: datetime
    records: tuple[CaseRecord, ...]
    values: tuple[Labelled, ...]


@dataclass(frozen=True, slots=True)
class PastStep:
    """A completed task in short. `behalf_name`: for whom it was done, when by a substitute; `outcome` is empty when it chose nothing.

    `has_form`: there is more to read (TaskSaid).
    """

    number: int
    element_name: str
    element_name_en: str
    actor_name: str
    behalf_name: str
    at: datetime
    outcome: Phrase | None
    remarks: tuple[Labelled, ...]
    files: tuple[GivenFile, ...]
    has_form: bool


@dataclass(frozen=True, slots=True)
class NextStep:
    """Where the diagram leads from a task. `when`: conditions that must all hold, in the order of the diagram; none: it always comes.

    `who` is None where it is decided only then; `process` names the process when it is another one.
    """

    kind: Literal["task", "end", "wait", "open"]
    name: Phrase
    when: tuple[Phrase, ...]
    who: Phrase | None = None
    process: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """`more`: the diagram has further ways than are told."""

    steps: tuple[NextStep, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class TaskBackground:
    """`calls`: the instance's process and, when it is another one, the task's; `others`: what the case waits for beside this task.

    `past` holds the last completions, newest first; `more_past`: there are earlier ones. `acting_for` names who has the task or could take it when
    the actor does it as a substitute.
    """

    calls: tuple[ProcessCall, ...]
    glance: Glance
    past: tuple[PastStep, ...]
    more_past: bool
    others: tuple[CurrentWork, ...]
    ahead: Ahead
    acting_for: str = ""


@dataclass(frozen=True, slots=True)
class TaskCourse:
    """Where the instance stands on the diagrams that lead to a task, by process key, and what has happened, oldest first."""

    calls: tuple[ProcessCall, ...]
    progress: Mapping[str, Progress]
    steps: tuple[HistoryLine, ...]
