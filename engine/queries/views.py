"""What queries answer with: frozen records, ready to show. Names come in Chinese and English; an empty English name means that there is none.

Records that belong to registers and accounts: engine.queries.registers.register_views.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from engine.forms import Form, FormRights
from engine.model.events import EventKind
from engine.model.identity import task_id
from engine.model.outcome import InstanceStatus
from engine.model.values import JsonValue, Value
from engine.store.diagnosis import ChainBreak

TaskState = Literal["open", "completed", "withdrawn", "cancelled"]


@dataclass(frozen=True, slots=True)
class RoleName:
    """A role as people know it. A group without a role has its own text as key and name."""

    key: str
    name: str
    name_en: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A user task in a list. `title` is the instance's; `state`: open, completed, cancelled; `completed_at` is when it closed, however it did.

    `process_key` is the process that the task's element stands in, `own_process_key` the one that was started: the same unless it is a called one.

    `acting_for`: the name of whoever is away and whose task it is, when a substitute has it or did it, or the reader would do it as one.
    """

    instance_id: str
    activity_instance_id: int
    element_id: str
    element_name: str
    element_name_en: str
    process_key: str
    process_name: str
    process_name_en: str
    title: str | None
    business_key: str | None
    state: TaskState
    assignee: str | None
    assignee_name: str | None
    candidate_groups: tuple[RoleName, ...]
    priority: int
    created_at: datetime
    claimed_at: datetime | None
    due_at: datetime | None
    completed_at: datetime | None
    started_by: str
    started_by_name: str
    own_process_key: str
    own_process_name: str
    own_process_name_en: str
    acting_for: str = ""

    @property
    def task_id(self) -> str:
        return task_id(self.instance_id, self.activity_instance_id)


@dataclass(frozen=True, slots=True)
class WorklistPage:
    """One page of a tab; `counts` are those of the tabs mine, groups and (unread) copies, without any search.

    Up to 1,000 are counted; 1,001 says that there are more.
    `before` and `after` are cursors for the pages beside it, None where there is none.
    """

    rows: tuple[TaskRow, ...]
    total: int
    counts: Mapping[str, int]
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class ProcessCall:
    """A process that takes part in an instance: the outermost first, then what was called, in the order of first calls.

    `element_id` is the call activity in `parent_key` that called it, None for the outermost; `depth` counts from 0.
    """

    process_key: str
    version: int
    name: str
    name_en: str
    element_id: str | None
    parent_key: str | None
    depth: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an instance stands in one process.

    `active` counts tokens by element, `visits` how often each was entered; `done` were completed at least once and hold no token now, `cancelled`
    were only ever cancelled; `flows` are the sequence flows taken.
    """

    process_key: str
    active: Mapping[str, int] = field(default_factory=dict)
    done: frozenset[str] = frozenset()
    cancelled: frozenset[str] = frozenset()
    flows: frozenset[str] = frozenset()
    visits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event in words. `technical` lines are for administrators and auditors; `detail` is what the words leave out, a reason for example."""

    sequence: int
    at: datetime
    actor: str
    actor_name: str
    kind: EventKind
    process_key: str | None
    element_id: str | None
    element_name: str
    element_name_en: str
    text_zh: str
    text_en: str
    detail: str = ""
    technical: bool = False
    detail_en: str = ""


@dataclass(frozen=True, slots=True)
class EarlierDecision:
    """A user task of the instance that was completed. Shown by its form read-only with `values`, `scope` and `rights` as they were then."""

    task_id: str
    element_id: str
    element_name: str
    element_name_en: str
    actor: str
    actor_name: str
    at: datetime
    form: Form | None
    values: Mapping[str, Value]
    scope: Mapping[str, Value]
    rights: FormRights


@dataclass(frozen=True, slots=True)
class CurrentWork:
    """What an instance waits for. `task_id` only when the actor may open the task; `who` names the assignee, or the roles that may take it.

    `number` is the activity instance that waits.
    """

    kind: Literal["user_task", "timer", "message", "signal", "job", "incident"]
    element_id: str
    element_name: str
    element_name_en: str
    who: str
    who_en: str
    task_id: str | None = None
    due_at: datetime | None = None
    number: int = 0

    @property
    def visible(self) -> bool:
        return self.task_id is not None


@dataclass(frozen=True, slots=True)
class DraftView:
    values: Mapping[str, Value]
    revision: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class TaskView:
    """A user task with its form. What stands around it: engine.queries.task_page.

    `scope` are the variables that the form sees, `draft` is the actor's own, also one that was never sent. For a task that has closed,
    `submitted` is what was submitted (None when it was cancelled), `scope` what there was then, `closed_by` the name of who did it,
    `closed_for` of whom it was done for by a substitute. `seen_digest` goes back with CompleteTask.
    """

    row: TaskRow
    documentation: str
    documentation_en: str
    form: Form | None
    scope: Mapping[str, Value]
    rights: FormRights
    draft: DraftView | None
    submitted: Mapping[str, Value] | None
    seen_digest: str | None
    can_complete: bool
    can_claim: bool
    can_unclaim: bool
    can_withdraw: bool
    closed_by: str | None
    closed_for: str | None
    closed_at: datetime | None
    instance_status: InstanceStatus

    @property
    def is_open(self) -> bool:
        return self.row.state == "open"


@dataclass(frozen=True, slots=True)
class DefinitionRow:
    """A version of a process. `newest`: the one that starts; `active_instances` counts those of this version."""

    key: str
    version: int
    name: str
    name_en: str
    documentation: str
    documentation_en: str
    version_tag: str
    file: str
    pack_key: str
    pack_name: str
    pack_name_en: str
    deployment_id: str
    deployed_at: datetime
    deployed_by_name: str
    newest: bool
    active_instances: int = 0


@dataclass(frozen=True, slots=True)
class StartView:
    """What one needs to start a process; `form` None: nothing is asked."""

    definition: DefinitionRow
    form: Form | None
    scope: Mapping[str, Value]
    rights: FormRights
    may_start: bool
    reason: Literal["", "no_such_start", "may_not_start"] = ""


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """An instance in a list. `outcome` is the name of the end event, or None; `current` what it waits for now; `incidents` counts the open ones."""

    instance_id: str
    process_key: str
    process_name: str
    process_name_en: str
    version: int
    title: str | None
    business_key: str | None
    status: InstanceStatus
    outcome: str | None
    outcome_en: str
    reason: str | None
    started_by: str
    started_by_name: str
    started_at: datetime
    ended_at: datetime | None
    current: tuple[CurrentWork, ...]
    incidents: int


@dataclass(frozen=True, slots=True)
class InstancePage:
    rows: tuple[InstanceRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class IncidentRow:
    instance_id: str
    activity_instance_id: int
    process_key: str
    process_name: str
    process_name_en: str
    title: str | None
    business_key: str | None
    element_id: str
    element_name: str
    element_name_en: str
    code: str
    message: str
    message_en: str
    at: datetime


@dataclass(frozen=True, slots=True)
class VariableLine:
    """A variable in words, labelled by the form field that writes it; `label` is the name itself when none does."""

    name: str
    label: str
    label_en: str
    text: str
    text_en: str
    value: Value


@dataclass(frozen=True, slots=True)
class InstanceDetail:
    """An instance as a page. `calls` holds the instance's own process first, `progress` one entry for each of them; `document` is head and foot of
    the controlled document in the version that runs. `found`: what is wrong first with the event log; then what happened ends before it."""

    head: InstanceRow
    calls: tuple[ProcessCall, ...]
    progress: Mapping[str, Progress]
    open_tasks: tuple[CurrentWork, ...]
    incidents: tuple[IncidentRow, ...]
    variables: tuple[VariableLine, ...]
    decisions: tuple[EarlierDecision, ...]
    steps: tuple[HistoryLine, ...]
    document: Mapping[str, str]
    may_terminate: bool
    found: ChainBreak | None


@dataclass(frozen=True, slots=True)
class VariableSet:
    """The variables that an activity instance sees (0: the instance). `json` keeps them in the event log's form."""

    instance_id: str
    activity_instance_id: int
    values: Mapping[str, Value]
    json: Mapping[str, JsonValue]
