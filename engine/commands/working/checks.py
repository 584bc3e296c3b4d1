"""What every change of a working copy is held against: that it is open, that nobody was faster, that the file can be kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any, NoReturn

from engine.bpmn.pack import MAXIMUM_FILES, MAXIMUM_PACK_BYTES
from engine.bpmn.readable import SETTINGS_FILE, pack_key_of, unreadable
from engine.bpmn.references import references_to
from engine.commands.input import checked_number, checked_text
from engine.commands.work import Work
from engine.model.errors import DefinitionRejected, InputRejected, NotFoundError, StaleRevision
from engine.model.identity import Actor
from engine.store import working_copies as store

_MOST_USES_TOLD = 5


def locked_copy(work: Work, pack_key: str, *, lock: bool = True) -> Any:
    """The row of the pack's open working copy. Raises NotFoundError("no_working_copy")."""
    key = checked_text(pack_key, "pack_key")
    row = store.open_copy(work.connection, key, lock=lock)
    if row is None:
        raise NotFoundError("no_working_copy", pack_key=key[:100])
    return row


def require_copy_revision(work: Work, copy: Any, expected: int) -> None:
    """Raises StaleRevision("working_copy_changed") with who changed the copy since, and when."""
    if copy.revision != checked_number(expected, "expected_revision", minimum=1):
        name = work.user_names([copy.updated_by])[copy.updated_by]
        raise StaleRevision("working_copy_changed", revision=copy.revision, by=copy.updated_by, by_name=name, at=copy.updated_at.isoformat())


def checked_file(name: object) -> str:
    """Raises InputRejected, DefinitionRejected for a name that no file of a pack can have."""
    return checked_text(name, "file")


def checked_content(content: object) -> bytes:
    if not isinstance(content, bytes):
        raise InputRejected("wrong_type", field="content", expected="bytes", given=type(content).__name__)
    return content


def existing_file(work: Work, copy: Any, file: str, expected: int) -> Any:
    """The file as it is. Raises NotFoundError, StaleRevision."""
    checked_number(expected, "expected_revision", minimum=1)
    current = store.current_file(work.connection, copy.id, file)
    if current is None and store.last_change(work.connection, copy.id, file) is None:
        raise NotFoundError("no_such_file", name=file)
    require_expected(work, copy, file, current, expected)
    return current


def require_expected(work: Work, copy: Any, file: str, current: Any, expected: int | None) -> None:
    if current is None and expected is not None:
        last = store.last_change(work.connection, copy.id, file)
        if last is None:
            raise NotFoundError("no_such_file", name=file)
        raise_stale(work, "working_file_renamed" if last.file != file else "working_file_removed", file, last)
    if current is not None and current.revision != expected:
        raise_stale(work, "working_file_exists" if expected is None else "working_file_changed", file, current)


def raise_stale(work: Work, code: str, file: str, row: Any) -> NoReturn:
    name = work.user_names([row.actor])[row.actor]
    raise StaleRevision(code, file=file, revision=row.revision, by=row.actor, by_name=name, at=row.at.isoformat())


def require_kept(copy: Any, file: str, content: bytes) -> None:
    """Raises DefinitionRejected for what no editor could open, InputRejected for a pack.toml that names another pack."""
    if found := unreadable(file, content):
        raise DefinitionRejected(found)
    if file == SETTINGS_FILE:
        key = pack_key_of(content)
        if key is not None and key != copy.pack_key:
            raise InputRejected("working_pack_key", field="content", pack_key=copy.pack_key, given=key[:100])


def require_room(work: Work, copy: Any, added: Mapping[str, bytes], without: Collection[str] = ()) -> None:
    """Raises InputRejected when the copy would hold more than a pack may."""
    sizes = {row.name: row.size for row in store.current_files(work.connection, copy.id, contents=False) if row.name not in without}
    sizes |= {name: len(content) for name, content in added.items()}
    if len(sizes) > MAXIMUM_FILES:
        raise InputRejected("working_too_many_files", field="files", maximum=MAXIMUM_FILES)
    if sum(sizes.values()) > MAXIMUM_PACK_BYTES:
        raise InputRejected("working_too_large", field="files", maximum_megabytes=MAXIMUM_PACK_BYTES // 1_000_000)


def refuse_settings(file: str) -> None:
    if file == SETTINGS_FILE:
        raise InputRejected("working_settings_needed", field="file", file=file)


def refuse_used(files: Mapping[str, bytes], file: str, *, by_name_only: bool = False) -> None:
    """Raises InputRejected("working_file_in_use"): `uses` says where, `more` how many places are not named."""
    found = references_to(files, file, by_name_only=by_name_only)
    if found:
        told = [f"{one.file}: {one.name or one.element_id}" if one.name or one.element_id else one.file for one in found]
        more = max(0, len(told) - _MOST_USES_TOLD)
        raise InputRejected("working_file_in_use", field="file", file=file, uses="; ".join(told[:_MOST_USES_TOLD]), more=more)


def version_of(copy_id: str, file: str, action: str, revision: int, actor: Actor, content: bytes, **more: str) -> dict[str, Any]:
    """Columns of a new version."""
    digest = sha256(content).hexdigest()
    return {
        "copy_id": copy_id,
        "file": file,
        "action": action,
        "revision": revision,
        "actor": actor.user_id,
        "digest": digest,
        "content": content,
        **more,
    }
