"""Findings of form definitions in both languages: file, place, property, what is wrong and what to do about it."""

import json
import re
from pathlib import Path

import pytest

from engine import finding_words
from engine.forms import FormDefinitionRejected, load
from engine.forms.finding_texts import TEXTS
from tests.forms.sample_form import component, make
from tests.forms.test_forms_load import CASES

FORMS = Path(__file__).resolve().parents[2] / "engine" / "forms"
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
PLACE = re.compile(r"(?<!{){(\w+)}(?!})")


def rejected(definition: bytes):
    with pytest.raises(FormDefinitionRejected) as refusal:
        load(definition, "order.form")
    return refusal.value.findings


@pytest.mark.parametrize("code, wrong", CASES, ids=lambda case: case if isinstance(case, str) else None)
def test_every_finding_has_english_that_says_as_much_as_the_chinese(code, wrong):
    with pytest.raises(FormDefinitionRejected) as refusal:
        make(wrong)
    for finding in refusal.value.findings:
        message, proposal = finding_words(finding, "en")
        assert message
        assert proposal
        assert not CHINESE.search(message + proposal), (message, proposal)
        assert finding.file == "sample.form"
        assert finding.line
        named = finding.values.get("property")
        if named and code in ("form_feel", "form_rule", "form_unknown_property", "form_property_type", "form_property_value", "form_key"):
            assert named.rpartition(".")[2] in finding.message
            assert named.rpartition(".")[2] in message


@pytest.mark.parametrize(
    "wrong, zh, en, mend_zh, mend_en",
    [
        (
            component("number", "amount", "金额", validate={"max": "=1 +"}),
            "属性 validate.max 的 FEEL 表达式 1 + 不正确：第 1 行第 4 个字符:",
            "The FEEL expression 1 + of the property validate.max is wrong: line 1, character 4: an expression is expected here, "
            "not the end of the expression",
            "按提示的位置修改表达式",
            "Mend the expression at that place",
        ),
        (
            component("textfield", "name", "名称", validate={"maxlength": 3}),
            "组件 textfield 不支持属性 validate.maxlength",
            "The component textfield does not support the property validate.maxlength",
            "改为 maxLength，或删除该属性",
            "Write maxLength, or remove the property",
        ),
        (
            {"type": "iframe", "url": "https://example.org"},
            "不支持内嵌网页组件（iframe）",
            "The component iframe (embedded page) is not supported",
            "删除该组件，在 text 中写链接",
            "Remove it and put a link into a text",
        ),
        (
            component("select", "level", "等级", values=[{"label": "甲", "value": "A"}, {"label": "乙", "value": "A"}]),
            '选项的值 "A" 重复',
            'The option value "A" occurs twice',
            "每个选项用自己的值",
            "Give every option its own value",
        ),
    ],
    ids=["FEEL", "misspelt", "refused component", "option twice"],
)
def test_words(wrong, zh, en, mend_zh, mend_en):
    with pytest.raises(FormDefinitionRejected) as refusal:
        make(wrong)
    (finding,) = refusal.value.findings
    assert finding_words(finding, "zh")[0].startswith(zh)
    assert finding_words(finding, "zh")[1] == mend_zh
    assert finding_words(finding, "en") == (en, mend_en)


def test_broken_files_are_told_in_both_languages():
    (finding,) = rejected(b'{"type": "default",\n "id": }')
    assert finding_words(finding, "zh")[0].startswith("文件不是合法的 JSON：第 8 列")
    assert finding_words(finding, "en")[0].startswith("The file is not valid JSON: column 8, ")
    assert not CHINESE.search("".join(finding_words(finding, "en")))
    (finding,) = rejected(b'{"type": "default"')
    assert "breaks off" in finding_words(finding, "en")[0]


def test_warnings_too():
    form = make(component("datetime", "day", "日期", subtype="date", use24h=False, timeInterval=15, properties={"lable.en": "Day"}))
    words = [finding_words(finding, "en") for finding in form.warnings]
    assert len(words) == 3
    assert not any(CHINESE.search(message + proposal) for message, proposal in words)


def test_the_table_of_texts_is_used_whole_and_its_places_agree():
    sources = "".join(path.read_text(encoding="utf-8") for path in FORMS.glob("*.py") if path.name != "finding_texts.py")
    for case, (zh, en, mend_zh, mend_en) in TEXTS.items():
        assert f'"{case}"' in sources, case
        assert set(PLACE.findall(zh)) == set(PLACE.findall(en)), case
        assert set(PLACE.findall(mend_zh)) == set(PLACE.findall(mend_en)), case
        assert not CHINESE.search(en + mend_en.replace("=金额", "")), case


def test_values_with_braces_stay_as_they_are():
    (finding,) = rejected(json.dumps({"type": "default", "id": "x", "components": [{"type": "{name}"}]}).encode())
    assert '"{name}"' in finding.message
