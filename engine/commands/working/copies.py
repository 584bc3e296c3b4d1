"""Working copies of packs as a whole: opened from what runs, begun empty, discarded; who has what open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.bpmn.readable import SETTINGS_FILE
from engine.commands.input import checked_text
from engine.commands.rights import require_analyst
from engine.commands.work import Work
from engine.commands.working.checks import locked_copy, require_copy_revision, version_of
from engine.model.errors import ConflictError, InputRejected, NotFoundError
from engine.model.identity import Actor
from engine.store import working_copies as store
from engine.store.tables import Deployment

_PACK_KEY = re.compile(r"[a-z][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True)
class WorkingCopyOpened:
    """`created` False: it was open already, by whomever. `revision` is the copy's."""

    pack_key: str
    revision: int
    created: bool


@dataclass(frozen=True, slots=True)
class OpenWorkingCopy:
    """Open the pack's working copy: the one that is open already, else a new one with the files of the newest deployment. Analysts only.

    Raises NotFoundError("no_such_pack").
    """

    pack_key: str

    def execute(self, work: Work, actor: Actor) -> WorkingCopyOpened:
        require_analyst(actor)
        key = checked_text(self.pack_key, "pack_key")
        newest = sa.select(Deployment.id).where(Deployment.pack_key == key).order_by(Deployment.number.desc()).limit(1)
        base = work.connection.scalar(newest)
        copy_id = None
        if base is not None:
            copy_id = store.insert_copy(work.tx, key, base, actor.user_id)
            if copy_id is not None:
                store.take_deployed(work.tx, copy_id, base, actor.user_id)
        row = store.open_copy(work.connection, key)
        if row is None:
            raise NotFoundError("no_such_pack", pack_key=key[:100])
        return WorkingCopyOpened(key, row.revision, copy_id is not None)


@dataclass(frozen=True, slots=True)
class CreatePack:
    """Open the working copy of a pack that does not exist yet; it holds a pack.toml with key and names. Analysts only.

    Raises InputRejected("bad_pack_key"), ConflictError("pack_exists").
    """

    pack_key: str
    name: str
    name_en: str = ""

    def execute(self, work: Work, actor: Actor) -> WorkingCopyOpened:
        require_analyst(actor)
        key = checked_text(self.pack_key, "pack_key")
        if not _PACK_KEY.fullmatch(key):
            raise InputRejected("bad_pack_key", field="pack_key", pack_key=key[:100])
        names = {"name": checked_text(self.name, "name"), "name_en": checked_text(self.name_en, "name_en", required=False)}
        deployed = sa.select(Deployment.id).where(Deployment.pack_key == key).limit(1)
        copy_id = None if work.connection.scalar(deployed) else store.insert_copy(work.tx, key, None, actor.user_id)
        if copy_id is None:
            raise ConflictError("pack_exists", pack_key=key)
        lines = ["[pack]", f'key = "{key}"', *(f"{field} = {_toml(text)}" for field, text in names.items() if text)]
        content = "\n".join([*lines, ""]).encode()
        store.write_version(work.tx, version_of(copy_id, SETTINGS_FILE, "added", 1, actor, content))
        return WorkingCopyOpened(key, 1, True)


def _toml(text: str) -> str:
    """A basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\u{ord(char):04X}" for char in escaped) + '"'


@dataclass(frozen=True, slots=True)
class DiscardWorkingCopy:
    """Close the pack's working copy without using it; what was written in it stays in its history. Raises StaleRevision("working_copy_changed")."""

    pack_key: str
    expected_revision: int

    def execute(self, work: Work, actor: Actor) -> datetime:
        require_analyst(actor)
        copy = locked_copy(work, self.pack_key)
        require_copy_revision(work, copy, self.expected_revision)
        store.close_copy(work.tx, copy.id, actor.user_id, "discarded")
        return work.now


@dataclass(frozen=True, slots=True)
class WorkingNeighbours:
    """`revision` is the copy's, `file_revision` the file's (None: it is not there any more); `others` are (name, file) of who else has files open."""

    revision: int
    file_revision: int | None
    by_name: str
    at: datetime
    others: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class WatchWorkingFile:
    """Say that the actor has a file open, and learn who else works here and what became of the file. To be repeated every quarter of a minute.

    Raises NotFoundError("no_working_copy").
    """

    pack_key: str
    file: str

    def execute(self, work: Work, actor: Actor) -> WorkingNeighbours:
        require_analyst(actor)
        file = checked_text(self.file, "file")
        copy = locked_copy(work, self.pack_key, lock=False)
        current = store.current_file(work.connection, copy.id, file)
        others = store.note_presence(work.tx, copy.id, actor.user_id, file)
        last = current or store.last_change(work.connection, copy.id, file)
        by, at = (last.actor, last.at) if last else (copy.updated_by, copy.updated_at)
        names = work.user_names([by, *(row.user_id for row in others)])
        people = tuple((names[row.user_id], row.file) for row in others)
        return WorkingNeighbours(copy.revision, current.revision if current else None, names[by], at, people)
