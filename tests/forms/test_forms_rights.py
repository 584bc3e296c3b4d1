"""Who may write what: forged requests do not get through, and those who see less lose nothing."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from engine.forms import FieldProblem, FormRejected, submit
from tests.forms.sample_form import component, make

READ_ONLY = FieldProblem("read_only")
FORM = make(
    component("textfield", "name", "名称", validate={"required": True}),
    component("number", "limit", "额度", decimalDigits=2),
    component("select", "level", "等级", values=[{"label": "A", "value": "A"}, {"label": "B", "value": "B"}]),
    {"type": "group", "path": "boss", "components": [component("textfield", "opinion", "意见"), component("checkbox", "agreed", "同意")]},
    {
        "type": "dynamiclist",
        "path": "contacts",
        "components": [component("textfield", "name", "姓名"), component("textfield", "phone", "电话"), component("number", "score", "评分")],
    },
)
SCOPE = {
    "name": "旧名",
    "limit": Decimal("1234.5"),
    "level": "A",
    "boss": {"opinion": "可", "agreed": True, "private": 1},
    "contacts": [{"name": "张", "phone": "1", "score": Decimal(5), "key": "k1"}, {"name": "李", "phone": "2", "score": None, "key": "k2"}],
}


def problems(data, rights, form=FORM, scope=SCOPE, **options):
    with pytest.raises(FormRejected) as refusal:
        submit(form, data, scope=scope, rights=rights, **options)
    return refusal.value.problems


def accepted(data, rights, form=FORM, scope=SCOPE, **options):
    return submit(form, data, scope=scope, rights=rights, **options)


def test_unknown_fields_are_refused_and_named():
    found = problems({"name": "x", "salary": 1, "boss": {"opinion": "", "pay": 2}, "contacts": [{"name": "a", "vip": True}]}, {})
    assert found == dict.fromkeys(("salary", "boss.pay", "contacts.0.vip"), FieldProblem("unknown_field"))


def test_unknown_beside_known_context_may_only_repeat():
    assert accepted({"boss": {"opinion": "好", "private": 1}}, {})["boss"] == {"opinion": "好", "agreed": True, "private": 1}
    assert problems({"boss": {"opinion": "好", "private": 2}}, {}) == {"boss.private": FieldProblem("unknown_field")}


def test_read_only_cannot_be_changed():
    rights = {"*": "read", "boss": "write"}
    assert problems({"name": "新名", "boss": {"opinion": "x"}}, rights) == {"name": READ_ONLY}
    assert problems({"limit": "1234.51"}, rights) == {"limit": READ_ONLY}
    assert problems({"limit": ""}, rights) == {"limit": READ_ONLY}
    assert problems({"level": "B"}, rights) == {"level": READ_ONLY}
    assert problems({"contacts": []}, rights) == {"contacts": FieldProblem("rows_fixed", count=2)}
    assert problems({"contacts": [{"name": "王"}, {}]}, rights) == {"contacts.0.name": READ_ONLY}


@pytest.mark.parametrize(
    "same", [{"limit": "1,234.50"}, {"limit": Decimal("1234.50")}, {"name": "旧名"}, {"level": "A"}, {"contacts": SCOPE["contacts"]}]
)
def test_read_only_may_be_repeated_and_is_not_written(same):
    assert accepted(same | {"boss": {"agreed": ""}}, {"*": "read", "boss.agreed": "write"}) == {
        "boss": {"opinion": "可", "agreed": False, "private": 1}
    }


def test_nearest_right_counts():
    rights = {"*": "hidden", "boss": "read", "boss.opinion": "write"}
    assert accepted({"boss": {"opinion": "好"}}, rights) == {"boss": {"opinion": "好", "agreed": True, "private": 1}}
    assert problems({"boss": {"agreed": "true", "opinion": ""}, "name": "x"}, rights) == {"name": READ_ONLY}


def test_hidden_values_are_kept_and_cannot_be_guessed():
    assert accepted({"name": "新名"}, {"limit": "hidden", "boss.agreed": "hidden"})["boss"] == {"opinion": "可", "agreed": True, "private": 1}
    assert "limit" not in accepted({"name": "新名"}, {"limit": "hidden"})
    assert problems({"limit": "1234.5"}, {"limit": "hidden"}) == {"limit": READ_ONLY}
    assert problems({"contacts": []}, {"contacts": "hidden"}) == {"contacts": READ_ONLY}


def test_columns_with_rights_fix_the_rows():
    rights = {"contacts.phone": "read", "contacts.score": "hidden"}
    sent = [{"name": "张三"}, {"name": "李四", "phone": "2"}]
    assert accepted({"contacts": sent}, rights)["contacts"] == [
        {"name": "张三", "phone": "1", "score": Decimal(5), "key": "k1"},
        {"name": "李四", "phone": "2", "score": None, "key": "k2"},
    ]
    assert problems({"contacts": sent[:1]}, rights) == {"contacts": FieldProblem("rows_fixed", count=2)}
    assert problems({"contacts": [*sent, {"name": "王"}]}, rights) == {"contacts": FieldProblem("rows_fixed", count=2)}
    assert problems({"contacts": [{"phone": "9"}, {}]}, rights) == {"contacts.0.phone": READ_ONLY}
    assert problems({"contacts": [{"score": 5}, {}]}, rights) == {"contacts.0.score": READ_ONLY}


def test_one_column_may_be_writable_in_a_list_for_reading():
    rights = {"*": "read", "contacts.score": "write"}
    assert accepted({"contacts": [{"score": "3"}, {"score": "4"}]}, rights)["contacts"][1] == {
        "name": "李",
        "phone": "2",
        "score": Decimal(4),
        "key": "k2",
    }


def test_read_only_by_the_form_itself():
    form = make(
        component("textfield", "kind", "K", readonly=True, defaultValue="标准"),
        component("textfield", "note", "N", disabled='=kind = "标准"'),
        component("textfield", "free", "F"),
    )
    assert accepted({"free": "x"}, {}, form, {}) == {"kind": "标准", "free": "x"}
    assert accepted({"kind": "标准", "free": "x"}, {}, form, {}) == {"kind": "标准", "free": "x"}
    assert problems({"kind": "特殊"}, {}, form, {}) == {"kind": READ_ONLY}
    assert problems({"note": "y"}, {}, form, {}) == {"note": READ_ONLY}
    assert accepted({"note": "y", "free": ""}, {}, form, {"kind": "特殊"}) == {"note": "y", "free": None}


def test_read_only_ignores_rules_that_the_user_cannot_mend():
    form = make(component("textfield", "a", "A", validate={"required": True, "pattern": "^x$"}), component("textfield", "b", "B"))
    assert accepted({"b": "1"}, {"a": "read"}, form, {"a": "not x"}) == {"b": "1"}
    assert accepted({"b": "1"}, {"a": "read"}, form, {}) == {"b": "1"}


def test_read_only_cells_of_movable_rows_travel_with_their_row():
    cells = [component("textfield", "code", "编号", readonly=True), component("textfield", "note", "说明")]
    form = make({"type": "dynamiclist", "path": "rows", "components": cells})
    scope = {"rows": [{"code": "a", "note": "1"}, {"code": "b", "note": "2"}]}
    assert accepted({"rows": [{"code": "b", "note": "9"}, {"code": "", "note": "new"}]}, {}, form, scope)["rows"] == [
        {"code": "b", "note": "9"},
        {"code": None, "note": "new"},
    ]
    assert problems({"rows": [{"code": "c", "note": "9"}]}, {}, form, scope) == {"rows.0.code": READ_ONLY}


def test_a_draft_keeps_what_was_typed_and_still_refuses_forgery():
    draft = {"name": "", "limit": "12a", "contacts": [{"name": "王", "score": "x"}], "boss": {"opinion": "想想"}}
    kept = accepted(draft, {}, partial=True)
    assert kept == {"name": None, "limit": "12a", "contacts": [{"name": "王", "score": "x"}], "boss": {"opinion": "想想"}}
    assert accepted(kept, {}, partial=True) == kept
    assert accepted({}, {}, partial=True) == {}
    assert problems({"name": "x"}, {"name": "read"}, partial=True) == {"name": READ_ONLY}
    assert problems({"other": "x"}, {}, partial=True) == {"other": FieldProblem("unknown_field")}
    assert problems({"limit": {"deep": {}}}, {}, partial=True) == {"limit": FieldProblem("number")}
    assert problems({"name": "x" * 200_000}, {}, partial=True)["name"].code == "too_long"


def test_lists_may_forbid_other_rows():
    fixed = {"type": "dynamiclist", "path": "rows", "allowAddRemove": False, "defaultRepetitions": 2, "components": [component("number", "n", "N")]}
    form = make(fixed)
    assert accepted({"rows": [{"n": 1}, {"n": 2}]}, {}, form, {}) == {"rows": [{"n": 1}, {"n": 2}]}
    assert problems({"rows": [{"n": 1}]}, {}, form, {}) == {"rows": FieldProblem("rows_fixed", count=2)}
    assert accepted({"rows": [{"n": 1}]}, {}, form, {"rows": [{"n": 7}]}) == {"rows": [{"n": 1}]}


def test_huge_input_is_refused_fast():
    begun = datetime.now(UTC)
    many = problems({f"field_{number}": "x" for number in range(100_000)}, {})
    assert many[""].code == "too_many_problems"
    assert len(many) == 201
    deep: dict = {}
    for _ in range(50_000):
        deep = {"name": deep}
    assert problems({"name": deep, "boss": deep, "contacts": deep, "level": deep}, {}).keys() >= {"boss.name"}
    assert problems({"level": deep, "contacts": [deep] * 3}, {}).keys() == {"level", "contacts.0.name", "contacts.1.name", "contacts.2.name"}
    assert problems({"contacts": [{}] * 100_000}, {}) == {"contacts": FieldProblem("too_many_rows", limit=1000)}
    assert problems([1], {}) == {"": FieldProblem("type")}
    assert problems({"boss": [1], "contacts": [1]}, {}) == {"boss": FieldProblem("type")}
    assert problems({"contacts": [1]}, {}) == {"contacts": FieldProblem("type")}
    nested = make(
        {"type": "dynamiclist", "path": "a", "components": [{"type": "dynamiclist", "path": "b", "components": [component("number", "n", "N")]}]}
    )
    found = problems({"a": [{"b": [{}] * 1000}] * 1000}, {}, nested, {})
    assert {problem.code for problem in found.values()} == {"too_many_rows", "too_many_problems"}
    assert (datetime.now(UTC) - begun).total_seconds() < 10
