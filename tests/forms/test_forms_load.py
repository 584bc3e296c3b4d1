"""A definition that cannot be carried out as it says is refused, with everything that is wrong with it at once."""

import json

import pytest

from engine.forms import FormDefinitionRejected, load
from engine.forms.limits import LIMITS
from tests.forms.sample_form import component, everything, make


def findings_of(*components, **head):
    with pytest.raises(FormDefinitionRejected) as refusal:
        make(*components, **head)
    return [finding for finding in refusal.value.findings if finding.severity == "error"]


def codes_of(*components, **head):
    return {finding.code for finding in findings_of(*components, **head)}


def test_every_supported_component_loads():
    form = everything()
    assert form.name == "客户开发申请单"
    assert {"customer_name", "factory", "products", "total", "contacts", "remark"} <= form.keys
    assert "name" not in form.keys
    assert not form.warnings


TEXT = component("textfield", "a", "甲")
CASES = [
    ("form_image", {"type": "image", "source": "x", "alt": "x"}),
    ("form_component", {"type": "html", "content": "<b>"}),
    ("form_component", {"type": "iframe"}),
    ("form_component", {"type": "button", "label": "x"}),
    ("form_component", {"type": "documentPreview"}),
    ("form_component", {"type": "slider"}),
    ("form_component", {"type": None}),
    ("form_component", {}),
    ("form_unknown_property", TEXT | {"placeholder": "x"}),
    ("form_unknown_property", TEXT | {"validate": {"min": 3}}),
    ("form_unknown_property", TEXT | {"layout": {"column": 3}}),
    ("form_unknown_property", TEXT | {"conditional": {"show": "=true"}}),
    ("form_unknown_property", component("textarea", "a", "甲") | {"appearance": {"prefixAdorner": "x"}}),
    ("form_unknown_property", component("radio", "a", "甲", values=[{"label": "x", "value": "x", "color": "red"}])),
    ("form_missing_property", component("textfield", label="甲")),
    ("form_key", component("textfield", "a b", "甲")),
    ("form_key", component("textfield", "a-b", "甲")),
    ("form_key", component("textfield", "_op", "甲")),
    ("form_key", component("textfield", "1a", "甲")),
    ("form_key", component("textfield", "a..b", "甲")),
    ("form_key_reserved", component("textfield", "this", "甲")),
    ("form_key_reserved", component("textfield", "csrf_token", "甲")),
    ("form_feel", TEXT | {"conditional": {"hide": "=1 +"}}),
    ("form_feel", TEXT | {"validate": {"required": "=if"}}),
    ("form_feel", component("number", "a", "甲", validate={"max": "=)"})),
    ("form_feel", component("expression", "a", expression="=1 + + ")),
    ("form_feel", {"type": "text", "text": "合计 {{1 +}}"}),
    ("form_feel", TEXT | {"label": "=1 +"}),
    ("form_feel", component("select", "a", "甲", valuesExpression="=[")),
    ("form_feel", {"type": "table", "dataSource": "=[", "columns": [{"label": "x", "key": "x"}]}),
    ("form_rule", TEXT | {"readonly": "yes"}),
    ("form_rule", component("number", "a", "甲", validate={"max": "many"})),
    ("form_rule", component("datetime", "a", "甲", subtype="date", validate={"min": "2026-13-01"})),
    ("form_rule", component("expression", "a", expression="1 + 1")),
    ("form_rule", TEXT | {"validate": {"minLength": -1}}),
    ("form_rule", TEXT | {"validate": {"maxLength": 2.5}}),
    ("form_rule", TEXT | {"validate": {"minLength": 9, "maxLength": "8"}}),
    ("form_rule", component("number", "a", "甲", increment=0)),
    ("form_rule", component("number", "a", "甲", validate={"min": 10, "max": 9.5})),
    ("form_rule", component("datetime", "a", "甲", subtype="date", validate={"min": "2026-02-01", "max": "2026-01-31"})),
    ("form_rule", component("datetime", "a", "甲", subtype="datetime", validate={"min": "2026-02-01T08:00:00+08:00", "max": "2026-01-31"})),
    ("form_rule", component("datetime", "a", "甲", subtype="time", validate={"min": "18:00", "max": "08:00"})),
    ("form_rule", {"type": "dynamiclist", "path": "rows", "components": [TEXT], "validate": {"minLength": 3, "maxLength": 2}}),
    ("form_template_block", {"type": "text", "text": "{{#if a}}x{{/if}}"}),
    ("form_template_open", {"type": "text", "text": "合计 {{a"}),
    ("form_pattern", TEXT | {"validate": {"pattern": "["}}),
    ("form_pattern", TEXT | {"validate": {"pattern": "a" * (LIMITS.pattern_characters + 1)}}),
    ("form_default", component("number", "a", "甲", defaultValue="many")),
    ("form_default", component("datetime", "a", "甲", subtype="date", defaultValue="soon")),
    ("form_default", component("select", "a", "甲", values=[{"label": "x", "value": "x"}], defaultValue="y")),
    ("form_default", component("checkbox", "a", "甲", defaultValue="perhaps")),
    ("form_options", component("select", "a", "甲")),
    ("form_options", component("select", "a", "甲", valuesKey="b", valuesExpression="=c")),
    ("form_option", component("select", "a", "甲", values=[{"label": "x", "value": ""}])),
    ("form_option", component("select", "a", "甲", values=[{"label": "x", "value": "x"}, {"label": "y", "value": "x"}])),
    ("form_property_type", component("number", "a", "甲", decimalDigits="2")),
    ("form_property_type", TEXT | {"layout": {"row": "r", "columns": 17}}),
    ("form_property_type", TEXT | {"validate": []}),
    ("form_property_type", {"type": "group", "components": {}}),
    ("form_property_type", TEXT | {"label": 3}),
    ("form_property_value", component("number", "a", "甲", serializeToString=True)),
    ("form_property_value", component("datetime", "a", "甲", subtype="week")),
    ("form_property_value", TEXT | {"validate": {"validationType": "url"}}),
    ("form_empty_list", {"type": "dynamiclist", "path": "rows", "components": []}),
    ("form_missing_property", {"type": "table", "dataSource": "=x"}),
    ("form_nesting", {"type": "group", "components": []}),
]
deepest = CASES[-1][1]
for _ in range(LIMITS.nesting + 1):
    deepest = {"type": "group", "components": [deepest]}
CASES[-1] = ("form_nesting", deepest)


@pytest.mark.parametrize("code, wrong", CASES, ids=lambda case: case if isinstance(case, str) else None)
def test_refused(code, wrong):
    assert codes_of(wrong) == {code}


def test_finding_names_file_line_field_reason_and_proposal():
    lines = [
        '{"type": "default", "id": "f",',
        '"components": [',
        '{"type": "number", "key": "amount", "label": "金额",',
        "",
        '"validate": {"max": "=1 +"}}]}',
    ]
    text = "\n".join(lines)
    with pytest.raises(FormDefinitionRejected) as refusal:
        load(text.encode(), "forms/order.form")
    (finding,) = refusal.value.findings
    assert (finding.file, finding.line, finding.element_id, finding.element_name) == ("forms/order.form", 5, "amount", "金额")
    assert "max" in finding.message
    assert finding.proposal


def test_all_findings_at_once():
    wrong = (
        component("slider", "a"),
        component("textfield", "b", "乙", conditional={"hide": "=1 +"}),
        component("textfield", "c", "丙", validate={"pattern": "("}),
    )
    assert codes_of(*wrong) == {"form_component", "form_feel", "form_pattern"}


@pytest.mark.parametrize(
    "second",
    [
        component("number", "a", "乙"),
        component("number", "a.b", "乙"),
        {"type": "group", "path": "a", "components": [component("number", "b", "乙")]},
        {"type": "dynamiclist", "path": "a", "components": [component("number", "b", "乙")]},
        {"type": "group", "components": [component("number", "a", "乙")]},
    ],
)
def test_one_place_for_one_value(second):
    assert codes_of(TEXT, second) == {"form_repeated_key"}


def test_keys_may_repeat_in_other_levels():
    rows = {"type": "dynamiclist", "path": "rows", "components": [TEXT]}
    group = {"type": "group", "path": "other", "components": [TEXT]}
    assert make(TEXT, rows, group).keys == {"a", "rows", "other"}


def test_repeated_ids_and_computed_cycles():
    assert codes_of(TEXT | {"id": "x"}, component("textfield", "b", "乙", id="x")) == {"form_repeated_id"}
    cycle = (
        component("expression", "a", expression="=b + 1"),
        component("expression", "b", expression="=c"),
        component("expression", "c", expression="=a"),
    )
    assert codes_of(*cycle) == {"form_cycle"}


def test_repeated_property():
    with pytest.raises(FormDefinitionRejected) as refusal:
        load(b'{"type": "default", "id": "f", "components": [{"type": "textfield", "key": "a",\n "key": "b"}]}', "f.form")
    assert [(finding.code, finding.line) for finding in refusal.value.findings] == [("form_repeated_property", 2)]


@pytest.mark.parametrize(
    "data, code, line",
    [
        (b"", "form_json", 1),
        (b"[]", "form_json", 1),
        (b'{"type": "default",\n "id": }', "form_json", 2),
        (b'{"type": "default",}', "form_json", 1),
        (b'{"type": "default"} x', "form_json", 1),
        (b'{"a": "\\ud800"}', "form_json", 1),
        (b'{"a": 01}', "form_json", 1),
        (b"[" * 100_000, "form_json", 1),
        (b"\xff\xfe{}", "form_encoding", None),
        (b" " * (LIMITS.definition_bytes + 1), "form_too_big", None),
    ],
)
def test_not_a_form_file(data, code, line):
    with pytest.raises(FormDefinitionRejected) as refusal:
        load(data, "f.form")
    assert [(finding.code, finding.line) for finding in refusal.value.findings] == [(code, line)]


def test_head_of_the_form():
    assert codes_of(TEXT, type="wizard") == {"form_property_value"}
    assert codes_of(TEXT, id="") == {"form_missing_property"}
    assert codes_of(TEXT, schemaVersion=99) == {"form_property_type"}
    assert codes_of(TEXT, theme="x") == {"form_unknown_property"}
    with pytest.raises(FormDefinitionRejected):
        load(json.dumps({"type": "default", "id": "f"}).encode(), "f.form")


def test_too_many_components():
    assert codes_of(*({"type": "separator"} for _ in range(LIMITS.components + 5))) == {"form_components"}


def test_custom_property_without_effect_is_a_warning():
    form = make(TEXT | {"properties": {"labl.en": "A"}})
    assert [(finding.code, finding.severity) for finding in form.warnings] == [("form_custom_property", "warning")]


def test_byte_order_mark_is_no_problem():
    data = b"\xef\xbb\xbf" + json.dumps({"type": "default", "id": "f", "components": []}).encode()
    assert load(data, "f.form").id == "f"
