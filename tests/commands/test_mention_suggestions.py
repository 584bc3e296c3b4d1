"""Whom one may mention, offered while one writes; and that the oldest comment can still be read."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import (
    SYSTEM,
    ClaimTask,
    CommentsOf,
    NotFoundError,
    PeopleToMention,
    SaveUser,
    SendCopy,
    SetActive,
    SetSubstitute,
    StartInstance,
    WriteComment,
)
from tests.commands.people import ADMIN, LI, NOBODY, SUN, WANG


@pytest.fixture(autouse=True)
def _people(engine):
    for person in (WANG, SUN, LI, NOBODY):
        engine.run(SaveUser(person.user_id, person.name, None, person.groups & {"sales", "manager"}), SYSTEM)
    engine.run(SaveUser(ADMIN.user_id, ADMIN.name, None, is_administrator=True), SYSTEM)


def visit(engine):
    return engine.run(StartInstance("visit", {"customer": "甲公司"}), WANG)


def suggested(engine, instance_id: str, prefix: str = "", by=WANG) -> list[str]:
    return [one.user_id for one in engine.read(PeopleToMention(instance_id, prefix), by)]


def test_only_others_who_may_see_the_case(engine):
    started = visit(engine)
    # Sun may take the task, Li not yet; the administrator sees everything.
    assert sorted(suggested(engine, started.instance_id)) == ["admin", "sunlei"]
    engine.run(ClaimTask(started.next_task_id), WANG)
    assert suggested(engine, started.instance_id) == ["admin"]
    engine.run(SendCopy(started.instance_id, [LI.user_id]), WANG)
    now = engine.now()
    engine.run(SetSubstitute(WANG.user_id, NOBODY.user_id, now, now + timedelta(days=1)), ADMIN)
    assert sorted(suggested(engine, started.instance_id)) == ["admin", "liqiang", "nobody"]
    with pytest.raises(NotFoundError):
        suggested(engine, started.instance_id, by=SUN)
    for user_id in suggested(engine, started.instance_id):
        if user_id != NOBODY.user_id:
            engine.run(WriteComment(started.instance_id, f"@{user_id} 看"), WANG)
    engine.run(SetActive(LI.user_id, False), ADMIN)
    assert "liqiang" not in suggested(engine, started.instance_id)


def test_by_the_beginning_of_name_or_login(engine):
    instance_id = visit(engine).instance_id
    engine.run(SaveUser("lilei", "李雷", None, frozenset({"sales"})), SYSTEM)
    engine.run(SaveUser("lilei2", "李雷", None, frozenset({"manager"})), SYSTEM)
    engine.run(SendCopy(instance_id, [LI.user_id]), WANG)
    assert sorted(suggested(engine, instance_id, "李")) == ["lilei", "liqiang"]
    assert suggested(engine, instance_id, "LIQ") == ["liqiang"]
    for nothing in ("%", "_", "强", "李" * 500):
        assert suggested(engine, instance_id, nothing) == []
    # Two of one name, though only one of them sees the case: the login says who is meant.
    found = {one.user_id: one.written for one in engine.read(PeopleToMention(instance_id, "li"), WANG)}
    assert found == {"lilei": "lilei", "liqiang": "李强"}
    assert engine.run(WriteComment(instance_id, f"@{found['lilei']} @{found['liqiang']} 看"), WANG).mentioned == ("lilei", "liqiang")


def test_the_oldest_comment_can_be_reached(engine):
    instance_id = visit(engine).instance_id
    engine.run(WriteComment(instance_id, "第一条"), WANG)
    copy = """INSERT INTO comments (instance_id, number, written_by, written_at, request_key, mentioned, digest, salt, text)
        SELECT instance_id, n, written_by, written_at, n::text, mentioned, digest, salt, '第' || n || '条' FROM comments, generate_series(2, 450) n
        WHERE instance_id = :id"""
    engine.database.write(lambda tx: tx.connection.execute(sa.text(copy), {"id": instance_id}), engine.clock, lambda: "")
    seen: list[int] = []
    before: int | None = None
    while True:
        page = engine.read(CommentsOf(instance_id, before), WANG)
        assert page.total == 450
        seen = [line.number for line in page.lines] + seen
        before = page.earlier
        if before is None:
            break
    assert seen == list(range(1, 451))
    assert page.lines[0].text == "第一条"
    for strange in (-5, 0, 1):
        assert engine.read(CommentsOf(instance_id, strange), WANG).lines == ()
    assert len(engine.read(CommentsOf(instance_id, 2**70), WANG).lines) == 200
