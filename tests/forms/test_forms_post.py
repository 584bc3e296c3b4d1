"""From the names of a browser's post to nested data, and rows without JavaScript."""

from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from engine.forms import FieldProblem, FormRejected, apply_operation, decode_post, operation_of, submit
from engine.forms.limits import LIMITS
from tests.forms.sample_form import component, make

FORM = make(
    component("textfield", "name", "名称"),
    component("checkbox", "listed", "已上市"),
    component("taglist", "tags", "标签", values=[{"label": "甲", "value": "a"}, {"label": "乙", "value": "b"}]),
    {"type": "group", "path": "factory", "components": [component("textfield", "city.name", "城市")]},
    {
        "type": "dynamiclist",
        "path": "contacts",
        "components": [
            component("textfield", "name", "姓名"),
            {"type": "dynamiclist", "path": "phones", "components": [component("textfield", "number", "号码")]},
        ],
    },
)


def test_names_become_contexts_and_rows():
    posted = MultiDict(
        [
            ("_op", "refresh"),
            ("csrf_token", "t"),
            ("name", "苏州"),
            ("listed", ""),
            ("listed", "true"),
            ("tags", ""),
            ("tags", "a"),
            ("tags", "b"),
            ("factory.city.name", "无锡"),
            ("contacts", ""),
            ("contacts-7-name", "李"),
            ("contacts-2-name", "张"),
            ("contacts-2-phones", ""),
            ("contacts-2-phones-0-number", "1"),
            ("contacts-2-phones-10-number", "2"),
            ("contacts-9", ""),
            ("_op", "submit"),
        ]
    )
    assert operation_of(posted) == "submit"
    assert decode_post(FORM, posted) == {
        "name": "苏州",
        "listed": "true",
        "tags": ["a", "b"],
        "factory": {"city": {"name": "无锡"}},
        "contacts": [{"name": "张", "phones": [{"number": "1"}, {"number": "2"}]}, {"name": "李"}, {}],
    }


def test_unticked_and_emptied_differ_from_not_shown():
    assert decode_post(FORM, MultiDict([("listed", ""), ("tags", ""), ("contacts", "")])) == {"listed": "", "tags": [], "contacts": []}
    assert decode_post(FORM, MultiDict()) == {}
    assert operation_of(MultiDict()) == "refresh"
    scope = {"listed": True, "tags": ["a"], "contacts": [{"name": "张", "phones": []}]}
    assert submit(FORM, {"listed": "", "tags": []}, scope=scope)["listed"] is False
    assert submit(FORM, {}, scope=scope)["contacts"] == [{"name": "张", "phones": []}]


@pytest.mark.parametrize(
    "name", ["salary", "contacts-x-name", "contacts-0-salary", "others-0-name", "name-0-x", "contacts-0-phones-0-x", "a" * 1000, "factory.x", ""]
)
def test_names_that_the_form_does_not_have_are_refused(name):
    data = decode_post(FORM, MultiDict([("name", "x"), (name, "1")]))
    with pytest.raises(FormRejected) as refusal:
        submit(FORM, data, scope={})
    assert {problem.code for problem in refusal.value.problems.values()} == {"unknown_field"}


def test_files_are_refused():
    with pytest.raises(FormRejected):
        submit(FORM, decode_post(FORM, MultiDict(), files=["upload"]), scope={})


def test_floods_are_refused():
    for posted in (
        MultiDict((f"f{number}", "x") for number in range(LIMITS.posted_values + 1)),
        MultiDict(("name", "x") for _ in range(LIMITS.posted_values + 1)),
    ):
        with pytest.raises(FormRejected) as refusal:
            decode_post(FORM, posted)
        assert refusal.value.problems == {"": FieldProblem("too_many_fields", limit=LIMITS.posted_values)}
    with pytest.raises(FormRejected) as refusal:
        decode_post(FORM, MultiDict((f"contacts-{number}-name", "x") for number in range(LIMITS.rows + 1)))
    assert refusal.value.problems == {"contacts": FieldProblem("too_many_rows", limit=LIMITS.rows)}


def test_rows_are_added_and_removed():
    data = {"contacts": [{"name": "张", "phones": [{"number": "1"}]}, {"name": "李"}]}
    assert apply_operation(FORM, data, "add:contacts", scope={})["contacts"][2] == {}
    assert apply_operation(FORM, data, "del:contacts:0", scope={})["contacts"] == [{"name": "李"}]
    assert apply_operation(FORM, data, "add:contacts-0-phones", scope={})["contacts"][0]["phones"] == [{"number": "1"}, {}]
    assert apply_operation(FORM, data, "add:contacts-1-phones", scope={})["contacts"][1] == {"name": "李", "phones": [{}]}
    assert apply_operation(FORM, data, "del:contacts-0-phones:0", scope={})["contacts"][0]["phones"] == []
    assert apply_operation(FORM, data, "submit", scope={}) == data
    assert data == {"contacts": [{"name": "张", "phones": [{"number": "1"}]}, {"name": "李"}]}
    assert apply_operation(FORM, {}, "add:contacts", scope={"contacts": [{"name": "王"}]})["contacts"] == [{"name": "王"}, {}]


@pytest.mark.parametrize(
    "operation",
    ["add:nothing", "add:name", "del:contacts:5", "del:contacts:9999", "add:contacts-5-phones", "add:contacts-0", "add:contacts-x-phones"],
)
def test_operations_on_what_is_not_there(operation):
    with pytest.raises(FormRejected):
        apply_operation(FORM, {"contacts": [{"name": "张"}]}, operation, scope={})


def test_no_row_beyond_the_limit():
    with pytest.raises(FormRejected) as refusal:
        apply_operation(FORM, {"contacts": [{}] * LIMITS.rows}, "add:contacts", scope={})
    assert refusal.value.problems == {"contacts": FieldProblem("too_many_rows", limit=LIMITS.rows)}


def test_a_new_row_takes_defaults_not_what_stood_there_before():
    cells = [component("textfield", "a", "A"), component("number", "n", "N", defaultValue=3)]
    form = make({"type": "dynamiclist", "path": "rows", "components": cells})
    scope = {"rows": [{"a": "old", "n": Decimal(9)}]}
    assert submit(form, {"rows": [{}]}, scope=scope) == {"rows": [{"a": None, "n": Decimal(3)}]}
