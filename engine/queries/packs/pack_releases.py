"""The deployments of a pack: when, by whom, what changed, and what still runs on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine.queries.packs.pack_views import PackRelease, PackVersionRow, Tested
from engine.queries.reading import Reading
from engine.store.releases import Release
from engine.store.tables import Definition, DeployedFile, Deployment, Instance


def releases_of(reading: Reading, pack_key: str) -> tuple[PackRelease, ...]:
    """All deployments of a pack, newest first; none for a pack that does not exist."""
    rows = reading.connection.execute(
        sa.select(Deployment.id, Deployment.digest, Deployment.note, Deployment.deployed_at, Deployment.deployed_by)
        .where(Deployment.pack_key == pack_key)
        .order_by(Deployment.number.desc())
    ).all()
    tests = {row.deployment_id: row for row in reading.connection.execute(_TESTS.where(Deployment.pack_key == pack_key))}
    names = reading.user_names([*(row.deployed_by for row in rows), *(row.tested_by for row in tests.values())])
    versions = _versions(reading, pack_key)
    files = _file_digests(reading, pack_key)
    before = [*(files.get(row.id, {}) for row in rows[1:]), {}]
    return tuple(
        _release(row, names, versions.get(row.id, ()), (files.get(row.id, {}), old), tests.get(row.id)) for row, old in zip(rows, before, strict=True)
    )


_TESTS = sa.select(*Release.__table__.c).join(Deployment, Deployment.id == Release.deployment_id)


def _release(
    row: Any, names: Mapping[str, str], versions: Sequence[PackVersionRow], sides: tuple[Mapping[str, str], Mapping[str, str]], tested: Any
) -> PackRelease:
    files, before = sides
    return PackRelease(
        deployment_id=row.id,
        digest=row.digest,
        note=row.note,
        deployed_at=row.deployed_at,
        deployed_by_name=names[row.deployed_by],
        versions=tuple(versions),
        added=tuple(sorted(files.keys() - before.keys())),
        changed=tuple(sorted(name for name in files.keys() & before.keys() if files[name] != before[name])),
        removed=tuple(sorted(before.keys() - files.keys())),
        tested=None if tested is None else _tested(tested, names),
    )


def _tested(row: Any, names: Mapping[str, str]) -> Tested:
    percent = row.covered * 100 // row.coverable if row.coverable else 100
    return Tested(row.tested_digest, names[row.tested_by], row.tested_at, row.scenarios, percent)


def _versions(reading: Reading, pack_key: str) -> dict[str, list[PackVersionRow]]:
    """Deployment id -> versions that it made."""
    active = (
        sa.select(Instance.definition_id, sa.func.count().label("count"))
        .where(Instance.status == "active")
        .group_by(Instance.definition_id)
        .subquery()
    )
    statement = (
        sa.select(Definition.key, Definition.version, Definition.name, Definition.name_en, Definition.file, Definition.deployment_id, active.c.count)
        .join(Deployment, Deployment.id == Definition.deployment_id)
        .join(active, active.c.definition_id == Definition.id, isouter=True)
        .where(Deployment.pack_key == pack_key)
        .order_by(Definition.id)
    )
    versions: dict[str, list[PackVersionRow]] = {}
    for key, version, name, name_en, file, deployment_id, count in reading.connection.execute(statement):
        versions.setdefault(deployment_id, []).append(PackVersionRow(key, version, name, name_en, file, deployment_id, count or 0))
    return versions


def _file_digests(reading: Reading, pack_key: str) -> dict[str, dict[str, str]]:
    """Deployment id -> file name -> digest."""
    statement = sa.select(DeployedFile.deployment_id, DeployedFile.name, DeployedFile.digest)
    statement = statement.join(Deployment, Deployment.id == DeployedFile.deployment_id).where(Deployment.pack_key == pack_key)
    files: dict[str, dict[str, str]] = {}
    for deployment_id, name, digest in reading.connection.execute(statement):
        files.setdefault(deployment_id, {})[name] = digest
    return files
