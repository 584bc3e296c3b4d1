"""The case file: what stands in it, and that nothing that people wrote is taken for markup."""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from engine import (
    AttachFiles,
    CaseFile,
    CompleteTask,
    EngineError,
    InputRejected,
    InspectInstances,
    KeepFile,
    NotAllowedError,
    NotFoundError,
    RemoveAttachment,
    StartInstance,
)
from engine.queries.cases.case_file import contents, typeset
from engine.queries.cases.case_file_files import LoggedFile, logged_files
from engine.queries.reading import Query
from engine.store.case_access import require_readable
from tests.commands.people import ADMIN, LI, SUN, WANG
from tests.owner import as_owner

HOSTILE = '#panic("x") = *a* _b_ $c$ `d` </svg> <label> @ref \\ // /* "'


class Contents(Query):
    """What the template gets."""

    def __init__(self, instance_id, language="zh"):
        self.instance_id, self.language = instance_id, language

    def answer(self, reading, actor):
        return contents(reading, require_readable(reading.connection, actor, self.instance_id, reading.now), self.language)


@pytest.fixture
def visit(engine):
    instance_id = engine.run(StartInstance("visit", {"customer": HOSTILE}, HOSTILE), ADMIN).instance_id
    engine.run(CompleteTask(f"{instance_id}.2", {"aim": HOSTILE, "cost": "1.50"}), WANG)
    engine.run(CompleteTask(f"{instance_id}.3", {"ok": True}), LI)
    return instance_id


def test_what_stands_in_it(engine, visit):
    case = engine.read(Contents(visit), WANG)
    assert (case["title"], case["name"], case["intact"]) == (HOSTILE, "拜访", True)
    assert ["状态", "已结束"] in case["head"]
    assert ["结果", "完成"] in case["head"]
    assert ["aim", HOSTILE] in case["variables"]
    assert [(each["name"], each["who"]) for each in case["decisions"]] == [("制定计划", "王芳"), ("审核计划", "李强")]
    assert case["decisions"][0]["parts"] == [{"kind": "fields", "rows": [["aim", HOSTILE], ["cost", "1.5"]]}]
    assert [each["name"] for each in case["diagrams"]] == ["拜访 · 版本 1"]
    assert case["history"][-1][3] == "流程结束：完成"
    assert len(case["last_hash"]) == 64
    english = engine.read(Contents(visit, "en"), WANG)
    assert ["Status", "completed"] in english["head"]
    assert english["diagrams"][0]["name"] == "拜访 · version 1"


def test_files_stand_in_it_with_their_digests(engine, visit):
    kept = [engine.run(KeepFile(name, b"%PDF-1.7 " + name.encode()), WANG) for name in (HOSTILE.replace("/", "") + ".pdf", "传错的.pdf")]
    engine.run(AttachFiles(visit, [file.id for file in kept]), WANG)
    engine.run(RemoveAttachment(visit, 2, HOSTILE), WANG)
    rows = engine.read(Contents(visit), WANG)["files"]
    assert [(row[0], row[3]) for row in rows] == [(kept[0].name, kept[0].digest), (f"传错的.pdf\n已移除：{HOSTILE}", kept[1].digest)]
    assert rows[0][1] == f"{kept[0].size} B"
    assert rows[0][2].startswith("王芳\n2026-11-23 ")
    english = engine.read(Contents(visit, "en"), WANG)["files"]
    assert english[1][0].endswith(f"removed: {HOSTILE}")
    assert engine.read(CaseFile(visit), WANG).startswith(b"%PDF-")


def test_files_of_forms_are_found_in_values_however_deep():
    file = {"id": "1" * 32, "name": "报价.pdf", "size": 12, "type": "application/pdf", "digest": "0" * 64}
    at = datetime(2026, 11, 23, tzinfo=UTC)
    changes = [{"rows": {"new": [{"papers": [file]}]}}, {"rows": {"old": [], "new": [{"papers": [file, {"id": "x"}]}]}, "gone": {"old": [file]}}]
    events = [SimpleNamespace(kind="variables_changed", actor="wang", at=at, data={"changes": each}) for each in changes]
    assert logged_files(events) == (LoggedFile(None, "报价.pdf", 12, "0" * 64, "wang", at),)


def test_a_changed_log_is_told(engine, visit):
    with as_owner(engine) as connection:
        connection.exec_driver_sql("ALTER TABLE events DISABLE TRIGGER USER")
        connection.exec_driver_sql("UPDATE events SET actor = 'x' WHERE sequence = 4")
    case = engine.read(Contents(visit), WANG)
    assert (case["intact"], case["integrity"][:20]) == (False, "✗ 事件日志核对不上：第 4 条事件被改")


def test_rights_and_arguments(engine, visit):
    with pytest.raises(NotFoundError):
        engine.read(CaseFile(visit), SUN)
    with pytest.raises(InputRejected):
        engine.read(CaseFile(visit, "fr"), WANG)
    foreign = engine.run(StartInstance("plain", {}), WANG).instance_id
    with pytest.raises(NotAllowedError):
        engine.read(CaseFile(foreign), ADMIN)
    assert engine.run(InspectInstances([foreign], "case_file"), ADMIN).recorded == 1


def test_an_installation_without_typst_says_so(engine, visit, monkeypatch):
    monkeypatch.setattr("engine.queries.cases.case_file.importlib.util.find_spec", lambda _name: None)
    with pytest.raises(EngineError) as refusal:
        engine.read(CaseFile(visit), WANG)
    assert (refusal.value.code, refusal.value.details) == ("pdf_unavailable", {"missing": "typst"})


needs_typst = pytest.mark.skipif(importlib.util.find_spec("typst") is None, reason="typst is not installed")


@needs_typst
@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_is_set_whatever_people_wrote(engine, visit, language):
    made = engine.read(CaseFile(visit, language), WANG)
    assert made.startswith(b"%PDF-")
    assert b"pdfaid" in made


@needs_typst
def test_an_installation_without_a_chinese_font_says_so(engine, visit, monkeypatch):
    monkeypatch.setattr("engine.queries.cases.case_file.FONTS", ("No such font",))
    with pytest.raises(EngineError) as refusal:
        typeset(engine.read(Contents(visit), WANG), packages=())
    assert refusal.value.details["missing"].startswith("Noto Sans SC")
