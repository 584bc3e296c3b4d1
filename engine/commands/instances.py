"""Start, end and mend process instances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine import forms
from engine.commands.files import form_lookups, refer_to_files
from engine.commands.input import checked_number, checked_text, checked_values, command_fact, optional_text, refuse_reserved
from engine.commands.rights import require_administrator
from engine.commands.work import Moved, OpenedTask, Work, element_of
from engine.model import stimuli
from engine.model.errors import InputRejected, InstanceNotActive, NotAllowedError, NotFoundError
from engine.model.identity import Actor
from engine.model.outcome import InstanceStatus
from engine.model.values import JsonValue, Value, to_json
from engine.store.event_log import ChainEnd
from engine.store.instances import LockedInstance
from engine.store.tables import Definition, Deployment, Incident


@dataclass(frozen=True, slots=True)
class Started:
    """`next_task_id`: a task of this instance that the actor may do now; `opened` as in Completed."""

    instance_id: str
    status: InstanceStatus
    next_task_id: str | None
    opened: tuple[OpenedTask, ...]


@dataclass(frozen=True, slots=True)
class StartInstance:
    """Start the newest version of a process at its none start event. Roles with can_start may, and administrators."""

    key: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    business_key: str | None = None

    def execute(self, work: Work, actor: Actor) -> Started:
        key = checked_text(self.key, "key")
        business_key = optional_text(self.business_key, "business_key")
        given = checked_values(self.variables)
        definition = newest_definition(work, key)
        head = new_instance(work, definition, actor.user_id, business_key)
        given, values = self._submitted(work, head, actor, given)
        arguments = {"key": key, "variables": to_json(given), "business_key": business_key, "digest": definition.digest}
        moved = start(work, head, values, None, actor, **arguments)
        return Started(head.id, moved.outcome.status, moved.next_task_id(actor), work.opened_tasks(moved, actor))

    def _submitted(self, work: Work, head: LockedInstance, actor: Actor, given: dict[str, Value]) -> tuple[dict[str, Value], Mapping[str, Value]]:
        """What was given, its files and records in full, and what the start form makes of it. Raises NotAllowedError."""
        pack = work.pack(head)
        may = any(role.key in actor.groups and head.process_key in role.can_start for role in pack.settings.roles)
        if not may and not actor.is_administrator:
            raise NotAllowedError("may_not_start", key=head.process_key)
        starts = pack.processes[head.process_key].starts()
        event = next((each for each in starts if each.event is None or each.event.type == "none"), None)
        if event is None:
            raise InputRejected("no_such_start", key=head.process_key)
        refuse_reserved(given)
        assignment = element_of(pack, head.process_key, event.id).assignment
        if assignment is None or assignment.form_id is None:
            return given, given
        form, scope = pack.forms[assignment.form_id], known_variables(head)
        lookups = form_lookups(work, form, given, actor)
        values = forms.submit(form, given, scope=scope, rights=assignment.field_rights, now=work.now, lookups=lookups)
        refer_to_files(work, lookups, form, values, "instance", head.id)
        return forms.resolved(form, given, lookups), values


@dataclass(frozen=True, slots=True)
class Startable:
    """A version of a process, to start an instance of it."""

    id: int
    key: str
    version: int
    deployment_id: str
    digest: str


_VERSIONS = sa.select(Definition.id, Definition.key, Definition.version, Definition.deployment_id, Deployment.digest).join(
    Deployment, Deployment.id == Definition.deployment_id
)
_NEWER = aliased(Deployment)
_NEWEST = (
    _VERSIONS.where(Definition.key == sa.bindparam("key"))
    .where(~sa.exists().where(_NEWER.pack_key == Deployment.pack_key, _NEWER.number > Deployment.number))
    .order_by(Definition.version.desc())
    .limit(1)
)


def newest_definition(work: Work, key: str) -> Startable:
    """The newest version, if its pack's newest deployment still has the process. Raises NotFoundError."""
    row = work.connection.execute(_NEWEST, {"key": key}).one_or_none()
    if row is None:
        raise NotFoundError("no_such_process", key=key)
    return Startable(*row)


def definition_of(work: Work, definition_id: int) -> Startable:
    """The version that a start event's wait names."""
    return Startable(*work.connection.execute(_VERSIONS.where(Definition.id == definition_id)).one())


def new_instance(work: Work, definition: Startable, started_by: str, business_key: str | None, starter: bool = True) -> LockedInstance:
    """An instance that is not inserted yet."""
    return LockedInstance(
        id=work.tx.new_id(),
        definition_id=definition.id,
        process_key=definition.key,
        version=definition.version,
        deployment_id=definition.deployment_id,
        digest=definition.digest,
        business_key=business_key,
        starter=started_by if starter else None,
        started_by=started_by,
        started_at=work.now,
        status="active",
        title=None,
        revision=0,
        end=ChainEnd(),
        snapshot=None,
    )


def known_variables(head: LockedInstance) -> dict[str, Value]:
    """What the engine itself sets when an instance starts."""
    return {"starter": head.starter, "businessKey": head.business_key, "startedAt": head.started_at}


def start(work: Work, head: LockedInstance, values: Mapping[str, Value], element_id: str | None, actor: Actor, **arguments: JsonValue) -> Moved:
    """Insert the instance and run it from its none start event, or from `element_id`."""
    stimulus = stimuli.Start(values, element_id, known_variables(head))
    return work.step(head, stimulus, command_fact("StartInstance", start_element_id=element_id, **arguments), actor)


@dataclass(frozen=True, slots=True)
class Changed:
    """An instance after a command that changed it as a whole."""

    instance_id: str
    status: InstanceStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class TerminateInstance:
    """End an instance at once, with a reason. Administrators only."""

    instance_id: str
    reason: str

    def execute(self, work: Work, actor: Actor) -> Changed:
        require_administrator(actor)
        reason = checked_text(self.reason, "reason", maximum=2000)
        head = work.instance(self.instance_id)
        require_active(head)
        moved = work.step(head, stimuli.Terminate(reason), command_fact("TerminateInstance", reason=reason), actor)
        return Changed(head.id, moved.outcome.status, work.now)


@dataclass(frozen=True, slots=True)
class RetryIncident:
    """Try again what failed, after setting `variables` at the instance. Administrators only."""

    instance_id: str
    activity_instance_id: int
    variables: Mapping[str, Any] = field(default_factory=dict)

    def execute(self, work: Work, actor: Actor) -> Changed:
        require_administrator(actor)
        number = checked_number(self.activity_instance_id, "activity_instance_id", minimum=1)
        values = checked_values(self.variables)
        refuse_reserved(values)
        head = work.instance(self.instance_id)
        require_active(head)
        there = sa.select(Incident.id).where(Incident.instance_id == head.id, Incident.activity_instance_id == number, Incident.resolved_at.is_(None))
        if work.connection.execute(there).first() is None:
            raise NotFoundError("no_such_incident", instance_id=head.id, activity_instance_id=number)
        command = command_fact("RetryIncident", activity_instance_id=number, variables=to_json(values))
        moved = work.step(head, stimuli.RetryIncident(number, values), command, actor)
        return Changed(head.id, moved.outcome.status, work.now)


def require_active(head: LockedInstance) -> None:
    if head.status != "active":
        raise InstanceNotActive(instance_id=head.id, status=head.status)
