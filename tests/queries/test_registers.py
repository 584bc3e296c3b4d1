"""Registers of any pack: who sees and changes which fields, lists, archiving, records that are alike."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from engine import (
    ArchiveRecord,
    ConflictError,
    DistinguishRecords,
    DuplicatePairs,
    FileDetail,
    FormOptions,
    FormRejected,
    InputRejected,
    KeepFile,
    NewRecord,
    NotAllowedError,
    NotFoundError,
    RecordFilter,
    RecordFilters,
    RecordList,
    RecordNames,
    RecordSource,
    RecordView,
    SaveRecord,
    SimilarRecords,
    StaleRevision,
)
from engine.queries.registers import record_lists
from tests.commands.people import ADMIN
from tests.commands.register_pack import BUYER, CHIEF, OUTSIDER, READER, SETTINGS, deploy
from tests.commands.rivals import compete, split

SECRET = "机密甲等"


@pytest.fixture
def registers(engine):
    deploy(engine)
    return engine


def save(engine, code, name="宁波海川", actor=CHIEF, record_id=None, reason="", **values):
    return engine.run(SaveRecord("supplier", record_id, {"code": code, "name": name, **values}, reason), actor).record_id


def titles(engine, actor=CHIEF, search="", **asked):
    return [row.title for row in engine.read(RecordList("supplier", search, **asked), actor).rows]


def test_a_hidden_field_never_leaves_the_server(registers):
    record_id = save(registers, "A1", rating=SECRET)
    save(registers, "A1", record_id=record_id, rating=SECRET + "二", reason="调整")
    page = registers.read(RecordList("supplier", columns=("name", "rating")), READER)
    view = registers.read(RecordView("supplier", record_id), READER)
    options = registers.read(FormOptions(RecordSource("supplier", "name")), READER)
    filters = registers.read(RecordFilters("supplier"), READER)
    assert SECRET not in repr((page, view, options, filters))
    assert [column.key for column in page.columns] == ["name"]
    assert view.changes[0].hidden == 1
    assert "rating" not in {one.field for one in filters}
    assert SECRET in repr(registers.read(RecordView("supplier", record_id), BUYER))


def test_a_hidden_field_cannot_be_found_out_by_asking(registers):
    save(registers, "A1", rating=SECRET)
    assert titles(registers, READER, SECRET) == []
    assert titles(registers, BUYER, SECRET) == ["宁波海川"]
    assert titles(registers, READER, "海川") == ["宁波海川"]
    assert titles(registers, READER, filters=(RecordFilter("rating", ("不是它",)),)) == ["宁波海川"]
    assert registers.read(RecordList("supplier", sort="rating"), READER).sort == "name"
    assert registers.read(FormOptions(RecordSource("supplier", "name"), SECRET), READER) == ()
    for source in (RecordSource("supplier", "rating"), RecordSource("supplier", "name", "rating")):
        assert registers.read(FormOptions(source), READER) is None
        assert registers.read(RecordNames(source, (SECRET,)), READER) is None


def test_files_of_a_hidden_field_are_hidden_too(registers):
    kept = registers.run(KeepFile("合同.txt", b"geheim"), CHIEF)
    record_id = save(registers, "A1", papers=[kept.id])
    assert registers.read(FileDetail(kept.id), CHIEF).name == "合同.txt"
    assert [file.name for file in registers.read(RecordView("supplier", record_id), CHIEF).files] == ["合同.txt"]
    for actor in (BUYER, READER, OUTSIDER):
        with pytest.raises(NotFoundError):
            registers.read(FileDetail(kept.id), actor)
    assert registers.read(RecordView("supplier", record_id), BUYER).files == ()


def test_who_may_not_write_a_field_cannot_and_keeps_what_is_there(registers):
    record_id = save(registers, "A1", rating=SECRET)
    with pytest.raises(FormRejected) as refused:
        save(registers, "A1", actor=BUYER, record_id=record_id, rating="乙")
    assert set(refused.value.problems) == {"rating"}
    save(registers, "A1", "新名", BUYER, record_id)
    assert dict(registers.read(RecordView("supplier", record_id), CHIEF).values)["rating"] == SECRET


def test_only_some_roles_create_and_archive(registers):
    with pytest.raises(NotAllowedError) as refused:
        save(registers, "A1", actor=BUYER)
    assert refused.value.code == "may_not_create"
    record_id = save(registers, "A1")
    with pytest.raises(NotAllowedError):
        registers.read(NewRecord("supplier"), BUYER)
    for actor, error in ((BUYER, NotAllowedError), (READER, NotAllowedError), (OUTSIDER, NotFoundError)):
        with pytest.raises(error):
            registers.run(ArchiveRecord("supplier", record_id, "停产"), actor)
    assert registers.read(NewRecord("machine"), BUYER).kind.may_create


def test_an_archived_record_is_out_of_use_until_it_is_restored(registers):
    record_id = save(registers, "A1")
    archived = registers.run(ArchiveRecord("supplier", record_id, "停产", 1), CHIEF)
    assert archived.revision == 2
    assert titles(registers) == []
    assert titles(registers, archived=True) == ["宁波海川"]
    assert registers.read(FormOptions(RecordSource("supplier")), CHIEF) == ()
    with pytest.raises(ConflictError) as refused:
        save(registers, "A1", "别名", record_id=record_id)
    assert refused.value.code == "record_archived"
    with pytest.raises(ConflictError):
        save(registers, "A1")
    with pytest.raises(StaleRevision):
        registers.run(ArchiveRecord("supplier", record_id, "又用", 1, restore=True), CHIEF)
    registers.run(ArchiveRecord("supplier", record_id, "又用", 2, restore=True), CHIEF)
    assert titles(registers) == ["宁波海川"]
    changes = registers.read(RecordView("supplier", record_id), CHIEF).changes
    assert [(change.kind, change.reason) for change in changes] == [("restored", "又用"), ("archived", "停产"), ("saved", "")]
    with pytest.raises(InputRejected):
        registers.run(ArchiveRecord("supplier", record_id, "  "), CHIEF)


def test_only_one_of_many_archives_a_record(registers):
    record_id = save(registers, "A1")
    won, lost = split(compete(registers, [(ArchiveRecord("supplier", record_id, f"{number}", 1), CHIEF) for number in range(4)]))
    assert len(won) == 1
    assert {type(error) for error in lost} == {StaleRevision}
    assert len(registers.read(RecordView("supplier", record_id), CHIEF).changes) == 2


def test_lists_sort_as_people_expect_with_nothing_last(registers):
    for code, name, limit, since in (
        ("1", "张一", 90, date(2025, 5, 1)),
        ("2", "阿二", -5, None),
        ("3", "李三", None, date(2024, 1, 1)),
        ("4", "王四", 1000, None),
    ):
        save(registers, code, name, limit=None if limit is None else Decimal(limit), since=since)
    assert titles(registers) == ["阿二", "李三", "王四", "张一"]
    assert titles(registers, sort="limit") == ["阿二", "张一", "王四", "李三"]
    assert titles(registers, sort="-limit") == ["王四", "张一", "阿二", "李三"]
    assert titles(registers, sort="-since")[:2] == ["张一", "李三"]
    assert titles(registers, sort="limit", limit=2, offset=2) == ["王四", "李三"]


def test_lists_are_narrowed_down_by_choices_ranges_and_people(registers):
    save(registers, "1", "甲", kind="raw", limit=Decimal("10.5"), since=date(2025, 5, 1), buyer="钱多")
    save(registers, "2", "乙", kind="service", limit=Decimal(20), checked=True)
    save(registers, "3", "丙", since=date(2026, 1, 1), buyer="别人")

    def found(*filters, actor=BUYER):
        return set(titles(registers, actor, filters=filters))

    assert found(RecordFilter("kind", ("raw",))) == {"甲"}
    assert found(RecordFilter("kind", ("raw", "-"))) == {"甲", "丙"}
    assert found(RecordFilter("limit", low="10.5", high="19")) == {"甲"}
    assert found(RecordFilter("since", low="2025-05-01", high="2025-12-31")) == {"甲"}
    assert found(RecordFilter("buyer", ("@me",))) == {"甲"}
    assert found(RecordFilter("checked", ("1",))) == {"乙"}
    assert found(RecordFilter("kind", ("raw",)), RecordFilter("since", low="2026-01-01")) == set()
    for wrong in (RecordFilter("limit", low="viel"), RecordFilter("since", high="morgen")):
        with pytest.raises(InputRejected):
            found(wrong)
    people = next(one for one in registers.read(RecordFilters("supplier"), BUYER) if one.field == "buyer")
    assert (people.kind, {choice.label for choice in people.choices}) == ("person", {"钱多", "别人"})


def test_alike_records_are_found_with_the_reason(registers):
    first = save(registers, "91350100M000100Y43", "宁波海川机械有限公司", phone="0571-88886666")
    similar = registers.read(SimilarRecords("supplier", {"name": "宁波海川机械（有限责任公司）", "phone": "+86 571 8888 6666"}), BUYER)
    assert [(one.record_id, [like.way for like in one.likenesses]) for one in similar] == [(first, ["name", "telephone"])]
    second = save(registers, "X2", "宁波 海川机械股份有限公司")
    third = save(registers, "X3", "别的公司", phone="０５７１－８８８８６６６６转8")
    pairs = registers.read(DuplicatePairs("supplier"), BUYER).pairs
    assert {frozenset((pair.first_id, pair.second_id)) for pair in pairs} == {frozenset((first, second)), frozenset((first, third))}
    registers.run(DistinguishRecords("supplier", second, first, "两家"), BUYER)
    assert len(registers.read(DuplicatePairs("supplier"), BUYER).pairs) == 1
    assert [one.record_id for one in registers.read(SimilarRecords("supplier", {"name": "宁波海川机械"}, first), BUYER)] == []
    with pytest.raises(NotAllowedError):
        registers.run(DistinguishRecords("supplier", third, first), READER)
    with pytest.raises(NotFoundError):
        registers.run(DistinguishRecords("supplier", third, "0" * 32), BUYER)


def test_a_new_deployment_indexes_what_is_there(registers):
    save(registers, "1", "甲公司", phone="13800138000", buyer="钱多")
    deploy(
        registers,
        SETTINGS.replace('filters = ["kind"', 'filters = ["phone", "kind"').replace(
            'telephone = ["phone"]', 'telephone = ["phone"]\ntext = ["buyer"]'
        ),
    )
    assert titles(registers, filters=(RecordFilter("phone", ("13800138000",)),)) == ["甲公司"]
    assert registers.read(SimilarRecords("supplier", {"buyer": "钱 多"}), CHIEF)[0].likenesses[0].way == "text"


def test_a_page_of_a_list_takes_three_statements(registers):
    for number in range(3):
        save(registers, str(number), f"名{number}", kind="raw")
    query, spoken = RecordList("supplier", "名", 2, 0, (RecordFilter("kind", ("raw",)),), "-limit"), []
    registers.read(query, BUYER)
    listen = lambda connection, cursor, statement, *rest: spoken.append(statement)  # noqa: E731
    sa.event.listen(registers.database.engine, "before_cursor_execute", listen)
    assert registers.read(query, BUYER).total == 3
    sa.event.remove(registers.database.engine, "before_cursor_execute", listen)
    assert len([statement for statement in spoken if statement.startswith("SELECT")]) == 3, spoken


def test_others_know_of_nothing(registers):
    record_id = save(registers, "A1")
    for query in (
        RecordList("supplier"),
        RecordView("supplier", record_id),
        RecordFilters("supplier"),
        DuplicatePairs("supplier"),
        NewRecord("supplier"),
    ):
        with pytest.raises(NotFoundError):
            registers.read(query, OUTSIDER)
    with pytest.raises(NotFoundError):
        registers.read(RecordView("machine", record_id), ADMIN)


@pytest.mark.parametrize("sort", ["name", "-limit", "since", "-since", "kind"])
def test_a_list_is_the_same_along_the_index_and_by_the_records(registers, monkeypatch, sort):
    for number in range(30):
        more = {"limit": str(number * 7 % 11), "since": f"2026-01-{number % 9 + 1:02}"} if number % 4 else {}
        save(registers, f"C{number}", f"名{number % 7}", kind="raw" if number % 3 else "service", **more)
    narrowed = ((), (RecordFilter("kind", ("raw",)),))
    asked = [{"sort": sort, "filters": filters, "limit": 7, "offset": offset} for filters in narrowed for offset in (0, 7, 14)]

    def ids():
        return [[row.record_id for row in registers.read(RecordList("supplier", **one), CHIEF).rows] for one in asked]

    by_records = ids()
    monkeypatch.setattr(record_lists, "BROAD", 0)
    monkeypatch.setattr(record_lists, "NEAR", 1)
    # With few steps a page does not fill up along the index, and is sorted after all.
    for steps in (record_lists.MOST_STEPS, 10, 1):
        monkeypatch.setattr(record_lists, "MOST_STEPS", steps)
        assert ids() == by_records, steps
    assert len({record_id for page in by_records[:3] for record_id in page}) == 21
