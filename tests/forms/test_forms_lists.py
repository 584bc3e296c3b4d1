"""Lists with bounds, sums and folded rows; properties that are done, and those that a finding says are not."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.forms import FormDefinitionRejected, FormRejected, Lookups, load, submit, view
from engine.forms.allowed import COMPONENT_PROPERTIES, CUSTOM_PROPERTIES
from tests.forms.sample_form import component, make

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
CELLS = [
    component("textfield", "name", "名称"),
    component("number", "price", "单价", decimalDigits=2, properties={"sum": "true"}),
    component("number", "count", "数量", properties={"sum": "true"}),
    component("expression", "amount", "小计", expression="=this.price * this.count", properties={"sum": "true", "format": "money"}),
]


def rows(*cells, **more):
    return {"type": "dynamiclist", "label": "产品", "path": "rows", "components": list(cells or CELLS), "defaultRepetitions": 0} | more


def code(form, data, scope=None):
    with pytest.raises(FormRejected) as refusal:
        submit(form, data, scope=scope or {}, now=NOW)
    return {path: problem.code for path, problem in refusal.value.problems.items()}


def test_how_many_rows_a_list_may_have():
    form = make(rows(validate={"minLength": 2, "maxLength": "=most"}))
    assert code(form, {"rows": [{}]}, {"most": Decimal(3)}) == {"rows": "too_few_rows"}
    assert code(form, {"rows": [{}] * 4}, {"most": Decimal(3)}) == {"rows": "too_many_rows"}
    assert len(submit(form, {"rows": [{}] * 3}, scope={"most": Decimal(3)})["rows"]) == 3
    assert len(submit(form, {"rows": [{}] * 9}, scope={})["rows"]) == 9
    assert code(make(rows(validate={"required": True})), {"rows": []}) == {"rows": "required"}
    assert code(make(rows(validate={"required": "=kind = 1"})), {}, {"kind": Decimal(1)}) == {"rows": "required"}
    assert code(form, {"rows": [{}] * 3}, {"most": "x"}) == {"rows": "rule_failed"}


def test_a_list_that_is_read_only_is_not_counted():
    form = make(rows(validate={"minLength": 2}))
    assert submit(form, {}, scope={"rows": []}, rights={"rows": "read"}) == {}


def test_nested_lists_have_bounds_of_their_own():
    inner = rows(component("textfield", "no", "号码"), path="phones", validate={"minLength": 1})
    form = make(rows(component("textfield", "name", "姓名"), inner))
    assert code(form, {"rows": [{"name": "a", "phones": []}, {"name": "b", "phones": [{"no": "1"}]}]}) == {"rows.0.phones": "too_few_rows"}


@given(st.lists(st.tuples(st.decimals(0, 10**9, places=2), st.integers(0, 10**6)), min_size=1, max_size=20))
def test_sums_are_exact(pairs):
    data = {"rows": [{"price": price, "count": count} for price, count in pairs]}
    shown = view(make(rows()), data, {}).items[0]
    _, price, count, amount = shown.totals
    assert Decimal(price.replace(",", "")) == sum(price for price, _ in pairs)
    assert Decimal(count) == sum(count for _, count in pairs)
    assert Decimal(amount.replace(",", "")) == sum(price * count for price, count in pairs)


def test_sums_leave_out_what_is_empty_or_hidden():
    secret = component("number", "secret", "密", properties={"sum": "true"}, conditional={"hide": '=this.name = "x"'})
    form = make(rows(component("textfield", "name", "名称"), secret))
    shown = view(form, {"rows": [{"name": "x", "secret": 5}, {"name": "y", "secret": 7}, {"secret": "abc"}]}, {}).items[0]
    assert shown.totals == ("", "7")
    assert view(make(rows()), {"rows": []}, {}).items[0].totals == ()
    plain = make(rows(component("number", "n", "数")))
    assert view(plain, {"rows": [{"n": 1}]}, {}).items[0].totals == ()


def test_rows_behind_are_folded_unless_something_is_wrong_there():
    form = make(rows(nonCollapsedItems=2))
    data: dict[str, Any] = {"rows": [{}] * 5}
    shown = view(form, data, {}).items[0]
    assert [row.extra for row in shown.rows] == [False, False, True, True, True]
    assert (shown.toggle, shown.toggle_label, shown.all_shown) == ("_open.rows", "显示全部 5 行", False)
    assert view(form, data, {}, lookups=Lookups(asked={"_open.rows": "on"})).items[0].all_shown
    wrong = make(rows(component("textfield", "name", "名称", validate={"required": True}), nonCollapsedItems=2))
    with pytest.raises(FormRejected) as refusal:
        submit(wrong, {"rows": [{"name": "a"}] * 3 + [{}]}, scope={})
    assert not any(row.extra for row in view(wrong, data, {}, problems=refusal.value.problems).items[0].rows)
    assert not any(row.extra for row in view(make(rows(nonCollapsedItems=2, disableCollapse=True)), data, {}).items[0].rows)
    assert view(form, {"rows": [{}] * 2}, {}).items[0].toggle == ""


def test_a_table_folds_after_its_row_count():
    table = {"type": "table", "label": "表", "dataSource": "=t", "columns": [{"key": "a", "label": "A"}], "rowCount": 3, "id": "t1"}
    shown = view(make(table), None, {"t": [{"a": "x"}] * 10}).items[0]
    assert (shown.shown, shown.toggle, len(shown.rows)) == (3, "_open.f-t1", 10)


@pytest.mark.parametrize("value, problem", [("09:15", None), ("09:20", "time_step"), ("09:15:30", "time_step"), ("00:00", None)])
def test_time_intervals_hold(value, problem):
    form = make(component("datetime", "at", timeLabel="时间", subtype="time", timeInterval=15))
    if problem:
        assert code(form, {"at": value}) == {"at": problem}
    else:
        assert submit(form, {"at": value}, scope={})["at"].isoformat() == value + ":00"
    moment = make(component("datetime", "at", dateLabel="时间", subtype="datetime", timeInterval=15))
    if problem:
        assert code(moment, {"at": f"2026-11-23T{value}"}) == {"at": problem}
    else:
        assert submit(moment, {"at": f"2026-11-23T{value}"}, scope={})["at"].minute in (0, 15)


WITHOUT_EFFECT = [
    component("datetime", "d", dateLabel="日", subtype="date", timeInterval=15),
    component("datetime", "d", timeLabel="时", subtype="time", disallowPassedDates=True),
    component("datetime", "d", timeLabel="时", subtype="time", use24h=False),
    component("datetime", "d", dateLabel="时", subtype="datetime", timeSerializingFormat="no_timezone"),
    component("expression", "e", "算", expression="=1", computeOn="presubmit"),
    rows(disableCollapse=True, nonCollapsedItems=3),
]


@pytest.mark.parametrize("wrong", WITHOUT_EFFECT)
def test_what_changes_nothing_is_said(wrong):
    form = make(wrong)
    assert [(found.code, found.severity) for found in form.warnings] == [("form_without_effect", "warning")]
    assert "不起作用" in form.warnings[0].message


@pytest.mark.parametrize("kind", sorted(COMPONENT_PROPERTIES))
def test_custom_properties_of_other_components_are_said(kind):
    needed: dict[str, dict[str, Any]] = {
        "expression": {"expression": "=1"},
        "text": {"text": "x"},
        "table": {"dataSource": "=x", "columns": [{"key": "a"}]},
        "image": {"source": "=x", "alt": "x"},
        "group": {"components": [{"type": "separator"}]},
        "dynamiclist": {"path": "p", "components": [component("textfield", "a", "A")]},
    }
    choice = {"valuesExpression": "=x"} if kind in ("select", "radio", "checklist", "taglist") else {}
    keyed = {"key": "k"} if "key" in COMPONENT_PROPERTIES[kind] else {}
    form = make({"type": kind, "properties": {"nothing": "x"}, **keyed, **choice, **needed.get(kind, {})})
    assert [found.code for found in form.warnings] == ["form_custom_property"]
    assert kind in CUSTOM_PROPERTIES


@pytest.mark.parametrize(
    "wrong, expected",
    [
        ({"validate": {"minLength": -1}}, "form_rule"),
        ({"validate": {"maxLength": 1001}}, "form_rule"),
        ({"validate": {"minLength": 1.5}}, "form_rule"),
        ({"validate": {"pattern": "x"}}, "form_unknown_property"),
        ({"nonCollapsedItems": 0}, "form_property_type"),
    ],
)
def test_list_rules_that_are_refused(wrong, expected):
    with pytest.raises(FormDefinitionRejected) as refusal:
        load(json.dumps({"type": "default", "id": "x", "components": [rows(**wrong)]}).encode(), "x.form")
    assert expected in [found.code for found in refusal.value.findings]


def test_alignment_and_outline_reach_the_page():
    group = {"type": "group", "label": "组", "verticalAlignment": "end", "components": [component("textfield", "a", "A")]}
    shown = view(make(group, rows(showOutline=True, verticalAlignment="center")), None, {})
    assert (shown.items[0].align, shown.items[1].align, shown.items[1].outline) == ("end", "center", True)
