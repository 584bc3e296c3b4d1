"""A working copy takes in what was deployed since it was made."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from engine.commands.rights import require_analyst
from engine.commands.work import Work
from engine.commands.working.checks import locked_copy, require_copy_revision, version_of
from engine.model.errors import NotFoundError
from engine.model.identity import Actor
from engine.store import working_copies as store
from engine.store.packs import deployed_files
from engine.store.tables import Deployment


@dataclass(frozen=True, slots=True)
class WorkingCopyUpdated:
    """`taken` are files that are now as deployed (or gone), `kept` files that both sides changed: they stay as the copy had them."""

    taken: tuple[str, ...]
    kept: tuple[str, ...]
    revision: int


@dataclass(frozen=True, slots=True)
class UpdateWorkingCopy:
    """Base an open working copy on the newest deployment: files that nobody changed in the copy become those of the deployment.

    Raises NotFoundError, StaleRevision("working_copy_changed").
    """

    pack_key: str
    expected_revision: int

    def execute(self, work: Work, actor: Actor) -> WorkingCopyUpdated:
        require_analyst(actor)
        copy = locked_copy(work, self.pack_key)
        require_copy_revision(work, copy, self.expected_revision)
        newest = sa.select(Deployment.id).where(Deployment.pack_key == copy.pack_key).order_by(Deployment.number.desc()).limit(1)
        deployment_id = work.connection.scalar(newest)
        if deployment_id is None:
            raise NotFoundError("no_such_pack", pack_key=copy.pack_key)
        if deployment_id == copy.base_deployment_id:
            return WorkingCopyUpdated((), (), copy.revision)
        return self._update(work, actor, copy, deployment_id)

    def _update(self, work: Work, actor: Actor, copy: Any, deployment_id: str) -> WorkingCopyUpdated:
        base = deployed_files(work.connection, copy.base_deployment_id) if copy.base_deployment_id else {}
        theirs = deployed_files(work.connection, deployment_id)
        mine = {row.name: row.digest for row in store.current_files(work.connection, copy.id, contents=False)}
        revision = store.next_revision(work.tx, copy.id, actor.user_id)
        taken, kept = [], []
        for name in sorted(base.keys() | theirs.keys()):
            before, now, here = _digest(base.get(name)), _digest(theirs.get(name)), mine.get(name)
            if now in (before, here):
                continue
            if here != before:
                kept.append(name)
                continue
            taken.append(name)
            if name in theirs:
                store.write_version(work.tx, version_of(copy.id, name, "updated", revision, actor, theirs[name]))
            else:
                store.write_removal(work.tx, copy.id, name, revision, actor.user_id)
        store.set_base(work.tx, copy.id, deployment_id)
        return WorkingCopyUpdated(tuple(taken), tuple(kept), revision)


def _digest(content: bytes | None) -> str | None:
    return None if content is None else sha256(content).hexdigest()
