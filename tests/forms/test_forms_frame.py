"""When a page of a form has to be made again, and when what it shows may stay."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from engine.forms import FieldProblem, apply_operation, decode_post, frame, holds, load, view
from engine.forms.view_model import FormView

CHOICES = [{"label": name, "value": name} for name in ("A", "B", "C")]
COMPONENTS: list[dict[str, Any]] = [
    {"type": "textfield", "key": "name", "label": "名称"},
    {"type": "textarea", "key": "words", "label": "说明"},
    {"type": "number", "key": "amount", "label": "金额", "decimalDigits": 2},
    {"type": "expression", "key": "twice", "label": "两倍", "expression": "=amount * 2"},
    {"type": "textfield", "key": "why", "label": "原因", "conditional": {"hide": "=amount = null or amount < 100"}},
    {"type": "select", "key": "level", "label": "等级", "values": CHOICES},
    {"type": "radio", "key": "kind", "label": "种类", "values": CHOICES},
    {"type": "checklist", "key": "kinds", "label": "多种", "values": CHOICES},
    {"type": "checkbox", "key": "agreed", "label": "同意"},
    {
        "type": "dynamiclist",
        "path": "people",
        "label": "人员",
        "allowAddRemove": True,
        "defaultRepetitions": 1,
        "components": [{"type": "textfield", "key": "who", "label": "姓名"}],
    },
]
FORM = load(json.dumps({"type": "default", "id": "frame", "components": COMPONENTS}).encode(), "frame.form")
EMPTY = {"name": "", "words": "", "amount": "", "level": "", "kind": "", "kinds": "", "agreed": "", "people": "", "people-0": "", "people-0-who": ""}


def shown(posted: MultiDict[str, str], operation: str = "refresh") -> FormView:
    return view(FORM, apply_operation(FORM, decode_post(FORM, posted), operation, scope={}), {})


def posted(**changed: Any) -> MultiDict[str, str]:
    data = MultiDict(EMPTY)
    for name, value in changed.items():
        data.setlist(name.replace("__", "-"), ["", *value] if isinstance(value, list) else [value])
    return data


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "苏州精工"},
        {"words": "两行\r\n文字"},
        {"level": "B"},
        {"kind": "C"},
        {"kinds": ["A", "C"]},
        {"agreed": "true"},
        {"people__0__who": "张三"},
        {"name": "甲", "level": "A", "agreed": "true"},
    ],
)
def test_what_is_typed_leaves_the_page_as_it_is(changed: dict[str, Any]):
    before, after = shown(posted()), shown(posted(**changed))
    assert before != after
    assert frame(before) == frame(after)
    assert holds(after, posted(**changed))


@pytest.mark.parametrize("changed", [{"amount": "3.00"}, {"amount": "100.00"}])
def test_computed_values_and_conditions_change_it(changed: dict[str, Any]):
    assert frame(shown(posted())) != frame(shown(posted(**changed)))


def test_rows_problems_and_languages_change_it():
    before = shown(posted())
    assert frame(shown(posted(), "add:people")) != frame(before)
    assert frame(shown(posted(), "del:people:0")) != frame(before)
    assert frame(view(FORM, {}, {}, language="en")) != frame(view(FORM, {}, {}))
    refused = view(FORM, {}, {}, problems={"name": FieldProblem("required")})
    assert frame(refused) != frame(view(FORM, {}, {}))


@pytest.mark.parametrize("typed", ["1234.5", "1,234.5", "０"])
def test_what_is_shown_otherwise_than_it_was_typed_is_shown_again(typed: str):
    sent = posted(amount=typed)
    assert not holds(shown(sent), sent)


def test_a_choice_that_is_not_offered_is_not_held():
    sent = posted(level="Z")
    assert not holds(shown(sent), sent)
