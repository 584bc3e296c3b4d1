"""Two records that are the same become one: what remains, what leads to it, what is refused."""

from __future__ import annotations

import pytest

from engine import (
    ArchiveRecord,
    ConflictError,
    FormRejected,
    ImportRecords,
    ImportRow,
    InputRejected,
    KeepFile,
    MergeRecords,
    NotAllowedError,
    NotFoundError,
    RecordList,
    RecordsToMerge,
    RecordView,
    SaveRecord,
    SimilarRecords,
    StaleRevision,
)
from engine.commands.connectors import ConnectorCall, find_records, upsert_record
from tests.commands.people import ADMIN
from tests.commands.register_pack import BUYER, CHIEF, OUTSIDER, READER, SETTINGS, deploy
from tests.commands.rivals import compete, split

# Here buyers may archive, so that only their fields stand in the way.
BUYERS_TOO = SETTINGS.replace('archive = ["chief"]', 'archive = ["chief", "buyer"]')


@pytest.fixture
def registers(engine):
    deploy(engine)
    return engine


@pytest.fixture
def buyers_too(engine):
    deploy(engine, BUYERS_TOO)
    return engine


def save(engine, code, name, actor=CHIEF, record_id=None, **values):
    return engine.run(SaveRecord("supplier", record_id, {"code": code, "name": name, **values}, "登记"), actor).record_id


def merge(engine, stays, goes, *taken, actor=CHIEF, reason="同一家", seen=(1, 1)):
    return engine.run(MergeRecords("supplier", stays, goes, taken, reason, *seen), actor)


def view(engine, record_id, actor=CHIEF):
    return engine.read(RecordView("supplier", record_id), actor)


def test_the_one_that_remains_has_the_chosen_values_and_both_tell_it(registers):
    stays, goes = save(registers, "A", "海川", phone="13800138000"), save(registers, "B", "海川有限公司", kind="raw", phone="13900139000")
    done = merge(registers, stays, goes, "name", "kind")
    left, gone = view(registers, stays), view(registers, goes)
    assert (left.title, left.values["kind"], left.values["phone"], left.values["code"]) == ("海川有限公司", "raw", "13800138000", "A")
    assert (done.revision, left.revision, gone.revision) == (2, 2, 2)
    assert [row.record_id for row in registers.read(RecordList("supplier"), CHIEF).rows] == [stays]
    assert (gone.merged_into, gone.archived_at is not None, gone.values["phone"]) == (stays, True, "13900139000")
    assert [(one.record_id, one.title, one.by_name) for one in left.merged] == [(goes, "海川有限公司", "chief")]
    assert [(line.kind, line.other_id, line.of_title, line.reason) for line in left.changes] == [
        ("merged", goes, "", "同一家"),
        ("saved", None, "海川有限公司", "登记"),
        ("saved", None, "", "登记"),
    ]
    assert {field.key: (field.old, field.new) for field in left.changes[0].fields} == {"name": ("海川", "海川有限公司"), "kind": ("", "原料")}
    assert [(line.kind, line.other_id, line.other_title) for line in gone.changes] == [
        ("merged_into", stays, "海川有限公司"),
        ("saved", None, ""),
    ]


def test_unique_values_of_the_merged_record_lead_to_the_one_that_remains(registers):
    stays, goes = save(registers, "A", "海川"), save(registers, "B", "海川二")
    merge(registers, stays, goes)
    for code in ("B", "A"):
        rows = (ImportRow(2, {"code": code, "name": "改名" + code}),)
        (line,) = registers.run(ImportRecords("supplier", rows, "x.csv", update=True), CHIEF).lines
        assert (line.record_id, line.outcome) == (stays, "changed")
        assert [finding.code for finding in line.findings] == (["merged_record"] if code == "B" else [])
    assert view(registers, stays).values["code"] == "A"
    with pytest.raises(ConflictError) as refused:
        save(registers, "b", "别家")
    assert (refused.value.code, refused.value.details["record_id"]) == ("record_exists", stays)
    save(registers, "B", "海川", record_id=stays)
    assert view(registers, stays).values["code"] == "B"


def test_a_unique_value_that_is_taken_over_leaves_the_former_one_leading_to_it(registers):
    stays, goes = save(registers, "A", "海川"), save(registers, "B", "海川二")
    merge(registers, stays, goes, "code")
    assert view(registers, stays).values["code"] == "B"
    rows = (ImportRow(2, {"code": "A", "name": "旧号"}),)
    (line,) = registers.run(ImportRecords("supplier", rows, "x.csv", update=True), CHIEF).lines
    assert line.record_id == stays
    assert view(registers, stays).values["code"] == "B"


def connector(engine, run, **values):
    calls = []

    class Probe:
        def execute(self, work, actor):
            calls.append(run(ConnectorCall(work, None, {"recordType": "supplier"}, values, "流程")))

    engine.run(Probe(), ADMIN)
    return calls[0]


def test_processes_find_and_write_the_one_that_remains(registers):
    stays, goes = save(registers, "A", "海川"), save(registers, "B", "海川二")
    merge(registers, stays, goes)
    assert [one["id"] for one in connector(registers, find_records, match={"name": "海川二"})["records"]] == [stays]
    written = connector(registers, upsert_record, values={"code": "B", "name": "流程写的"})["record"]
    assert (written["id"], written["created"], written["values"]["code"]) == (stays, False, "A")
    assert registers.read(RecordList("supplier", archived=True), CHIEF).total == 1


def test_what_was_merged_before_leads_on(registers):
    first, second, third = (save(registers, code, name) for code, name in (("A", "甲"), ("B", "乙"), ("C", "丙")))
    merge(registers, second, first)
    merge(registers, third, second, seen=(1, 2))
    assert {view(registers, one).merged_into for one in (first, second)} == {third}
    assert {line.of_title for line in view(registers, third).changes} == {"", "甲", "乙"}
    rows = (ImportRow(2, {"code": "A", "phone": "13800138000"}),)
    assert registers.run(ImportRecords("supplier", rows, "x.csv", update=True), CHIEF).lines[0].record_id == third


def test_who_looks_for_likeness_finds_the_one_that_remains_once(registers):
    stays, goes = save(registers, "A", "海川"), save(registers, "B", "远山", phone="13900139000")
    merge(registers, stays, goes)
    alike = registers.read(SimilarRecords("supplier", {"phone": "139 0013 9000", "name": "海川"}), CHIEF)
    assert [(one.record_id, one.archived, len(one.likenesses)) for one in alike] == [(stays, False, 2)]
    assert registers.read(SimilarRecords("supplier", {"phone": "13900139000"}, stays), CHIEF) == ()


def test_files_of_the_merged_record_are_those_of_the_one_that_remains(registers):
    file = registers.run(KeepFile("合同.txt", b"x", field="papers"), CHIEF)
    goes = save(registers, "B", "海川二", papers=[{"id": file.id}])
    stays = save(registers, "A", "海川")
    with pytest.raises(NotAllowedError):
        merge(registers, stays, goes, actor=BUYER)
    merge(registers, stays, goes, "papers")
    for record_id in (stays, goes):
        assert [one.file_id for one in view(registers, record_id).files] == [file.id]
    assert view(registers, stays, READER).files == ()


@pytest.mark.parametrize("taken", [(), ("rating",)])
def test_who_may_not_write_a_field_neither_takes_nor_gives_up_its_value(buyers_too, taken):
    stays, goes = save(buyers_too, "A", "海川", rating="甲"), save(buyers_too, "B", "海川二", rating="乙")
    with pytest.raises(NotAllowedError) as refused:
        merge(buyers_too, stays, goes, *taken, actor=BUYER)
    assert (refused.value.code, refused.value.details["fields"]) == ("may_not_edit_fields", ["rating"])
    sheet = buyers_too.read(RecordsToMerge("supplier", stays, goes), BUYER)
    assert [(field.key, field.may_write) for field in sheet.fields if field.differs] == [("name", True), ("code", True), ("rating", False)]
    assert view(buyers_too, stays).revision == 1


def test_a_hidden_value_is_not_lost_and_not_told(buyers_too):
    file = buyers_too.run(KeepFile("合同.txt", b"x", field="papers"), CHIEF)
    stays, goes = save(buyers_too, "A", "海川"), save(buyers_too, "B", "海川二", papers=[{"id": file.id}])
    with pytest.raises(NotAllowedError) as refused:
        merge(buyers_too, stays, goes, actor=BUYER)
    assert refused.value.details["fields"] == []
    with pytest.raises(FormRejected):
        merge(buyers_too, stays, goes, "papers", actor=BUYER)
    sheet = buyers_too.read(RecordsToMerge("supplier", stays, goes), BUYER)
    assert sheet.hidden
    assert "papers" not in [field.key for field in sheet.fields]
    # The other way round nothing is given up.
    merge(buyers_too, goes, stays, actor=BUYER)
    assert view(buyers_too, goes).values["papers"]


def test_rights_and_bad_input(registers):
    stays, goes = save(registers, "A", "甲"), save(registers, "B", "乙")
    for actor, error in ((BUYER, NotAllowedError), (READER, NotAllowedError), (OUTSIDER, NotFoundError)):
        with pytest.raises(error):
            merge(registers, stays, goes, actor=actor)
        with pytest.raises(error):
            registers.read(RecordsToMerge("supplier", stays, goes), actor)
    for wrong, error in (
        ({"reason": " "}, InputRejected),
        ({"goes": stays}, InputRejected),
        ({"goes": "nothing"}, NotFoundError),
        ({"seen": (9, 1)}, StaleRevision),
        ({"seen": (1, 9)}, StaleRevision),
        ({"taken": ("nothing",)}, FormRejected),
    ):
        asked = {"goes": goes, "taken": (), "reason": "同一家", "seen": (1, 1), **wrong}
        with pytest.raises(error):
            merge(registers, stays, asked["goes"], *asked["taken"], reason=asked["reason"], seen=asked["seen"])
    assert view(registers, stays).changes[0].kind == view(registers, goes).changes[0].kind == "saved"


def test_a_change_meanwhile_is_told_with_who_and_when(registers):
    stays, goes = save(registers, "A", "甲"), save(registers, "B", "乙")
    save(registers, "B", "乙二", record_id=goes, actor=ADMIN)
    with pytest.raises(StaleRevision) as refused:
        merge(registers, stays, goes)
    assert refused.value.details["record_id"] == goes
    assert refused.value.details["by"] == ADMIN.user_id
    assert refused.value.details["at"] == view(registers, goes).changed_at.isoformat()


def test_a_merged_record_is_neither_edited_nor_restored_nor_merged_again(registers):
    stays, goes, other = save(registers, "A", "甲"), save(registers, "B", "乙"), save(registers, "C", "丙")
    merge(registers, stays, goes)
    for command in (
        SaveRecord("supplier", goes, {"name": "新"}, "改", 2),
        ArchiveRecord("supplier", goes, "恢复", 2, restore=True),
        ArchiveRecord("supplier", goes, "再停"),
        MergeRecords("supplier", other, goes, (), "再并", 1, 2),
        MergeRecords("supplier", goes, other, (), "再并", 2, 1),
    ):
        with pytest.raises(ConflictError) as refused:
            registers.run(command, CHIEF)
        assert (refused.value.code, refused.value.details["into"]) == ("record_merged", stays)


def test_what_is_taken_may_not_make_the_record_wrong(registers):
    """Processes may have written records that their form would not take: that alone stands in nobody's way."""
    whole = save(registers, "A", "甲")
    half, other = (connector(registers, upsert_record, values={"code": code, "limit": "viel"})["record"]["id"] for code in ("B", "C"))
    with pytest.raises(FormRejected) as refused:
        merge(registers, whole, half, "name", "limit")
    assert set(refused.value.problems) == {"name", "limit"}
    assert view(registers, whole).revision == 1
    merge(registers, half, other)
    merge(registers, half, whole, "name", "limit", seen=(2, 1))
    assert view(registers, half).values["name"] == "甲"
    assert view(registers, half).values.get("limit") is None


def test_two_people_merge_the_same_pair_in_both_directions(registers):
    stays, goes = save(registers, "A", "甲"), save(registers, "B", "乙")
    commands = [MergeRecords("supplier", stays, goes, (), "左", 1, 1), MergeRecords("supplier", goes, stays, (), "右", 1, 1)]
    done, refused = split(compete(registers, [(commands[0], CHIEF), (commands[1], ADMIN)]))
    assert (len(done), len(refused)) == (1, 1)
    assert refused[0].code in ("record_merged", "stale_revision")
    assert registers.read(RecordList("supplier"), CHIEF).total == 1


def test_an_import_and_a_merge_at_once_end_in_one_record(registers):
    for round in range(5):
        stays, goes = save(registers, f"A{round}", "甲"), save(registers, f"B{round}", "乙")
        rows = (ImportRow(2, {"code": f"B{round}", "name": "导入", "phone": "13800138000"}),)
        outcomes = compete(
            registers,
            [(MergeRecords("supplier", stays, goes, (), "同", 1, 1), CHIEF), (ImportRecords("supplier", rows, "x.csv", update=True), ADMIN)],
        )
        merged, imported = outcomes
        assert imported.lines[0].outcome == "changed"
        if isinstance(merged, StaleRevision):
            assert view(registers, goes).title == "导入"
        else:
            assert imported.lines[0].record_id == stays
            assert view(registers, stays).values["phone"] == "13800138000"
