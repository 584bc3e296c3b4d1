"""Process packs as folders: read them, check them, deploy them, try their scenarios."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from engine.bpmn.differences import compare_packs
from engine.bpmn.pack import load_pack
from engine.cli.console import CommandFailed, finding_lines, say
from engine.cli.differences import difference_lines
from engine.cli.language import counted_words, words
from engine.cli.opening import opened_engine
from engine.commands.deployments import Deployment, DeployPack
from engine.model.errors import DefinitionRejected, NotFoundError, StaleRevision
from engine.model.findings import Finding
from engine.model.identity import SYSTEM
from engine.process_engine import ProcessEngine
from engine.queries.packs.packs import PackFiles, PackView
from engine.settings import Settings
from engine.store.scratch import ScratchDatabases, temporary_server
from engine.trial import ScenarioError, ScenarioResult, load_scenarios
from engine.trial.runs import release_tried
from engine.trial.suite import SuiteResult, run_suite

MARKS = ("pack.toml", "*.bpmn")
# What editors and systems leave behind is no part of a pack.
_LEFT_BEHIND = ("~", ".bak", ".swp", ".orig", ".tmp")


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files of a pack by their names relative to its folder. Raises CommandFailed when there is no pack."""
    if not folder.is_dir() or not any(next(folder.glob(mark), None) for mark in MARKS):
        raise CommandFailed(
            f"✗ {folder}{words('：不是流程包文件夹（应有 pack.toml 或 .bpmn 文件）', ': no process pack (a pack.toml or .bpmn files are missing)')}",
            2,
        )
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and not _is_left_behind(path.relative_to(folder))]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def pack_folders(parent: Path) -> list[Path]:
    """The packs below a folder, in order of names."""
    if not parent.is_dir():
        return []
    return [folder for folder in sorted(parent.iterdir()) if folder.is_dir() and any(next(folder.glob(mark), None) for mark in MARKS)]


def _is_left_behind(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts) or path.name.endswith(_LEFT_BEHIND)


def deploy_folder(engine: ProcessEngine, folder: Path, note: str = "", *, only_new: bool = False) -> Deployment:
    """The pack as it was shipped, which needs no release. Raises CommandFailed with every finding for a pack that is refused."""
    with _refusals(folder):
        return engine.run(DeployPack(read_folder(folder), note, only_new), SYSTEM)


@contextmanager
def _refusals(folder: Path) -> Iterator[None]:
    """What stands against a deployment as CommandFailed."""
    try:
        yield
    except StaleRevision as error:
        who, at = error.details["by_name"], error.details["at"]
        told = words(f"{who} 在 {at} 部署了别的版本；请重新比较后再部署", f"{who} deployed another version at {at}: compare again, then deploy")
        raise CommandFailed(f"✗ {told}{words('。', '. ')}{_not_deployed(folder)}") from error
    except DefinitionRejected as error:
        raise _refused(folder, error) from error


def _refused(folder: Path, error: DefinitionRejected) -> CommandFailed:
    return CommandFailed("\n".join([*finding_lines({str(folder): error.findings}), f"✗ {_not_deployed(folder)}"]))


def _not_deployed(folder: Path) -> str:
    return words(f"流程包 {folder} 没有部署，原有版本不变", f"Pack {folder} is not deployed; what runs stays")


def deployment_text(deployment: Deployment) -> str:
    key = words(f"流程包 {deployment.pack_key}：", f"Pack {deployment.pack_key}: ")
    if deployment.unchanged:
        return key + words("没有变化", "nothing changed")
    versions = (words(f"{process.name} 第 {process.version} 版", f"{process.name} version {process.version}") for process in deployment.processes)
    return key + words("、", ", ").join(versions)


def lint(arguments: argparse.Namespace) -> int:
    """Exit status 1 if a pack would be refused."""
    refused = 0
    for folder in arguments.folders:
        found = check_folder(folder)
        for line in finding_lines({str(folder): found}):
            say(line)
        errors = sum(finding.severity == "error" for finding in found)
        refused += errors > 0
        warnings = len(found) - errors
        counted = words(f"：{errors} 个错误，{warnings} 个提醒", f": {counted_words(errors, 'error')}, {counted_words(warnings, 'warning')}")
        say(f"{'✗' if errors else '✓'} {folder}{counted}")
    return 1 if refused else 0


def check_folder(folder: Path) -> tuple[Finding, ...]:
    """Everything that is wrong with a pack, its scenarios included."""
    files = read_folder(folder)
    found: tuple[Finding, ...]
    try:
        found = load_pack(files).warnings
    except DefinitionRejected as error:
        found = error.findings
    try:
        load_scenarios(files)
    except ScenarioError as error:
        found = (*found, Finding("scenario_unusable", error.file, error.text, message_en=error.text_en))
    return found


def deploy(arguments: argparse.Namespace) -> int:
    """Checks, scenarios and what is different come first; exit status 1, and nothing of the pack is deployed, when a check or a scenario is red,
    without a note, or when somebody else deployed meanwhile. Where nothing differs, nothing is tried.
    """
    with opened_engine(Settings.from_environment()) as engine:
        for folder in arguments.folders:
            files = read_folder(folder)
            running = _tell_difference(engine, folder, files)
            if running is None:
                say(f"✓ {folder}{words('：没有变化，场景没有运行，没有部署', ': nothing changed; no scenario was run, nothing was deployed')}")
                continue
            if not arguments.dry_run and not arguments.note.strip():
                raise CommandFailed(f"✗ {words('请用 --note 写这次改了什么；', 'Say with --note what was changed. ')}{_not_deployed(folder)}")
            suite = _require_green(folder, files)
            if arguments.dry_run:
                say(f"✓ {folder}{words('：可以部署；只是试一下，没有部署', ': can be deployed; this was a try, nothing was deployed')}")
                continue
            with _refusals(folder):
                deployment = release_tried(engine, files, suite, arguments.note, running, SYSTEM)
            say(f"✓ {deployment_text(deployment)}")
    return 0


def _tell_difference(engine: ProcessEngine, folder: Path, files: dict[str, bytes]) -> str | None:
    """What the pack changes in the version that runs; the id of that deployment ("": none runs), None when nothing differs.

    Raises CommandFailed for a pack that is refused.
    """
    try:
        pack = load_pack(files)
    except DefinitionRejected as error:
        raise _refused(folder, error) from error
    try:
        release = engine.read(PackView(pack.settings.key), SYSTEM).release
    except NotFoundError:
        say(words(f"{folder}：第一次部署，{len(files)} 个文件", f"{folder}: first deployment, {counted_words(len(files), 'file')}"))
        return ""
    if release.digest == pack.digest:
        return None
    for line in difference_lines(compare_packs(engine.read(PackFiles(pack.settings.key, release.deployment_id), SYSTEM), files)):
        say(line)
    return release.deployment_id


def _require_green(folder: Path, files: dict[str, bytes]) -> SuiteResult:
    """Raises CommandFailed when a scenario is red."""
    with temporary_server() as url:
        result = run_suite(files, lambda: ScratchDatabases(url), lambda done, total, last: _tell(folder, last, f"{done}/{total}"))
    if result.unusable:
        raise CommandFailed(f"✗ {folder}/{_why_unusable(files)}\n✗ {_not_deployed(folder)}")
    if not result.passed:
        late = words("，时间已到，其余没有运行", "; the time was up, the others were not run") if result.cut_short else ""
        red = words(f"{result.failed} 个场景没有通过", f"{counted_words(result.failed, 'scenario')} failed")
        raise CommandFailed(f"✗ {red}{late}{words('；', '. ')}{_not_deployed(folder)}")
    if not result.results:
        say(f"! {folder}{words('：没有场景，没有试过', ': no scenarios, nothing was tried')}")
        return result
    total, passed = sum(one.total for one in result.coverage), sum(one.passed for one in result.coverage)
    count, share = len(result.results), f"{result.percent}%"
    passed_words = f"{counted_words(count, 'scenario')} passed, through {share} of elements and flows ({passed}/{total})"
    say(f"✓ {words(f'{count} 个场景通过，走过元素与顺序流的 {share}（{passed}/{total}）', passed_words)}")
    return result


def _why_unusable(files: dict[str, bytes]) -> str:
    try:
        load_scenarios(files)
    except ScenarioError as error:
        return words(str(error), error.en)
    return ""


def _tell(folder: Path, result: ScenarioResult | None, count: str) -> None:
    """One scenario as soon as it has run; `count` says how many of how many."""
    if result is None:
        return
    where, seconds = f"{folder}/{result.scenario.file}", f"{result.seconds:.2f}"
    say(f"{'✓' if result.passed else '✗'} {count} {result.scenario.name}{words(f'（{where}）{seconds} 秒', f' ({where}) {seconds} s')}")
    for difference in result.differences:
        say(f"    {words(difference.text, difference.text_en)}")


def try_scenarios(arguments: argparse.Namespace) -> int:
    """Exit status 1 if a scenario went otherwise than expected, 2 when there is none."""
    chosen = []
    for folder in arguments.folders:
        files = read_folder(folder)
        try:
            scenarios = [each for each in load_scenarios(files) if arguments.only in f"{each.file} {each.name}"]
        except ScenarioError as error:
            raise CommandFailed(f"✗ {folder}/{words(str(error), error.en)}") from error
        chosen.append((folder, files, scenarios))
    if not any(scenarios for _, _, scenarios in chosen):
        raise CommandFailed(words("✗ 没有找到场景（scenarios/*.toml）", "✗ No scenarios found (scenarios/*.toml)"), 2)
    results: list[ScenarioResult] = []
    with ExitStack() as stack:
        server = stack.enter_context(temporary_server()) if arguments.server is None else arguments.server
        for folder, files, _ in chosen:
            results += _run_all(folder, files, arguments.only, server)
    failed = sum(not result.passed for result in results)
    good = len(results) - failed
    told = words(f"{good} 个场景通过，{failed} 个没有通过", f"{counted_words(good, 'scenario')} passed, {failed} failed")
    say(f"{'✗' if failed else '✓'} {told}")
    return 1 if failed else 0


def _run_all(folder: Path, files: dict[str, bytes], only: str, server: str) -> tuple[ScenarioResult, ...]:
    try:
        return run_suite(
            files,
            lambda: ScratchDatabases(server),
            lambda done, total, last: _tell(folder, last, f"{done}/{total}"),
            seconds=math.inf,
            only=lambda scenario: only in f"{scenario.file} {scenario.name}",
        ).results
    except DefinitionRejected as error:
        told = words(f"流程包 {folder} 不能部署，场景没有运行", f"Pack {folder} cannot be deployed; no scenario was run")
        raise CommandFailed("\n".join([*finding_lines({str(folder): error.findings}), f"✗ {told}"])) from error
