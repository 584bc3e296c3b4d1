"""What replay answers with: the steps of an instance, and everything about one moment of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.forms import Form, FormRights
from engine.model.fold import InstanceState
from engine.model.values import Value
from engine.queries.views import HistoryLine, ProcessCall, Progress
from engine.store.diagnosis import ChainBreak


@dataclass(frozen=True, slots=True)
class ReplayStep:
    """An event in words."""

    line: HistoryLine
    on_behalf_of: str | None
    on_behalf_of_name: str


@dataclass(frozen=True, slots=True)
class ReplayStepsPage:
    """Steps `first` to `until` of `last`."""

    first: int
    until: int
    last: int
    steps: tuple[ReplayStep, ...]


@dataclass(frozen=True, slots=True)
class ReplayView:
    """An instance, one moment of it, and the steps around. `last_hash` is the end of the hash chain in hexadecimal. `found`: what is wrong first with
    the event log; then the steps end before it, and there is no moment when nothing is left."""

    instance_id: str
    process_key: str
    process_name: str
    process_name_en: str
    version: int
    title: str | None
    business_key: str | None
    status: str
    outcome: str | None
    reason: str | None
    started_at: datetime
    ended_at: datetime | None
    last_hash: str
    steps: ReplayStepsPage
    moment: MomentView | None
    found: ChainBreak | None


@dataclass(frozen=True, slots=True)
class MomentVariable:
    """A variable that the step's activity instance sees. `scope` is where it lives (0: the instance); `changed`: by this step."""

    name: str
    label: str
    label_en: str
    scope: int
    text: str
    text_en: str
    value: Value
    changed: bool


@dataclass(frozen=True, slots=True)
class MomentChange:
    """A change since the step's command began; `here`: made by this very step. `is_new`: there was none before; `is_gone`: there is none now."""

    name: str
    label: str
    label_en: str
    scope: int
    old: Value
    new: Value
    old_text: str
    old_text_en: str
    new_text: str
    new_text_en: str
    is_new: bool
    is_gone: bool
    here: bool


@dataclass(frozen=True, slots=True)
class MomentForm:
    """A form as the step's person saw it: to be shown read-only with `scope` (the variables before) and `rights`; `submitted` None: not yet."""

    form_id: str
    form: Form
    element_id: str
    activity_instance_id: int
    scope: Mapping[str, Value]
    submitted: Mapping[str, Value] | None
    rights: FormRights


@dataclass(frozen=True, slots=True)
class MomentView:
    """An instance right after one event. `process_key` is the diagram on which it happened; `progress` has one entry per diagram entered so far."""

    instance_id: str
    last_sequence: int
    step: ReplayStep
    process_key: str
    state: InstanceState
    calls: tuple[ProcessCall, ...]
    progress: Mapping[str, Progress]
    variables: tuple[MomentVariable, ...]
    changes: tuple[MomentChange, ...]
    form: MomentForm | None
