"""A comment that is changed by who wrote it: what it said before is kept and proved, and the log tells of the change."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from engine import (
    CaseFile,
    ChangeComment,
    CommentsOf,
    CommentsProof,
    ConflictError,
    Copies,
    DeleteComment,
    HistoryInWords,
    InputRejected,
    NotFoundError,
    ReexecuteInstance,
    SendCopy,
    VerifyInstance,
    WriteComment,
)
from engine.store.comments import CommentWording
from tests.commands.people import ADMIN, LI, NOBODY, WANG
from tests.commands.test_comment_commands import _people, logged, sound, visit  # noqa: F401


@pytest.fixture
def case(engine) -> str:
    instance_id = visit(engine)
    engine.run(WriteComment(instance_id, "先写的"), WANG)
    return instance_id


def line(engine, case, actor=WANG):
    return engine.read(CommentsOf(case), actor).lines[0]


def change(engine, case, text, actor=WANG):
    return engine.run(ChangeComment(case, 1, text, line(engine, case).digest), actor)


def proofs(engine, case) -> list[tuple[str, bool]]:
    return [(each.proof, each.is_earlier) for each in engine.read(CommentsProof(case), ADMIN)]


def test_what_it_said_before_is_kept_for_auditors(engine, case):
    before = line(engine, case)
    assert (before.changed_at, before.earlier) == (None, ())
    assert change(engine, case, "再写的\r\n两行").is_changed
    assert change(engine, case, "最后的").is_changed
    now = line(engine, case)
    assert (now.text, now.earlier, now.changed_at is not None) == ("最后的", (), True)
    assert [wording.text for wording in line(engine, case, ADMIN).earlier] == ["先写的", "再写的\n两行"]
    first, second = logged(engine, case, "comment_changed")
    assert (first["comment"], first["previous"], second["previous"]) == (1, before.digest, first["digest"])
    assert "最后的" not in str(second)
    assert proofs(engine, case) == [("same", True), ("same", True), ("same", False)]
    assert any("修改了自己的留言" in told.text_zh for told in engine.read(HistoryInWords(case), WANG))
    assert engine.read(VerifyInstance(case), ADMIN).found is None
    assert sound(engine, case)


def test_deleting_takes_every_wording_away(engine, case):
    change(engine, case, "改过的")
    engine.run(DeleteComment(case, 1), WANG)
    wanted = sa.select(CommentWording.text, CommentWording.salt).where(CommentWording.instance_id == case)
    assert engine.database.read(lambda connection: list(connection.execute(wanted))) == [(None, None)]
    assert proofs(engine, case) == [("deleted", True), ("deleted", False)]
    assert sound(engine, case)
    with pytest.raises(ConflictError, match="comment_changed"):
        engine.run(ChangeComment(case, 1, "又有了", line(engine, case).digest), WANG)


def test_only_who_wrote_it_and_only_what_was_seen(engine, case):
    seen = line(engine, case).digest
    engine.run(SendCopy(case, ("liqiang",)), WANG)
    for actor in (LI, NOBODY, ADMIN):
        with pytest.raises(NotFoundError):
            engine.run(ChangeComment(case, 1, "别人写的", seen), actor)
    for number in (0, 2, 99):
        with pytest.raises(NotFoundError):
            engine.run(ChangeComment(case, number, "没有的", seen), WANG)
    for text in ("", "  ", "长" * 4001, "@没有这个人"):
        with pytest.raises(InputRejected):
            engine.run(ChangeComment(case, 1, text, seen), WANG)
    assert not engine.run(ChangeComment(case, 1, "先写的", seen), WANG).is_changed
    change(engine, case, "另一页改的")
    with pytest.raises(ConflictError, match="comment_changed"):
        engine.run(ChangeComment(case, 1, "这一页改的", seen), WANG)
    # The same press twice.
    assert not engine.run(ChangeComment(case, 1, "另一页改的", seen), WANG).is_changed
    assert len(logged(engine, case, "comment_changed")) == 1


def test_who_is_mentioned_anew_gets_a_copy(engine, case):
    engine.run(SendCopy(case, ("liqiang",)), WANG)
    before = len(logged(engine, case, "copy_sent"))
    assert change(engine, case, "请 @李强 看").mentioned == ("liqiang",)
    assert change(engine, case, "请 @李强 看看").mentioned == ()
    assert len(logged(engine, case, "copy_sent")) == before + 1
    assert case in {row.instance_id for row in engine.read(Copies(), LI).rows}
    assert engine.read(ReexecuteInstance(case), ADMIN).difference is None


def test_two_changes_at_once_are_one(engine, case):
    seen, outcomes = line(engine, case).digest, []
    start = threading.Barrier(2)

    def attempt(text: str) -> None:
        start.wait()
        try:
            outcomes.append(engine.run(ChangeComment(case, 1, text, seen), WANG).is_changed)
        except ConflictError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=attempt, args=(text,)) for text in ("一", "二")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["True", "comment_changed"]
    assert len(logged(engine, case, "comment_changed")) == 1
    assert proofs(engine, case) == [("same", True), ("same", False)]


def test_what_was_done_to_an_earlier_wording_is_told(engine, case):
    change(engine, case, "改过的")
    spoil = sa.text("UPDATE comment_wordings SET text = '没有说过' WHERE instance_id = :id")
    engine.database.write(lambda tx: tx.connection.execute(spoil, {"id": case}), engine.clock, lambda: "")
    assert proofs(engine, case) == [("changed", True), ("same", False)]
    assert all(each.text is None for each in engine.read(CommentsProof(case), ADMIN))
    with pytest.raises(NotFoundError):
        engine.read(CommentsProof(case), NOBODY)
    assert engine.read(CaseFile(case), WANG).startswith(b"%PDF-")
