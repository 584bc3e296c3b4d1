"""Tables into a register: every row by its form, nothing half-written, everything told."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine import (
    ArchiveRecord,
    ImportRecords,
    ImportRow,
    ImportView,
    InputRejected,
    NotAllowedError,
    NotFoundError,
    RecordList,
    RecordView,
    SaveRecord,
)
from tests.commands.people import ADMIN
from tests.commands.register_pack import BUYER, CHIEF, OUTSIDER, READER, deploy
from tests.commands.rivals import compete


@pytest.fixture
def registers(engine):
    deploy(engine)
    return engine


def rows(*cells):
    return tuple(ImportRow(number, one) for number, one in enumerate(cells, 2))


def take(engine, *cells, actor=CHIEF, **options):
    return engine.run(ImportRecords("supplier", rows(*cells), "清单.xlsx", **options), actor)


def names(engine):
    return [row.title for row in engine.read(RecordList("supplier"), CHIEF).rows]


def test_accepted_rows_are_written_and_the_others_told(registers):
    good = {"name": "甲", "code": "1", "kind": "原料", "limit": "¥1,234.50", "since": "2025年3月1日", "checked": "是"}
    done = take(registers, good, {"name": "乙", "code": "2", "kind": "海鲜"}, {"code": "3"}, {"name": "丁", "code": "１"})
    assert [line.outcome for line in done.lines] == ["created", "refused", "refused", "refused"]
    assert [{finding.field for finding in line.findings} for line in done.lines] == [set(), {"kind"}, {"name"}, {"code"}]
    view = registers.read(RecordView("supplier", done.lines[0].record_id), CHIEF)
    assert (view.values["kind"], view.values["limit"], str(view.values["since"]), view.values["checked"]) == (
        "raw",
        Decimal("1234.5"),
        "2025-03-01",
        True,
    )
    assert (view.changes[0].reason, view.changes[0].import_id) == ("导入 清单.xlsx", done.import_id)
    kept = registers.read(ImportView("supplier", done.import_id), CHIEF)
    assert (kept.created, kept.refused, len(kept.lines)) == (1, 3, 4)
    assert names(registers) == ["甲"]


def test_checking_and_refusing_as_a_whole_write_nothing(registers):
    cells = ({"name": "甲", "code": "1"}, {"name": "", "code": "2"})
    checked = take(registers, *cells, check=True)
    assert [line.outcome for line in checked.lines] == ["created", "refused"]
    assert checked.import_id is None
    assert take(registers, *cells, whole=True).import_id is None
    assert names(registers) == []


def test_existing_records_are_changed_only_when_asked(registers):
    saved = registers.run(SaveRecord("supplier", None, {"name": "甲", "code": "A1", "phone": "13800138000"}), CHIEF)
    assert [finding.code for finding in take(registers, {"name": "新", "code": "a1"}).lines[0].findings] == ["record_exists"]
    done = take(registers, {"name": "新", "code": "a1", "phone": ""}, update=True)
    assert [line.outcome for line in done.lines] == ["changed"]
    values = registers.read(RecordView("supplier", saved.record_id), CHIEF).values
    assert (values["name"], values["phone"]) == ("新", "13800138000")
    assert [line.outcome for line in take(registers, {"name": "新", "code": "a1"}, update=True).lines] == ["same"]
    registers.run(ArchiveRecord("supplier", saved.record_id, "停"), CHIEF)
    assert [finding.code for finding in take(registers, {"name": "再", "code": "a1"}, update=True).lines[0].findings] == ["record_archived"]


def test_alike_records_and_wrong_check_characters_are_told_and_taken(registers):
    registers.run(SaveRecord("supplier", None, {"name": "宁波海川有限公司", "code": "A1"}), CHIEF)
    (line,) = take(registers, {"name": "宁波海川（股份）有限公司".replace("（股份）", "股份"), "code": "91350100M000100Y44"}, check=True).lines
    assert line.outcome == "created"
    assert [(finding.code, finding.warning) for finding in line.findings] == [("alike", True), ("credit_code", True)]
    assert "宁波海川有限公司" in line.findings[0].text


def test_rights_hold_for_tables_too(registers):
    for actor, error in ((BUYER, NotAllowedError), (READER, NotAllowedError), (OUTSIDER, NotFoundError)):
        with pytest.raises(error):
            take(registers, {"name": "甲", "code": "1"}, actor=actor)
    done = take(registers, {"name": "甲", "code": "1"})
    assert registers.read(ImportView("supplier", done.import_id), ADMIN).created == 1
    for actor in (BUYER, OUTSIDER):
        with pytest.raises(NotFoundError):
            registers.read(ImportView("supplier", done.import_id), actor)
    with pytest.raises(NotFoundError):
        registers.read(ImportView("machine", done.import_id), CHIEF if False else ADMIN)


def test_bounds_and_hostile_cells(registers):
    with pytest.raises(InputRejected):
        registers.run(ImportRecords("supplier", (), "x.csv"), CHIEF)
    with pytest.raises(InputRejected):
        registers.run(ImportRecords("supplier", rows(*[{"name": "x"}] * 2001), "x.csv"), CHIEF)
    done = take(registers, {"name": "=cmd|calc", "code": "<b>"}, {"name": "a\x00b", "code": "2"}, {"name": "甲", "code": "3", "nothing": "x"})
    assert [line.outcome for line in done.lines] == ["created", "refused", "refused"]
    assert names(registers) == ["=cmd|calc"]


def test_two_people_import_the_same_file_at_once(registers):
    command = ImportRecords("supplier", rows(*({"name": f"名{number}", "code": str(number)} for number in range(300))), "清单.csv")
    outcomes = compete(registers, [(command, CHIEF), (command, ADMIN)])
    assert sorted(one.count("created") for one in outcomes) == [0, 300]
    assert sorted(one.count("refused") for one in outcomes) == [0, 300]
    assert registers.read(RecordList("supplier"), CHIEF).total == 300
