"""Files attached to a case: who may add, see and remove them, what the log keeps, and that a double click adds once."""

from __future__ import annotations

import hashlib
import threading

import pytest
import sqlalchemy as sa

from engine import (
    SYSTEM,
    Actor,
    AttachFiles,
    AttachmentLimits,
    CaseFilter,
    CompleteTask,
    ExportEvents,
    FileDetail,
    FilePart,
    FilesOfCase,
    FindCases,
    HistoryInWords,
    InputRejected,
    InspectInstances,
    KeepFile,
    NotAllowedError,
    NotFoundError,
    ReexecuteInstance,
    RemoveAttachment,
    RemoveUnusedFiles,
    SaveUser,
    SendCopy,
    StartInstance,
    TerminateInstance,
)
from engine.commands.talk import attachments
from engine.store.event_log import chain_breaks
from engine.store.tables import Event
from tests.commands.people import ADMIN, LI, NOBODY, SUN, WANG

PDF = b"%PDF-1.7\nhello"
AUDITOR = Actor("auditor", "审计员", is_auditor=True)


@pytest.fixture(autouse=True)
def _people(engine):
    for person in (WANG, SUN, LI, NOBODY, AUDITOR):
        engine.run(SaveUser(person.user_id, person.name, None, person.groups & {"sales", "manager"}), SYSTEM)


def visit(engine) -> str:
    return engine.run(StartInstance("visit", {"customer": "甲公司"}), WANG).instance_id


def keep(engine, actor=WANG, name="合同.pdf", content=PDF) -> str:
    return engine.run(KeepFile(name, content), actor).id


def attach(engine, instance_id, *ids, actor=WANG, key="", **more):
    return engine.run(AttachFiles(instance_id, ids or (keep(engine, actor),), key, **more), actor)


def logged(engine, instance_id, kind) -> list[dict]:
    statement = sa.select(Event.data).where(Event.instance_id == instance_id, Event.kind == kind).order_by(Event.sequence)
    return engine.database.read(lambda connection: list(connection.scalars(statement)))


def sound(engine, instance_id) -> bool:
    whole = engine.database.read(lambda connection: chain_breaks(connection, instance_id)) is None
    return whole and engine.read(ReexecuteInstance(instance_id), ADMIN).difference is None


def lines(engine, instance_id, actor=WANG):
    return engine.read(FilesOfCase(instance_id), actor).lines


def at_once(engine, *commands):
    """(results, problems) of commands that begin at the same moment."""
    ready, results, problems = threading.Barrier(len(commands)), [], []

    def run(command, actor) -> None:
        ready.wait()
        try:
            results.append(engine.run(command, actor))
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=run, args=each) for each in commands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results, problems


def test_who_sees_the_case_sees_its_files_and_nobody_else(engine):
    instance_id = visit(engine)
    first, second = keep(engine), keep(engine, name="照片.txt", content="在门口".encode())
    assert attach(engine, instance_id, second, first).numbers == (1, 2)
    told = [(line.number, line.name, line.type, line.added_by_name, line.is_own, line.preview) for line in lines(engine, instance_id)]
    assert told == [(1, "照片.txt", "text/plain", "王芳", True, "text"), (2, "合同.pdf", "application/pdf", "王芳", True, "pdf")]
    for attempt in (lambda: lines(engine, instance_id, NOBODY), lambda: attach(engine, instance_id, actor=NOBODY)):
        with pytest.raises(NotFoundError):
            attempt()
    with pytest.raises(NotFoundError):
        engine.read(FileDetail(first), NOBODY)
    engine.run(SendCopy(instance_id, ["nobody"]), WANG)
    assert [line.is_own for line in lines(engine, instance_id, NOBODY)] == [False, False]
    assert engine.read(FilePart(first, 0), NOBODY) == PDF
    assert attach(engine, instance_id, actor=NOBODY).numbers == (3,)
    assert engine.read(FilesOfCase(instance_id), NOBODY).may_add


def test_an_auditor_sees_them_once_the_look_is_on_record_and_adds_nothing(engine):
    instance_id = visit(engine)
    file_id = keep(engine)
    attach(engine, instance_id, file_id)
    for query in (FilesOfCase(instance_id), FileDetail(file_id)):
        with pytest.raises(NotFoundError):
            engine.read(query, AUDITOR)
    engine.run(InspectInstances((instance_id,), "replay"), AUDITOR)
    found = engine.read(FilesOfCase(instance_id), AUDITOR)
    assert ([line.file_id for line in found.lines], found.may_add) == ([file_id], False)
    assert engine.read(FilePart(file_id, 0), AUDITOR) == PDF
    with pytest.raises(NotAllowedError, match="auditor_only_looks"):
        attach(engine, instance_id, actor=AUDITOR)
    engine.run(SendCopy(instance_id, ["auditor"]), WANG)
    assert not engine.read(FilesOfCase(instance_id), AUDITOR).may_add


def test_the_log_keeps_name_and_digest_and_executes_again(engine):
    instance_id = visit(engine)
    attach(engine, instance_id, keep(engine, name="=报价(1).pdf"), keep(engine, name="b.pdf", content=PDF + b"2"))
    engine.run(CompleteTask(f"{instance_id}.2", {"aim": "见面"}), WANG)
    engine.run(RemoveAttachment(instance_id, 1, " 传错了 "), WANG)
    engine.run(TerminateInstance(instance_id, "不做了"), ADMIN)
    attach(engine, instance_id, keep(engine, name="结束以后.pdf"))
    digest = hashlib.sha256(PDF).hexdigest()
    first, *_rest = logged(engine, instance_id, "attachment_added")
    assert first == {"attachment": 1, "name": "=报价(1).pdf", "size": len(PDF), "type": "application/pdf", "digest": digest}
    removal = {"attachment": 1, "name": "=报价(1).pdf", "digest": digest, "reason": "传错了"}
    assert logged(engine, instance_id, "attachment_removed") == [removal]
    said = [(line.text_zh, line.text_en, line.detail) for line in engine.read(HistoryInWords(instance_id), WANG) if "attachment" in line.kind]
    assert said == [
        ("王芳 添加了附件“=报价(1).pdf”", "王芳 attached “=报价(1).pdf”", ""),
        ("王芳 添加了附件“b.pdf”", "王芳 attached “b.pdf”", ""),
        ("王芳 移除了附件“=报价(1).pdf”", "王芳 removed the attachment “=报价(1).pdf”", "传错了"),
        ("王芳 添加了附件“结束以后.pdf”", "王芳 attached “结束以后.pdf”", ""),
    ]
    assert sound(engine, instance_id)


def test_what_auditors_take_away_tells_of_them(engine):
    instance_id = visit(engine)
    attach(engine, instance_id, keep(engine, name="=报价.pdf"))
    engine.run(RemoveAttachment(instance_id, 1, "传错了"), WANG)
    told = {}
    for format in ("csv", "jsonl", "xes"):
        exported = engine.read(ExportEvents((instance_id,), format), WANG)
        with exported.file as file:
            told[format] = file.read().decode()
    for format in ("csv", "jsonl"):
        assert told[format].count("attachment_added") == told[format].count("attachment_removed") == 1
    for format, text in told.items():
        assert [text.count(hashlib.sha256(PDF).hexdigest()) > 0, "=报价.pdf" in text, "传错了" in text] == [True] * 3, format


def test_auditors_find_a_case_by_the_name_of_a_file(engine):
    instance_id = visit(engine)
    attach(engine, instance_id, keep(engine, name="海川年度框架协议.pdf"))
    found = engine.read(FindCases(CaseFilter(value="框架协议")), AUDITOR)
    assert [case.instance_id for case in found.rows] == [instance_id]


def test_what_is_removed_is_no_longer_handed_out(engine, rows, clock):
    instance_id = visit(engine)
    file_id = keep(engine, content=PDF + b"only here")
    attach(engine, instance_id, file_id)
    (before,) = lines(engine, instance_id)
    engine.run(SendCopy(instance_id, ["liqiang"]), WANG)
    for number, actor in ((1, LI), (1, ADMIN), (2, WANG), (0, WANG)):
        with pytest.raises(NotFoundError):
            engine.run(RemoveAttachment(instance_id, number, "不要了"), actor)
    for reason, code in (("", "required"), (" \n", "required"), ("长" * 501, "too_long")):
        with pytest.raises(InputRejected) as refusal:
            engine.run(RemoveAttachment(instance_id, 1, reason), WANG)
        assert refusal.value.code == code
    assert engine.run(RemoveAttachment(instance_id, 1, "不要了"), WANG).was_there
    assert not engine.run(RemoveAttachment(instance_id, 1, "再来"), WANG).was_there
    for actor in (WANG, LI, ADMIN):
        with pytest.raises(NotFoundError):
            engine.read(FilePart(file_id, 0), actor)
    (line,) = lines(engine, instance_id, LI)
    assert (line.file_id, line.name, line.digest, line.removed_by_name, line.removal_reason) == (None, before.name, before.digest, "王芳", "不要了")
    assert engine.read(FilesOfCase(instance_id), LI).there == 0
    clock.move(days=1)
    engine.run(RemoveUnusedFiles(), SYSTEM)
    assert rows("SELECT 1 FROM file_contents WHERE digest = :digest", digest=before.digest) == []


def test_a_content_that_others_have_stays(engine, clock):
    one, other = visit(engine), visit(engine)
    kept = keep(engine)
    attach(engine, one)
    attach(engine, other, kept)
    engine.run(RemoveAttachment(one, 1, "传错了"), WANG)
    engine.run(RemoveUnusedFiles(), SYSTEM)
    assert engine.read(FilePart(kept, 0), WANG) == PDF


def test_an_attached_file_outlives_the_week_of_those_that_nobody_uses(engine, clock):
    instance_id, file_id = visit(engine), keep(engine)
    attach(engine, instance_id, file_id)
    clock.move(days=30)
    engine.run(RemoveUnusedFiles(), SYSTEM)
    assert engine.read(FilePart(file_id, 0), WANG) == PDF


@pytest.mark.parametrize(
    "ids, code",
    [
        ((), "no_files"),
        ("0" * 32, "wrong_type"),
        (("0" * 32,), "upload_gone"),
        (("x" * 65,), "too_long"),
        (("a", "b", "c"), "too_many_files"),
        ((1,), "wrong_type"),
    ],
)
def test_what_is_refused_leaves_nothing(engine, ids, code):
    instance_id = visit(engine)
    with pytest.raises(InputRejected) as refusal:
        engine.run(AttachFiles(instance_id, ids, limits=AttachmentLimits(files=2)), WANG)
    assert refusal.value.code == code
    assert lines(engine, instance_id) == ()
    assert logged(engine, instance_id, "attachment_added") == []


def test_all_or_none(engine, monkeypatch):
    instance_id = visit(engine)
    good, foreign = keep(engine), keep(engine, SUN)
    with pytest.raises(InputRejected, match="upload_gone"):
        attach(engine, instance_id, good, foreign)
    with pytest.raises(InputRejected, match="attachment_size"):
        attach(engine, instance_id, good, limits=AttachmentLimits(file_bytes=5))
    monkeypatch.setattr(attachments, "MOST_ATTACHMENTS", 2)
    with pytest.raises(InputRejected, match="too_many_attachments"):
        attach(engine, instance_id, good, keep(engine), keep(engine))
    assert lines(engine, instance_id) == ()
    attach(engine, instance_id, good, good)
    with pytest.raises(InputRejected, match="upload_gone"):
        attach(engine, visit(engine), good)
    assert len(lines(engine, instance_id)) == 1
    for wrong in ("0" * 32, "x", ""):
        with pytest.raises(NotFoundError):
            attach(engine, wrong, keep(engine))


def test_clicks_in_competition_add_once_and_others_get_their_own_numbers(engine):
    instance_id = visit(engine)
    same = [AttachFiles(instance_id, (keep(engine), keep(engine)), "same-key") for _ in range(2)]
    engine.run(SendCopy(instance_id, ["liqiang"]), WANG)
    others = [(AttachFiles(instance_id, (keep(engine, actor),), "same-key" if actor is LI else ""), actor) for actor in (WANG, LI)]
    results, problems = at_once(engine, *((command, WANG) for command in same), *others)
    assert problems == []
    assert sorted(number for each in results if each.is_new for number in each.numbers) == [1, 2, 3, 4]
    (again,) = [each for each in results if not each.is_new]
    assert again.numbers in [each.numbers for each in results if each.is_new]
    assert [line.number for line in lines(engine, instance_id)] == [1, 2, 3, 4]
    assert sound(engine, instance_id)


def test_one_upload_at_two_cases_at_once_is_at_one_of_them(engine):
    one, other = visit(engine), visit(engine)
    file_id = keep(engine)
    results, problems = at_once(engine, *((AttachFiles(case, (file_id,)), WANG) for case in (one, other)))
    assert len(results) == 1
    assert [error.code for error in problems] == ["upload_gone"]
    assert len(lines(engine, one) + lines(engine, other)) == 1


def test_two_remove_at_once(engine):
    instance_id = visit(engine)
    attach(engine, instance_id)
    results, problems = at_once(engine, *((RemoveAttachment(instance_id, 1, f"第 {each} 次"), WANG) for each in range(2)))
    assert problems == []
    assert sorted(each.was_there for each in results) == [False, True]
    assert len(logged(engine, instance_id, "attachment_removed")) == 1
    assert sound(engine, instance_id)


def test_files_of_forms_stand_in_the_same_list(engine, rows):
    instance_id, file_id = visit(engine), keep(engine, name="表单里的.pdf")
    attach(engine, instance_id)
    with engine.database.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO file_uses VALUES (%s, 'instance', %s)", (file_id, instance_id))
    assert sorted((line.number or 0, line.name) for line in lines(engine, instance_id)) == [(0, "表单里的.pdf"), (1, "合同.pdf")]
