from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine import (
    ConflictError,
    CreatePack,
    DefinitionRejected,
    DeployPack,
    DiscardWorkingCopy,
    InputRejected,
    NotAllowedError,
    NotFoundError,
    OpenWorkingCopy,
    PackFiles,
    RemoveWorkingFile,
    RenameWorkingFile,
    SaveWorkingFile,
    StaleRevision,
    UpdateWorkingCopy,
    WatchWorkingFile,
    WorkingCopies,
    WorkingCopyView,
    WorkingFile,
    WorkingFiles,
    WorkingFindings,
    WorkingHistory,
    WorkingVersionContent,
)
from tests.commands.packs import END, PACK, PLAIN, START, flows, form, process
from tests.commands.people import ADMIN, WANG

EVE = type(ADMIN)("eve", "伊娃", is_administrator=True)
SHORTER = PACK["pack.toml"].replace(b'"later", ', b"")
CHANGED = process("plain", "改过", START, END, flows("start>end"))


@pytest.fixture
def copy(engine):
    """The open working copy of the deployed pack; discarded afterwards."""
    engine.run(OpenWorkingCopy("tests"), ADMIN)
    yield lambda: engine.read(WorkingCopyView("tests"), ADMIN)
    engine.run(DiscardWorkingCopy("tests", engine.read(WorkingCopyView("tests"), ADMIN).revision), ADMIN)


def revision(engine, name):
    return engine.read(WorkingFile("tests", name), ADMIN).revision


def save(engine, name, content, expected, actor=ADMIN):
    return engine.run(SaveWorkingFile("tests", name, content, expected), actor)


def test_it_starts_with_what_runs_and_is_the_same_for_everybody(engine, copy):
    view = copy()
    assert engine.read(WorkingFiles("tests"), EVE) == PACK == engine.read(PackFiles("tests"), ADMIN)
    assert {file.change for file in view.files} == {"none"}
    assert (view.name, view.changes, view.is_behind, view.removed) == ("测试", 0, False, ())
    again = engine.run(OpenWorkingCopy("tests"), EVE)
    assert (again.created, again.revision) == (False, view.revision)
    assert [row.pack_key for row in engine.read(WorkingCopies(), EVE)] == ["tests"]


def test_what_is_saved_is_there_and_told(engine, copy, clock):
    before = revision(engine, "plain.bpmn")
    saved = save(engine, "plain.bpmn", CHANGED, before)
    assert saved.revision > before
    content = engine.read(WorkingFile("tests", "plain.bpmn"), EVE)
    assert (content.content, content.revision, content.saved_by) == (CHANGED, saved.revision, "admin")
    assert [file.name for file in copy().files if file.change == "changed"] == ["plain.bpmn"]
    assert save(engine, "plain.bpmn", CHANGED, before).unchanged, "an answer that got lost can be asked for again"
    [line] = engine.read(WorkingHistory("tests"), ADMIN)
    assert (line.file, line.action, line.actor_name, line.size) == ("plain.bpmn", "saved", "admin", len(CHANGED))


def test_saves_of_one_person_soon_after_each_other_are_one_version(engine, copy, clock):
    for number in range(3):
        save(engine, "plain.bpmn", CHANGED + b" " * number, revision(engine, "plain.bpmn"))
    save(engine, "plain.bpmn", CHANGED + b"\n", revision(engine, "plain.bpmn"), EVE)
    save(engine, "plain.bpmn", CHANGED + b"\n\n", revision(engine, "plain.bpmn"))
    clock.move(minutes=11)
    save(engine, "plain.bpmn", CHANGED + b"\n\n\n", revision(engine, "plain.bpmn"))
    lines = engine.read(WorkingHistory("tests", "plain.bpmn"), ADMIN)
    assert [line.actor_name for line in lines] == ["admin", "admin", "eve", "admin"]
    contents = [engine.read(WorkingVersionContent("tests", line.id), EVE).content for line in lines]
    assert contents == [CHANGED + b"\n\n\n", CHANGED + b"\n\n", CHANGED + b"\n", CHANGED + b"  "]


def test_whoever_is_slower_is_told_who_was_faster(engine, copy):
    read = revision(engine, "plain.bpmn")
    faster = save(engine, "plain.bpmn", CHANGED, read, EVE)
    with pytest.raises(StaleRevision) as refusal:
        save(engine, "plain.bpmn", PLAIN + b" ", read)
    assert refusal.value.code == "working_file_changed"
    assert refusal.value.details["by"] == "eve"
    assert refusal.value.details["revision"] == faster.revision
    assert engine.read(WorkingFile("tests", "plain.bpmn"), ADMIN).content == CHANGED
    with pytest.raises(StaleRevision) as refusal:
        save(engine, "plain.bpmn", PLAIN + b" ", None)
    assert refusal.value.code == "working_file_exists"


def test_two_at_once_one_wins(engine, copy):
    read = revision(engine, "plain.bpmn")

    def attempt(number):
        try:
            return save(engine, "plain.bpmn", CHANGED + b" " * number, read).revision
        except StaleRevision as error:
            return error.code

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(attempt, range(4)))
    assert sorted(map(str, answers))[1:] == ["working_file_changed"] * 3


def test_opening_at_once_gives_one_copy(engine):
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: engine.run(OpenWorkingCopy("tests"), ADMIN), range(4)))
    assert sorted(one.created for one in opened) == [False, False, False, True]
    assert engine.read(WorkingFiles("tests"), ADMIN) == PACK
    engine.run(DiscardWorkingCopy("tests", 1), ADMIN)
    with pytest.raises(NotFoundError):
        engine.read(WorkingCopyView("tests"), ADMIN)


def test_unfinished_files_are_kept_and_found_out(engine, copy):
    unfinished = process("plain", "没画完", START)
    save(engine, "plain.bpmn", unfinished, revision(engine, "plain.bpmn"))
    found = engine.read(WorkingFindings("tests"), ADMIN)
    assert found.errors
    assert {one.file for one in found.findings if one.severity == "error"} == {"plain.bpmn"}
    mended = engine.read(WorkingFindings("tests", {"plain.bpmn": PLAIN}), ADMIN)
    assert (mended.errors, mended.revision) == (0, copy().revision)
    assert engine.read(WorkingFile("tests", "plain.bpmn"), ADMIN).content == unfinished


@pytest.mark.parametrize(
    "name, content, code",
    [
        ("plain.bpmn", b"<definitions", "xml_syntax"),
        ("plain.bpmn", b"<html/>", "xml_not_bpmn"),
        ("plain.bpmn", b"", "file_empty"),
        ("rules.dmn", b"<definitions/>", "not_dmn"),
        ("rules.dmn", b"<a><b></a>", "broken_xml"),
        ("new.form", b"{", "form_json"),
        ("new.form", b"[1]", "form_json"),
        ("pack.toml", b"\xff\xfe\x00", "xml_undecodable"),
        ("../outside.bpmn", PLAIN, "pack_bad_file_name"),
        ("run.exe", b"MZ", "pack_file_kind"),
    ],
)
def test_what_no_editor_can_open_is_refused(engine, copy, name, content, code):
    expected = next((file.revision for file in copy().files if file.name == name), None)
    with pytest.raises(DefinitionRejected) as refusal:
        save(engine, name, content, expected)
    assert code in {finding.code for finding in refusal.value.findings}
    assert engine.read(WorkingFiles("tests"), ADMIN) == PACK


def test_another_packs_key_is_refused_half_written_settings_are_not(engine, copy):
    half = b'[pack]\nkey = "tes'
    save(engine, "pack.toml", half, revision(engine, "pack.toml"))
    with pytest.raises(InputRejected) as refusal:
        save(engine, "pack.toml", b'[pack]\nkey = "other"\nname = "x"\n', revision(engine, "pack.toml"))
    assert refusal.value.code == "working_pack_key"
    assert engine.read(WorkingFindings("tests"), ADMIN).errors


def test_what_is_in_use_stays(engine, copy):
    for name, user in (("visit_plan.form", "visit.bpmn: 制定计划"), ("customer_record.form", "pack.toml: 客户"), ("visit.bpmn", "pack.toml: 销售")):
        with pytest.raises(InputRejected) as refusal:
            engine.run(RemoveWorkingFile("tests", name, revision(engine, name)), ADMIN)
        assert (refusal.value.code, refusal.value.details["uses"]) == ("working_file_in_use", user)
    with pytest.raises(InputRejected, match="working_settings_needed"):
        engine.run(RemoveWorkingFile("tests", "pack.toml", revision(engine, "pack.toml")), ADMIN)


def test_files_come_go_and_are_renamed(engine, copy):
    added = save(engine, "extra.form", form("extra", ("textfield", "a", False)), None)
    renamed = engine.run(RenameWorkingFile("tests", "extra.form", "more.form", added.revision), ADMIN)
    with pytest.raises(StaleRevision) as refusal:
        save(engine, "extra.form", form("extra"), added.revision, EVE)
    assert refusal.value.code == "working_file_renamed"
    with pytest.raises(InputRejected, match="working_file_kind"):
        engine.run(RenameWorkingFile("tests", "more.form", "more.dmn", renamed.revision), ADMIN)
    engine.run(RemoveWorkingFile("tests", "more.form", renamed.revision), ADMIN)
    with pytest.raises(StaleRevision) as refusal:
        save(engine, "more.form", form("extra"), renamed.revision, EVE)
    assert refusal.value.code == "working_file_removed"
    assert engine.read(WorkingFiles("tests"), ADMIN) == PACK
    assert [line.action for line in engine.read(WorkingHistory("tests"), ADMIN)] == ["removed", "removed", "renamed", "added"]


def test_a_new_pack_is_named_and_can_be_deployed_when_it_is_whole(engine):
    engine.run(CreatePack("fresh", '新"的\\', "New"), ADMIN)
    with pytest.raises(ConflictError, match="pack_exists"):
        engine.run(CreatePack("fresh", "又一个"), EVE)
    view = engine.read(WorkingCopyView("fresh"), ADMIN)
    assert (view.name, view.name_en, view.base_deployment_id, view.is_behind) == ('新"的\\', "New", None, False)
    assert [finding.code for finding in engine.read(WorkingFindings("fresh"), ADMIN).findings] == ["pack_empty"]
    engine.run(SaveWorkingFile("fresh", "fresh.bpmn", process("fresh_one", "新", START, END, flows("start>end")), None), ADMIN)
    assert engine.read(WorkingFindings("fresh"), ADMIN).errors == 0
    engine.run(DeployPack(engine.read(WorkingFiles("fresh"), ADMIN)), ADMIN)
    view = engine.read(WorkingCopyView("fresh"), ADMIN)
    assert view.is_behind
    with pytest.raises(StaleRevision, match="working_copy_changed"):
        engine.run(DiscardWorkingCopy("fresh", 1), EVE)
    engine.run(DiscardWorkingCopy("fresh", view.revision), ADMIN)
    with pytest.raises(ConflictError, match="pack_exists"):
        engine.run(CreatePack("tests", "有了"), ADMIN)
    with pytest.raises(InputRejected, match="bad_pack_key"):
        engine.run(CreatePack("新", "名"), ADMIN)


def test_what_was_deployed_meanwhile_is_taken_in(engine):
    second = PACK | {"plain.bpmn": CHANGED, "mine.bpmn": PACK["mine.bpmn"] + b"\n", "notes.md": b"new"}
    engine.run(OpenWorkingCopy("tests"), ADMIN)
    save(engine, "mine.bpmn", PACK["mine.bpmn"] + b" ", revision(engine, "mine.bpmn"))
    save(engine, "named.bpmn", PACK["named.bpmn"] + b" ", revision(engine, "named.bpmn"))
    engine.run(DeployPack({name: content for name, content in second.items() if name != "later.bpmn"} | {"pack.toml": SHORTER}), ADMIN)
    view = engine.read(WorkingCopyView("tests"), ADMIN)
    assert view.is_behind
    updated = engine.run(UpdateWorkingCopy("tests", view.revision), EVE)
    assert (updated.taken, updated.kept) == (("later.bpmn", "notes.md", "pack.toml", "plain.bpmn"), ("mine.bpmn",))
    files = engine.read(WorkingFiles("tests"), ADMIN)
    assert (files["plain.bpmn"], files["mine.bpmn"], "later.bpmn" in files) == (CHANGED, PACK["mine.bpmn"] + b" ", False)
    view = engine.read(WorkingCopyView("tests"), ADMIN)
    assert (view.is_behind, [file.name for file in view.files if file.change != "none"]) == (False, ["mine.bpmn", "named.bpmn"])
    assert engine.run(UpdateWorkingCopy("tests", view.revision), EVE).taken == ()
    engine.run(DiscardWorkingCopy("tests", view.revision), ADMIN)
    engine.run(DeployPack(PACK), ADMIN)


def test_who_else_works_here(engine, copy, clock):
    engine.run(WatchWorkingFile("tests", "plain.bpmn"), EVE)
    seen = engine.run(WatchWorkingFile("tests", "visit.bpmn"), ADMIN)
    assert (seen.others, seen.file_revision) == ((("eve", "plain.bpmn"),), revision(engine, "visit.bpmn"))
    assert copy().others == (("eve", "plain.bpmn"),)
    clock.move(minutes=1)
    assert engine.run(WatchWorkingFile("tests", "visit.bpmn"), ADMIN).others == ()


def test_analysts_only(engine, copy):
    for command in (OpenWorkingCopy("tests"), CreatePack("mine", "x"), SaveWorkingFile("tests", "a.md", b"", None), DiscardWorkingCopy("tests", 1)):
        with pytest.raises(NotAllowedError):
            engine.run(command, WANG)
    for query in (WorkingCopies(), WorkingCopyView("tests"), WorkingFile("tests", "plain.bpmn"), WorkingFiles("tests"), WorkingHistory("tests")):
        with pytest.raises(NotAllowedError):
            engine.read(query, WANG)
    with pytest.raises(NotFoundError):
        engine.run(OpenWorkingCopy("nothing"), ADMIN)
    with pytest.raises(NotFoundError):
        save(engine, "none.bpmn", PLAIN, 3)
