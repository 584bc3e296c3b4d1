"""Every component and property of the form-js 1.23 schema: it works alike for JSON and for a browser's post, or deployment says that it does not."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from engine.forms import FormDefinitionRejected, FormRejected, decode_post, submit, view
from tests.forms.sample_form import component, make

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
INPUT = {"key", "label", "description", "disabled", "readonly", "defaultValue", "validate"}
EVERYWHERE = {"id", "type", "layout", "conditional", "properties"}
CHOICES = INPUT | {"values", "valuesKey", "valuesExpression"}
BOX = {"label", "path", "showOutline", "verticalAlignment", "components"}
SCHEMA = {
    "textfield": INPUT | {"appearance"},
    "textarea": INPUT,
    "number": INPUT | {"appearance", "decimalDigits", "increment", "serializeToString"},
    "datetime": (INPUT | {"subtype", "dateLabel", "timeLabel", "use24h", "timeSerializingFormat", "timeInterval", "disallowPassedDates"}),
    "checkbox": INPUT,
    "checklist": CHOICES,
    "radio": CHOICES,
    "taglist": CHOICES,
    "select": CHOICES | {"searchable"},
    "filepicker": INPUT - {"defaultValue"} | {"accept", "multiple"},
    "expression": {"key", "expression", "computeOn"},
    "group": BOX,
    "dynamiclist": BOX | {"isRepeating", "defaultRepetitions", "allowAddRemove", "disableCollapse", "nonCollapsedItems"},
    "table": {"label", "dataSource", "columns", "columnsExpression", "rowCount"},
    "text": {"text"},
    "image": {"source", "alt"},
    "spacer": {"height"},
    "separator": set(),
}
REFUSED = ("html", "iframe", "button", "documentPreview")
MINIMAL = {
    "group": {"components": []},
    "dynamiclist": {"path": "rows", "components": [component("textfield", "x", "X")]},
    "table": {"dataSource": "=rows", "columns": [{"key": "a", "label": "A"}]},
    "image": {"source": "=picture", "alt": "图"},
    "expression": {"key": "f", "expression": "=1"},
}


def minimal(kind):
    if kind in MINIMAL or kind in ("text", "spacer", "separator"):
        return {"type": kind} | MINIMAL.get(kind, {})
    values = {"values": [{"label": "甲", "value": "A"}]} if kind in ("radio", "select", "checklist", "taglist") else {}
    return component(kind, "f", "字段", **values)


def unknown(wrong):
    """Codes of findings that say that a property is not known."""
    try:
        make(wrong)
    except FormDefinitionRejected as refusal:
        return {finding.values["name"] for finding in refusal.findings if finding.code == "form_unknown_property"}
    return set()


@pytest.mark.parametrize("kind", SCHEMA)
def test_the_whole_schema_is_known(kind):
    assert make(minimal(kind))
    assert unknown(minimal(kind) | dict.fromkeys(SCHEMA[kind] | EVERYWHERE - {"type"}) | {"type": kind}) == set()


@pytest.mark.parametrize("kind", SCHEMA)
def test_a_property_of_another_component_is_told(kind):
    foreign = set().union(*SCHEMA.values()) - SCHEMA[kind] - EVERYWHERE - {"label", "description", "validate"}
    assert unknown(minimal(kind) | dict.fromkeys(foreign)) == foreign


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_done_well_is_refused_with_what_to_do_instead(kind):
    with pytest.raises(FormDefinitionRejected) as refusal:
        make({"type": kind, "url": "https://example.org", "label": "x"})
    (finding,) = refusal.value.findings
    assert (finding.code, finding.values["type"]) == ("form_component", kind)
    assert finding.proposal
    assert finding.proposal_en


ABC = [{"label": f"{value}级", "value": value} for value in "ABC"]
# What the field is, what is typed, the value that is kept (or the code of the refusal), how it reads.
CASES = [
    (component("textfield"), " 苏州 ", "苏州", "苏州"),
    (component("textfield", appearance={"prefixAdorner": "CN", "suffixAdorner": "号"}), "12", "12", "CN 12 号"),
    (component("textfield", validate={"minLength": 3}), "ab", "too_short", None),
    (component("textfield", validate={"maxLength": "=limit"}), "abcdef", "too_long", None),
    (component("textfield", validate={"pattern": "^\\d+$"}), "12a", "pattern", None),
    (component("textfield", validate={"validationType": "email"}), "a@b", "email", None),
    (component("textfield", validate={"validationType": "email"}), "a@b.cn", "a@b.cn", "a@b.cn"),
    (component("textfield", validate={"validationType": "phone"}), "138 1234 5678", "138 1234 5678", "138 1234 5678"),
    (component("textfield", validate={"validationType": "phone"}), "无", "phone", None),
    (component("textfield", validate={"required": "=limit > 4"}), "", "required", None),
    (component("textfield"), "两\n行", "line_break", None),
    (component("textarea"), "两\r\n行", "两\n行", "两\n行"),
    (component("textarea", validate={"maxLength": 3}), "四个字啊", "too_long", None),
    (component("number"), "１２.50", Decimal("12.5"), "12.5"),
    (component("number", decimalDigits=0), "1.5", "too_many_digits", None),
    (component("number", decimalDigits=2, appearance={"prefixAdorner": "¥"}), "1,234,567.5", Decimal("1234567.5"), "¥ 1,234,567.50"),
    (component("number", decimalDigits=2, properties={"format": "plain"}), "1234.5", Decimal("1234.5"), "1234.5"),
    (component("number", increment=0.5), "1.25", "increment", None),
    (component("number", increment="=limit"), "10", Decimal(10), "10"),
    (component("number", validate={"min": "=limit"}), "4.99", "too_small", None),
    (component("number", validate={"max": "=limit"}), "5", Decimal(5), "5"),
    (component("number"), "1e5", "number", None),
    (component("number"), "NaN", "number", None),
    (component("number"), "Infinity", "number", None),
    (component("number"), "9" * 35, "number_size", None),
    (component("datetime", subtype="date"), "2026-02-28", date(2026, 2, 28), "2026-02-28"),
    (component("datetime", subtype="date"), "2026-02-29", "date", None),
    (component("datetime", subtype="date", disallowPassedDates=True), "2026-11-22", "date_past", None),
    (component("datetime", subtype="date", disallowPassedDates=True), "2026-11-23", date(2026, 11, 23), "2026-11-23"),
    (component("datetime", subtype="date", validate={"max": "=today()"}), "2026-11-24", "too_late", None),
    (component("datetime", subtype="time", timeInterval=15), "09:30", time(9, 30), "09:30"),
    (component("datetime", subtype="time", timeInterval=15), "09:31", "time_step", None),
    (component("datetime", subtype="time", validate={"min": "08:00"}), "07:59", "too_early", None),
    (component("datetime", subtype="datetime"), "2026-11-23T09:30", None, "2026-11-23 09:30"),
    (component("datetime", subtype="datetime"), "2026-11-23T25:30", "datetime", None),
    (component("checkbox"), "true", True, "是"),
    (component("checkbox", validate={"required": True}), "", "required", None),
    (component("radio", values=ABC), "B", "B", "B级"),
    (component("radio", values=ABC), "D", "choice", None),
    (component("select", values=ABC, searchable=True), "C", "C", "C级"),
    (component("select", valuesKey="known"), "甲", "甲", "甲"),
    (component("select", valuesExpression="=for x in known return {label: x, value: x + x}"), "乙乙", "乙乙", "乙"),
    (component("select", valuesExpression="=known"), "丙", "choice", None),
    (component("select", values=[{"label": "三", "value": 3}]), "3", Decimal(3), "三"),
    (component("checklist", values=ABC), ["", "C", "A"], ["A", "C"], "A级、C级"),
    (component("checklist", values=ABC, validate={"required": True}), [""], "required", None),
    (component("taglist", valuesExpression="=known"), ["", "乙"], ["乙"], "乙"),
]
SCOPE = {"limit": Decimal(5), "known": ["甲", "乙"]}


@pytest.mark.parametrize("field, typed, kept, words", CASES, ids=lambda case: case.get("type") if isinstance(case, dict) else None)
def test_a_field_takes_the_same_from_a_browser_and_from_an_interface(field, typed, kept, words):
    form = make(field | {"key": "f", "label": "字段"})
    posted = decode_post(form, MultiDict({"f": typed} if isinstance(typed, str) else [("f", item) for item in typed]))
    for data in (posted, {"f": typed}):
        if words is None:
            with pytest.raises(FormRejected) as refusal:
                submit(form, data, scope=SCOPE, now=NOW)
            assert {path: problem.code for path, problem in refusal.value.problems.items()} == {"f": kept}
            (shown,) = view(form, data, SCOPE, problems=refusal.value.problems, now=NOW).items
            assert shown.problem
            assert view(form, data, SCOPE, problems=refusal.value.problems, now=NOW).problems[0].target
            continue
        value = submit(form, data, scope=SCOPE, now=NOW)["f"]
        assert kept is None or value == kept
        for language in ("zh", "en"):
            (read,) = view(form, None, SCOPE | {"f": value}, now=NOW, readonly=True, language=language).items
            assert read.full_words == words or (language == "en" and kept in (True, ["A", "C"]))
        assert submit(form, {}, scope=SCOPE | {"f": value}, now=NOW)["f"] == value
        (again,) = view(form, None, SCOPE | {"f": value}, now=NOW).items
        tokens = [option.token for option in again.options if option.selected] or ("true" if again.ticked else again.value)
        back = decode_post(form, MultiDict({"f": tokens} if isinstance(tokens, str) else [("f", token) for token in tokens]))
        assert submit(form, back, scope=SCOPE, now=NOW)["f"] == value


TYPED = [kind for kind in SCHEMA if "key" in SCHEMA[kind] and kind not in ("expression", "filepicker")]
FIELDS = [pytest.param(minimal(kind) | {"key": "f"}, id=kind) for kind in TYPED]
SET = {"number": Decimal(7), "datetime": date(2026, 1, 2), "checkbox": True, "checklist": ["A"], "taglist": ["A"]}
OTHER = {"number": "8", "datetime": "2026-01-03", "checkbox": "", "checklist": [""], "taglist": [""], "radio": "", "select": ""}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("name", ["readonly", "disabled"])
@pytest.mark.parametrize("rule", [True, "=limit = 5"])
def test_what_may_not_be_changed_cannot_be_forged(field, name, rule):
    form = make(field | {name: rule})
    value = SET.get(field["type"], "A")
    with pytest.raises(FormRejected) as refusal:
        submit(form, {"f": OTHER.get(field["type"], "B")}, scope=SCOPE | {"f": value}, now=NOW)
    assert {path: problem.code for path, problem in refusal.value.problems.items()} == {"f": "read_only"}
    (shown,) = view(form, {"f": OTHER.get(field["type"], "B")}, SCOPE | {"f": value}, now=NOW).items
    assert shown.kind == "readonly"
    assert submit(form, {}, scope=SCOPE | {"f": value}, now=NOW) == {}


@pytest.mark.parametrize("field", FIELDS)
def test_hidden_by_a_condition_means_dropped_and_hidden_by_right_means_not_there(field):
    value = SET.get(field["type"], "A")
    form = make(field | {"conditional": {"hide": "=limit = 5"}})
    assert submit(form, {"f": OTHER.get(field["type"], "B")}, scope=SCOPE, now=NOW) == {}
    assert view(form, {}, SCOPE | {"f": value}, now=NOW).items == ()
    form = make(field)
    assert view(form, {}, SCOPE | {"f": value}, {"f": "hidden"}, now=NOW).items == ()
    assert submit(form, {}, scope=SCOPE | {"f": value}, rights={"f": "hidden"}, now=NOW) == {}
    for sent in (OTHER.get(field["type"], "B"), value):
        with pytest.raises(FormRejected) as refusal:
            submit(form, {"f": sent}, scope=SCOPE | {"f": value}, rights={"f": "hidden"}, now=NOW)
        assert refusal.value.problems["f"].code == "read_only"


def test_both_labels_of_a_date_and_time_are_shown():
    form = make(component("datetime", "f", subtype="datetime", dateLabel="拜访日期", timeLabel="时间"))
    assert view(form, {}, {}, now=NOW).items[0].label == "拜访日期 · 时间"
    form = make(component("datetime", "f", subtype="date", dateLabel="拜访日期", timeLabel="时间"))
    assert view(form, {}, {}, now=NOW).items[0].label == "拜访日期"


def test_an_empty_place_in_a_text_leaves_no_bare_marks():
    form = make({"type": "text", "text": "由 **{{leader}}** 审批"})
    assert view(form, {}, {}, now=NOW).items[0].html.strip() == "<p>由 <strong>—</strong> 审批</p>"
