"""What releasing a working copy would change, and whether anything stands against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import unified_diff

import sqlalchemy as sa

from engine.bpmn.differences import FileDifference, compare_packs
from engine.bpmn.differences.drawings import DrawingPair, marked_drawings
from engine.bpmn.pack import digest_of
from engine.model.identity import Actor
from engine.queries.packs.english_names import english_names
from engine.queries.packs.scenario_runs import LastScenarioRun, ScenarioRunView
from engine.queries.packs.working_copies import WorkingCopyDetail, WorkingCopyView, WorkingFindingList, WorkingFindings
from engine.queries.reading import Query, Reading
from engine.store.packs import deployed_files
from engine.store.tables import Definition, Deployment, Instance
from engine.store.working_copies import working_files

MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """`drawings` of a diagram, `names_en` by id, `lines` of a text (unified difference) where nothing finer can be told."""

    difference: FileDifference
    drawings: tuple[DrawingPair, ...]
    lines: tuple[str, ...]
    names_en: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReleaseSheet:
    """The open working copy against what runs. `active_instances` are those of the pack, which stay on their versions."""

    copy: WorkingCopyDetail
    digest: str
    files: tuple[ChangedFile, ...]
    changes: int
    findings: WorkingFindingList
    last_run: ScenarioRunView | None
    active_instances: int

    @property
    def is_tried(self) -> bool:
        """The scenarios ran with these very files."""
        return self.last_run is not None and self.last_run.digest == self.digest

    @property
    def is_ready(self) -> bool:
        green = self.last_run is not None and self.is_tried and self.last_run.passed
        return bool(self.files) and green and not self.findings.errors and not self.copy.is_behind


@dataclass(frozen=True, slots=True)
class ReleaseView(Query[ReleaseSheet]):
    """Raises NotFoundError("no_working_copy"), NotAllowedError."""

    pack_key: str
    language: str = "zh"

    def answer(self, reading: Reading, actor: Actor) -> ReleaseSheet:
        copy = WorkingCopyView(self.pack_key).answer(reading, actor)
        new = working_files(reading.connection, copy.id)
        old = deployed_files(reading.connection, copy.newest_deployment_id) if copy.newest_deployment_id else {}
        difference, digest = compare_packs(old, new), digest_of(new)
        last = LastScenarioRun(self.pack_key, digest).answer(reading, actor) or LastScenarioRun(self.pack_key).answer(reading, actor)
        return ReleaseSheet(
            copy=copy,
            digest=digest,
            files=tuple(self._changed(one, old, new) for one in difference.files),
            changes=difference.count,
            findings=WorkingFindings(self.pack_key).answer(reading, actor),
            last_run=last,
            active_instances=_active(reading, copy.pack_key),
        )

    def _changed(self, one: FileDifference, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> ChangedFile:
        before, after = old.get(one.file), new.get(one.file)
        is_diagram = one.category == "diagram"
        drawings = marked_drawings(one, before, after, self.language) if is_diagram else ()
        names = {} if self.language == "zh" else english_names(one.category, one.file, before) | english_names(one.category, one.file, after)
        return ChangedFile(one, drawings, () if one.elements or drawings else _lines(before, after), names)


def _lines(before: bytes | None, after: bytes | None) -> tuple[str, ...]:
    """Nothing for what is no text; a file that is new or gone is told by its name."""
    if before is None or after is None:
        return ()
    try:
        old, new = before.decode().splitlines(), after.decode().splitlines()
    except UnicodeDecodeError:
        return ()
    return tuple(line for line in unified_diff(old, new, lineterm="", n=2) if not line.startswith(("---", "+++")))[:MOST_LINES]


def _active(reading: Reading, pack_key: str) -> int:
    statement = (
        sa.select(sa.func.count())
        .select_from(Instance)
        .join(Definition, Definition.id == Instance.definition_id)
        .join(Deployment, Deployment.id == Definition.deployment_id)
        .where(Deployment.pack_key == pack_key, Instance.status == "active")
    )
    return int(reading.connection.scalar(statement) or 0)
