"""Files become what runs: checked, tried with these very files, and with nobody's release in between. There is one way, whoever brings them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.bpmn.pack import Pack, digest_of
from engine.commands.deployments import (
    Deployment,
    deployed,
    hold_deployments,
    newest_deployment,
    require_running,
    unchanged_deployment,
)
from engine.commands.input import checked_text
from engine.commands.rights import require_analyst
from engine.commands.work import Work
from engine.commands.working.checks import locked_copy, require_copy_revision
from engine.model.errors import ConflictError, InputRejected
from engine.model.identity import Actor
from engine.store import scenario_runs
from engine.store import working_copies as store
from engine.store.releases import Release

LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class ReleaseWorkingCopy:
    """Deploy the files of the pack's open working copy and close it. Analysts only.

    `expected_revision` is the copy's as it was looked at, `base_deployment_id` what ran then (None: nothing did). Raises
    StaleRevision("pack_released_meanwhile" | "working_copy_changed"), ConflictError("working_copy_behind" | "nothing_to_release" |
    "scenarios_not_run" | "scenarios_failed"), InputRejected("note_required"), DefinitionRejected, NotFoundError("no_working_copy").
    """

    pack_key: str
    expected_revision: int
    base_deployment_id: str | None
    note: str

    def execute(self, work: Work, actor: Actor) -> Deployment:
        require_analyst(actor)
        note = _checked_note(self.note)
        hold_deployments(work)
        newest = newest_deployment(work, checked_text(self.pack_key, "pack_key"))
        require_running(work, newest, self.base_deployment_id or "")
        copy = locked_copy(work, self.pack_key)
        require_copy_revision(work, copy, self.expected_revision)
        if copy.base_deployment_id != self.base_deployment_id:
            raise ConflictError("working_copy_behind", pack_key=copy.pack_key)
        files = store.working_files(work.connection, copy.id)
        if newest is not None and newest.digest == digest_of(files):
            raise ConflictError("nothing_to_release", pack_key=copy.pack_key)
        deployment = _released(work, actor, work.packs.compile(files), note, self.base_deployment_id, copy)
        store.close_copy(work.tx, copy.id, actor.user_id, "released")
        return deployment


@dataclass(frozen=True, slots=True)
class ReleaseFiles:
    """Deploy files of a pack (name -> bytes) that a tool brings; a working copy of the pack stays open. Analysts only.

    `running` is the deployment that they were compared with ("": none ran). When these very files run already nothing is written. Raises as
    ReleaseWorkingCopy.
    """

    files: Mapping[str, bytes]
    note: str
    running: str

    def execute(self, work: Work, actor: Actor) -> Deployment:
        require_analyst(actor)
        note = _checked_note(self.note)
        pack = work.packs.compile(self.files)
        hold_deployments(work)
        newest = newest_deployment(work, pack.settings.key)
        if newest is not None and newest.digest == pack.digest:
            return unchanged_deployment(work, newest, pack)
        require_running(work, newest, self.running)
        return _released(work, actor, pack, note, self.running or None)


def _checked_note(note: object) -> str:
    text = checked_text(note, "note", maximum=LONGEST_NOTE, required=False)
    if not text:
        raise InputRejected("note_required", field="note")
    return text


def _released(work: Work, actor: Actor, pack: Pack, note: str, base: str | None, copy: Any = None) -> Deployment:
    """What was tried is kept beside the deployment; `base` is the deployment that ran before."""
    run = _green_run(work, pack.settings.key, pack.digest)
    deployment = deployed(work, actor, pack, note)
    work.connection.execute(sa.insert(Release).values(_release(deployment, base, copy, run)))
    return deployment


def _green_run(work: Work, pack_key: str, digest: str) -> Any:
    """The last run of all scenarios with these very files."""
    run = scenario_runs.last_run(work.connection, pack_key, digest)
    if run is None:
        raise ConflictError("scenarios_not_run", pack_key=pack_key)
    if not run.passed:
        raise ConflictError("scenarios_failed", pack_key=pack_key)
    return run


def _release(deployment: Deployment, base: str | None, copy: Any, run: Any) -> dict[str, Any]:
    covered = sum(len(one["elements"]) + len(one["flows"]) for one in run.coverage)
    missing = sum(len(one["missing_elements"]) + len(one["missing_flows"]) for one in run.coverage)
    return {
        "deployment_id": deployment.id,
        "copy_id": copy.id if copy is not None else None,
        "copy_revision": copy.revision if copy is not None else None,
        "base_deployment_id": base,
        "tested_digest": run.digest,
        "tested_by": run.ran_by,
        "tested_at": run.ended_at,
        "scenarios": len(run.results),
        "covered": covered,
        "coverable": covered + missing,
    }
