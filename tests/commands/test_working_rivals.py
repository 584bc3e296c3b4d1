"""Two analysts at the same file at the same moment: exactly one change happens, the other is told, and nothing is half there."""

from __future__ import annotations

import pytest

from engine import (
    ConflictError,
    DeployPack,
    DiscardWorkingCopy,
    NotFoundError,
    OpenWorkingCopy,
    PutWorkingFiles,
    ReleaseFiles,
    RemoveWorkingFile,
    RenameWorkingFile,
    SaveWorkingFile,
    StaleRevision,
    TakeUpload,
    UpdateWorkingCopy,
    WorkingCopyView,
    WorkingFile,
    WorkingFiles,
    WorkingHistory,
    digest_of,
)
from engine.commands.scenario_runs import KeepScenarioRun
from tests.commands.packs import END, PACK, START, flows, process
from tests.commands.people import ADMIN
from tests.commands.rivals import compete, split

EVE = type(ADMIN)("eve", "伊娃", is_administrator=True)
FILE, NOTES = "notes.md", b"first"


@pytest.fixture
def copy(engine):
    """The open working copy with a file of its own."""
    engine.run(OpenWorkingCopy("tests"), ADMIN)
    engine.run(SaveWorkingFile("tests", FILE, NOTES, None), ADMIN)
    yield
    try:
        engine.run(DiscardWorkingCopy("tests", copy_revision(engine)), ADMIN)
    except NotFoundError:
        pass


def copy_revision(engine):
    return engine.read(WorkingCopyView("tests"), ADMIN).revision


def commands(engine):
    """Every change of a working copy, as somebody sends it who has looked at it as it is now."""
    file, whole = engine.read(WorkingFile("tests", FILE), ADMIN).revision, copy_revision(engine)
    return {
        "save": SaveWorkingFile("tests", FILE, b"saved", file),
        "rename": RenameWorkingFile("tests", FILE, "renamed.md", file),
        "remove": RemoveWorkingFile("tests", FILE, file),
        "upload": PutWorkingFiles("tests", {FILE: b"uploaded"}, whole),
        "discard": DiscardWorkingCopy("tests", whole),
    }


PAIRS = [
    ("save", "rename"),
    ("save", "remove"),
    ("save", "upload"),
    ("save", "discard"),
    ("rename", "rename"),
    ("rename", "remove"),
    ("rename", "upload"),
    ("rename", "discard"),
    ("remove", "remove"),
    ("remove", "upload"),
    ("remove", "discard"),
    ("upload", "upload"),
    ("upload", "discard"),
    ("discard", "discard"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=lambda name: name)
def test_one_change_happens_and_the_other_is_told(engine, copy, one, other):
    all_of_them = commands(engine)
    before = copy_revision(engine)
    done, refused = split(compete(engine, [(all_of_them[one], ADMIN), (all_of_them[other], EVE)]))
    assert (len(done), len(refused)) == (1, 1), refused
    [refusal] = refused
    assert isinstance(refusal, StaleRevision | NotFoundError), refusal
    try:
        now = engine.read(WorkingFiles("tests"), ADMIN)
    except NotFoundError:
        assert "discard" in (one, other)
        return
    assert copy_revision(engine) == before + 1
    if isinstance(refusal, StaleRevision):
        assert refusal.details["by"] in (ADMIN.user_id, EVE.user_id)
    own = {name: content for name, content in now.items() if name not in PACK}
    allowed = {"save": {FILE: b"saved"}, "rename": {"renamed.md": NOTES}, "remove": {}, "upload": {FILE: b"uploaded"}}
    assert own in [allowed[name] for name in (one, other) if name in allowed]
    assert len([line for line in engine.read(WorkingHistory("tests", "renamed.md"), ADMIN) if line.action == "renamed"]) == ("renamed.md" in own)


def test_taking_in_what_runs_and_a_save_at_once_lose_neither(engine, copy):
    engine.run(DeployPack(PACK | {"named.md": b"theirs"}), ADMIN)
    try:
        file, revision = engine.read(WorkingFile("tests", FILE), ADMIN).revision, copy_revision(engine)
        found = compete(engine, [(UpdateWorkingCopy("tests", revision), ADMIN), (SaveWorkingFile("tests", FILE, b"mine", file), EVE)])
        assert not isinstance(found[1], Exception), found[1]
        if isinstance(found[0], StaleRevision):
            engine.run(UpdateWorkingCopy("tests", copy_revision(engine)), ADMIN)
        now = engine.read(WorkingFiles("tests"), ADMIN)
        assert (now[FILE], now["named.md"]) == (b"mine", b"theirs")
    finally:
        engine.run(DeployPack(PACK), ADMIN)


def test_of_two_uploads_that_open_the_copy_one_is_asked(engine):
    def upload(name):
        return TakeUpload({"plain.bpmn": process("plain", name, START, END, flows("start>end"))}, "tests")

    try:
        done, refused = split(compete(engine, [(upload("一"), ADMIN), (upload("二"), EVE)]))
        assert (len(done), [type(one) for one in refused]) == (1, [ConflictError])
        assert refused[0].code == "working_copy_has_changes"
        assert {name for name, content in engine.read(WorkingFiles("tests"), ADMIN).items() if PACK.get(name) != content} == {"plain.bpmn"}
    finally:
        engine.run(DiscardWorkingCopy("tests", copy_revision(engine)), ADMIN)


def test_of_two_tools_that_release_at_once_one_does(engine):
    running = engine.run(DeployPack(PACK), ADMIN).id
    sides = [PACK | {"plain.bpmn": process("plain", name, START, END, flows("start>end"))} for name in ("左", "右")]
    with pytest.raises(ConflictError, match="scenarios_not_run"):
        engine.run(ReleaseFiles(sides[0], "没试过", running), ADMIN)
    for files in sides:
        engine.run(KeepScenarioRun("tests", None, digest_of(files), True, [], []), ADMIN)
    try:
        done, refused = split(compete(engine, [(ReleaseFiles(files, "同时", running), who) for files, who in zip(sides, (ADMIN, EVE), strict=True)]))
        assert (len(done), [one.code for one in refused]) == (1, ["pack_released_meanwhile"])
        again = engine.run(ReleaseFiles(sides[[one.digest for one in done][0] == digest_of(sides[1])], "同样的", ""), ADMIN)
        assert (again.unchanged, again.id) == (True, done[0].id)
    finally:
        engine.run(DeployPack(PACK), ADMIN)
