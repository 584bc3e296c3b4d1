"""A working copy is released only as it was looked at, checked and tried; what was tried is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine import (
    ConflictError,
    DefinitionRejected,
    DeployPack,
    DiscardWorkingCopy,
    EngineError,
    InputRejected,
    KeepScenarioRun,
    NotAllowedError,
    NotFoundError,
    OpenWorkingCopy,
    PackView,
    ReleaseView,
    ReleaseWorkingCopy,
    SaveWorkingFile,
    StaleRevision,
    WorkingCopyView,
    WorkingFile,
)
from tests.commands.packs import END, PACK, START, flows, process
from tests.commands.people import ADMIN, WANG

EVE = type(ADMIN)("eve", "伊娃", is_administrator=True)


@pytest.fixture
def sheet(engine):
    """The release sheet of a copy in which plain.bpmn has another name; whatever is still open afterwards is discarded, and the first pack runs."""
    engine.run(OpenWorkingCopy("tests"), ADMIN)
    change(engine, "改过")
    yield lambda: engine.read(ReleaseView("tests"), ADMIN)
    try:
        engine.run(DiscardWorkingCopy("tests", engine.read(WorkingCopyView("tests"), ADMIN).revision), ADMIN)
    except NotFoundError:
        pass
    engine.run(DeployPack(PACK), ADMIN)


def change(engine, name, actor=ADMIN):
    content = process("plain", name, START, END, flows("start>end"))
    revision = engine.read(WorkingFile("tests", "plain.bpmn"), ADMIN).revision
    return engine.run(SaveWorkingFile("tests", "plain.bpmn", content, revision), actor)


def tried(engine, sheet, passed=True):
    now = sheet()
    covered = [{"process_key": "plain", "name": "", "elements": ["start"], "flows": [], "missing_elements": [["end", ""]], "missing_flows": []}]
    engine.run(KeepScenarioRun("tests", now.copy.revision, now.digest, passed, [], covered), EVE)
    return sheet()


def release(engine, now, actor=ADMIN, note="改了名称", base=""):
    return engine.run(ReleaseWorkingCopy("tests", now.copy.revision, base or now.copy.newest_deployment_id, note), actor)


def refused(engine, now, error, code, **more):
    with pytest.raises(error) as found:
        release(engine, now, **more)
    assert found.value.code == code
    assert engine.read(WorkingCopyView("tests"), ADMIN).revision, "the copy is still open"
    return found.value.details


def test_it_runs_from_now_on_and_says_what_was_tried(engine, sheet):
    now = tried(engine, sheet)
    assert now.is_ready
    assert [one.difference.file for one in now.files] == ["plain.bpmn"]
    deployment = release(engine, now)
    view = engine.read(PackView("tests"), ADMIN)
    assert (view.release.deployment_id, view.release.note) == (deployment.id, "改了名称")
    assert view.release.tested_as_deployed
    assert (view.release.tested.by_name, view.release.tested.scenarios, view.release.tested.percent) == ("eve", 0, 50)
    assert view.release.tested.digest == deployment.digest == now.digest
    with pytest.raises(NotFoundError):
        engine.read(WorkingCopyView("tests"), ADMIN)


def test_what_stands_against_it(engine, sheet):
    change(engine, "没试过")
    now = sheet()
    assert not now.is_ready
    refused(engine, now, ConflictError, "scenarios_not_run")
    now = tried(engine, sheet, passed=False)
    refused(engine, now, ConflictError, "scenarios_failed")
    now = tried(engine, sheet)
    refused(engine, now, InputRejected, "note_required", note="  ")
    refused(engine, now, NotAllowedError, "analysts_only", actor=WANG)


def test_a_change_after_the_run_asks_for_another_run(engine, sheet):
    now = tried(engine, sheet)
    change(engine, "又改过", EVE)
    details = refused(engine, now, StaleRevision, "working_copy_changed")
    assert details["by"] == "eve"
    refused(engine, sheet(), ConflictError, "scenarios_not_run")


def test_nothing_that_differs_and_files_with_errors_are_refused(engine, sheet):
    revision = engine.read(WorkingFile("tests", "plain.bpmn"), ADMIN).revision
    engine.run(SaveWorkingFile("tests", "plain.bpmn", PACK["plain.bpmn"], revision), ADMIN)
    now = tried(engine, sheet)
    assert now.files == ()
    refused(engine, now, ConflictError, "nothing_to_release")
    revision = engine.read(WorkingFile("tests", "plain.bpmn"), ADMIN).revision
    engine.run(SaveWorkingFile("tests", "plain.bpmn", process("plain", "坏", START, flows("start>nowhere")), revision), ADMIN)
    refused(engine, tried(engine, sheet), DefinitionRejected, "definition_rejected")


def test_a_deployment_in_between_is_told_and_never_taken_back(engine, sheet):
    now = tried(engine, sheet)
    other = engine.run(DeployPack(PACK | {"plain.bpmn": process("plain", "别人的", START, END, flows("start>end"))}, "别人"), EVE)
    details = refused(engine, now, StaleRevision, "pack_released_meanwhile")
    assert (details["by"], bool(details["at"])) == ("eve", True)
    refused(engine, sheet(), ConflictError, "working_copy_behind", base=other.id)


def test_of_two_who_release_at_once_one_does_and_the_other_is_told(engine, sheet):
    now = tried(engine, sheet)

    def go(actor):
        try:
            return release(engine, now, actor).id
        except EngineError as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(go, (ADMIN, EVE)))
    assert sorted(len(one) == 32 for one in found) == [False, True]
    assert {one for one in found if len(one) != 32} == {"pack_released_meanwhile"}


def test_a_save_and_a_release_at_once_never_lose_the_save(engine, sheet):
    now = tried(engine, sheet)

    def go(number):
        try:
            return release(engine, now).id if number else change(engine, "同时").revision
        except EngineError as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        saved, released = pool.map(go, (0, 1))
    if isinstance(saved, int):
        assert released == "working_copy_changed"
    else:
        assert saved == "no_working_copy"
        assert len(released) == 32
