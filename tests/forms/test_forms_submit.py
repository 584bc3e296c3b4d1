"""What submit lets through, as which type, and what it refuses."""

import math
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine.forms import FieldProblem, FormRejected, problem_text, submit, view
from engine.forms.limits import LIMITS
from engine.forms.problems import CODES
from tests.forms.sample_form import component, make

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
KINDS = [{"label": "甲", "value": "a"}, {"label": "乙", "value": 2}, {"label": "丙", "value": True}]
FIELDS = {
    "text": component("textfield", "f", "F"),
    "lines": component("textarea", "f", "F"),
    "number": component("number", "f", "F"),
    "money": component("number", "f", "F", decimalDigits=2),
    "date": component("datetime", "f", "F", subtype="date"),
    "time": component("datetime", "f", "F", subtype="time"),
    "datetime": component("datetime", "f", "F", subtype="datetime"),
    "tick": component("checkbox", "f", "F"),
    "one": component("select", "f", "F", values=KINDS),
    "some": component("checklist", "f", "F", values=KINDS),
    "from_scope": component("select", "f", "F", valuesKey="names"),
    "computed": component("taglist", "f", "F", valuesExpression="=for p in products return {label: p.name, value: p.code}"),
}
SCOPE = {"names": ["x", "y"], "products": [{"name": "轴承", "code": "b1"}, {"name": "电机", "code": "m1"}], "limit": Decimal(100)}


def one(field, value, **options):
    form = make(FIELDS[field] if isinstance(field, str) else field)
    return submit(form, {"f": value}, scope=SCOPE, now=NOW, **options)["f"]


def problem(field, value, **options):
    with pytest.raises(FormRejected) as refusal:
        one(field, value, **options)
    assert list(refusal.value.problems) == ["f"]
    return refusal.value.problems["f"]


def _failed(reason, reason_en):
    return FieldProblem("rule_failed", reason=reason, reason_en=reason_en)


@pytest.mark.parametrize(
    "field, sent, kept",
    [
        ("text", "  王芳 ", "王芳"),
        ("text", "", None),
        ("text", " \u3000\t", None),
        ("text", None, None),
        ("lines", "a\r\nb\rc\n", "a\nb\nc\n"),
        ("lines", "\n  ", None),
        ("number", "1,234.50", Decimal("1234.5")),
        ("number", "１２３．５", Decimal("123.5")),
        ("number", "-0", Decimal(0)),
        ("number", ".5", Decimal("0.5")),
        ("number", "", None),
        ("number", 7, Decimal(7)),
        ("number", 0.1, Decimal("0.1")),
        ("number", Decimal("1E+3"), Decimal(1000)),
        ("date", "2026-02-28", date(2026, 2, 28)),
        ("date", date(2026, 2, 28), date(2026, 2, 28)),
        ("date", " ", None),
        ("time", "08:30", time(8, 30)),
        ("time", time(8, 30, 5, 7), time(8, 30, 5)),
        ("datetime", "2026-11-30T09:30", datetime(2026, 11, 30, 9, 30, tzinfo=SHANGHAI)),
        ("datetime", "2026-11-30 09:30:15", datetime(2026, 11, 30, 9, 30, 15, tzinfo=SHANGHAI)),
        ("datetime", "2026-11-30T01:30Z", datetime(2026, 11, 30, 9, 30, tzinfo=SHANGHAI)),
        ("datetime", "2026-11-30T09:30@Europe/Berlin", datetime(2026, 11, 30, 16, 30, tzinfo=SHANGHAI)),
        ("tick", "true", True),
        ("tick", "on", True),
        ("tick", "", False),
        ("tick", None, False),
        ("tick", True, True),
        ("one", "a", "a"),
        ("one", "2", Decimal(2)),
        ("one", 2, Decimal(2)),
        ("one", "true", True),
        ("one", "", None),
        ("some", ["a", "2", "a"], ["a", Decimal(2)]),
        ("some", "a", ["a"]),
        ("some", [], []),
        ("some", None, []),
        ("from_scope", "y", "y"),
        ("computed", ["m1"], ["m1"]),
    ],
)
def test_typed(field, sent, kept):
    result = one(field, sent)
    assert result == kept
    assert type(result) is type(kept)


def test_date_time_is_aware_in_the_given_zone():
    kept = one("datetime", "2026-11-30T09:30", zone=ZoneInfo("Europe/Berlin"))
    assert kept.isoformat() == "2026-11-30T09:30:00+01:00"
    assert problem("datetime", "2026-03-29T02:30", zone=ZoneInfo("Europe/Berlin")).code == "no_such_time"


@pytest.mark.parametrize(
    "field, sent, code",
    [
        ("text", 7, "type"),
        ("text", ["a"], "type"),
        ("text", {"a": 1}, "type"),
        ("text", "a\x00b", "bad_characters"),
        ("text", f"a{chr(0xD800)}b", "bad_characters"),
        ("text", "a\ufffdb", "bad_characters"),
        ("text", "a\nb", "line_break"),
        ("lines", "a\x07", "bad_characters"),
        ("text", "x" * (LIMITS.text_characters + 1), "too_long"),
        ("lines", "x" * (LIMITS.text_characters + 1), "too_long"),
        ("number", "12a", "number"),
        ("number", "1e5", "number"),
        ("number", "12,34", "number"),
        ("number", "1.2.3", "number"),
        ("number", True, "number"),
        ("number", math.nan, "number"),
        ("number", math.inf, "number"),
        ("number", Decimal("NaN"), "number"),
        ("number", Decimal("1E+999999"), "number_size"),
        ("number", "9" * 35, "number_size"),
        ("number", 10**400, "number_size"),
        ("number", "1" * 5000, "number_size"),
        ("money", "1.005", "too_many_digits"),
        ("date", "2026-02-30", "date"),
        ("date", "20260228", "date"),
        ("date", 5, "date"),
        ("time", "25:00", "time"),
        ("time", "8:30", "time"),
        ("datetime", "2026-02-30T10:00", "datetime"),
        ("datetime", "2026-02-20T10:00@No/Where", "datetime"),
        ("datetime", "0001-01-01T00:00Z", None),
        ("datetime", "9999-12-31T23:59Z", "datetime"),
        ("tick", "perhaps", "type"),
        ("tick", 3, "type"),
        ("one", "z", "choice"),
        ("one", {"deep": [1]}, "choice"),
        ("one", ["a"], "choice"),
        ("some", ["a", "z"], "choice"),
        ("some", {"a": 1}, "type"),
        ("some", [["a"]], "choice"),
        ("from_scope", "z", "choice"),
        ("computed", ["轴承"], "choice"),
    ],
)
def test_refused(field, sent, code):
    if code is None:
        assert one(field, sent) is not None
    else:
        assert problem(field, sent).code == code


@pytest.mark.parametrize(
    "more, sent, expected",
    [
        ({"type": "textfield", "validate": {"required": True}}, " \u3000", FieldProblem("required")),
        ({"type": "textfield", "validate": {"required": "=limit > 5"}}, "", FieldProblem("required")),
        ({"type": "textfield", "validate": {"required": "=limit > 500"}}, "", None),
        ({"type": "checkbox", "validate": {"required": True}}, "", FieldProblem("required")),
        ({"type": "checklist", "values": KINDS, "validate": {"required": True}}, [], FieldProblem("required")),
        ({"type": "select", "values": KINDS, "validate": {"required": True}}, "", FieldProblem("required")),
        ({"type": "number", "validate": {"required": True}}, "0", None),
        ({"type": "textfield", "validate": {"minLength": 2}}, "好", FieldProblem("too_short", limit="2", length=1)),
        ({"type": "textfield", "validate": {"maxLength": 2}}, "😀😀😀", FieldProblem("too_long", limit="2", length=3)),
        ({"type": "textfield", "validate": {"maxLength": "=limit - 98"}}, "abc", FieldProblem("too_long", limit="2", length=3)),
        ({"type": "textfield", "validate": {"maxLength": 3}}, "😀😀😀", None),
        ({"type": "number", "validate": {"min": 1.5}}, "1.4", FieldProblem("too_small", limit="1.5")),
        ({"type": "number", "validate": {"max": "=limit"}}, "100.01", FieldProblem("too_large", limit="100")),
        ({"type": "number", "validate": {"max": "=nothing"}}, "100.01", None),
        ({"type": "number", "validate": {"max": "100"}}, "100.01", FieldProblem("too_large", limit="100")),
        ({"type": "number", "increment": "0.05"}, "0.17", FieldProblem("increment", step="0.05")),
        ({"type": "number", "increment": 0.05}, "0.15", None),
        ({"type": "datetime", "subtype": "date", "validate": {"min": "=today()"}}, "2026-11-22", FieldProblem("too_early", limit="2026-11-23")),
        ({"type": "datetime", "subtype": "date", "validate": {"max": "2026-12-31"}}, "2027-01-01", FieldProblem("too_late", limit="2026-12-31")),
        ({"type": "datetime", "subtype": "time", "validate": {"min": "08:00"}}, "07:59", FieldProblem("too_early", limit="08:00")),
        ({"type": "datetime", "subtype": "datetime", "validate": {"min": "=now()"}}, "2026-11-23T09:00", None),
        ({"type": "datetime", "subtype": "date", "disallowPassedDates": True}, "2026-11-22", FieldProblem("date_past")),
        ({"type": "datetime", "subtype": "date", "disallowPassedDates": True}, "2026-11-23", None),
        ({"type": "textfield", "validate": {"validationType": "email"}}, "a@b", FieldProblem("email")),
        ({"type": "textfield", "validate": {"validationType": "email"}}, "wang.fang@example.com.cn", None),
        ({"type": "textfield", "validate": {"validationType": "phone"}}, "call me", FieldProblem("phone")),
        ({"type": "textfield", "validate": {"validationType": "phone"}}, "+86 755-1234 5678 转 12", None),
        ({"type": "textfield", "validate": {"pattern": "^\\d{3}$"}}, "12３", FieldProblem("pattern")),
        ({"type": "textfield", "validate": {"pattern": "\\d"}}, "a1b", None),
        ({"type": "textarea", "validate": {"pattern": "^\\d+$"}}, "12\n", FieldProblem("pattern")),
        ({"type": "textfield", "validate": {"pattern": "^[$]$"}}, "$", None),
        ({"type": "textfield", "validate": {"pattern": "a", "patternErrorMessage": "要有 a"}}, "b", FieldProblem("pattern", message="要有 a")),
        ({"type": "number", "validate": {"max": '="many"'}}, "1", _failed("界限应为数字", "a bound must be a number")),
        ({"type": "select", "valuesExpression": "=5"}, "x", _failed("选项应为列表", "options must be a list")),
        ({"type": "select", "valuesExpression": "=for i in 1..5001 return i"}, "x", FieldProblem("too_many_options", limit=LIMITS.options)),
    ],
)
def test_rules(more, sent, expected):
    field = {"key": "f", "label": "F"} | more
    if expected is None:
        assert one(field, sent) is not None or sent == ""
    else:
        assert problem(field, sent) == expected


def test_without_a_clock_a_rule_on_today_fails_with_its_reason():
    form = make(component("datetime", "f", "F", subtype="date", validate={"min": "=today()"}))
    with pytest.raises(FormRejected) as refusal:
        submit(form, {"f": "2026-11-23"}, scope={})
    assert refusal.value.problems["f"].code == "rule_failed"


def test_catastrophic_pattern_answers():
    rows = {"type": "dynamiclist", "path": "rows", "components": [component("textfield", "f", "F", validate={"pattern": "^(?:a+b?){1,40}\\d$"})]}
    begun = datetime.now(UTC)
    with pytest.raises(FormRejected) as refusal:
        submit(make(rows), {"rows": [{"f": "a" * 60}] * 50}, scope={})
    assert {problem.code for problem in refusal.value.problems.values()} == {"pattern_timeout"}
    assert (datetime.now(UTC) - begun).total_seconds() < 5


def test_costly_rules_of_many_rows_answer():
    costly = component(
        "number", "n", "N", validate={"max": "=count(for i in 1..20000 return i * i)"}, conditional={"hide": "=count(for i in 1..20000 return i) = 0"}
    )
    form = make({"type": "dynamiclist", "path": "rows", "components": [costly]})
    begun = datetime.now(UTC)
    with pytest.raises(FormRejected) as refusal:
        submit(form, {"rows": [{"n": 1}] * 1000}, scope={})
    assert refusal.value.problems == {"rows": FieldProblem("too_slow")}
    assert view(form, {"rows": [{"n": 1}] * 1000}, {}).items[0].problem == problem_text(FieldProblem("too_slow"))
    assert (datetime.now(UTC) - begun).total_seconds() < 15


def test_every_problem_has_words_in_both_languages():
    values = dict.fromkeys(("limit", "length", "step", "count", "reason", "reason_en", "minutes", "name", "accept", "megabytes"), "9")
    for code in CODES:
        texts = {problem_text(FieldProblem(code, **values), language) for language in ("zh", "en")}
        assert len(texts) == 2
        assert not any("{" in text for text in texts)
    own = FieldProblem("pattern", message="要有 a", message_en="needs an a")
    assert (problem_text(own), problem_text(own, "en")) == ("要有 a", "needs an a")
    assert problem_text(FieldProblem("pattern", message="要有 a"), "en") == "要有 a"


def test_what_is_not_sent_keeps_its_value_or_takes_its_default():
    form = make(
        component("textfield", "a", "A", defaultValue="甲"),
        component("textfield", "b", "B", defaultValue="乙"),
        component("datetime", "c", "C", subtype="date", defaultValue="=today()"),
        component("textfield", "d", "D", defaultValue="丁"),
    )
    assert submit(form, {"d": ""}, scope={"a": "已有"}, now=NOW) == {"a": "已有", "b": "乙", "c": date(2026, 11, 23), "d": None}


def test_hidden_by_condition_is_dropped_and_empty_for_others():
    form = make(
        component("checkbox", "listed", "已上市"),
        component("textfield", "code", "代码", conditional={"hide": "=listed != true"}, validate={"required": True}),
        component("textfield", "note", "说明", conditional={"hide": "=code = null"}),
    )
    assert submit(form, {"listed": "", "code": "6880", "note": "x"}, scope={}) == {"listed": False}
    assert submit(form, {"listed": "on", "code": "6880", "note": "x"}, scope={}) == {"listed": True, "code": "6880", "note": "x"}
    with pytest.raises(FormRejected) as refusal:
        submit(form, {"listed": "on"}, scope={})
    assert refusal.value.problems == {"code": FieldProblem("required")}


def test_order_of_conditions_follows_what_they_need_not_where_they_stand():
    form = make(
        component("textfield", "c", "C", conditional={"hide": "=b = null"}),
        component("expression", "sum", expression="=double + 1"),
        component("expression", "double", expression="=n * 2"),
        component("textfield", "b", "B", conditional={"hide": "=n < 5"}),
        component("number", "n", "N"),
    )
    assert submit(form, {"c": "x", "b": "y", "n": "3"}, scope={}) == {"sum": Decimal(7), "double": Decimal(6), "n": Decimal(3)}


def test_hidden_group_drops_all_below():
    form = make(
        component("checkbox", "more", "更多"),
        {
            "type": "group",
            "path": "extra",
            "conditional": {"hide": "=not(more)"},
            "components": [component("textfield", "a", "A", validate={"required": True})],
        },
    )
    assert submit(form, {"more": "", "extra": {"a": "x"}}, scope={}) == {"more": False}
    assert submit(form, {"more": "on", "extra": {"a": "x"}}, scope={}) == {"more": True, "extra": {"a": "x"}}


def test_a_context_keeps_what_the_form_does_not_know():
    form = make(
        {"type": "group", "path": "customer", "components": [component("textfield", "name", "名称"), component("textfield", "address.city", "城市")]}
    )
    scope = {"customer": {"name": "旧", "level": "A", "address": {"city": "苏州", "street": "一号"}}}
    sent = {"customer": {"name": "新", "address": {"city": "无锡"}}}
    expected = {"customer": {"name": "新", "level": "A", "address": {"city": "无锡", "street": "一号"}}}
    assert submit(form, sent, scope=scope) == expected
    assert submit(form, expected, scope=scope) == expected
    assert scope["customer"]["name"] == "旧"
    assert scope["customer"]["address"] == {"city": "苏州", "street": "一号"}


def test_computed_values_are_never_taken_from_outside():
    form = make(component("number", "n", "N"), component("expression", "double", expression="=n * 2"))
    assert submit(form, {"n": "2", "double": "999"}, scope={"double": Decimal(5)}) == {"n": Decimal(2), "double": Decimal(4)}
    failing = make(component("expression", "f", expression="=function(x) x"))
    with pytest.raises(FormRejected) as refusal:
        submit(failing, {}, scope={})
    assert refusal.value.problems["f"].code == "rule_failed"
