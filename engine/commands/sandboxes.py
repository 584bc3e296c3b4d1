"""Sandboxes: begun with the files of a working copy or of what runs, moved on step by step, taken back, ended. Each is one analyst's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from engine.bpmn.archive import pack_zip
from engine.commands.input import checked_number, checked_text
from engine.commands.rights import require_analyst, require_system
from engine.commands.work import Work
from engine.model.errors import ConflictError, InputRejected, NotFoundError, StaleRevision
from engine.model.identity import Actor
from engine.store import sandboxes as store
from engine.store import working_copies
from engine.store.database import json_text
from engine.store.packs import deployed_files
from engine.store.tables import Deployment

MOST_SANDBOXES, MOST_STEPS, MOST_STEP_BYTES = 10, 300, 1_400_000
# A step holds a file as text that is a third longer; a whole trial holds a few of them.
MOST_FILE_BYTES, MOST_BYTES = 1_000_000, 6_000_000
MOST_DRAFTS = 5
KEPT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class SandboxChanged:
    """`revision` is what the next change must expect."""

    sandbox_id: str
    revision: int


@dataclass(frozen=True, slots=True)
class BeginSandbox:
    """Try the files of the pack's open working copy, or with `released` those that run. Analysts only.

    Its clock starts at `began_at` (None: now); `steps` are walked at once, as far as they go.

    Raises DefinitionRejected for files that could not be deployed, NotFoundError("no_working_copy" | "no_such_pack"),
    ConflictError("too_many_sandboxes", maximum).
    """

    pack_key: str
    released: bool = False
    began_at: datetime | None = None
    steps: Sequence[Mapping[str, Any]] = ()

    def execute(self, work: Work, actor: Actor) -> SandboxChanged:
        require_analyst(actor)
        if len(self.steps) > MOST_STEPS:
            raise ConflictError("too_many_sandbox_steps", maximum=MOST_STEPS)
        files, revision = _files(work, checked_text(self.pack_key, "pack_key"), self.released)
        work.packs.compile(files)
        store.hold_owner(work.connection, actor.user_id)
        if store.count_of(work.connection, actor.user_id) >= MOST_SANDBOXES:
            raise ConflictError("too_many_sandboxes", maximum=MOST_SANDBOXES)
        began_at = (self.began_at or work.now).replace(microsecond=0)
        row = {"owner": actor.user_id, "pack_key": self.pack_key, "began_at": began_at, "steps": [dict(step) for step in self.steps]}
        row |= _taken(files, revision)
        return SandboxChanged(store.insert_sandbox(work.tx, row), 1)


def _files(work: Work, pack_key: str, released: bool) -> tuple[dict[str, bytes], int | None]:
    if not released:
        copy = working_copies.open_copy(work.connection, pack_key)
        if copy is None:
            raise NotFoundError("no_working_copy", pack_key=pack_key[:100])
        return working_copies.working_files(work.connection, copy.id), copy.revision
    newest = sa.select(Deployment.id).where(Deployment.pack_key == pack_key).order_by(Deployment.number.desc()).limit(1)
    deployment_id = work.connection.scalar(newest)
    if deployment_id is None:
        raise NotFoundError("no_such_pack", pack_key=pack_key[:100])
    return deployed_files(work.connection, deployment_id), None


def _taken(files: Mapping[str, bytes], revision: int | None) -> dict[str, Any]:
    pack = pack_zip(files)
    return {"pack": pack, "digest": sha256(pack).hexdigest(), "copy_revision": revision}


@dataclass(frozen=True, slots=True)
class AddSandboxStep:
    """Write down what was done, as JSON data that engine.trial.sandbox can do again.

    Raises StaleRevision("sandbox_changed"), ConflictError: too_many_sandbox_steps(maximum), sandbox_full(megabytes); NotFoundError.
    """

    sandbox_id: str
    expected_revision: int
    step: Mapping[str, Any]

    def execute(self, work: Work, actor: Actor) -> SandboxChanged:
        row = _locked(work, actor, self.sandbox_id, self.expected_revision)
        if len(row.steps) >= MOST_STEPS:
            raise ConflictError("too_many_sandbox_steps", maximum=MOST_STEPS)
        size = _size(self.step)
        if size > MOST_STEP_BYTES:
            raise InputRejected("too_large", field="step", size=size, maximum=MOST_STEP_BYTES)
        if size + sum(_size(step) for step in row.steps) > MOST_BYTES:
            raise ConflictError("sandbox_full", megabytes=MOST_BYTES // 1_000_000)
        task = self.step.get("task") if self.step.get("kind") == "task" else None
        drafts = {key: values for key, values in row.drafts.items() if task is None or not key.endswith(f" {task}")}
        return SandboxChanged(row.id, store.change_sandbox(work.tx, row.id, steps=[*row.steps, dict(self.step)], drafts=drafts))


@dataclass(frozen=True, slots=True)
class KeepSandboxDraft:
    """Write down what somebody of `role` has typed into a task's form (JSON data), in the place of what was there. Raises NotFoundError."""

    sandbox_id: str
    role: str
    task_id: str
    values: Mapping[str, Any]

    def execute(self, work: Work, actor: Actor) -> str:
        """The key under which it is kept."""
        row = _locked(work, actor, self.sandbox_id)
        key = f"{checked_text(self.role, 'role')} {checked_text(self.task_id, 'task_id')}"
        size = _size(self.values)
        if size > MOST_STEP_BYTES:
            raise InputRejected("too_large", field="values", size=size, maximum=MOST_STEP_BYTES)
        others = [(name, values) for name, values in row.drafts.items() if name != key]
        store.set_drafts(work.tx, row.id, dict([*others, (key, dict(self.values))][-MOST_DRAFTS:]))
        return key


@dataclass(frozen=True, slots=True)
class CutSandbox:
    """Take steps back: only the first `keep` stay. Raises StaleRevision("sandbox_changed"), NotFoundError."""

    sandbox_id: str
    expected_revision: int
    keep: int = 0

    def execute(self, work: Work, actor: Actor) -> SandboxChanged:
        row = _locked(work, actor, self.sandbox_id, self.expected_revision)
        keep = checked_number(self.keep, "keep", minimum=0)
        return SandboxChanged(row.id, store.change_sandbox(work.tx, row.id, steps=row.steps[:keep]))


@dataclass(frozen=True, slots=True)
class RenewSandbox:
    """From now on try the files as the working copy (or, for a released version, what runs) has them now; the steps stay.

    Raises as BeginSandbox and CutSandbox.
    """

    sandbox_id: str
    expected_revision: int

    def execute(self, work: Work, actor: Actor) -> SandboxChanged:
        row = _locked(work, actor, self.sandbox_id, self.expected_revision)
        files, revision = _files(work, row.pack_key, row.copy_revision is None)
        work.packs.compile(files)
        return SandboxChanged(row.id, store.change_sandbox(work.tx, row.id, **_taken(files, revision)))


@dataclass(frozen=True, slots=True)
class EndSandbox:
    """Nothing stays of it. Raises NotFoundError."""

    sandbox_id: str

    def execute(self, work: Work, actor: Actor) -> str:
        """The key of its pack."""
        row = _locked(work, actor, self.sandbox_id)
        store.delete_sandbox(work.tx, row.id)
        return str(row.pack_key)


@dataclass(frozen=True, slots=True)
class RemoveOldSandboxes:
    """Take away those that nobody touched for two weeks; how many. System only; run it daily."""

    def execute(self, work: Work, actor: Actor) -> int:
        require_system(actor)
        return store.delete_older(work.tx, work.now - KEPT)


def _size(data: Mapping[str, Any]) -> int:
    return len(json_text(dict(data)).encode())


def _locked(work: Work, actor: Actor, sandbox_id: str, expected: int | None = None) -> Any:
    """The actor's own sandbox, held. Raises NotFoundError("no_such_sandbox"), StaleRevision("sandbox_changed")."""
    require_analyst(actor)
    row = store.sandbox_of(work.connection, checked_text(sandbox_id, "sandbox_id"), actor.user_id, lock=True)
    if row is None:
        raise NotFoundError("no_such_sandbox", sandbox_id=sandbox_id[:100])
    if expected is not None and row.revision != expected:
        raise StaleRevision("sandbox_changed", revision=row.revision)
    return row
