"""What queries on registers (records) and accounts answer with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.forms import Form, FormRights
from engine.model.arrangement import RecordFilter
from engine.model.identity import Actor
from engine.model.values import Value
from engine.queries.labels import top_fields
from engine.queries.value_words import value_words
from engine.queries.views import InstanceRow, RoleName


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A register that the actor may see."""

    key: str
    name: str
    name_en: str
    may_edit: bool
    may_create: bool = False
    may_archive: bool = False


@dataclass(frozen=True, slots=True)
class RecordColumn:
    """`kind`: text, number, date, time, datetime, boolean, choice or other."""

    key: str
    label: str
    label_en: str
    kind: str = "text"
    sortable: bool = False


@dataclass(frozen=True, slots=True)
class FilterChoice:
    token: str
    label: str
    label_en: str


@dataclass(frozen=True, slots=True)
class FilterView:
    """`kind`: choice (all that the form knows), value and person (those that occur), number and date (ranges)."""

    field: str
    label: str
    label_en: str
    kind: str
    choices: tuple[FilterChoice, ...]


@dataclass(frozen=True, slots=True)
class RecordRow:
    """`cells` are words, one for each column, in Chinese; `cells_en` in English; `values` the values themselves."""

    record_id: str
    title: str
    cells: tuple[str, ...]
    cells_en: tuple[str, ...]
    changed_at: datetime
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordPage:
    """`sort` and `filters` as they were applied; `archived`: these are out of use; `choosable`: what may be a column."""

    kind: RecordKind
    columns: tuple[RecordColumn, ...]
    rows: tuple[RecordRow, ...]
    total: int
    sort: str = ""
    archived: bool = False
    filters: tuple[RecordFilter, ...] = ()
    choosable: tuple[RecordColumn, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """`old` and `new` are words; empty when there was or is nothing."""

    key: str
    label: str
    label_en: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RecordChangeLine:
    """One saving of a record; `instance_id` when a process did it and the actor may see that instance.

    `kind`: saved, archived, restored, merged or merged_into, of which `other_id` and `other_title` tell the other record. `hidden`: how many fields
    changed that the actor may not see. `of_title`: the change is one of a record that was merged into this one. `import_id`: of
    a file that brought it, when the actor may look at that import.
    """

    revision: int
    at: datetime
    actor_name: str
    instance_id: str | None
    reason: str
    fields: tuple[FieldChange, ...]
    kind: str = "saved"
    import_id: str | None = None
    hidden: int = 0
    other_id: str | None = None
    other_title: str = ""
    of_title: str = ""


@dataclass(frozen=True, slots=True)
class RecordSheet:
    """An empty record to fill in; `columns`: fields that a table may bring, `locked`: those that the actor sees but may not write."""

    kind: RecordKind
    form: Form
    rights: FormRights
    columns: tuple[RecordColumn, ...] = ()
    locked: tuple[RecordColumn, ...] = ()

    def words(self, key: str, value: Value, language: str) -> str:
        """A value of a field for reading; empty when there is none."""
        return value_words(dict(top_fields(self.form)).get(key), value, language)


@dataclass(frozen=True, slots=True)
class RecordTask:
    """A task of a process that made or changed the record, completed or open (`at`: when it was completed, or opened)."""

    instance_id: str
    element_name: str
    element_name_en: str
    completed: bool
    who_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordFile:
    file_id: str
    name: str
    size: int
    uploaded_by_name: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class MergedRecord:
    """A record that leads to the one that is looked at."""

    record_id: str
    title: str
    at: datetime
    by_name: str


@dataclass(frozen=True, slots=True)
class RecordDetail:
    """A record as a page: shown read-only by `form` with `values`; `instances` made or changed it, those that the actor may see.

    `values` and `changes` are without what `rights` hide. `changes`, `instances`, `tasks` and `files` are also those of the `merged` records.
    """

    record_id: str
    kind: RecordKind
    title: str
    revision: int
    form: Form
    values: Mapping[str, Value]
    rights: FormRights
    archived_at: datetime | None
    created_by_name: str
    created_at: datetime
    changed_by_name: str
    changed_at: datetime
    changes: tuple[RecordChangeLine, ...]
    instances: tuple[InstanceRow, ...]
    tasks: tuple[RecordTask, ...] = ()
    files: tuple[RecordFile, ...] = ()
    merged_into: str | None = None
    merged: tuple[MergedRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class MergeSide:
    """One of two records that may become one."""

    record_id: str
    title: str
    revision: int
    created_by_name: str
    created_at: datetime
    changed_by_name: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class MergeField:
    """Words of a field of two records, Chinese and English; empty: no value. `differs`: one has to choose, which needs `may_write`."""

    key: str
    label: str
    label_en: str
    first: str
    first_en: str
    second: str
    second_en: str
    differs: bool
    may_write: bool


@dataclass(frozen=True, slots=True)
class MergeSheet:
    """Two records side by side. `hidden`: they differ in fields that the actor may not see, so somebody else has to merge them."""

    kind: RecordKind
    first: MergeSide
    second: MergeSide
    fields: tuple[MergeField, ...]
    hidden: bool


@dataclass(frozen=True, slots=True)
class Likeness:
    """One reason why two records may be the same: the way of comparing, and the field and words of the other record that agree."""

    way: str
    label: str
    label_en: str
    words: str


@dataclass(frozen=True, slots=True)
class SimilarRecord:
    record_id: str
    title: str
    archived: bool
    likenesses: tuple[Likeness, ...]


@dataclass(frozen=True, slots=True)
class RecordPair:
    """Two records that may be the same; the likenesses are told by the second one's values."""

    first_id: str
    first_title: str
    second_id: str
    second_title: str
    likenesses: tuple[Likeness, ...]


@dataclass(frozen=True, slots=True)
class RecordPairs:
    """`crowded`: values that so many records share that they say nothing; their pairs are left out."""

    kind: RecordKind
    pairs: tuple[RecordPair, ...]
    more: bool
    crowded: int


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A sign-in account with its roles. `is_demo`: one of those that demo mode makes."""

    user_id: str
    name: str
    roles: tuple[RoleName, ...]
    is_administrator: bool
    language: str
    active: bool
    is_demo: bool
    is_analyst: bool
    is_auditor: bool
    department_id: str | None
    manager_id: str | None


@dataclass(frozen=True, slots=True)
class SignedInAccount:
    """What a session needs: a session made under another `session_epoch` has ended."""

    actor: Actor
    language: str
    session_epoch: int
