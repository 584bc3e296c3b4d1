"""What an auditor asks of the engine: `ProcessEngine.read(question, actor)`, as with queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.audit.reexecute import Difference, Reexecution, reexecute
from engine.audit.verify import Verified, verify_instance
from engine.bpmn.pack import Pack
from engine.model.errors import DefinitionRejected
from engine.model.identity import Actor
from engine.store.case_access import require_auditor, require_part
from engine.store.event_stream import Connection, LoggedInstance, next_instances, stream_events
from engine.store.packs import PackCache

MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class VerifyInstance:
    """The hash chain of one instance, and its snapshot. For auditors and for who took part; nothing of the case itself is told."""

    instance_id: str

    def fetch(self, connection: Connection, actor: Actor, packs: PackCache[Pack], now: datetime) -> Verified:
        return verify_instance(connection, require_part(connection, actor, self.instance_id), packs)


@dataclass(frozen=True, slots=True)
class ReexecuteInstance:
    """Run one instance again in memory and compare. Auditors only: a difference shows what was recorded."""

    instance_id: str

    def fetch(self, connection: Connection, actor: Actor, packs: PackCache[Pack], now: datetime) -> Reexecution:
        require_auditor(actor)
        return _reexecuted(connection, require_part(connection, actor, self.instance_id), packs)


@dataclass(frozen=True, slots=True)
class ReexecuteNext:
    """Run the next hundred instances after the id `after` again, in the order of their ids. Auditors only; empty at the end."""

    after: str = ""

    def fetch(self, connection: Connection, actor: Actor, packs: PackCache[Pack], now: datetime) -> tuple[Reexecution, ...]:
        require_auditor(actor)
        return tuple(_reexecuted(connection, instance, packs) for instance in next_instances(connection, self.after, MOST_AT_ONCE))


def _reexecuted(connection: Connection, instance: LoggedInstance, packs: PackCache[Pack]) -> Reexecution:
    try:
        pack = packs.get(connection, instance.deployment_id, instance.digest)
    except DefinitionRejected as error:
        return Reexecution(instance.id, 0, 0, Difference(1, "pack", instance.digest, str(error)))
    return reexecute(instance, pack, stream_events(connection, [instance.id]))
