"""Registers and accounts: who may see them, how values read, where records come from."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from engine import (
    SYSTEM,
    Actor,
    DeployPack,
    FindAccount,
    MyAccount,
    NotAllowedError,
    NotFoundError,
    RecordList,
    RecordTypes,
    RecordView,
    Roles,
    SaveRecord,
    SaveUser,
    StartInstance,
    Users,
)
from engine.forms import load
from engine.queries.labels import field_labels, top_fields
from engine.queries.people.demo_accounts import DEMO_PEOPLE
from engine.queries.value_words import value_words
from tests.commands.packs import PACK
from tests.commands.people import ADMIN, LI, NOBODY, WANG


def save(engine, code, label, record_id=None, reason=""):
    return engine.run(SaveRecord("customer", record_id, {"code": code, "label": label}, reason), LI)


def test_registers_are_for_their_roles(engine):
    assert [(kind.key, kind.name, kind.may_edit) for kind in engine.read(RecordTypes(), WANG)] == [("customer", "客户", False)]
    assert [kind.may_edit for kind in engine.read(RecordTypes(), LI)] == [True]
    assert engine.read(RecordTypes(), NOBODY) == ()
    saved = save(engine, "A1", "甲")
    assert engine.read(RecordView("customer", saved.record_id), WANG).title == "甲"
    for query in (RecordList("customer"), RecordView("customer", saved.record_id)):
        with pytest.raises(NotFoundError):
            engine.read(query, NOBODY)


def test_a_list_shows_the_pack_s_columns_and_finds_the_searched_fields(engine):
    for code, label in (("A1", "甲 100%"), ("B2", "乙"), ("C3", "Äpfel")):
        save(engine, code, label)
    page = engine.read(RecordList("customer"), WANG)
    assert [(column.key, column.label) for column in page.columns] == [("code", "code"), ("label", "label")]
    assert [row.cells for row in page.rows] == [("C3", "Äpfel"), ("B2", "乙"), ("A1", "甲 100%")]
    assert page.total == 3

    def found(search, **more):
        return [row.title for row in engine.read(RecordList("customer", search, **more), WANG).rows]

    assert found("甲") == found("0%") == found("甲 100") == ["甲 100%"]
    assert found("äPFEL") == ["Äpfel"]
    assert found("A1") == found("%%%") == found("\x00\ud800x") == []
    assert found("", limit=2, offset=2) == ["甲 100%"]


def test_a_record_tells_its_changes_and_where_they_come_from(engine):
    begun = engine.run(StartInstance("enrol", {"code": "A1", "label": "甲"}), WANG)
    engine.run_due_jobs()
    (row,) = engine.read(RecordList("customer"), WANG).rows
    save(engine, "A1", "甲公司", row.record_id, "改名")
    view = engine.read(RecordView("customer", row.record_id), WANG)
    assert (view.revision, view.changed_by_name, view.created_by_name, dict(view.values)) == (2, "李强", "系统", {"code": "A1", "label": "甲公司"})
    newest, first = view.changes
    assert [(field.key, field.old, field.new) for field in newest.fields] == [("label", "甲", "甲公司")]
    assert (newest.reason, newest.instance_id, newest.actor_name) == ("改名", None, "李强")
    assert (first.instance_id, {field.key: field.new for field in first.fields}) == (begun.instance_id, {"code": "A1", "label": "甲"})
    assert [instance.instance_id for instance in view.instances] == [begun.instance_id]
    other = engine.read(RecordView("customer", row.record_id), LI)
    assert (other.instances, other.changes[1].instance_id) == ((), None)


@pytest.mark.parametrize("forged", ["", "x", "\x00", "\ud800", "0" * 32])
def test_forged_names_are_not_found(engine, forged):
    for query in (RecordList(forged), RecordView(forged, forged), RecordView("customer", forged)):
        with pytest.raises(NotFoundError):
            engine.read(query, ADMIN)
    assert engine.read(FindAccount(forged), SYSTEM) is None


def test_accounts(engine):
    engine.run(SaveUser("chief", "总管", "long enough", (), True), SYSTEM)
    engine.run(SaveUser("gone", "离职", "long enough", ("sales",), active=False), SYSTEM)
    found = engine.read(FindAccount("wangfang"), SYSTEM)
    assert (found.actor, found.language) == (Actor("wangfang", "王芳", frozenset({"sales"})), "zh")
    assert engine.read(FindAccount("gone"), SYSTEM) is None
    assert engine.read(FindAccount("chief"), SYSTEM).actor == Actor("chief", "总管", is_administrator=True)
    mine = engine.read(MyAccount(), LI)
    assert (mine.user_id, [(role.key, role.name) for role in mine.roles]) == ("liqiang", [("manager", "经理")])
    users = engine.read(Users(), ADMIN)
    assert [user.user_id for user in users] == ["wangfang", "sunlei", "gone", "liqiang", "chief"]
    assert {user.user_id for user in users if user.is_demo} == {"wangfang", "sunlei", "liqiang"} <= {person.user_id for person in DEMO_PEOPLE}
    assert [role.key for role in engine.read(Roles(), WANG)] == ["sales", "manager"]
    for query in (Users(), FindAccount("wangfang")):
        with pytest.raises(NotAllowedError):
            engine.read(query, WANG)
    with pytest.raises(NotFoundError):
        engine.read(MyAccount(), NOBODY)


def test_a_register_whose_pack_changed_shows_old_records_by_the_new_form(engine):
    save(engine, "A1", "甲")
    changed = json.loads(PACK["customer_record.form"])
    changed["components"][1]["label"] = "名称"
    engine.run(DeployPack({**PACK, "customer_record.form": json.dumps(changed).encode()}), SYSTEM)
    page = engine.read(RecordList("customer"), WANG)
    assert [column.label for column in page.columns] == ["code", "名称"]
    assert page.rows[0].cells == ("A1", "甲")


COMPONENTS: list[dict[str, object]] = [
    {"type": "textfield", "key": "name", "label": "名称", "properties": {"label.en": "Name"}},
    {"type": "checkbox", "key": "agreed", "label": "同意"},
    {
        "type": "select",
        "key": "level",
        "label": "级别 {{name}}",
        "values": [{"label": "核心", "value": "core", "label_en": "Core"}, {"label": "一般", "value": "plain"}],
    },
    {"type": "checklist", "key": "channels", "label": "渠道", "values": [{"label": "内部", "value": "in"}, {"label": "外部", "value": "out"}]},
    {"type": "number", "key": "amount", "label": "金额", "decimalDigits": 2},
    {"type": "datetime", "key": "on", "label": "日期", "dateLabel": "日期", "subtype": "date"},
    {
        "type": "dynamiclist",
        "path": "people",
        "label": "员工",
        "components": [
            {"type": "textfield", "key": "who", "label": "姓名", "properties": {"label.en": "Name"}},
            {"type": "checkbox", "key": "boss", "label": "负责人"},
        ],
    },
    {"type": "group", "path": "place", "label": "地点", "components": [{"type": "textfield", "key": "city", "label": "城市"}]},
    {"type": "group", "label": "其他", "components": [{"type": "textfield", "key": "note", "label": "备注"}]},
]
FORM = load(
    json.dumps(
        {
            "type": "default",
            "id": "words",
            "schemaVersion": 18,
            "components": [{"id": f"c{number}", **component} for number, component in enumerate(COMPONENTS)],
        }
    ).encode(),
    "words.form",
)


@pytest.mark.parametrize(
    "key, value, zh, en",
    [
        ("name", "甲", "甲", "甲"),
        ("name", None, "", ""),
        ("agreed", True, "是", "Yes"),
        ("agreed", False, "否", "No"),
        ("level", "core", "核心", "Core"),
        ("level", "gone", "gone", "gone"),
        ("channels", ["in", "out"], "内部、外部", "内部, 外部"),
        ("channels", [], "", ""),
        ("amount", Decimal("1234.5"), "1,234.50", "1,234.50"),
        ("on", date(2026, 11, 23), "2026-11-23", "2026-11-23"),
        ("people", [{"who": "陈立", "boss": True}, {"who": "周"}, {}], "姓名：陈立，负责人：是；姓名：周", "Name: 陈立, 负责人: Yes; Name: 周"),
        ("people", "not a list", "not a list", "not a list"),
        ("place", {"city": "宁波"}, "城市：宁波", "城市: 宁波"),
        ("note", "x", "x", "x"),
    ],
)
def test_values_read_as_their_fields_say(key, value, zh, en):
    component = dict(top_fields(FORM))[key]
    assert (value_words(component, value, "zh"), value_words(component, value, "en")) == (zh, en)


def test_labels_of_fields_and_lists():
    labels = field_labels(FORM)
    assert labels["name"] == ("名称", "Name")
    assert labels["level"] == ("级别", "")
    assert list(labels) == ["name", "agreed", "level", "channels", "amount", "on", "people", "place", "note"]
