"""Files of a working copy: saved, renamed, removed, each with the revision that was read, so that nobody's change is overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from engine.bpmn.readable import unreadable
from engine.commands.input import checked_number
from engine.commands.rights import require_analyst
from engine.commands.work import Work
from engine.commands.working.checks import (
    checked_content,
    checked_file,
    existing_file,
    locked_copy,
    raise_stale,
    refuse_settings,
    refuse_used,
    require_expected,
    require_kept,
    require_room,
    version_of,
)
from engine.model.errors import DefinitionRejected, InputRejected
from engine.model.identity import Actor
from engine.store import working_copies as store


@dataclass(frozen=True, slots=True)
class WorkingFileSaved:
    """`revision` is what the next save must expect. `unchanged`: that content was there already, and nothing was written."""

    file: str
    revision: int
    at: datetime
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class SaveWorkingFile:
    """Save a file of an open working copy; `expected_revision` is that of the file as it was read, None for a file that is to be new.

    Unfinished files are kept. Raises StaleRevision("working_file_changed" | "working_file_removed" | "working_file_exists", file, revision, by,
    by_name, at) when somebody was faster, DefinitionRejected for bytes that no editor could open again, NotFoundError.
    """

    pack_key: str
    file: str
    content: bytes
    expected_revision: int | None

    def execute(self, work: Work, actor: Actor) -> WorkingFileSaved:
        require_analyst(actor)
        file, content = checked_file(self.file), checked_content(self.content)
        if self.expected_revision is not None:
            checked_number(self.expected_revision, "expected_revision", minimum=1)
        copy = locked_copy(work, self.pack_key)
        current = store.current_file(work.connection, copy.id, file)
        if current is not None and current.digest == sha256(content).hexdigest():
            return WorkingFileSaved(file, current.revision, current.at, unchanged=True)
        require_expected(work, copy, file, current, self.expected_revision)
        require_kept(copy, file, content)
        if current is None:
            require_room(work, copy, {file: content})
        revision = store.next_revision(work.tx, copy.id, actor.user_id)
        action = "added" if current is None else "saved"
        store.write_version(work.tx, version_of(copy.id, file, action, revision, actor, content), current)
        return WorkingFileSaved(file, revision, work.now)


@dataclass(frozen=True, slots=True)
class RenameWorkingFile:
    """Give a file another name of the same kind; forms, decisions and processes are used by their ids, so nothing else changes.

    Raises as SaveWorkingFile; InputRejected("working_file_kind" | "working_settings_needed" | "working_file_in_use": an import names the file).
    """

    pack_key: str
    file: str
    new_name: str
    expected_revision: int

    def execute(self, work: Work, actor: Actor) -> WorkingFileSaved:
        require_analyst(actor)
        file, new_name = checked_file(self.file), checked_file(self.new_name)
        copy = locked_copy(work, self.pack_key)
        current = existing_file(work, copy, file, self.expected_revision)
        refuse_settings(file)
        if file.lower().rpartition(".")[2] != new_name.lower().rpartition(".")[2]:
            raise InputRejected("working_file_kind", field="new_name", file=file, new_name=new_name)
        taken = store.current_file(work.connection, copy.id, new_name)
        if taken is not None:
            raise_stale(work, "working_file_exists", new_name, taken)
        content = bytes(current.content)
        if found := unreadable(new_name, content):
            raise DefinitionRejected(found)
        files = store.working_files(work.connection, copy.id)
        refuse_used(files, file, by_name_only=True)
        revision = store.next_revision(work.tx, copy.id, actor.user_id)
        store.write_version(work.tx, version_of(copy.id, new_name, "renamed", revision, actor, content, former_name=file))
        store.write_removal(work.tx, copy.id, file, revision, actor.user_id)
        return WorkingFileSaved(new_name, revision, work.now)


@dataclass(frozen=True, slots=True)
class RemoveWorkingFile:
    """Take a file out of an open working copy; its versions stay. Raises as SaveWorkingFile; InputRejected("working_file_in_use", file, uses, more)
    while other files use its form, decision or process, InputRejected("working_settings_needed") for pack.toml.
    """

    pack_key: str
    file: str
    expected_revision: int

    def execute(self, work: Work, actor: Actor) -> WorkingFileSaved:
        require_analyst(actor)
        file = checked_file(self.file)
        copy = locked_copy(work, self.pack_key)
        existing_file(work, copy, file, self.expected_revision)
        refuse_settings(file)
        refuse_used(store.working_files(work.connection, copy.id), file)
        revision = store.next_revision(work.tx, copy.id, actor.user_id)
        store.write_removal(work.tx, copy.id, file, revision, actor.user_id)
        return WorkingFileSaved(file, revision, work.now)
