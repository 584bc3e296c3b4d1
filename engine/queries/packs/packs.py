"""Process packs as a catalogue: which there are, what each deployment holds, its files, decisions and forms. For analysts and auditors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.bpmn.svg import draw
from engine.dmn import DmnRejected
from engine.dmn.sheet import DecisionSheet, read_sheets
from engine.model.errors import NotAllowedError, NotFoundError
from engine.model.identity import Actor, is_analyst, is_auditor
from engine.queries.packs import pack_contents
from engine.queries.packs.definitions import DiagramXml
from engine.queries.packs.pack_releases import releases_of
from engine.queries.packs.pack_views import PackDetail, PackForm, PackRelease, PackRow, PackVersionRow
from engine.queries.reading import Query, Reading, findable
from engine.store.packs import deployed_files
from engine.store.tables import Deployment

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack


def _require_reader(actor: Actor) -> None:
    if not (is_analyst(actor) or is_auditor(actor)):
        raise NotAllowedError("analysts_only")


@dataclass(frozen=True, slots=True)
class Packs(Query[tuple[PackRow, ...]]):
    """Every pack in order of names, with its newest deployment."""

    def answer(self, reading: Reading, actor: Actor) -> tuple[PackRow, ...]:
        _require_reader(actor)
        keys = reading.connection.scalars(sa.select(Deployment.pack_key).distinct()).all()
        rows = [_row(reading, key) for key in keys]
        return tuple(sorted(rows, key=lambda row: (row.name, row.key)))


def _row(reading: Reading, key: str) -> PackRow:
    releases = releases_of(reading, key)
    newest = releases[0]
    pack = reading.pack(newest.deployment_id, newest.digest)
    return PackRow(
        key=key,
        name=pack.settings.name or key,
        name_en=pack.settings.name_en,
        newest=newest,
        releases=len(releases),
        older=older_running(releases),
        decisions=len(pack.decisions),
        forms=len(pack.forms),
        warnings=pack.warnings,
    )


def older_running(releases: tuple[PackRelease, ...]) -> tuple[PackVersionRow, ...]:
    """Versions of all but the newest release that instances still run on."""
    return tuple(version for release in releases[1:] for version in release.versions if version.active_instances)


def _chosen(reading: Reading, pack_key: str, deployment_id: str | None) -> tuple[Any, Pack]:
    """A deployment of the pack, the newest when none is named. Raises NotFoundError."""
    statement = sa.select(Deployment).where(Deployment.pack_key == findable(pack_key)).order_by(Deployment.number.desc()).limit(1)
    if deployment_id is not None:
        statement = statement.where(Deployment.id == findable(deployment_id))
    row = reading.connection.execute(sa.select(*statement.subquery().c)).one_or_none()
    if row is None:
        raise NotFoundError("no_such_pack", pack_key=str(pack_key)[:100])
    return row, reading.pack(row.id, row.digest)


@dataclass(frozen=True, slots=True)
class PackView(Query[PackDetail]):
    """A deployment of a pack (None: the newest) with everything in it. Raises NotFoundError."""

    pack_key: str
    deployment_id: str | None = None

    def answer(self, reading: Reading, actor: Actor) -> PackDetail:
        _require_reader(actor)
        row, pack = _chosen(reading, self.pack_key, self.deployment_id)
        releases = releases_of(reading, row.pack_key)
        release = next(one for one in releases if one.deployment_id == row.id)
        return PackDetail(
            key=row.pack_key,
            name=pack.settings.name or row.pack_key,
            name_en=pack.settings.name_en,
            release=release,
            is_newest=release is releases[0],
            releases=releases,
            processes=pack_contents.processes(pack, release.versions),
            decisions=tuple(_sheets(pack)),
            forms=pack_contents.forms(pack),
            record_types=pack_contents.record_types(pack),
            roles=pack_contents.roles(pack),
            scenarios=pack_contents.scenarios(pack),
            files=pack_contents.files(pack),
            document=pack.settings.document,
            warnings=pack.warnings,
        )


def _sheets(pack: Pack) -> list[tuple[str, DecisionSheet]]:
    """(file, decision) in order of files; a file that an older release of the checks let through and that cannot be read is left out."""
    found = []
    for name in sorted(pack.files):
        if not name.lower().endswith(".dmn"):
            continue
        try:
            found += [(name, sheet) for sheet in read_sheets(pack.files[name], name)]
        except DmnRejected:
            continue
    return found


@dataclass(frozen=True, slots=True)
class PackFiles(Query[dict[str, bytes]]):
    """All files of a deployment (None: the newest) as they were deployed. Raises NotFoundError."""

    pack_key: str
    deployment_id: str | None = None

    def answer(self, reading: Reading, actor: Actor) -> dict[str, bytes]:
        _require_reader(actor)
        row, _ = _chosen(reading, self.pack_key, self.deployment_id)
        return deployed_files(reading.connection, row.id)


@dataclass(frozen=True, slots=True)
class PackFile(Query[bytes]):
    """One file of a deployment, byte for byte. Raises NotFoundError."""

    pack_key: str
    name: str
    deployment_id: str | None = None

    def answer(self, reading: Reading, actor: Actor) -> bytes:
        files = PackFiles(self.pack_key, self.deployment_id).answer(reading, actor)
        if self.name not in files:
            raise NotFoundError("no_such_file", name=str(self.name)[:200])
        return files[self.name]


def chosen_pack(reading: Reading, actor: Actor, key: str, deployment_id: str | None) -> Pack:
    """The pack as a deployment has it, the newest one without. Raises NotAllowedError, NotFoundError."""
    _require_reader(actor)
    return _chosen(reading, key, deployment_id)[1]


@dataclass(frozen=True, slots=True)
class FormPreview(Query[PackForm]):
    """A form of a deployment and where it is filled in. Raises NotFoundError."""

    pack_key: str
    form_id: str
    deployment_id: str | None = None

    def answer(self, reading: Reading, actor: Actor) -> PackForm:
        _require_reader(actor)
        _, pack = _chosen(reading, self.pack_key, self.deployment_id)
        found = next((one for one in pack_contents.forms(pack) if one.form.id == self.form_id), None)
        if found is None:
            raise NotFoundError("no_such_form", form_id=str(self.form_id)[:100])
        return found


@dataclass(frozen=True, slots=True)
class SubProcessSvg(Query[str]):
    """The drawing inside a collapsed sub-process of a version of a process. Raises NotFoundError when it has none."""

    process_key: str
    version: int
    element_id: str
    language: str = "zh"

    def answer(self, reading: Reading, actor: Actor) -> str:
        _require_reader(actor)
        data = DiagramXml(self.process_key, self.version).answer(reading, actor)
        if self.element_id not in pack_contents.drawn_apart(data):
            raise NotFoundError("no_such_element", element_id=str(self.element_id)[:100])
        return draw(data, self.element_id, language=self.language)
