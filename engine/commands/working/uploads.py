"""Files from another tool into a working copy: single ones, or a whole pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from engine.bpmn.readable import SETTINGS_FILE
from engine.commands.deployments import newest_deployment, refuse_taken
from engine.commands.input import checked_text
from engine.commands.rights import require_analyst
from engine.commands.work import Work
from engine.commands.working.checks import checked_content, locked_copy, require_copy_revision, require_kept, require_room, version_of
from engine.model.errors import ConflictError, DefinitionRejected, InputRejected, NotFoundError
from engine.model.findings import Finding
from engine.model.identity import Actor
from engine.store import working_copies as store
from engine.store.packs import deployed_files


@dataclass(frozen=True, slots=True)
class WorkingFilesPut:
    """`files` were new or different, `removed` went because the whole pack was sent without them; `revision` is the copy's."""

    files: tuple[str, ...]
    removed: tuple[str, ...]
    revision: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PutWorkingFiles:
    """Put files (name -> bytes) into an open working copy, all or none. `whole`: they are the whole pack, other files go.

    Raises StaleRevision("working_copy_changed") unless the copy has `expected_revision`, DefinitionRejected, InputRejected as SaveWorkingFile.
    """

    pack_key: str
    files: Mapping[str, bytes]
    expected_revision: int
    whole: bool = False

    def execute(self, work: Work, actor: Actor) -> WorkingFilesPut:
        require_analyst(actor)
        files = _checked_files(self.files)
        copy = locked_copy(work, self.pack_key)
        require_copy_revision(work, copy, self.expected_revision)
        for name, content in files.items():
            require_kept(copy, name, content)
        return _put(work, actor, copy, files, self.whole)


def _put(work: Work, actor: Actor, copy: Any, files: Mapping[str, bytes], whole: bool) -> WorkingFilesPut:
    current = {row.name: row for row in store.current_files(work.connection, copy.id, contents=False)}
    gone = sorted(current.keys() - files.keys() - {SETTINGS_FILE}) if whole else []
    require_room(work, copy, files, without=gone)
    put = sorted(name for name, content in files.items() if name not in current or current[name].digest != sha256(content).hexdigest())
    if not put and not gone:
        return WorkingFilesPut((), (), copy.revision, work.now)
    revision = store.next_revision(work.tx, copy.id, actor.user_id)
    for name in put:
        store.write_version(work.tx, version_of(copy.id, name, "uploaded", revision, actor, files[name]))
    for name in gone:
        store.write_removal(work.tx, copy.id, name, revision, actor.user_id)
    return WorkingFilesPut(tuple(put), tuple(gone), revision, work.now)


@dataclass(frozen=True, slots=True)
class UploadTaken:
    """`files` were new or different in the working copy, `removed` went. `differs` False: it is what runs already, and nothing was written."""

    pack_key: str
    files: tuple[str, ...]
    removed: tuple[str, ...]
    differs: bool = True


@dataclass(frozen=True, slots=True)
class TakeUpload:
    """Put checked files into the working copy of their pack, from where they are released; it is opened when none is. Analysts only.

    `into` names the pack whose other files stay, "" when the files are a whole pack. Raises DefinitionRejected with what the checks find now and did
    not find before, ConflictError("working_copy_has_changes", pack_key, revision, by, by_name, at, files) when the open copy has changes that did not
    come by the actor's own uploads and `over_revision` does not say that they were looked at, NotFoundError("no_such_pack").
    """

    files: Mapping[str, bytes]
    into: str = ""
    over_revision: int | None = None

    def execute(self, work: Work, actor: Actor) -> UploadTaken:
        require_analyst(actor)
        files, whole = _checked_files(self.files), not self.into
        key = work.packs.compile(files).settings.key if whole else checked_text(self.into, "into")
        copy = store.open_copy(work.connection, key, lock=True)
        newest = newest_deployment(work, key)
        if not whole and copy is None and newest is None:
            raise NotFoundError("no_such_pack", pack_key=key[:100])
        if copy is None:
            before = deployed_files(work.connection, newest.id) if newest is not None else {}
        else:
            before = store.working_files(work.connection, copy.id)
        after = {name: content for name, content in before.items() if not whole or name == SETTINGS_FILE} | files
        if after == before:
            return UploadTaken(key, (), (), differs=copy is not None)
        _refuse_new_errors(work, before, after)
        if copy is None:
            copy = _opened(work, key, newest, actor)
        else:
            self._require_looked_at(work, copy, before, actor)
        if SETTINGS_FILE in files:
            require_kept(copy, SETTINGS_FILE, files[SETTINGS_FILE])
        put = _put(work, actor, copy, files, whole)
        return UploadTaken(key, put.files, put.removed)

    def _require_looked_at(self, work: Work, copy: Any, now: Mapping[str, bytes], actor: Actor) -> None:
        base = deployed_files(work.connection, copy.base_deployment_id) if copy.base_deployment_id else {}
        changed = sorted(name for name in base.keys() | now.keys() if base.get(name) != now.get(name))
        if self.over_revision != copy.revision and not all(_own_upload(work, copy, name, actor) for name in changed):
            raise _has_changes(work, copy, changed)


def _own_upload(work: Work, copy: Any, name: str, actor: Actor) -> bool:
    last = store.last_change(work.connection, copy.id, name)
    return last is not None and last.actor == actor.user_id and last.action in ("uploaded", "removed")


def _has_changes(work: Work, copy: Any, changed: list[str]) -> ConflictError:
    name = work.user_names([copy.updated_by])[copy.updated_by]
    told = {"by": copy.updated_by, "by_name": name, "at": copy.updated_at.isoformat(), "files": changed}
    return ConflictError("working_copy_has_changes", pack_key=copy.pack_key, revision=copy.revision, **told)


def _checked_files(given: Mapping[str, bytes]) -> dict[str, bytes]:
    files = {checked_text(name, "file"): checked_content(content) for name, content in given.items()}
    if not files:
        raise InputRejected("no_files", field="files")
    return files


def _refuse_new_errors(work: Work, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    """What was wrong already is somebody's unfinished work, and stands against the release only."""
    try:
        refuse_taken(work, work.packs.compile(after))
    except DefinitionRejected as error:
        known = {_same(finding) for finding in _errors(work, before)}
        if new := [finding for finding in error.findings if finding.severity == "error" and _same(finding) not in known]:
            raise DefinitionRejected(new) from error


def _errors(work: Work, files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    try:
        work.packs.compile(files)
    except DefinitionRejected as error:
        return error.findings
    return ()


def _same(finding: Finding) -> tuple[str, str, str | None, str]:
    return finding.code, finding.file, finding.element_id, finding.message


def _opened(work: Work, key: str, newest: Any, actor: Actor) -> Any:
    """A new working copy with what runs. Raises ConflictError when somebody opened one at the same moment."""
    base = newest.id if newest is not None else None
    copy_id = store.insert_copy(work.tx, key, base, actor.user_id)
    if copy_id is None:
        raise _has_changes(work, locked_copy(work, key), [])
    if base is not None:
        store.take_deployed(work.tx, copy_id, base, actor.user_id)
    return locked_copy(work, key)
