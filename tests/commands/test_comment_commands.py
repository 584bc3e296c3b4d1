"""Comments on a case: who may write, whom a mention means, what the log keeps, and that a double click is one comment."""

from __future__ import annotations

import json
import threading

import pytest
import sqlalchemy as sa

from engine import (
    SYSTEM,
    Actor,
    CommentsOf,
    CompleteTask,
    Copies,
    DeleteComment,
    HistoryInWords,
    InputRejected,
    InstanceView,
    NotFoundError,
    ReexecuteInstance,
    SaveUser,
    SendCopy,
    StartInstance,
    TerminateInstance,
    WriteComment,
)
from engine.store.comments import Comment, comment_digest
from engine.store.event_log import chain_breaks
from engine.store.tables import Event
from tests.commands.people import ADMIN, LI, NOBODY, WANG


@pytest.fixture(autouse=True)
def _people(engine):
    for person in (WANG, LI, NOBODY):
        engine.run(SaveUser(person.user_id, person.name, None, person.groups & {"sales", "manager"}), SYSTEM)
    for user_id, name in (("wu", "吴"), ("wuhao", "吴昊"), ("lina1", "李娜"), ("lina2", "李娜")):
        engine.run(SaveUser(user_id, name, None, frozenset()), SYSTEM)


def visit(engine, customer="甲公司") -> str:
    return engine.run(StartInstance("visit", {"customer": customer}), WANG).instance_id


def shared(engine, *readers: str) -> str:
    instance_id = visit(engine)
    engine.run(SendCopy(instance_id, readers), WANG)
    return instance_id


def logged(engine, instance_id, kind) -> list[dict]:
    statement = sa.select(Event.data).where(Event.instance_id == instance_id, Event.kind == kind).order_by(Event.sequence)
    return engine.database.read(lambda connection: list(connection.scalars(statement)))


def stored(engine, instance_id):
    first = sa.select(Comment.text, Comment.salt, Comment.deleted_at).where(Comment.instance_id == instance_id, Comment.number == 1)
    return engine.database.read(lambda connection: connection.execute(first).one())


def sound(engine, instance_id) -> bool:
    whole = engine.database.read(lambda connection: chain_breaks(connection, instance_id)) is None
    return whole and engine.read(ReexecuteInstance(instance_id), ADMIN).difference is None


def test_a_comment_is_read_by_who_sees_the_case_and_by_nobody_else(engine):
    instance_id = visit(engine)
    engine.run(WriteComment(instance_id, "  第一行\r\n第二行 <b>  "), WANG)
    (line,) = engine.read(CommentsOf(instance_id), WANG).lines
    assert (line.number, line.writer_name, line.text, line.is_own) == (1, "王芳", "第一行\n第二行 <b>", True)
    for attempt in (lambda: engine.read(CommentsOf(instance_id), NOBODY), lambda: engine.run(WriteComment(instance_id, "x"), NOBODY)):
        with pytest.raises(NotFoundError):
            attempt()
    for number in (0, 1, 2):
        with pytest.raises(NotFoundError):
            engine.run(DeleteComment(instance_id, number), LI)
    for wrong in ("0" * 32, "x"):
        with pytest.raises(NotFoundError):
            engine.run(WriteComment(wrong, "x"), WANG)


def test_the_log_keeps_a_digest_and_executes_again(engine):
    instance_id = shared(engine, "wuhao")
    engine.run(WriteComment(instance_id, "电话是 0574-1234 @吴昊"), WANG)
    engine.run(CompleteTask(f"{instance_id}.2", {"aim": "见面"}), WANG)
    row = stored(engine, instance_id)
    (data,) = logged(engine, instance_id, "comment_written")
    assert data == {"comment": 1, "mentioned": ["wuhao"], "digest": comment_digest(row.salt, row.text)}
    assert engine.run(DeleteComment(instance_id, 1), WANG).was_there
    assert not engine.run(DeleteComment(instance_id, 1), WANG).was_there
    engine.run(TerminateInstance(instance_id, "不做了"), ADMIN)
    engine.run(WriteComment(instance_id, "结束以后"), WANG)
    everything = engine.database.read(lambda connection: list(connection.scalars(sa.select(Event.data).where(Event.instance_id == instance_id))))
    assert "1234" not in json.dumps(everything, ensure_ascii=False)
    row = stored(engine, instance_id)
    assert (row.text, row.salt) == (None, None)
    assert row.deleted_at is not None
    said = [(line.text_zh, line.text_en) for line in engine.read(HistoryInWords(instance_id), WANG) if line.kind.startswith("comment_")]
    assert said == [
        ("王芳 写了留言（第 1 条）", "王芳 wrote a comment (no. 1)"),
        ("王芳 删除了自己的留言（第 1 条）", "王芳 deleted their comment (no. 1)"),
        ("王芳 写了留言（第 2 条）", "王芳 wrote a comment (no. 2)"),
    ]
    assert sound(engine, instance_id)


@pytest.mark.parametrize(
    "text, people",
    [
        ("@吴昊请看", ["wuhao"]),
        ("@WUHAO,请看", ["wuhao"]),
        ("＠吴 请看", ["wu"]),
        ("@wu 和 @wuhao 和 @吴昊", ["wu", "wuhao"]),
        ("@lina2 你好", ["lina2"]),
        ("我自己 @王芳", []),
        ("写信给 a@b.example，或者 @ 三点", []),
    ],
)
def test_whom_a_mention_means(engine, text, people):
    instance_id = shared(engine, "wu", "wuhao", "lina2")
    written = engine.run(WriteComment(instance_id, text), WANG)
    assert list(written.mentioned) == people
    for user_id in people:
        copies = [row for row in engine.read(Copies(), Actor(user_id, user_id)).rows if row.instance_id == instance_id]
        assert len(copies) == 2
        assert copies[0].read_at is None
    assert sound(engine, instance_id)


@pytest.mark.parametrize(
    "text, code, details",
    [
        ("@不存在 你好", "unknown_mention", {"name": "不存在"}),
        ("@wuhaox 你好", "unknown_mention", {"name": "wuhaox"}),
        ("@李娜 你好", "ambiguous_mention", {"name": "李娜", "accounts": ["lina1", "lina2"]}),
        ("@路人 你好", "mention_cannot_see", {"name": "路人"}),
        ("@吴昊" * 21, "too_many_mentions", {"maximum": 20}),
        (" \n ", "required", {}),
        ("长" * 4001, "too_long", {"maximum": 4000}),
    ],
)
def test_what_is_refused_leaves_nothing(engine, text, code, details):
    instance_id = shared(engine, "wuhao")
    with pytest.raises(InputRejected) as refusal:
        engine.run(WriteComment(instance_id, text), WANG)
    assert refusal.value.code == code
    assert {name: refusal.value.details[name] for name in details} == details
    assert engine.read(CommentsOf(instance_id), WANG).total == 0
    assert logged(engine, instance_id, "comment_written") == []
    with pytest.raises(NotFoundError):
        engine.read(InstanceView(instance_id), NOBODY)


def test_clicks_in_competition_are_one_comment_and_others_get_their_own_numbers(engine):
    instance_id = visit(engine)
    commands = [WriteComment(instance_id, "两次", "same-key")] * 2 + [WriteComment(instance_id, f"第 {each} 条") for each in range(3)]
    ready = threading.Barrier(len(commands))
    written, problems = [], []

    def run(command) -> None:
        ready.wait()
        try:
            written.append(engine.run(command, WANG))
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=run, args=(command,)) for command in commands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert sorted(each.number for each in written if each.is_new) == [1, 2, 3, 4]
    assert [line.number for line in engine.read(CommentsOf(instance_id), WANG).lines] == [1, 2, 3, 4]
    assert sound(engine, instance_id)


def test_two_delete_at_once(engine):
    instance_id = visit(engine)
    engine.run(WriteComment(instance_id, "不要了"), WANG)
    ready = threading.Barrier(2)
    results = []

    def run() -> None:
        ready.wait()
        results.append(engine.run(DeleteComment(instance_id, 1), WANG).was_there)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, True]
    assert len(logged(engine, instance_id, "comment_deleted")) == 1
