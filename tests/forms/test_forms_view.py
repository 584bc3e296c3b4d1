"""What a template gets: texts, states, words, and what was typed."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine.forms import FieldProblem, FormRejected, submit, view
from engine.forms.view_model import FieldView, GroupView, ListView
from tests.forms.sample_form import component, everything, make

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
KINDS = [{"label": "企业", "label_en": "Enterprise", "value": "e"}, {"label": "个人", "value": "p"}]


def fields_of(items):
    for item in items:
        if isinstance(item, FieldView):
            yield item
        elif isinstance(item, GroupView):
            yield from fields_of(item.items)
        elif isinstance(item, ListView):
            for row in item.rows:
                yield from fields_of(row.items)


def only(shown):
    (item,) = fields_of(shown.items)
    return item


def show(field, data=None, scope=None, **options):
    return only(view(make({"key": "f", "label": "F"} | field), data, scope or {}, now=NOW, **options))


@pytest.mark.parametrize(
    "field, value, words_zh, words_en",
    [
        ({"type": "checkbox"}, True, "是", "Yes"),
        ({"type": "checkbox"}, None, "否", "No"),
        ({"type": "select", "values": KINDS}, "e", "企业", "Enterprise"),
        ({"type": "radio", "values": KINDS}, "gone", "gone", "gone"),
        ({"type": "taglist", "values": KINDS}, ["e", "p"], "企业、个人", "Enterprise, 个人"),
        ({"type": "number", "decimalDigits": 2}, Decimal("1234567.5"), "1,234,567.50", "1,234,567.50"),
        ({"type": "number", "properties": {"format": "money"}}, Decimal("-1000"), "-1,000.00", "-1,000.00"),
        ({"type": "number", "decimalDigits": 2, "properties": {"format": "plain"}}, Decimal("1000.5"), "1000.5", "1000.5"),
        ({"type": "number"}, Decimal("1E+3"), "1000", "1000"),
        ({"type": "number", "decimalDigits": 2}, Decimal("0.005"), "0.005", "0.005"),
        ({"type": "datetime", "subtype": "date"}, date(2026, 1, 5), "2026-01-05", "2026-01-05"),
        ({"type": "datetime", "subtype": "time"}, time(8, 5), "08:05", "08:05"),
        ({"type": "datetime", "subtype": "datetime"}, datetime(2026, 1, 5, 0, 30, tzinfo=UTC), "2026-01-05 08:30", "2026-01-05 08:30"),
        ({"type": "textfield"}, None, "—", "—"),
        ({"type": "textfield"}, ["a", Decimal(2)], "a、2", "a, 2"),
    ],
)
def test_words(field, value, words_zh, words_en):
    assert show(field, scope={"f": value}, readonly=True).words == words_zh
    assert show(field, scope={"f": value}, rights={"*": "read"}, language="en").words == words_en


@pytest.mark.parametrize(
    "field, typed, shown",
    [
        ({"type": "number", "decimalDigits": 2}, "1234.5", "1,234.50"),
        ({"type": "number", "decimalDigits": 2}, "12a", "12a"),
        ({"type": "number", "decimalDigits": 2}, "1.005", "1.005"),
        ({"type": "datetime", "subtype": "date"}, "2026-02-30", "2026-02-30"),
        ({"type": "datetime", "subtype": "datetime"}, "2026-02-20T08:00", "2026-02-20T08:00"),
        ({"type": "textfield"}, "a\x00b", "a\x00b"),
    ],
)
def test_typed_text_comes_back(field, typed, shown):
    assert show(field, {"f": typed}).value == shown


def test_controls():
    assert show({"type": "datetime", "subtype": "date"}, {"f": "2026-02-20"}).control == "date"
    assert show({"type": "datetime", "subtype": "date"}, {"f": "soon"}).control == "text"
    at = show({"type": "datetime", "subtype": "datetime", "timeInterval": 15, "validate": {"min": "=now()", "max": "2026-12-31"}})
    assert (at.control, at.step, at.minimum, at.maximum) == ("datetime-local", "900", "2026-11-23T09:00", "2026-12-31T00:00")
    assert show({"type": "datetime", "subtype": "date", "disallowPassedDates": True}).minimum == "2026-11-23"
    assert show({"type": "datetime", "subtype": "time"}, {"f": "08:00:05"}).step == "1"
    assert show({"type": "number"}).input_mode == "decimal"
    assert show({"type": "number", "decimalDigits": 0, "validate": {"min": 0}}).input_mode == "numeric"
    assert show({"type": "textfield", "validate": {"validationType": "email"}}).control == "email"


def test_options_and_choice():
    chosen = show({"type": "select", "values": KINDS}, {"f": "p"}, language="en")
    assert [(option.token, option.label, option.selected) for option in chosen.options] == [("e", "Enterprise", False), ("p", "个人", True)]
    some = show({"type": "checklist", "valuesExpression": "=names"}, {"f": ["b", "zz"]}, {"names": ["a", "b"]})
    assert [option.selected for option in some.options] == [False, True]


def test_texts_and_languages():
    form = make(
        component("number", "n", "数量", description="单位：{{unit}}", properties={"label.en": "Quantity", "description.en": "Unit: {{unit}}"}),
        {"type": "text", "text": "**{{n}}** {{name}}", "properties": {"text.en": "*{{n}}*"}},
        properties={"name": "表", "name.en": "Form"},
    )
    scope = {"unit": "吨", "name": "<script>alert(1)</script> [x](javascript:alert) **b**"}
    zh, en = (view(form, {"n": "5"}, scope, language=language) for language in ("zh", "en"))
    assert (zh.title, zh.items[0].label, zh.items[0].description) == ("表", "数量", "单位：吨")
    assert (en.title, en.items[0].label, en.items[0].description, en.words["submit"]) == ("Form", "Quantity", "Unit: 吨", "Submit")
    assert "<strong>5</strong>" in zh.items[1].html
    assert "<em>5</em>" in en.items[1].html
    assert "<script" not in zh.items[1].html
    assert "<a" not in zh.items[1].html
    assert "**b**" in zh.items[1].html


def test_problems_stand_beside_fields_and_in_the_summary():
    form = everything()
    data = {"customer_name": "", "products": [{"name": "x", "quantity": "0", "price": "1"}]}
    with pytest.raises(FormRejected) as refusal:
        submit(form, data, scope={}, now=NOW)
    shown = view(form, data, {}, problems=refusal.value.problems | {"salary": FieldProblem("unknown_field")}, now=NOW)
    by_name = {field.name: field for field in fields_of(shown.items)}
    assert by_name["customer_name"].problem == "此项必填"
    assert by_name["customer_name"].described_by == "f-customer_name-d f-customer_name-e"
    assert by_name["products-0-quantity"].problem == "不得小于 1"
    assert [(line.target, line.text) for line in shown.problems][-1] == ("", "表单中没有此项")
    assert shown.problems[0].target == "f-customer_name"
    assert shown.problems_title == f"有 {len(shown.problems)} 处需要修改"


def test_rights_and_rules_show():
    form = make(
        component("textfield", "a", "A"),
        component("textfield", "b", "B"),
        component("textfield", "c", "C", readonly='=b = "x"'),
        component("textfield", "d", "D", validate={"required": '=b = "x"'}),
        {"type": "group", "components": [component("textfield", "e", "E")]},
    )
    shown = view(form, {"b": "x", "c": "forged"}, {"a": "甲", "c": "丙"}, {"a": "read", "e": "hidden"})
    by_name = {field.name: field for field in fields_of(shown.items)}
    assert (by_name["a"].kind, by_name["a"].words) == ("readonly", "甲")
    assert (by_name["c"].kind, by_name["c"].words) == ("readonly", "丙")
    assert by_name["d"].required
    assert "e" not in by_name
    assert not any(isinstance(item, GroupView) for item in shown.items)


def test_lists():
    shown = view(everything(), None, {"contacts": [{"name": "张", "phones": [{"number": "1"}, {"number": "2"}]}]}, now=NOW)
    products, contacts = (item for item in shown.items if isinstance(item, ListView))
    assert (products.kind, len(products.rows), products.add_operation) == ("list_table", 1, "add:products")
    assert [column.label for column in products.columns] == ["产品名称", "数量", "单价", "小计", "交货日期"]
    assert [column.required for column in products.columns] == [True, True, True, False, False]
    assert (contacts.kind, len(contacts.rows), contacts.rows[0].delete_operation) == ("list_cards", 1, "del:contacts:0")
    phones = contacts.rows[0].items[-1]
    assert isinstance(phones, ListView)
    assert [row.items[0].name for row in phones.rows] == ["contacts-0-phones-0-number", "contacts-0-phones-1-number"]
    assert phones.add_operation == "add:contacts-0-phones"
    fixed = view(everything(), None, {"products": [{}]}, {"*": "read"}, now=NOW).items[3]
    assert (fixed.marker, fixed.add_operation, fixed.rows[0].delete_operation) == ("", "", "")


def test_computed_rows_and_totals_follow_what_is_typed():
    shown = view(everything(), {"products": [{"quantity": "3", "price": "1,000.5"}, {"quantity": "x", "price": "1"}]}, {}, now=NOW)
    words = [field.words for field in fields_of(shown.items) if field.kind == "readonly"]
    assert words == ["3,001.50", "—", "—"]
    total = view(everything(), {"products": [{"quantity": "3", "price": "1,000.5"}]}, {}, now=NOW)
    assert [field.words for field in fields_of(total.items) if field.name == "total"] == ["3,001.50"]


def test_layout():
    def placed(*spans):
        form = make(
            *(component("textfield", f"f{number}", "F", layout={"row": row, "columns": columns}) for number, (row, columns) in enumerate(spans))
        )
        return [(item.span, item.first) for item in view(form, None, {}).items]

    assert placed(("a", 8), ("a", 8)) == [(8, True), (8, False)]
    assert placed(("a", None), ("a", None), ("a", None)) == [(5, True), (5, False), (5, False)]
    assert placed(("a", 10), ("a", None)) == [(10, True), (6, False)]
    assert placed(("a", 4), ("b", 4)) == [(4, True), (4, True)]
    assert placed(("a", 10), ("a", 10)) == [(10, True), (10, True)]
    assert placed((None, None), (None, None)) == [(16, True), (16, True)]


def test_a_rule_that_fails_is_told_and_the_page_still_comes():
    form = make(component("textfield", "a", "A", conditional={"hide": "=today() = null"}), {"type": "text", "text": "{{today()}}"})
    shown = view(form, None, {})
    assert shown.items[0].problem.startswith("表单规则无法计算")
    assert "表单规则无法计算" in shown.items[1].html


def test_table():
    table = {
        "type": "table",
        "label": "T",
        "dataSource": "=rows",
        "columns": [{"label": "年", "label_en": "Year", "key": "y"}, {"label": "额", "key": "m"}],
    }
    shown = view(make(table), None, {"rows": [{"y": "2025", "m": Decimal("1.50")}, {"y": None}]}, language="en").items[0]
    assert [column.label for column in shown.columns] == ["Year", "额"]
    assert [[cell.text for cell in row] for row in shown.rows] == [["2025", "1.5"], ["", ""]]
    assert view(make(table), None, {}).items[0].note == "暂无数据"
    assert view(make(table), None, {"rows": [{"y": "a"}] * 1500}).items[0].note == "共 1500 行，只显示前 1000 行"
    computed = {"type": "table", "dataSource": "=rows", "columnsExpression": '=[{key: "y", label: "年"}]'}
    assert [column.label for column in view(make(computed), None, {"rows": [{"y": "1"}]}).items[0].columns] == ["年"]


def test_read_only_page_shows_nothing_to_fill_in():
    shown = view(everything(), None, {"customer_name": "苏州", "products": None}, readonly=True, now=NOW)
    assert shown.readonly
    assert {field.kind for field in fields_of(shown.items)} == {"readonly"}
    assert all(not item.add_operation and not item.rows for item in shown.items if isinstance(item, ListView))


def test_zone():
    at = datetime(2026, 1, 5, 23, 30, tzinfo=UTC)
    assert show({"type": "datetime", "subtype": "datetime"}, scope={"f": at}, zone=ZoneInfo("Europe/Berlin")).value == "2026-01-06T00:30"


def test_options_of_a_page_are_bounded():
    many = [{"label": str(number), "value": number} for number in range(2000)]
    form = make({"type": "dynamiclist", "path": "rows", "components": [component("select", "f", "F", values=many)]})
    shown = view(form, {"rows": [{"f": "7"}] * 100}, {})
    fields = list(fields_of(shown.items))
    assert sum(len(field.options) for field in fields) < 51_000
    assert [option.token for option in fields[-1].options] == ["7"]
    assert fields[-1].problem
