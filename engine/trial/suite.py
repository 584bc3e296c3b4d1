"""All scenarios of a pack, one after another, each on a scratch database, within a limit of time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.bpmn.pack import Pack
from engine.queries.packs.scenario_runs import ProcessCoverage
from engine.store.scratch import ScratchDatabases
from engine.trial.coverage import coverage
from engine.trial.outcomes import ScenarioResult, Visited
from engine.trial.runner import ScenarioRunner
from engine.trial.scenario_files import Scenario, ScenarioError, load_scenarios

MOST_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """What the scenarios in the files of `digest` said. `unusable` says which scenario file cannot be read, "" when all can; then nothing ran.
    `cut_short`: the time was up before the last one.
    """

    pack_key: str
    digest: str
    results: tuple[ScenarioResult, ...]
    coverage: tuple[ProcessCoverage, ...]
    unusable: str = ""
    cut_short: bool = False

    @property
    def failed(self) -> int:
        return sum(not result.passed for result in self.results)

    @property
    def passed(self) -> bool:
        return not (self.failed or self.unusable or self.cut_short)

    @property
    def percent(self) -> int:
        """Of elements and flows that the scenarios went through."""
        total = sum(one.total for one in self.coverage)
        return sum(one.passed for one in self.coverage) * 100 // total if total else 100


def suite_result(pack: Pack, results: Sequence[ScenarioResult], unusable: str = "", *, cut_short: bool = False) -> SuiteResult:
    seen = Visited()
    for result in results:
        seen |= result.visited
    return SuiteResult(pack.settings.key, pack.digest, tuple(results), coverage(pack, seen), unusable, cut_short)


SuiteProgress = Callable[[int, int, ScenarioResult | None], None]


def run_suite(
    files: Mapping[str, bytes],
    databases: Callable[[], ScratchDatabases],
    progress: SuiteProgress = lambda done, total, last: None,
    *,
    seconds: float = MOST_SECONDS,
    only: Callable[[Scenario], bool] = lambda scenario: True,
) -> SuiteResult:
    """Raises DefinitionRejected for a pack that cannot be deployed. `progress` is told (done, total, result of the last one) from the start on.
    `databases` is asked only when there is a scenario.
    """
    runner = ScenarioRunner(files)
    try:
        scenarios = [scenario for scenario in load_scenarios(files) if only(scenario)]
    except ScenarioError as error:
        return suite_result(runner.stage.pack, (), str(error))
    until = time.monotonic() + seconds
    progress(0, len(scenarios), None)
    results: list[ScenarioResult] = []
    for result in run_each(runner, scenarios, databases(), until) if scenarios else ():
        results.append(result)
        progress(len(results), len(scenarios), result)
    return suite_result(runner.stage.pack, results, cut_short=len(results) < len(scenarios))


def run_each(
    runner: ScenarioRunner, scenarios: Sequence[Scenario], databases: ScratchDatabases, until: float
) -> Iterator[ScenarioResult]:
    """One after another while `time.monotonic()` is before `until`; whoever stops asking stops the run."""
    with databases.template() as template:
        runner.prepare(template)
        for scenario in scenarios:
            if time.monotonic() > until:
                return
            with databases.database() as url:
                result = runner.run(scenario, url)
            yield result
