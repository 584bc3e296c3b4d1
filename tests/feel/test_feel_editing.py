"""Completion and formatting for editors."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given

from engine.feel import FeelSyntaxError, editing, inference, print_expression
from engine.feel.editing import answer, complete, format_expression
from engine.feel.inference import DATE, NUMBER, STRING, choice_of, context_of, list_of
from engine.feel.layout import laid_out
from engine.feel.parser import parse
from tests.feel.test_feel_properties import trees

ROW = context_of({"name": STRING, "amount": NUMBER})
NAMES = {"rows": list_of(ROW), "row": ROW, "kind": choice_of(["企业", "个人"]), "day": DATE, "two words": STRING}


def texts(source, offset=None):
    return [found.text for found in complete(source, len(source) if offset is None else offset, NAMES)]


@pytest.mark.parametrize(
    "source, expected",
    [
        ("row.", ["amount", "name"]),
        ("rows[1].na", ["name"]),
        ("rows[amount > 1].am", ["amount"]),
        ("sum(rows.", ["amount", "name"]),
        ('kind = "企', ['"企业"']),
        ('kind in ("企业", "', ['"个人"', '"企业"']),
        ("day.we", ["weekday"]),
        ("row", ["row", "rows"]),
        ("two", ["`two words`"]),
        ("nobody.", []),
        ('"row.', []),
        ("1..", ["day", "kind", "row", "rows", "`two words`"]),
        (") . (", ["day", "kind", "row", "rows", "`two words`"]),
    ],
)
def test_what_can_stand_here(source, expected):
    assert texts(source) == expected


def test_functions_and_words_come_with_what_they_take():
    found = {one.text: one for one in complete("string j", 8, NAMES)}
    assert found == {}
    found = {one.text: one for one in complete("str", 3, NAMES)}
    assert found["string join("].kind == "function"
    assert found["string join("].detail_en == "string join(list, delimiter)"
    assert "satisfies" in texts("sat")


def test_values_come_before_names_and_replace_what_is_there():
    found = complete("kind = ", 7, NAMES)
    assert [one.kind for one in found[:3]] == ["value", "value", "variable"]
    inside = complete("1 + ro + 2", 6, NAMES)
    assert (inside[0].text, inside[0].start, inside[0].end) == ("row", 4, 6)


def test_long_expressions_are_broken_at_their_parts():
    source = 'if kind="企业" then {name:"a very long name indeed",amount:1} else if row.amount>1 and (day=null or kind="个人") then rows else []'
    shown = format_expression(source, width=40)
    assert shown.splitlines()[0] == 'if kind = "企业"'
    assert max(map(len, shown.splitlines())) <= 60
    assert format_expression(shown, width=40) == shown
    assert format_expression("a+  b*(c)") == "a + b * c"


def test_comments_are_not_thrown_away():
    with pytest.raises(FeelSyntaxError, match="注释"):
        format_expression("a + b // sum")
    assert format_expression('"http://x"') == '"http://x"'


@given(trees)
def test_what_is_laid_out_parses_to_the_same_tree(tree):
    for width in (10, 40):
        assert parse(laid_out(tree, width)) == tree
    assert laid_out(tree, 10_000) == print_expression(tree)


def test_answers_are_plain_data():
    assert answer("row.", action="complete", names=NAMES)["completions"][0]["text"] == "amount"
    assert answer("1+1", action="format") == {"text": "1 + 1"}
    checked = answer("row.amonut + 1", action="check", names=NAMES)
    assert [(one["code"], one["values"]["proposal"]) for one in checked["problems"]] == [("unknown_member", "amount")]
    assert answer("whatever + 1 > 2", action="check")["type_en"] == "boolean"
    with pytest.raises(FeelSyntaxError):
        answer("1 +", action="format")


@pytest.mark.parametrize("module", [editing, inference])
def test_examples_in_the_documentation(module):
    result = doctest.testmod(module)
    assert (result.failed, result.attempted > 3) == (0, True)
