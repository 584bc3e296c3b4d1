"""A working copy becomes what runs: checked, tried with these very files, and with nobody's release in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.bpmn.pack import digest_of
from engine.commands.deployments import Deployment, DeployPack, hold_deployments, newest_deployment, require_running
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
        note = checked_text(self.note, "note", maximum=LONGEST_NOTE, required=False)
        if not note:
            raise InputRejected("note_required", field="note")
        hold_deployments(work)
        newest = newest_deployment(work, checked_text(self.pack_key, "pack_key"))
        require_running(work, newest, self.base_deployment_id or "")
        copy = locked_copy(work, self.pack_key)
        require_copy_revision(work, copy, self.expected_revision)
        if copy.base_deployment_id != self.base_deployment_id:
            raise ConflictError("working_copy_behind", pack_key=copy.pack_key)
        files = store.working_files(work.connection, copy.id)
        digest = digest_of(files)
        if newest is not None and newest.digest == digest:
            raise ConflictError("nothing_to_release", pack_key=copy.pack_key)
        work.packs.compile(files)
        run = _green_run(work, copy.pack_key, digest)
        deployment = DeployPack(files, note).execute(work, actor)
        work.connection.execute(sa.insert(Release).values(_release(deployment, copy, run)))
        store.close_copy(work.tx, copy.id, actor.user_id, "released")
        return deployment


def _green_run(work: Work, pack_key: str, digest: str) -> Any:
    """The last run of all scenarios, of these very files."""
    run = scenario_runs.last_run(work.connection, pack_key)
    if run is None or run.digest != digest:
        raise ConflictError("scenarios_not_run", pack_key=pack_key)
    if not run.passed:
        raise ConflictError("scenarios_failed", pack_key=pack_key)
    return run


def _release(deployment: Deployment, copy: Any, run: Any) -> dict[str, Any]:
    covered = sum(len(one["elements"]) + len(one["flows"]) for one in run.coverage)
    missing = sum(len(one["missing_elements"]) + len(one["missing_flows"]) for one in run.coverage)
    return {
        "deployment_id": deployment.id,
        "copy_id": copy.id,
        "copy_revision": copy.revision,
        "base_deployment_id": copy.base_deployment_id,
        "tested_digest": run.digest,
        "tested_by": run.ran_by,
        "tested_at": run.ended_at,
        "scenarios": len(run.results),
        "covered": covered,
        "coverable": covered + missing,
    }
