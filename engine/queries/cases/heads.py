"""The head of one instance, for those who may see it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.model.errors import NotFoundError
from engine.model.identity import Actor, is_instance_id
from engine.queries.reading import Reading
from engine.queries.visibility import visible_instances
from engine.store.tables import Definition, Deployment, Instance

HEAD = (
    Instance.id.label("instance_id"),
    Instance.process_key,
    Definition.name.label("process_name"),
    Definition.name_en.label("process_name_en"),
    Definition.version,
    Definition.deployment_id,
    Deployment.digest,
    Instance.title,
    Instance.business_key,
    Instance.status,
    Instance.outcome,
    Instance.reason,
    Instance.end_element_id,
    Instance.started_by,
    Instance.started_at,
    Instance.ended_at,
)


_HEADS = sa.select(*HEAD).join(Definition, Definition.id == Instance.definition_id).join(Deployment, Deployment.id == Definition.deployment_id)
_VERSIONS = sa.select(Definition.key, Definition.version).where(Definition.deployment_id == sa.bindparam("deployment_id"))


def heads(*more: Any) -> sa.Select[*tuple[Any, ...]]:
    """Selects heads of instances, and `more` columns of theirs."""
    return _HEADS.add_columns(*more)


def require_instance(reading: Reading, actor: Actor, instance_id: str, *more: Any) -> sa.Row[Any]:
    """The head of the instance. Raises NotFoundError, also for those who may not know of it."""
    row = None
    if is_instance_id(instance_id):
        row = reading.connection.execute(heads(*more).where(Instance.id == instance_id, visible_instances(actor))).one_or_none()
    if row is None:
        raise NotFoundError("no_such_instance", instance_id=str(instance_id)[:100])
    return row


def versions(reading: Reading, deployment_id: str) -> dict[str, int]:
    """The version that a deployment gave each of its processes."""
    return dict(reading.connection.execute(_VERSIONS, {"deployment_id": deployment_id}).all())
