"""All scenarios of a pack, one after another, and what they said kept for whoever releases it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from engine.commands.deployments import Deployment
from engine.commands.scenario_runs import KeepScenarioRun
from engine.commands.working.release import ReleaseFiles
from engine.model.errors import DefinitionRejected
from engine.model.findings import Finding
from engine.model.identity import Actor
from engine.model.values import normalize, to_json
from engine.process_engine import ProcessEngine
from engine.queries.packs.scenario_runs import ProcessCoverage, WorkingFilesToTry
from engine.store.scratch import ScratchDatabases
from engine.store.trial_server import TrialServer
from engine.trial.outcomes import ScenarioResult
from engine.trial.runner import ScenarioRunner
from engine.trial.scenario_files import Scenario, ScenarioError, ScenarioStep, load_scenarios
from engine.trial.suite import MOST_SECONDS, SuiteProgress, SuiteResult, run_each, run_suite, suite_result


class WorkingScenarios:
    """The scenarios of a pack's working copy as it is now. Raises NotFoundError, DefinitionRejected for files that cannot be deployed."""

    def __init__(self, home: ProcessEngine, server: TrialServer, pack_key: str, actor: Actor) -> None:
        self._home, self._server, self._actor, self._pack_key = home, server, actor, pack_key
        self._taken = home.read(WorkingFilesToTry(pack_key), actor)
        self._runner = ScenarioRunner(self._taken.files)
        self.unusable = ""
        self.scenarios: tuple[Scenario, ...] = ()
        try:
            self.scenarios = load_scenarios(self._taken.files)
        except ScenarioError as error:
            self.unusable = str(error)

    def results(self, seconds: float = MOST_SECONDS) -> Iterator[ScenarioResult]:
        """Each as soon as it is there. What the whole run said is kept when the last one has been taken; a run that is left keeps nothing."""
        found: list[ScenarioResult] = []
        until = time.monotonic() + seconds
        if self.scenarios:
            for result in run_each(self._runner, self.scenarios, ScratchDatabases(self._server.url()), until):
                found.append(result)
                yield result
        self._keep(found)

    def _keep(self, found: list[ScenarioResult]) -> None:
        suite = suite_result(self._runner.stage.pack, found, self.unusable, cut_short=len(found) < len(self.scenarios))
        self._home.run(_run_to_keep(suite, self._taken.revision), self._actor)


def _run_to_keep(suite: SuiteResult, revision: int | None = None) -> KeepScenarioRun:
    results, covered = [_result(result) for result in suite.results], [_covered(one) for one in suite.coverage]
    return KeepScenarioRun(suite.pack_key, revision, suite.digest, suite.passed, results, covered, suite.cut_short, suite.unusable)


def _result(result: ScenarioResult) -> dict[str, Any]:
    differences = [asdict(difference) for difference in result.differences]
    return {"file": result.scenario.file, "name": result.scenario.name, "seconds": round(result.seconds, 3), "differences": differences}


def _covered(one: ProcessCoverage) -> dict[str, Any]:
    return asdict(one) | {"elements": sorted(one.elements), "flows": sorted(one.flows)}


def steps_to_look_at(scenario: Scenario) -> tuple[datetime, list[dict[str, Any]]]:
    """(when it begins, its steps as a sandbox has them), to walk through it by hand."""
    steps: list[dict[str, Any]] = [{"kind": "record", "type": type, "values": _json(values)} for type, values in scenario.records]
    start = {"kind": "start", "as": scenario.as_, "process": scenario.process, "values": _json(scenario.start)}
    steps.append(start | {"business_key": scenario.business_key})
    return scenario.clock, steps + [_step(step) for step in scenario.steps]


def _step(step: ScenarioStep) -> dict[str, Any]:
    if step.kind == "task":
        return {"kind": "task", "as": step.as_, "task": "", "element": step.target, "data": _json(step.data)}
    if step.kind == "advance":
        return {"kind": "advance", "text": step.text}
    arrived = {"kind": step.kind, "name": step.target, "data": _json(step.data)}
    return arrived | ({"key": step.key} if step.kind == "message" else {})


def _json(values: Any) -> Any:
    return to_json(normalize(dict(values)))


def release_tried(home: ProcessEngine, files: Mapping[str, bytes], suite: SuiteResult, note: str, running: str, actor: Actor) -> Deployment:
    """Keep what the scenarios said of files that a tool brings, and release them. Raises as ReleaseFiles."""
    home.run(_run_to_keep(suite), actor)
    return home.run(ReleaseFiles(files, note, running), actor)


def require_green(files: Mapping[str, bytes], server: TrialServer, progress: SuiteProgress = lambda done, total, last: None) -> SuiteResult:
    """All scenarios of files that a tool brings. Raises DefinitionRejected: what the checks found, else a finding for each scenario that failed."""
    result = run_suite(files, lambda: ScratchDatabases(server.url()), progress)
    if result.unusable:
        file, _, text = result.unusable.partition("：")
        raise DefinitionRejected([Finding("scenario_unusable", file, text)])
    red = [one for one in result.results if not one.passed]
    if red:
        raise DefinitionRejected([_finding(one) for one in red])
    if result.cut_short:
        text, text_en = "时间已到，后面的场景没有运行", "The time was up before all scenarios had run"
        raise DefinitionRejected([Finding("scenarios_cut_short", "", text, message_en=text_en)])
    return result


def _finding(result: ScenarioResult) -> Finding:
    first, name = result.differences[0], result.scenario.name
    return Finding(
        "scenario_failed",
        result.scenario.file,
        f"场景“{name}”没有通过：{first.text}",
        element_id=first.element_id or None,
        message_en=f"The scenario “{name}” failed: {first.text_en}",
        proposal="改好流程或场景",
        proposal_en="Mend the process or the scenario",
    )
