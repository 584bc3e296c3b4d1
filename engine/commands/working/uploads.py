"""Files from another tool into a working copy: single ones, or a whole pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from engine.bpmn.readable import SETTINGS_FILE
from engine.commands.input import checked_text
from engine.commands.rights import require_analyst
from engine.commands.work import Work
from engine.commands.working.checks import checked_content, locked_copy, require_copy_revision, require_kept, require_room, version_of
from engine.model.errors import InputRejected
from engine.model.identity import Actor
from engine.store import working_copies as store


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
        files = {checked_text(name, "file"): checked_content(content) for name, content in self.files.items()}
        if not files:
            raise InputRejected("no_files", field="files")
        copy = locked_copy(work, self.pack_key)
        require_copy_revision(work, copy, self.expected_revision)
        for name, content in files.items():
            require_kept(copy, name, content)
        current = {row.name: row for row in store.current_files(work.connection, copy.id, contents=False)}
        gone = sorted(current.keys() - files.keys() - {SETTINGS_FILE}) if self.whole else []
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
