"""Working copies: which packs are being changed by whom, their files and findings, every version that was saved. For analysts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.bpmn.readable import SETTINGS_FILE, pack_names_of
from engine.model.errors import DefinitionRejected, NotAllowedError, NotFoundError
from engine.model.findings import Finding
from engine.model.identity import Actor, is_analyst
from engine.queries.reading import Query, Reading, check_page, findable
from engine.store import working_copies as store
from engine.store.tables import DeployedFile, Deployment
from engine.store.working_copies import WorkingCopy, WorkingVersion


@dataclass(frozen=True, slots=True)
class WorkingFileRow:
    """A file of a working copy. `change` against the deployment that the copy was made from: added, changed or none; `size` counts bytes."""

    name: str
    revision: int
    size: int
    digest: str
    change: str
    saved_by: str
    saved_by_name: str
    saved_at: datetime

    @property
    def kind(self) -> str:
        """bpmn, dmn, form, settings, scenario, or other."""
        ending = self.name.lower().rpartition(".")[2]
        if ending in ("bpmn", "dmn", "form"):
            return ending
        return "settings" if self.name == SETTINGS_FILE else "scenario" if self.name.startswith("scenarios/") else "other"


@dataclass(frozen=True, slots=True)
class WorkingCopyRow:
    """An open working copy in the catalogue. `name` is what its pack.toml says now."""

    pack_key: str
    name: str
    name_en: str
    is_new: bool
    changed_by_name: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class WorkingCopyDetail:
    """An open working copy. `base_deployment_id` is what it was made from (None: a new pack), `newest_deployment_id` what runs now.

    `removed` are names of files that the base has and the copy has not. `others` are (name, file) of who else has files open now.
    """

    id: str
    pack_key: str
    name: str
    name_en: str
    revision: int
    base_deployment_id: str | None
    newest_deployment_id: str | None
    created_by_name: str
    created_at: datetime
    changed_by_name: str
    changed_at: datetime
    files: tuple[WorkingFileRow, ...]
    removed: tuple[str, ...]
    others: tuple[tuple[str, str], ...]

    @property
    def is_behind(self) -> bool:
        """Somebody deployed the pack since the copy was made."""
        return self.base_deployment_id != self.newest_deployment_id

    @property
    def changes(self) -> int:
        return len(self.removed) + sum(file.change != "none" for file in self.files)


@dataclass(frozen=True, slots=True)
class WorkingFileContent:
    """A file as it is now; `revision` is what a save has to expect."""

    name: str
    revision: int
    content: bytes
    saved_by: str
    saved_by_name: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class WorkingVersionRow:
    """A saved version; `action`: opened, added, saved, uploaded, updated, renamed (from `former_name`) or removed. `size` None: no content."""

    id: int
    file: str
    action: str
    revision: int
    actor_name: str
    began_at: datetime
    at: datetime
    size: int | None
    former_name: str | None


@dataclass(frozen=True, slots=True)
class WorkingFindingList:
    """All findings of the checks that a deployment makes, errors first; `revision` is the copy's that was checked."""

    revision: int
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        return sum(finding.severity == "error" for finding in self.findings)


def _open(reading: Reading, actor: Actor, pack_key: str) -> Any:
    """Raises NotAllowedError, NotFoundError("no_working_copy")."""
    if not is_analyst(actor):
        raise NotAllowedError("analysts_only")
    row = store.open_copy(reading.connection, findable(pack_key))
    if row is None:
        raise NotFoundError("no_working_copy", pack_key=str(pack_key)[:100])
    return row


@dataclass(frozen=True, slots=True)
class WorkingCopies(Query[tuple[WorkingCopyRow, ...]]):
    """Every open working copy in order of names."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[WorkingCopyRow, ...]:
        if not is_analyst(actor):
            raise NotAllowedError("analysts_only")
        rows = reading.connection.execute(sa.select(*WorkingCopy.__table__.c).where(WorkingCopy.closed_at.is_(None))).all()
        people = reading.user_names(row.updated_by for row in rows)
        found = [_copy_row(reading, row, people) for row in rows]
        return tuple(sorted(found, key=lambda row: (row.name, row.pack_key)))


def _copy_row(reading: Reading, row: Any, people: Mapping[str, str]) -> WorkingCopyRow:
    name, name_en = _names(reading, row)
    return WorkingCopyRow(row.pack_key, name, name_en, row.base_deployment_id is None, people[row.updated_by], row.updated_at)


def _names(reading: Reading, copy: Any) -> tuple[str, str]:
    settings = store.current_file(reading.connection, copy.id, SETTINGS_FILE)
    name, name_en = pack_names_of(bytes(settings.content)) if settings else ("", "")
    return name or copy.pack_key, name_en


@dataclass(frozen=True, slots=True)
class WorkingCopyView(Query[WorkingCopyDetail]):
    """The open working copy of a pack. Raises NotFoundError("no_working_copy")."""

    pack_key: str

    def answer(self, reading: Reading, actor: Actor) -> WorkingCopyDetail:
        copy = _open(reading, actor, self.pack_key)
        rows = store.current_files(reading.connection, copy.id, contents=False)
        base = _base(reading, copy.base_deployment_id)
        newest = sa.select(Deployment.id).where(Deployment.pack_key == copy.pack_key).order_by(Deployment.number.desc()).limit(1)
        others = [one for one in store.present(reading.connection, copy.id, reading.now) if one.user_id != actor.user_id]
        people = reading.user_names([copy.created_by, copy.updated_by, *(row.actor for row in rows), *(one.user_id for one in others)])
        name, name_en = _names(reading, copy)
        return WorkingCopyDetail(
            id=copy.id,
            pack_key=copy.pack_key,
            name=name,
            name_en=name_en,
            revision=copy.revision,
            base_deployment_id=copy.base_deployment_id,
            newest_deployment_id=reading.connection.scalar(newest),
            created_by_name=people[copy.created_by],
            created_at=copy.created_at,
            changed_by_name=people[copy.updated_by],
            changed_at=copy.updated_at,
            files=tuple(_file_row(row, base, people) for row in rows),
            removed=tuple(sorted(base.keys() - {row.name for row in rows})),
            others=tuple((people[one.user_id], one.file) for one in others),
        )


def _base(reading: Reading, deployment_id: str | None) -> dict[str, str]:
    """Name -> digest of the files that a copy was made from."""
    statement = sa.select(DeployedFile.name, DeployedFile.digest).where(DeployedFile.deployment_id == deployment_id)
    return {} if deployment_id is None else dict(reading.connection.execute(statement).all())


def _file_row(row: Any, base: Mapping[str, str], people: Mapping[str, str]) -> WorkingFileRow:
    change = "added" if row.name not in base else "none" if base[row.name] == row.digest else "changed"
    return WorkingFileRow(row.name, row.revision, row.size, row.digest, change, row.actor, people[row.actor], row.at)


@dataclass(frozen=True, slots=True)
class WorkingFile(Query[WorkingFileContent]):
    """One file of an open working copy. Raises NotFoundError."""

    pack_key: str
    name: str

    def answer(self, reading: Reading, actor: Actor) -> WorkingFileContent:
        copy = _open(reading, actor, self.pack_key)
        row = store.current_file(reading.connection, copy.id, findable(self.name))
        if row is None:
            raise NotFoundError("no_such_file", name=str(self.name)[:200])
        name = reading.user_names([row.actor])[row.actor]
        return WorkingFileContent(row.name, row.revision, bytes(row.content), row.actor, name, row.at)


@dataclass(frozen=True, slots=True)
class WorkingFiles(Query[dict[str, bytes]]):
    """All files of an open working copy: name -> bytes. Raises NotFoundError."""

    pack_key: str

    def answer(self, reading: Reading, actor: Actor) -> dict[str, bytes]:
        return store.working_files(reading.connection, _open(reading, actor, self.pack_key).id)


@dataclass(frozen=True, slots=True)
class WorkingFindings(Query[WorkingFindingList]):
    """What the checks of a deployment say to an open working copy; nothing is stored.

    `unsaved` are contents (name -> bytes) that take the place of saved ones: what somebody is drawing just now. Raises NotFoundError.
    """

    pack_key: str
    unsaved: Mapping[str, bytes] = field(default_factory=dict)

    def answer(self, reading: Reading, actor: Actor) -> WorkingFindingList:
        copy = _open(reading, actor, self.pack_key)
        files = store.working_files(reading.connection, copy.id) | dict(self.unsaved)
        try:
            return WorkingFindingList(copy.revision, reading.packs.compile(files).warnings)
        except DefinitionRejected as error:
            return WorkingFindingList(copy.revision, error.findings)


@dataclass(frozen=True, slots=True)
class WorkingHistory(Query[tuple[WorkingVersionRow, ...]]):
    """Who changed what in an open working copy, newest first; of one `file` when it is named. What it was opened with is left out."""

    pack_key: str
    file: str | None = None
    limit: int = 100

    def answer(self, reading: Reading, actor: Actor) -> tuple[WorkingVersionRow, ...]:
        check_page(self.limit, 0)
        copy = _open(reading, actor, self.pack_key)
        version = WorkingVersion
        columns = (version.id, version.file, version.action, version.revision, version.actor, version.began_at, version.at, version.former_name)
        statement = sa.select(*columns, sa.func.length(version.content).label("size")).where(version.copy_id == copy.id, version.action != "opened")
        if self.file is not None:
            statement = statement.where(sa.or_(version.file == findable(self.file), version.former_name == findable(self.file)))
        rows = reading.connection.execute(statement.order_by(version.revision.desc(), version.id.desc()).limit(self.limit)).all()
        people = reading.user_names(row.actor for row in rows)
        return tuple(
            WorkingVersionRow(row.id, row.file, row.action, row.revision, people[row.actor], row.began_at, row.at, row.size, row.former_name)
            for row in rows
        )


@dataclass(frozen=True, slots=True)
class WorkingVersionContent(Query[WorkingFileContent]):
    """A file as a version of an open working copy had it. Raises NotFoundError."""

    pack_key: str
    version_id: int

    def answer(self, reading: Reading, actor: Actor) -> WorkingFileContent:
        copy = _open(reading, actor, self.pack_key)
        statement = sa.select(*WorkingVersion.__table__.c).where(WorkingVersion.copy_id == copy.id, WorkingVersion.id == self.version_id)
        row = reading.connection.execute(statement).one_or_none()
        if row is None or row.content is None:
            raise NotFoundError("no_such_version", version=self.version_id)
        name = reading.user_names([row.actor])[row.actor]
        return WorkingFileContent(row.file, row.revision, bytes(row.content), row.actor, name, row.at)
