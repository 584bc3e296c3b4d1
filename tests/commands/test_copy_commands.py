"""Copies for information: who may send them, who may read because of them, what the log says."""

from __future__ import annotations

import threading

import pytest

from engine import (
    SYSTEM,
    CompleteTask,
    Copies,
    CopiesOf,
    HistoryInWords,
    InputRejected,
    InstanceView,
    MarkCopiesRead,
    NotAllowedError,
    NotFoundError,
    ReexecuteInstance,
    SaveUser,
    SendCopy,
    StartInstance,
    TaskForm,
    TerminateInstance,
)
from engine.queries.cases.copies import Colleagues
from engine.store.event_log import chain_breaks
from tests.commands.people import ADMIN, LI, NOBODY, WANG


@pytest.fixture(autouse=True)
def _people(engine):
    for person in (WANG, LI, NOBODY):
        engine.run(SaveUser(person.user_id, person.name, None, person.groups & {"sales", "manager"}), SYSTEM)


def visit(engine, customer="甲公司") -> str:
    return engine.run(StartInstance("visit", {"customer": customer}), WANG).instance_id


def sound(engine, instance_id) -> bool:
    whole = engine.database.read(lambda connection: chain_breaks(connection, instance_id)) is None
    return whole and engine.read(ReexecuteInstance(instance_id), ADMIN).difference is None


def test_a_reader_may_read_and_nothing_else(engine):
    instance_id = visit(engine)
    for query in (InstanceView(instance_id), TaskForm(f"{instance_id}.2"), CopiesOf(instance_id)):
        with pytest.raises(NotFoundError):
            engine.read(query, NOBODY)
    engine.run(SendCopy(instance_id, ["nobody"], "请知悉", 2), WANG)
    assert engine.read(InstanceView(instance_id), NOBODY).head.title == "甲公司"
    view = engine.read(TaskForm(f"{instance_id}.2"), NOBODY)
    assert (view.can_complete, view.can_claim) == (False, False)
    with pytest.raises(NotAllowedError):
        engine.run(CompleteTask(f"{instance_id}.2", {"aim": "x"}), NOBODY)
    (row,) = [row for row in engine.read(Copies(), NOBODY).rows if row.instance_id == instance_id]
    assert (row.title, row.element_name, row.note, row.sent_by_name, row.read_at) == ("甲公司", "制定计划", "请知悉", "王芳", None)


def test_the_log_says_who_was_told_and_executes_again(engine):
    instance_id = visit(engine)
    engine.run(SendCopy(instance_id, ["nobody", "liqiang", "nobody"], "看一下", 2), WANG)
    engine.run(CompleteTask(f"{instance_id}.2", {"aim": "见面"}), WANG)
    engine.run(SendCopy(instance_id, ["liqiang"], "", 2), WANG)
    engine.run(TerminateInstance(instance_id, "不做了"), ADMIN)
    engine.run(SendCopy(instance_id, ["nobody"]), LI)
    lines = [(line.text_zh, line.text_en, line.detail) for line in engine.read(HistoryInWords(instance_id), WANG) if line.kind == "copy_sent"]
    assert lines == [
        ("王芳 抄送给 路人、李强", "王芳 sent a copy to 路人, 李强", "看一下"),
        ("王芳 抄送给 李强", "王芳 sent a copy to 李强", ""),
        ("李强 抄送给 路人", "李强 sent a copy to 路人", ""),
    ]
    assert sound(engine, instance_id)


def test_read_marks_are_ones_own(engine):
    first, second = visit(engine, "一"), visit(engine, "二")
    for instance_id in (first, second):
        engine.run(SendCopy(instance_id, ["nobody", "liqiang"]), WANG)
    engine.run(MarkCopiesRead(), NOBODY)
    before = engine.read(Copies(), LI).unread
    assert engine.run(MarkCopiesRead(first), LI).count == 1
    assert engine.run(MarkCopiesRead(first), LI).count == engine.run(MarkCopiesRead("no id"), LI).count == 0
    assert engine.read(Copies(), LI).unread == before - 1
    assert {line.user_name: line.read_at is None for line in engine.read(CopiesOf(first), WANG)} == {"路人": False, "李强": False}
    assert engine.read(Copies(unread_only=True), NOBODY).rows == ()


def test_who_may_not_know_of_it_cannot_send_it(engine):
    instance_id = visit(engine)
    for command in (SendCopy(instance_id, ["nobody"]), SendCopy("0" * 32, ["nobody"]), SendCopy("x", ["nobody"])):
        with pytest.raises(NotFoundError):
            engine.run(command, LI)
    with pytest.raises(NotFoundError):
        engine.run(SendCopy(instance_id, ["nobody"], "", 99), WANG)


@pytest.mark.parametrize("users, note, code", [([], "", "required"), (["ghost"], "", "unknown_user"), (["nobody"], "长" * 1001, "too_long")])
def test_what_cannot_be_sent_is_refused(engine, users, note, code):
    with pytest.raises(InputRejected) as refusal:
        engine.run(SendCopy(visit(engine), users, note), WANG)
    assert refusal.value.code == code


def test_several_send_while_one_completes(engine):
    instance_id = visit(engine)
    ready = threading.Barrier(5)
    problems: list[Exception] = []

    def run(command) -> None:
        ready.wait()
        try:
            engine.run(command, WANG)
        except Exception as error:
            problems.append(error)

    commands = [
        *(SendCopy(instance_id, ["nobody", "liqiang"], f"第 {number} 次") for number in range(4)),
        CompleteTask(f"{instance_id}.2", {"aim": "x"}),
    ]
    threads = [threading.Thread(target=run, args=(command,)) for command in commands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(engine.read(CopiesOf(instance_id), WANG)) == 8
    assert sound(engine, instance_id)


def test_pages_and_words_of_copies(engine):
    for number in range(5):
        engine.run(SendCopy(visit(engine, f"翻页{number}"), ["liqiang"], f"备注{number}"), WANG)
    first = engine.read(Copies("翻页", limit=3), LI)
    second = engine.read(Copies("翻页", limit=3, after=first.after), LI)
    assert [row.title for row in (*first.rows, *second.rows)] == [f"翻页{number}" for number in range(4, -1, -1)]
    assert (first.total, second.after) == (5, None)
    assert [row.title for row in engine.read(Copies("备注3 王芳"), LI).rows] == ["翻页3"]


def test_colleagues_are_the_active_accounts_but_oneself(engine):
    engine.run(SaveUser("gone", "离职", None, active=False), SYSTEM)
    assert {each.key for each in engine.read(Colleagues(), WANG)} >= {"liqiang", "nobody"}
    assert not {each.key for each in engine.read(Colleagues(), WANG)} & {"wangfang", "gone"}
    assert [each.key for each in engine.read(Colleagues("李"), WANG)] == ["liqiang"]


def test_a_copy_to_a_role_goes_to_everybody_else_who_has_it_now(engine):
    instance_id = visit(engine, "岗位公司")
    engine.run(SaveUser("sunlei", "孙磊", None, {"sales"}), SYSTEM)
    engine.run(SaveUser("gone", "离职", None, {"sales"}, active=False), SYSTEM)
    sent = engine.run(SendCopy(instance_id, ["liqiang"], "周知", role_keys=["sales", "manager"]), WANG)
    assert sent.sent_to == ("liqiang", "sunlei")
    engine.run(SaveUser("late", "后来的", None, {"sales"}), SYSTEM)
    assert sorted(line.user_name for line in engine.read(CopiesOf(instance_id), WANG)) == ["孙磊", "李强"]
    assert sound(engine, instance_id)
    for keys in (["no_such_role"], ["accountant"]):
        with pytest.raises(InputRejected) as refused:
            engine.run(SendCopy(instance_id, [], role_keys=keys), WANG)
        assert refused.value.code == "nobody_has_role"
