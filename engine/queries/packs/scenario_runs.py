"""What the scenarios of a working copy said last, and what they pass through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bpmn.svg import draw_coverage
from engine.model.errors import DefinitionRejected, NotAllowedError, NotFoundError
from engine.model.identity import Actor, is_analyst
from engine.queries.reading import Query, Reading, findable
from engine.store import scenario_runs as store
from engine.store import working_copies


@dataclass(frozen=True, slots=True)
class ScenarioOutcome:
    """One scenario of a run. `differences` are (Chinese, English, element id), the first one first; none: green."""

    file: str
    name: str
    seconds: float
    differences: tuple[tuple[str, str, str], ...]

    @property
    def passed(self) -> bool:
        return not self.differences


@dataclass(frozen=True, slots=True)
class ProcessCoverage:
    """`missing_elements` and `missing_flows` hold (id, name) of what no scenario passes, in the order of the diagram."""

    process_key: str
    name: str
    elements: frozenset[str]
    flows: frozenset[str]
    missing_elements: tuple[tuple[str, str], ...]
    missing_flows: tuple[tuple[str, str], ...]

    @property
    def total(self) -> int:
        return self.passed + len(self.missing_elements) + len(self.missing_flows)

    @property
    def passed(self) -> int:
        return len(self.elements) + len(self.flows)

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means all."""
        return self.passed * 100 // self.total if self.total else 100


@dataclass(frozen=True, slots=True)
class ScenarioRunView:
    """The last run; `copy_revision` and `digest` say of what. As `engine.store.scenario_runs.ScenarioRun` otherwise."""

    run_id: int
    copy_revision: int | None
    digest: str
    ran_by_name: str
    ended_at: datetime
    passed: bool
    cut_short: bool
    unusable: str
    results: tuple[ScenarioOutcome, ...]
    coverage: tuple[ProcessCoverage, ...]

    @property
    def failed(self) -> int:
        return sum(not result.passed for result in self.results)

    @property
    def percent(self) -> int:
        total = sum(one.total for one in self.coverage)
        return sum(one.passed for one in self.coverage) * 100 // total if total else 100


@dataclass(frozen=True, slots=True)
class LastScenarioRun(Query[ScenarioRunView | None]):
    """None when the scenarios of the pack's working copy never ran, or those of the files of `digest`, whoever brought them. Analysts only."""

    pack_key: str
    digest: str | None = None

    def answer(self, reading: Reading, actor: Actor) -> ScenarioRunView | None:
        if not is_analyst(actor):
            raise NotAllowedError("analysts_only")
        row = store.last_run(reading.connection, findable(self.pack_key), self.digest)
        return None if row is None else _run(reading, row)


def _run(reading: Reading, row: Any) -> ScenarioRunView:
    return ScenarioRunView(
        row.id,
        row.copy_revision,
        row.digest,
        reading.user_names([row.ran_by])[row.ran_by],
        row.ended_at,
        row.passed,
        row.cut_short,
        row.unusable,
        tuple(_outcome(one) for one in row.results),
        tuple(_coverage(one) for one in row.coverage),
    )


def _outcome(one: Mapping[str, Any]) -> ScenarioOutcome:
    differences = tuple((str(text["text"]), str(text["text_en"]), str(text["element_id"])) for text in one["differences"])
    return ScenarioOutcome(one["file"], one["name"], float(one["seconds"]), differences)


def _coverage(one: Mapping[str, Any]) -> ProcessCoverage:
    missing = (tuple((str(id), str(name)) for id, name in one[key]) for key in ("missing_elements", "missing_flows"))
    return ProcessCoverage(one["process_key"], one["name"], frozenset(one["elements"]), frozenset(one["flows"]), *missing)


@dataclass(frozen=True, slots=True)
class FilesToTry:
    """The files of a working copy at one revision."""

    revision: int
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class WorkingFilesToTry(Query[FilesToTry]):
    """Raises NotFoundError("no_working_copy")."""

    pack_key: str

    def answer(self, reading: Reading, actor: Actor) -> FilesToTry:
        copy = working_copies.open_copy(reading.connection, findable(self.pack_key)) if is_analyst(actor) else None
        if copy is None:
            raise NotFoundError("no_working_copy", pack_key=str(self.pack_key)[:100])
        return FilesToTry(copy.revision, working_copies.working_files(reading.connection, copy.id))


@dataclass(frozen=True, slots=True)
class DrawnProcess:
    """A diagram of the working copy with what scenarios pass, as SVG; `names_en` by id of process and elements, where there are any."""

    drawing: str
    names_en: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CoverageDrawings(Query[dict[str, DrawnProcess]]):
    """By process key: the diagrams of the working copy with what scenarios passed in the last run and what they did not. None is drawn while the
    files cannot be deployed.
    """

    pack_key: str
    language: str = "zh"

    def answer(self, reading: Reading, actor: Actor) -> dict[str, DrawnProcess]:
        run = LastScenarioRun(self.pack_key).answer(reading, actor)
        files = WorkingFilesToTry(self.pack_key).answer(reading, actor).files
        return dict(self._drawn(reading, files, run)) if run else {}

    def _drawn(self, reading: Reading, files: Mapping[str, bytes], run: ScenarioRunView) -> Iterator[tuple[str, DrawnProcess]]:
        try:
            pack = reading.packs.compile(files)
        except DefinitionRejected:
            return
        for one in run.coverage:
            process = pack.processes.get(one.process_key)
            if process is not None:
                missing = [id for id, _name in (*one.missing_elements, *one.missing_flows)]
                drawing = draw_coverage(files[process.file], process.key, one.elements, one.flows, missing, self.language)
                names = {process.key: process.name_en, **{element.id: element.name_en for element in process.elements.values()}}
                yield one.process_key, DrawnProcess(drawing, {id: name for id, name in names.items() if name})
