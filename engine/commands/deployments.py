"""Deploy a process pack."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engine.bpmn.elements import Element
from engine.bpmn.runtime import Schedule, first_due
from engine.commands.input import checked_text
from engine.commands.records.record_index import index_register
from engine.commands.rights import require_analyst
from engine.commands.work import Work
from engine.model.errors import DefinitionRejected, InputRejected, ProcessError, StaleRevision
from engine.model.findings import Finding
from engine.model.identity import Actor
from engine.store import job_queue, tables
from engine.store.registers import Group, RecordTypeRow
from engine.store.rows import insert_rows
from engine.store.tables import Definition, DeployedContent, DeployedFile, StartWait

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack

_ADVISORY_LOCK = 0x6465706C6F79  # "deploy"


@dataclass(frozen=True, slots=True)
class DefinitionVersion:
    """A process and the version that a deployment gave it."""

    key: str
    version: int
    name: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """`unchanged`: the pack's newest deployment already had these very files, and nothing was written.

    `superseded` (with `only_new`): an earlier one had them; nothing was written, and the rest tells of the newest.
    """

    id: str
    pack_key: str
    digest: str
    processes: tuple[DefinitionVersion, ...]
    unchanged: bool
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class DeployPack:
    """Check the files of a pack (name -> bytes) and make new versions of all its processes. Analysts only.

    `only_new` leaves the newest deployment alone when an earlier one had these files: a program that deploys whenever it starts must not take
    back what people deployed since. What people bring is released by ReleaseWorkingCopy and ReleaseFiles, which ask for a note and green scenarios.
    Raises DefinitionRejected with every finding; a process key that belongs to another pack is one.
    """

    files: Mapping[str, bytes]
    note: str = ""
    only_new: bool = False

    def execute(self, work: Work, actor: Actor) -> Deployment:
        require_analyst(actor)
        note = checked_text(self.note, "note", maximum=2000, required=False)
        files = _checked_files(self.files)
        pack = work.packs.compile(files)
        hold_deployments(work)
        newest = newest_deployment(work, pack.settings.key)
        if newest is not None and newest.digest == pack.digest:
            return unchanged_deployment(work, newest, pack)
        if newest is not None and self.only_new and _deployed_before(work, pack):
            return Deployment(newest.id, pack.settings.key, newest.digest, _versions(work, newest.id), False, superseded=True)
        return deployed(work, actor, pack, note)


def deployed(work: Work, actor: Actor, pack: Pack, note: str) -> Deployment:
    """New versions of all processes of a pack, while `hold_deployments` holds. Raises DefinitionRejected for what belongs to another pack."""
    refuse_taken(work, pack)
    schedules = _schedules(work, pack)
    deployment_id = _insert_deployment(work, pack, actor, note)
    _insert_files(work, deployment_id, pack.files)
    _insert_definitions(work, deployment_id, pack, schedules)
    _save_groups(work, pack)
    _save_record_types(work, deployment_id, pack)
    return Deployment(deployment_id, pack.settings.key, pack.digest, _versions(work, deployment_id), False)


def hold_deployments(work: Work) -> None:
    """Nobody else deploys until the end of the transaction."""
    work.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))


def _checked_files(given: object) -> dict[str, bytes]:
    """Raises InputRejected for what is no mapping of names to bytes; what they are is the loader's business."""
    if not isinstance(given, Mapping):
        raise InputRejected("wrong_type", field="files", expected="mapping", given=type(given).__name__)
    for name, content in given.items():
        if not isinstance(name, str) or not isinstance(content, bytes):
            raise InputRejected("wrong_type", field="files", expected="text -> bytes", given=type(content).__name__)
    return dict(given)


def newest_deployment(work: Work, pack_key: str) -> Any:
    """(id, digest, deployed_by, deployed_at) of what runs now, None when nothing of the pack does."""
    table = tables.Deployment
    columns = sa.select(table.id, table.digest, table.deployed_by, table.deployed_at).where(table.pack_key == pack_key)
    return work.connection.execute(columns.order_by(table.number.desc()).limit(1)).one_or_none()


def require_running(work: Work, newest: Any, expected: str) -> None:
    """Raises StaleRevision with who released meanwhile, and when; `expected` "": nothing ran."""
    if newest is not None and newest.id != expected:
        name = work.user_names([newest.deployed_by])[newest.deployed_by]
        raise StaleRevision("pack_released_meanwhile", by=newest.deployed_by, by_name=name, at=newest.deployed_at.isoformat())
    if newest is None and expected:
        raise InputRejected("wrong_type", field="running", expected="none", given="text")


def unchanged_deployment(work: Work, newest: Any, pack: Pack) -> Deployment:
    """What is told when these very files run already."""
    return Deployment(newest.id, pack.settings.key, pack.digest, _versions(work, newest.id), True)


def _deployed_before(work: Work, pack: Pack) -> bool:
    same = sa.exists().where(tables.Deployment.pack_key == pack.settings.key, tables.Deployment.digest == pack.digest)
    return bool(work.connection.scalar(sa.select(same)))


def _versions(work: Work, deployment_id: str) -> tuple[DefinitionVersion, ...]:
    statement = sa.select(Definition.key, Definition.version, Definition.name).where(Definition.deployment_id == deployment_id)
    return tuple(DefinitionVersion(*row) for row in work.connection.execute(statement.order_by(Definition.id)))


def refuse_taken(work: Work, pack: Pack) -> None:
    """A process key and a record type belong to one pack."""
    key = pack.settings.key
    taken = (
        sa.select(Definition.key, tables.Deployment.pack_key)
        .distinct()
        .join(tables.Deployment, tables.Deployment.id == Definition.deployment_id)
        .where(Definition.key.in_(list(pack.processes)), tables.Deployment.pack_key != key)
    )
    findings = [
        Finding(
            code="process_key_taken",
            file=pack.processes[row.key].file,
            message=f"流程标识 {row.key} 已属于流程包 {row.pack_key}",
            element_id=row.key,
            element_name=pack.processes[row.key].name,
            proposal="换一个流程标识,或把流程放进那个流程包",
            values={"key": row.key, "pack_key": row.pack_key},
        )
        for row in work.connection.execute(taken)
    ]
    record_keys = [record_type.key for record_type in pack.settings.record_types]
    others = sa.select(RecordTypeRow.key, RecordTypeRow.pack_key).where(RecordTypeRow.key.in_(record_keys), RecordTypeRow.pack_key != key)
    findings += [
        Finding(
            code="record_type_taken",
            file="pack.toml",
            message=f"台账 {row.key} 已属于流程包 {row.pack_key}",
            element_id=row.key,
            proposal="换一个台账标识",
            values={"key": row.key, "pack_key": row.pack_key},
        )
        for row in work.connection.execute(others)
    ]
    if findings:
        raise DefinitionRejected(findings)


def _schedules(work: Work, pack: Pack) -> dict[tuple[str, str], Schedule]:
    """(process key, start event) -> first firing of timer start events."""
    schedules, findings = {}, []
    for process in pack.processes.values():
        for start in process.starts():
            if start.event is None or start.event.type != "timer":
                continue
            try:
                schedules[process.key, start.id] = first_due(start.event, {}, work.now)
            except ProcessError as error:
                findings.append(_bad_timer(process.file, start, error))
    if findings:
        raise DefinitionRejected(findings)
    return schedules


def _bad_timer(file: str, start: Element, error: ProcessError) -> Finding:
    return Finding(
        code="start_timer",
        file=file,
        message=f"定时开始事件的时间算不出来:{start.event.timer if start.event else None}",
        line=start.line,
        element_id=start.id,
        element_name=start.name,
        proposal="写日期时间、时长(如 PT1H)或周期(如 R/P1D)",
        values={"reason": error.code, **error.details},
    )


def _insert_deployment(work: Work, pack: Pack, actor: Actor, note: str) -> str:
    deployment_id = work.tx.new_id()
    work.connection.execute(
        sa.insert(tables.Deployment).values(
            id=deployment_id,
            pack_key=pack.settings.key,
            name=pack.settings.name,
            name_en=pack.settings.name_en,
            digest=pack.digest,
            note=note,
            deployed_by=actor.user_id,
            deployed_at=work.now,
        )
    )
    return deployment_id


def _insert_files(work: Work, deployment_id: str, files: Mapping[str, bytes]) -> None:
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    contents = {digests[name]: content for name, content in files.items()}
    known = set(work.connection.scalars(sa.select(DeployedContent.digest).where(DeployedContent.digest.in_(list(contents)))))
    new = [{"digest": digest, "content": content} for digest, content in contents.items() if digest not in known]
    insert_rows(work.connection, DeployedContent, new)
    insert_rows(work.connection, DeployedFile, [{"deployment_id": deployment_id, "name": name, "digest": digest} for name, digest in digests.items()])


def _insert_definitions(work: Work, deployment_id: str, pack: Pack, schedules: Mapping[tuple[str, str], Schedule]) -> None:
    """The next version of every process. Start events of earlier versions, and of processes that the pack dropped, wait for nothing any more."""
    versions = sa.select(Definition.key, sa.func.max(Definition.version)).where(Definition.key.in_(list(pack.processes))).group_by(Definition.key)
    before = dict(work.connection.execute(versions).all())
    rows = [
        {
            "key": process.key,
            "version": before.get(process.key, 0) + 1,
            "deployment_id": deployment_id,
            "name": process.name or process.key,
            "name_en": process.name_en,
            "version_tag": process.version_tag,
            "file": process.file,
        }
        for process in pack.processes.values()
    ]
    insert_rows(work.connection, Definition, rows)
    ids = dict(work.connection.execute(sa.select(Definition.key, Definition.id).where(Definition.deployment_id == deployment_id)).all())
    of_pack = sa.select(Definition.id).join(tables.Deployment, tables.Deployment.id == Definition.deployment_id)
    of_pack = of_pack.where(tables.Deployment.pack_key == pack.settings.key)
    work.connection.execute(sa.delete(StartWait).where(StartWait.definition_id.in_(of_pack)))
    waits = [
        _start_wait(ids[process.key], process.key, start, schedules.get((process.key, start.id)))
        for process in pack.processes.values()
        for start in process.starts()
        if start.event is not None and start.event.type in ("timer", "message", "signal")
    ]
    insert_rows(work.connection, StartWait, waits)
    timers = [job_queue.start_by_timer(wait["definition_id"], wait["element_id"], wait["due_at"]) for wait in waits if wait["due_at"]]
    job_queue.defer(work.connection, timers)


def _start_wait(definition_id: int, process_key: str, start: Element, schedule: Schedule | None) -> dict[str, Any]:
    return {
        "definition_id": definition_id,
        "element_id": start.id,
        "process_key": process_key,
        "type": start.event.type if start.event else "none",
        "name": start.event.name if start.event else None,
        "due_at": schedule.due_at if schedule else None,
        "remaining": schedule.remaining if schedule else None,
        "interval": schedule.interval if schedule else None,
    }


def _save_groups(work: Work, pack: Pack) -> None:
    """Roles become groups; a role that the pack drops stays a group, because people are in it."""
    for number, role in enumerate(pack.settings.roles, 1):
        row = {"name": role.name, "name_en": role.name_en, "department": role.department, "pack_key": pack.settings.key, "number": number}
        work.connection.execute(insert(Group).values(key=role.key, **row).on_conflict_do_update(index_elements=["key"], set_=row))


def _save_record_types(work: Work, deployment_id: str, pack: Pack) -> None:
    for record_type in pack.settings.record_types:
        row = {
            "pack_key": pack.settings.key,
            "deployment_id": deployment_id,
            "name": record_type.name,
            "name_en": record_type.name_en,
            "settings": asdict(record_type),
        }
        work.connection.execute(insert(RecordTypeRow).values(key=record_type.key, **row).on_conflict_do_update(index_elements=["key"], set_=row))
        index_register(work, record_type)
