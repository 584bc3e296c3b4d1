"""Files from upload to removal: who may keep, name, see and lose them."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine import (
    SYSTEM,
    Actor,
    CompleteTask,
    DeployPack,
    FileDetail,
    FilePart,
    FormFiles,
    FormRejected,
    KeepFile,
    NotAllowedError,
    NotFoundError,
    RecordSource,
    RemoveUnusedFiles,
    SaveDraft,
    SaveRecord,
    StartInstance,
    Worklist,
)
from engine.audit.questions import ReexecuteInstance
from engine.commands.files import MOST_UNUSED
from engine.forms import LIMITS, load
from engine.queries.cases.files import FormOptions, RecordNames
from tests.commands.packs import END, START, extensions, flows, process, service_task, user_task

WANG = Actor("wang", "王芳", frozenset({"sales"}))
SUN = Actor("sun", "孙磊", frozenset({"sales"}))
LI = Actor("li", "李强", frozenset({"manager"}))
ADMIN = Actor("admin", "管理员", frozenset(), is_administrator=True)
OTHER = Actor("other", "路人", frozenset())
PICKER = {"type": "filepicker", "key": "files", "label": "附件", "multiple": True, "accept": ".pdf,.txt"}
CHOICE = {"type": "select", "key": "customer", "label": "客户", "properties": {"values.record": "partner"}}
START_FORM = f'<startEvent id="start" name="开始">{extensions("<zeebe:formDefinition formId=" + chr(34) + "opening" + chr(34) + "/>")}</startEvent>'
FLOW = process(
    "paper",
    "文件",
    START_FORM,
    user_task("check", "审查", groups="manager", form="checking"),
    service_task("save", "入册", "record.upsert", {"values": "{code: code, files: files}"}, {"saved": "record"}, recordType="partner"),
    END,
    flows("start>check>save>end"),
)
FREE = process("free", "自由", START, user_task("work", "办理", groups="sales"), END, flows("start>work>end"))


def form(id, *components):
    return json.dumps({"type": "default", "id": id, "components": list(components)}).encode()


CODE = {"type": "textfield", "key": "code", "label": "编号"}
SETTINGS = """
[pack]
key = "papers"
name = "文件"
[[role]]
key = "sales"
name = "销售"
can_start = ["paper", "free"]
[[role]]
key = "manager"
name = "经理"
[[record]]
key = "partner"
name = "客户"
form = "partner_record"
search = ["code"]
title = "code"
view = ["manager"]
edit = ["manager"]
"""
PACK = {
    "pack.toml": SETTINGS.encode(),
    "paper.bpmn": FLOW,
    "free.bpmn": FREE,
    "opening.form": form("opening", CODE, PICKER),
    "checking.form": form("checking", PICKER, CHOICE),
    "partner_record.form": form("partner_record", CODE, PICKER),
}
PDF = b"%PDF-1.7\nhello"


@pytest.fixture(scope="module", autouse=True)
def papers(engine):
    engine.run(DeployPack(PACK), SYSTEM)


def keep(engine, actor=WANG, content=PDF, name="合同 一.pdf"):
    return engine.run(KeepFile(name, content), actor)


def whole(engine, actor, file_id):
    view = engine.read(FileDetail(file_id), actor)
    return b"".join(engine.read(FilePart(file_id, number), actor) for number in range(view.parts))


def test_a_file_is_kept_once_and_read_back(engine, rows):
    content = b"%PDF-" + bytes(range(256)) * 20_000
    first, second = keep(engine, content=content), keep(engine, SUN, content, "副本.pdf")
    assert (first.name, first.size, first.type, first.digest) == ("合同 一.pdf", len(content), "application/pdf", hashlib.sha256(content).hexdigest())
    assert first.id != second.id
    assert rows("SELECT count(*) FROM file_contents WHERE digest = :digest", digest=first.digest)[0][0] == 1
    assert whole(engine, WANG, first.id) == content
    assert whole(engine, SUN, second.id) == content


@pytest.mark.parametrize(
    "name, content, accept, code",
    [
        ("空.pdf", b"", (), "file_empty"),
        ("账单.pdf", b"MZ\x90\x00", (), "file_content"),
        ("账单.txt", b"hello", (".pdf",), "file_type"),
    ],
)
def test_what_is_not_kept(engine, name, content, accept, code):
    with pytest.raises(FormRejected) as refusal:
        engine.run(KeepFile(name, content, accept, "a.0.files"), WANG)
    assert refusal.value.problems["a.0.files"].code == code


def test_a_file_over_the_limit_is_refused(engine, tmp_path):
    big = tmp_path / "big.bin"
    with big.open("wb") as out:
        out.truncate(LIMITS.file_bytes + 1)
    with big.open("rb") as content, pytest.raises(FormRejected) as refusal:
        engine.run(KeepFile("大.bin", content), WANG)
    assert (refusal.value.problems[""].code, refusal.value.problems[""].values["megabytes"]) == ("file_size", 50)


def test_uploads_without_use_are_limited(engine):
    hoarder = Actor("hoarder", "囤", frozenset())
    for _ in range(MOST_UNUSED):
        keep(engine, hoarder)
    with pytest.raises(FormRejected) as refusal:
        keep(engine, hoarder)
    assert refusal.value.problems[""].code == "too_many_uploads"


def task_of(engine, actor, element_id, instance_id):
    rows = engine.read(Worklist("groups"), actor).rows
    return next(row.task_id for row in rows if (row.element_id, row.instance_id) == (element_id, instance_id))


def test_a_file_goes_with_its_instance_and_its_record(engine, rows):
    mine, unseen = keep(engine), keep(engine)
    for actor in (SUN, LI, OTHER):
        with pytest.raises(NotFoundError):
            engine.read(FileDetail(mine.id), actor)
    started = engine.run(StartInstance("paper", {"code": "c1", "files": [mine.id]}), WANG)
    assert whole(engine, LI, mine.id) == PDF
    for file, actor in ((mine, SUN), (mine, OTHER), (unseen, LI)):
        with pytest.raises(NotFoundError):
            engine.read(FilePart(file.id, 0), actor)
    own = keep(engine, LI, b"note", "意见.txt")
    engine.run(CompleteTask(task_of(engine, LI, "check", started.instance_id), {"files": [mine.id, own.id]}), LI)
    assert whole(engine, WANG, own.id) == b"note"
    engine.run_due_jobs()
    holders = {tuple(row) for row in rows("SELECT file_id, holder_type FROM file_uses WHERE file_id IN (:a, :b)", a=mine.id, b=own.id)}
    assert holders == {(mine.id, "instance"), (own.id, "instance"), (mine.id, "record"), (own.id, "record")}
    assert whole(engine, Actor("new", "新经理", frozenset({"manager"})), mine.id) == PDF


def test_the_log_holds_whole_files(engine, rows):
    file = keep(engine)
    started = engine.run(StartInstance("paper", {"code": "c2", "files": [file.id]}), WANG)
    (command,) = rows("SELECT data FROM events WHERE instance_id = :id AND sequence = 1", id=started.instance_id)
    (kept,) = command.data["arguments"]["variables"]["files"]
    assert kept == file.as_value()


@pytest.mark.parametrize("forge", [lambda file: [file.id], lambda file: [file.as_value()], lambda file: ["0" * 32]])
def test_files_of_others_cannot_be_named(engine, forge):
    with pytest.raises(FormRejected) as refusal:
        engine.run(StartInstance("paper", {"code": "x", "files": forge(keep(engine, SUN))}), WANG)
    assert refusal.value.problems["files"].code == "file_unknown"


def test_a_made_up_variable_opens_no_file(engine, rows):
    secret = keep(engine, SUN)
    started = engine.run(StartInstance("free", {"files": [secret.as_value()]}), WANG)
    engine.run(CompleteTask(task_of(engine, WANG, "work", started.instance_id), {"files": [secret.as_value()]}), WANG)
    with pytest.raises(NotFoundError):
        engine.read(FileDetail(secret.id), WANG)
    assert rows("SELECT 1 FROM file_uses WHERE file_id = :id", id=secret.id) == []


def test_records_by_hand_hold_files(engine):
    file = keep(engine, LI)
    saved = engine.run(SaveRecord("partner", None, {"code": "r1", "files": [file.id]}), LI)
    assert saved.created
    assert whole(engine, Actor("m2", "经理二", frozenset({"manager"})), file.id) == PDF
    with pytest.raises(NotFoundError):
        engine.read(FileDetail(file.id), WANG)


def test_what_nothing_refers_to_goes_after_seven_days(engine, clock, rows):
    lost, drafted, used = keep(engine, content=b"%PDF-lost"), keep(engine, LI, b"%PDF-drafted"), keep(engine, content=b"%PDF-used")
    started = engine.run(StartInstance("paper", {"code": "c3", "files": [used.id]}), WANG)
    engine.run(SaveDraft(task_of(engine, LI, "check", started.instance_id), {"files": [drafted.id]}), LI)
    with pytest.raises(NotAllowedError):
        engine.run(RemoveUnusedFiles(), LI)
    clock.move(days=6)
    engine.run(RemoveUnusedFiles(), SYSTEM)
    assert whole(engine, WANG, lost.id) == b"%PDF-lost"
    clock.move(days=2)
    fresh = keep(engine, content=b"%PDF-lost")
    assert engine.run(RemoveUnusedFiles(), SYSTEM).files >= 1
    with pytest.raises(NotFoundError):
        engine.read(FileDetail(lost.id), WANG)
    assert whole(engine, WANG, fresh.id) == b"%PDF-lost"
    assert whole(engine, LI, drafted.id) == b"%PDF-drafted"
    assert whole(engine, LI, used.id) == b"%PDF-used"
    orphans = rows("SELECT count(*) FROM file_contents c WHERE NOT EXISTS (SELECT 1 FROM files f WHERE f.digest = c.digest)")
    assert orphans[0][0] == 0
    with pytest.raises(FormRejected):
        engine.run(StartInstance("paper", {"code": "x", "files": [lost.id]}), WANG)


def test_uploading_and_removing_at_once(engine, clock):
    content = b"%PDF-again and again"
    keep(engine, content=content)
    clock.move(days=8)

    def both(number):
        if number % 2:
            return engine.run(RemoveUnusedFiles(), SYSTEM)
        return keep(engine, Actor(f"u{number}", "甲", frozenset()), content)

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(both, range(16)))
    for number, kept in enumerate(results):
        if number % 2 == 0:
            assert whole(engine, Actor(f"u{number}", "甲", frozenset()), kept.id) == content


def test_options_of_registers_follow_the_rights_of_the_register(engine):
    saved = engine.run(SaveRecord("partner", None, {"code": "苏州%_精工"}), LI)
    source = RecordSource("partner")
    assert [option.label for option in engine.read(FormOptions(source, "%_"), LI)] == ["苏州%_精工"]
    assert engine.read(FormOptions(source, "没有"), LI) == ()
    assert engine.read(FormOptions(source), WANG) is None
    assert engine.read(FormOptions(RecordSource("nothing")), LI) is None
    assert engine.read(RecordNames(source, (saved.record_id, "\x00", "gone")), LI)[0].value == {"id": saved.record_id, "label": "苏州%_精工"}
    by_code = RecordSource("partner", "code", "code")
    assert engine.read(RecordNames(by_code, ("苏州%_精工",)), LI)[0].value == "苏州%_精工"


def test_a_chosen_record_is_submitted_by_its_id(engine, rows):
    saved = engine.run(SaveRecord("partner", None, {"code": "选中"}), LI)
    started = engine.run(StartInstance("paper", {"code": "c4"}), WANG)
    task_id = task_of(engine, LI, "check", started.instance_id)
    with pytest.raises(FormRejected) as refusal:
        engine.run(CompleteTask(task_id, {"customer": "nothing"}), LI)
    assert refusal.value.problems["customer"].code == "choice"
    engine.run(CompleteTask(task_id, {"customer": saved.record_id}), LI)
    commands = rows("SELECT data FROM events WHERE instance_id = :id AND kind = 'command' ORDER BY sequence", id=started.instance_id)
    assert commands[1].data["arguments"]["variables"]["customer"] == {"id": saved.record_id, "label": "选中"}


def test_cases_with_files_and_records_can_be_executed_again(engine, clock):
    file = keep(engine, content=b"%PDF-once")
    saved = engine.run(SaveRecord("partner", None, {"code": "重演"}), LI)
    started = engine.run(StartInstance("paper", {"code": "c5", "files": [file.id]}), WANG)
    engine.run(CompleteTask(task_of(engine, LI, "check", started.instance_id), {"customer": saved.record_id, "files": [file.id]}), LI)
    engine.run_due_jobs()
    assert engine.read(ReexecuteInstance(started.instance_id), ADMIN).difference is None


def test_only_own_uploads_are_offered_to_a_form(engine):
    mine, foreign = keep(engine), keep(engine, SUN)
    found = engine.read(FormFiles(load(PACK["checking.form"], "x"), {"files": [mine.id, foreign.id, "x"]}), WANG)
    assert found == {mine.id: mine.as_value()}
