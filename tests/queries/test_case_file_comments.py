"""Comments in the case file, each beside the digest that the log keeps of it."""

from __future__ import annotations

import importlib.util

import pytest
import sqlalchemy as sa

from engine import CaseFile, DeleteComment, StartInstance, WriteComment
from engine.queries.cases.case_file import typeset
from tests.commands.people import ADMIN, WANG
from tests.queries.test_case_file import HOSTILE as TITLE
from tests.queries.test_case_file import Contents

# A mention would have to be somebody.
HOSTILE = TITLE.replace("@ref", "&ref")


@pytest.fixture
def commented(engine) -> str:
    instance_id = engine.run(StartInstance("visit", {"customer": "甲公司"}), WANG).instance_id
    for text in ("第一条", HOSTILE, "第三条", "第四条"):
        engine.run(WriteComment(instance_id, text), WANG)
    engine.run(DeleteComment(instance_id, 3), WANG)
    return instance_id


def proofs(engine, instance_id: str, language: str = "zh") -> list[str]:
    return [row[2] for row in engine.read(Contents(instance_id, language), WANG)["comments"]]


def change(engine, text: str, instance_id: str) -> None:
    engine.database.write(lambda tx: tx.connection.execute(sa.text(text), {"id": instance_id}), engine.clock, lambda: "")


def test_who_wrote_what_and_that_it_is_what_was_written(engine, commented):
    rows = engine.read(Contents(commented), WANG)["comments"]
    assert [row[1] for row in rows] == ["第一条", HOSTILE, "", "第四条"]
    assert all(row[0].startswith("王芳") for row in rows)
    assert proofs(engine, commented) == ["相符", "相符", "已由本人删除", "相符"]
    assert proofs(engine, commented, "en")[2] == "deleted by its writer"
    assert engine.read(Contents(engine.run(StartInstance("visit", {"customer": "乙"}), WANG).instance_id), WANG)["comments"] == []


def test_what_was_done_to_them_in_the_database_is_told(engine, commented):
    change(engine, "UPDATE comments SET text = '改过' WHERE instance_id = :id AND number = 1", commented)
    change(engine, "UPDATE comments SET text = NULL, salt = NULL, deleted_at = now() WHERE instance_id = :id AND number = 2", commented)
    change(engine, "UPDATE comments SET text = '又有了', salt = 'x' WHERE instance_id = :id AND number = 3", commented)
    change(engine, "DELETE FROM comments WHERE instance_id = :id AND number = 4", commented)
    copy = "INSERT INTO comments (instance_id, number, written_by, written_at, request_key, mentioned, digest, salt, text)"
    copy += " SELECT instance_id, 9, written_by, written_at, 'nine', mentioned, digest, salt, '塞进来的' FROM comments"
    change(engine, f"{copy} WHERE instance_id = :id AND number = 1", commented)
    assert proofs(engine, commented) == ["✗ 不符，被改过", "✗ 文字不见了", "✗ 不符，被改过", "✗ 文字不见了", "✗ 没有记录"]


@pytest.mark.skipif(importlib.util.find_spec("typst") is None, reason="this installation sets no PDF")
def test_the_document_is_set(engine, commented):
    assert engine.read(CaseFile(commented), WANG).startswith(b"%PDF")
    made = {"made": "", "author": ADMIN.name}
    assert typeset({**engine.read(Contents(commented, "en"), WANG), **made}).startswith(b"%PDF")
