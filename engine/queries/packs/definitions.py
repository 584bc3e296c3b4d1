"""Process definitions: which there are, who may start them, how they look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.bpmn.svg import draw
from engine.model.errors import InputRejected, NotFoundError
from engine.model.identity import Actor, is_analyst, is_auditor
from engine.queries.cases.heads import require_instance
from engine.queries.cases.story import read_log, tell
from engine.queries.reading import Query, Reading, findable
from engine.queries.views import DefinitionRow, Progress, StartView
from engine.queries.visibility import visible_instances
from engine.store.tables import Definition, Deployment, Instance

if TYPE_CHECKING:
    from engine.bpmn.elements import Element
    from engine.bpmn.pack import Pack

LANGUAGES = ("zh", "en")
_NEWER = sa.orm.aliased(Deployment)
_IS_NEWEST = ~sa.exists().where(_NEWER.pack_key == Deployment.pack_key, _NEWER.number > Deployment.number)
_COLUMNS = (
    Definition.id,
    Definition.key,
    Definition.version,
    Definition.name,
    Definition.name_en,
    Definition.version_tag,
    Definition.file,
    Definition.deployment_id,
    Deployment.pack_key,
    Deployment.name.label("pack_name"),
    Deployment.name_en.label("pack_name_en"),
    Deployment.digest,
    Deployment.deployed_at,
    Deployment.deployed_by,
    _IS_NEWEST.label("newest"),
)


def _definitions() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(*_COLUMNS).join(Deployment, Deployment.id == Definition.deployment_id)


@dataclass(frozen=True, slots=True)
class Definitions(Query[tuple[DefinitionRow, ...]]):
    """Every version of every process (of `key` only), newest deployments first; `newest_only` leaves out what does not start any more."""

    key: str | None = None
    newest_only: bool = False

    def answer(self, reading: Reading, actor: Actor) -> tuple[DefinitionRow, ...]:
        statement = _definitions().order_by(Deployment.number.desc(), Definition.id)
        if self.key is not None:
            statement = statement.where(Definition.key == findable(self.key))
        if self.newest_only:
            statement = statement.where(_IS_NEWEST)
        return _rows(reading, reading.connection.execute(statement).all())


@dataclass(frozen=True, slots=True)
class Startable(Query[tuple[DefinitionRow, ...]]):
    """The processes that the actor may start now; administrators those that begin by hand and that any role may start."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[DefinitionRow, ...]:
        rows = reading.connection.execute(_definitions().where(_IS_NEWEST).order_by(Deployment.number.desc(), Definition.id)).all()
        startable = []
        for row in rows:
            pack = reading.pack(row.deployment_id, row.digest)
            starters = [role for role in pack.settings.roles if row.key in role.can_start]
            may = _may_start(pack, row.key, actor) and (bool(starters) or not pack.settings.roles)
            if may and _start_event(pack, row.key) is not None:
                startable.append(row)
        return _rows(reading, startable)


@dataclass(frozen=True, slots=True)
class StartForm(Query[StartView]):
    """What starting the newest version of a process asks for. Raises NotFoundError for a process that does not exist."""

    key: str

    def answer(self, reading: Reading, actor: Actor) -> StartView:
        row = reading.connection.execute(
            _definitions().where(Definition.key == findable(self.key), _IS_NEWEST).order_by(Definition.version.desc()).limit(1)
        ).one_or_none()
        if row is None:
            raise NotFoundError("no_such_process", key=str(self.key)[:100])
        pack = reading.pack(row.deployment_id, row.digest)
        event = _start_event(pack, row.key)
        assignment = event.assignment if event else None
        may = _may_start(pack, row.key, actor)
        return StartView(
            definition=_rows(reading, [row])[0],
            form=pack.forms.get(assignment.form_id or "") if assignment else None,
            scope={"starter": actor.user_id, "businessKey": None, "startedAt": reading.now},
            rights=assignment.field_rights if assignment else {},
            may_start=may and event is not None,
            reason="no_such_start" if event is None else "" if may else "may_not_start",
        )


def _may_start(pack: Pack, key: str, actor: Actor) -> bool:
    return actor.is_administrator or any(role.key in actor.groups and key in role.can_start for role in pack.settings.roles)


def _start_event(pack: Pack, key: str) -> Element | None:
    return next((each for each in pack.processes[key].starts() if each.event is None or each.event.type == "none"), None)


def _rows(reading: Reading, rows: Sequence[sa.Row[Any]]) -> tuple[DefinitionRow, ...]:
    names = reading.user_names(row.deployed_by for row in rows)
    counted = sa.select(Instance.definition_id, sa.func.count()).where(
        Instance.status == "active", Instance.definition_id.in_([row.id for row in rows])
    )
    active = dict(reading.connection.execute(counted.group_by(Instance.definition_id)).all()) if rows else {}
    definitions = []
    for row in rows:
        model = reading.pack(row.deployment_id, row.digest).processes[row.key]
        definitions.append(
            DefinitionRow(
                key=row.key,
                version=row.version,
                name=row.name,
                name_en=row.name_en,
                documentation=model.documentation,
                documentation_en=model.properties.get("tuoke.documentation.en", "").strip(),
                version_tag=row.version_tag,
                file=row.file,
                pack_key=row.pack_key,
                pack_name=row.pack_name,
                pack_name_en=row.pack_name_en,
                deployment_id=row.deployment_id,
                deployed_at=row.deployed_at,
                deployed_by_name=names[row.deployed_by],
                newest=row.newest,
                active_instances=active.get(row.id, 0),
            )
        )
    return tuple(definitions)


def _version(reading: Reading, process_key: str, version: int) -> tuple[sa.Row[Any], Pack]:
    row = None
    if isinstance(version, int) and 0 < version < 2**31:
        row = reading.connection.execute(_definitions().where(Definition.key == findable(process_key), Definition.version == version)).one_or_none()
    if row is None:
        raise NotFoundError("no_such_process", key=str(process_key)[:100], version=version)
    return row, reading.pack(row.deployment_id, row.digest)


def _require_reader(reading: Reading, actor: Actor, row: sa.Row[Any], pack: Pack) -> None:
    """Analysts, auditors and administrators read every diagram. Staff read what they may start, have a lane in, or see a case of: that process and
    those that it calls. Raises NotFoundError: whether there is another one is not theirs to know.
    """
    if is_analyst(actor) or is_auditor(actor):
        return
    above = _callers(pack, row.key)
    roles = {word for role in pack.settings.roles if role.key in actor.groups for word in (role.key, role.name)}
    if any(_may_start(pack, key, actor) or not roles.isdisjoint(pack.processes[key].lanes) for key in above):
        return
    theirs = sa.select(Instance.id).join(Definition, Definition.id == Instance.definition_id)
    theirs = theirs.where(Definition.deployment_id == row.deployment_id, Instance.process_key.in_(sorted(above)), visible_instances(actor))
    if reading.connection.execute(theirs.limit(1)).first() is None:
        raise NotFoundError("no_such_process", key=row.key, version=row.version)


def _callers(pack: Pack, key: str) -> set[str]:
    """The process and whichever call it, directly or not."""
    calls = {model.key: {each.called.process_key for each in model.elements.values() if each.called} for model in pack.processes.values()}
    found = {key}
    while more := {caller for caller, called in calls.items() if not called.isdisjoint(found)} - found:
        found |= more
    return found


@dataclass(frozen=True, slots=True)
class DiagramXml(Query[bytes]):
    """The BPMN file that a version of a process was deployed with, byte for byte. NotFoundError also for one that is not the actor's to know."""

    process_key: str
    version: int

    def answer(self, reading: Reading, actor: Actor) -> bytes:
        row, pack = _version(reading, self.process_key, self.version)
        _require_reader(reading, actor, row, pack)
        return pack.files[row.file]


@dataclass(frozen=True, slots=True)
class DiagramSvg(Query[str]):
    """The drawing of a version of a process, with the progress of an instance when one is given (NotFoundError when the actor may not see it).

    `progress`: drawn instead of the instance's own, as of an earlier moment; whoever has it has read the case.
    """

    process_key: str
    version: int
    instance_id: str | None = None
    language: str = "zh"
    progress: Progress | None = None

    def answer(self, reading: Reading, actor: Actor) -> str:
        if self.language not in LANGUAGES:
            raise InputRejected("unknown_language", field="language", languages=", ".join(LANGUAGES))
        row, pack = _version(reading, self.process_key, self.version)
        progress = self.progress or Progress(self.process_key)
        if self.instance_id is None and self.progress is None:
            _require_reader(reading, actor, row, pack)
        if self.instance_id is not None and self.progress is None:
            head = require_instance(reading, actor, self.instance_id)
            story = tell(reading.pack(head.deployment_id, head.digest), read_log(reading, self.instance_id))
            progress = story.progress().get(self.process_key, progress)
        return draw(pack.files[row.file], self.process_key, progress.done, progress.active, progress.flows, progress.cancelled, self.language)
