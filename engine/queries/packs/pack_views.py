"""What queries about process packs answer with. Names come in Chinese and English; an empty English name means that there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.dmn.sheet import DecisionSheet
from engine.forms import Form, FormRights
from engine.model.findings import Finding


@dataclass(frozen=True, slots=True)
class PackVersionRow:
    """A version of a process of a pack and how many instances of it run."""

    key: str
    version: int
    name: str
    name_en: str
    file: str
    deployment_id: str
    active_instances: int


@dataclass(frozen=True, slots=True)
class Tested:
    """What was tried before a release: `scenarios` passed with the files of `digest`, through `percent` of elements and flows."""

    digest: str
    by_name: str
    at: datetime
    scenarios: int
    percent: int


@dataclass(frozen=True, slots=True)
class PackRelease:
    """One deployment of a pack; `added`, `changed` and `removed` are names of files, compared with the deployment before it."""

    deployment_id: str
    digest: str
    note: str
    deployed_at: datetime
    deployed_by_name: str
    versions: tuple[PackVersionRow, ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    tested: Tested | None = None

    @property
    def active_instances(self) -> int:
        return sum(version.active_instances for version in self.versions)

    @property
    def tested_as_deployed(self) -> bool:
        """The scenarios ran with the very files that were deployed."""
        return self.tested is not None and self.tested.digest == self.digest


@dataclass(frozen=True, slots=True)
class PackRow:
    """A pack in the catalogue. `newest` is what starts now; `older` are versions of earlier deployments that still have running instances."""

    key: str
    name: str
    name_en: str
    newest: PackRelease
    releases: int
    older: tuple[PackVersionRow, ...]
    decisions: int
    forms: int
    warnings: tuple[Finding, ...]

    @property
    def active_instances(self) -> int:
        return self.newest.active_instances + sum(version.active_instances for version in self.older)


@dataclass(frozen=True, slots=True)
class PackCall:
    """What can be opened inside a diagram: a called process, or a collapsed sub-process (`process_key` None) with a drawing of its own."""

    element_id: str
    name: str
    name_en: str
    process_key: str | None


@dataclass(frozen=True, slots=True)
class PackProcess:
    """A process of a pack. `top`: no process of the pack calls it. `starters` are names of roles that may start it."""

    version: PackVersionRow
    documentation: str
    documentation_en: str
    top: bool
    calls: tuple[PackCall, ...]
    starters: tuple[str, ...]
    starters_en: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.version.key


@dataclass(frozen=True, slots=True)
class FormUse:
    """Where a form is filled in: a task or start event with the rights that it gives; a register has no element."""

    process_key: str | None
    element_id: str
    name: str
    name_en: str
    rights: FormRights


@dataclass(frozen=True, slots=True)
class PackForm:
    form: Form
    file: str
    uses: tuple[FormUse, ...]


@dataclass(frozen=True, slots=True)
class PackRecordType:
    """Fields are told by their labels, roles by their names, both in two languages. `sort`: (label, label_en, descending); None: last changed first.

    `creators` and `archivers` None: whoever may edit. `duplicates`: (way of comparing, fields). `rights`: (field, who writes, who only reads).
    """

    key: str
    name: str
    name_en: str
    form_id: str
    columns: tuple[tuple[str, str], ...]
    unique: tuple[tuple[str, str], ...]
    search: tuple[tuple[str, str], ...]
    viewers: tuple[tuple[str, str], ...]
    editors: tuple[tuple[str, str], ...]
    creators: tuple[tuple[str, str], ...] | None = None
    archivers: tuple[tuple[str, str], ...] | None = None
    sort: tuple[str, str, bool] | None = None
    filters: tuple[tuple[str, str], ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    duplicates: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    rights: tuple[FieldRight, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldRight:
    """A field of a register that not everybody may write: its label, and the names of the roles, in two languages."""

    label: str
    label_en: str
    writers: tuple[tuple[str, str], ...]
    readers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PackRole:
    """`duties` are the elements that carry its duties: name, English name, key of their process."""

    key: str
    name: str
    name_en: str
    department: str
    duties: tuple[tuple[str, str, str], ...]
    can_start: tuple[tuple[str, str], ...]
    department_en: str = ""


@dataclass(frozen=True, slots=True)
class PackScenario:
    file: str
    name: str
    outcome: str
    steps: int
    outcome_en: str = ""


@dataclass(frozen=True, slots=True)
class PackFileRow:
    """A file of a deployment; `size` counts bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class PackDetail:
    """One deployment of a pack with everything that is in it. `is_newest`: it is what starts now."""

    key: str
    name: str
    name_en: str
    release: PackRelease
    is_newest: bool
    releases: tuple[PackRelease, ...]
    processes: tuple[PackProcess, ...]
    decisions: tuple[tuple[str, DecisionSheet], ...]
    forms: tuple[PackForm, ...]
    record_types: tuple[PackRecordType, ...]
    roles: tuple[PackRole, ...]
    scenarios: tuple[PackScenario, ...]
    files: tuple[PackFileRow, ...]
    document: Mapping[str, str]
    warnings: tuple[Finding, ...]
